#include "model/programs.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"

enum status programs_add(struct programs *programs, char **words)
{
    struct program *list =
        words == NULL ? NULL
                      : realloc(programs->list, (programs->count + 1) * sizeof *programs->list);
    char *title = list == NULL ? NULL : words_join(words);
    programs->list = list != NULL ? list : programs->list;
    if (title == NULL) {
        words_free(words);
        return status_fail(STATUS_NO_MEMORY, "no memory for a command");
    }
    programs->list[programs->count++] = (struct program){.words = words, .title = title};
    return STATUS_OK;
}

enum status program_add_run(struct program *program, const struct program_run *run)
{
    size_t count = program->runs_count;
    /* Room grows at powers of two. */
    if ((count & (count - 1)) == 0) {
        size_t room = count == 0 ? 1 : 2 * count;
        struct program_run *runs = realloc(program->runs, room * sizeof *runs);
        if (runs == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for the runs of a command");
        }
        program->runs = runs;
    }
    program->runs[program->runs_count++] = *run;
    return STATUS_OK;
}

enum status program_fail(struct program *program, enum cell_status status, char *reason)
{
    if (reason == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for the reason of a failure");
    }
    if (program->status != CELL_OK) {
        free(reason);
        return STATUS_OK;
    }
    program->status = status;
    program->reason = reason;
    return STATUS_OK;
}

double program_value(const struct program_run *run, enum program_quantity quantity)
{
    switch (quantity) {
    case PROGRAM_REAL:
        return run->real_s;
    case PROGRAM_USER:
        return run->user_s;
    case PROGRAM_SYS:
        return run->sys_s;
    case PROGRAM_CPU:
        return run->cpu_s;
    default:
        return (double)run->peak_bytes;
    }
}

const char *program_quantity_name(enum program_quantity quantity)
{
    static const char *const names[PROGRAM_QUANTITIES] = {"real", "user", "sys", "cpu",
                                                          "peak memory"};
    return names[quantity];
}

void programs_free(struct programs *programs)
{
    if (programs == NULL) {
        return;
    }
    for (size_t i = 0; i < programs->count; i++) {
        struct program *program = &programs->list[i];
        words_free(program->words);
        free(program->title);
        free(program->runs);
        free(program->reason);
    }
    free(programs->list);
    memset(programs, 0, sizeof *programs);
}
