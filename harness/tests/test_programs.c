#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/programs.h"
#include "base/text.h"
#include "base/words.h"
#include "measure/program.h"
#include "show/programs.h"
#include "store/programs.h"

static void add(struct programs *programs, const char *command)
{
    char **words = NULL;
    cr_assert_eq(words_split(command, &words), STATUS_OK);
    cr_assert_eq(programs_add(programs, words), STATUS_OK);
}

/* Two commands, the second half as long in every round, while the machine slows down. */
static struct programs pair(size_t rounds)
{
    struct programs programs = {.rounds_count = rounds, .warmup_count = 1, .floor_bytes = 300000};
    add(&programs, "slow 'a b'");
    add(&programs, "fast");
    for (uint32_t i = 0; i < rounds; i++) {
        double drift = 1 + (double)i, jitter = 1 + 0.01 * (i % 2);
        struct program_run run = {.round = i, .real_s = drift, .user_s = 0.75 * drift};
        run.sys_s = 0.125 * drift;
        run.cpu_s = run.user_s + run.sys_s;
        run.peak_bytes = 2 << 20;
        cr_assert_eq(program_add_run(&programs.list[0], &run), STATUS_OK);
        run.real_s = drift / 2 * jitter;
        run.cpu_s = drift;
        run.peak_bytes = 200000;
        cr_assert_eq(program_add_run(&programs.list[1], &run), STATUS_OK);
    }
    return programs;
}

Test(programs, spreads_and_pairs)
{
    struct programs programs = pair(5);
    cr_assert_eq(analyze_programs(&programs), STATUS_OK);
    const struct program_spread *real = &programs.list[0].spread[PROGRAM_REAL];
    cr_expect_float_eq(real->best, 1, 1e-12);
    cr_expect_float_eq(real->median, 3, 1e-12);
    cr_expect_float_eq(real->worst, 5, 1e-12);
    cr_expect_float_eq(real->mad, 1, 1e-12);
    /* Times drift by a factor of five; the ratio is known to a percent, since it is paired. */
    const struct program *fast = &programs.list[1];
    cr_expect(fast->real.low > 1.97 && fast->real.high < 2.01 && fast->real.ratio < 2);
    cr_expect_float_eq(fast->cpu.ratio, 0.875, 1e-9);
    cr_expect_eq(fast->verdict, VERDICT_FASTER);
    cr_expect(isnan(programs.list[0].real.ratio));
    programs_free(&programs);
    programs_free(NULL);
}

Test(programs, failures_have_no_ratio)
{
    struct programs programs = pair(3);
    cr_assert_eq(program_fail(&programs.list[1], CELL_TIMEOUT, strdup("late")), STATUS_OK);
    cr_assert_eq(program_fail(&programs.list[1], CELL_ERROR, strdup("later")), STATUS_OK);
    cr_expect_str_eq(programs.list[1].reason, "late");
    cr_assert_eq(analyze_programs(&programs), STATUS_OK);
    cr_expect(isnan(programs.list[1].real.ratio));
    programs_free(&programs);
}

static char *printed(const struct programs *programs)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(programs_print(programs, false, out), STATUS_OK);
    fclose(out);
    return text;
}

Test(programs, the_table)
{
    struct programs programs = pair(4);
    cr_assert_eq(analyze_programs(&programs), STATUS_OK);
    char *text = printed(&programs);
    cr_expect(strstr(text, "slow 'a b'\n") == text);
    cr_expect(strstr(text, "  real           1.00 s    2.50 s    4.00 s   ± 1.00 s") != NULL);
    cr_expect(strstr(text, "≤ 195 KiB") != NULL);
    cr_expect(strstr(text, "speedup over slow 'a b'") != NULL);
    cr_expect(strstr(text, "faster") != NULL);
    free(text);
    cr_assert_eq(program_fail(&programs.list[1], CELL_ERROR, strdup("\033[1mstatus 1")), STATUS_OK);
    cr_assert_eq(analyze_programs(&programs), STATUS_OK);
    text = printed(&programs);
    cr_expect(strstr(text, "failed: ") != NULL);
    cr_expect(strchr(text, '\033') == NULL);
    free(text);
    programs_free(&programs);
}

Test(programs, json_has_every_run)
{
    struct programs programs = pair(4);
    struct host host = {0};
    char *text = NULL;
    size_t size = 0;
    cr_assert_eq(analyze_programs(&programs), STATUS_OK);
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(programs_write(&programs, &host, "2026-01-02T03:04:05Z", out), STATUS_OK);
    fclose(out);
    json_t *json = json_loads(text, 0, NULL);
    json_t *commands = json_object_get(json, "commands");
    cr_assert_eq(json_array_size(commands), 2);
    json_t *first = json_array_get(commands, 0), *second = json_array_get(commands, 1);
    cr_expect_eq(json_array_size(json_object_get(second, "runs")), 4);
    cr_expect(json_is_null(json_object_get(first, "speedup")));
    cr_expect_str_eq(
        json_string_value(json_object_get(json_object_get(second, "speedup"), "verdict")),
        "faster");
    json_decref(json);
    free(text);
    programs_free(&programs);
}

static enum status run(const char *command, double timeout_s, struct program_run *out,
                       enum program_ending *ending)
{
    char **words = NULL;
    const struct program_limits limits = {.timeout_s = timeout_s};
    cr_assert_eq(words_split(command, &words), STATUS_OK);
    enum status status = program_run(words, &limits, out, ending);
    words_free(words);
    return status;
}

Test(programs, endings)
{
    struct program_run out;
    enum program_ending ending;
    cr_assert_eq(run("sh -c 'exit 7'", 0, &out, &ending), STATUS_OK);
    cr_expect_eq(out.exit_status, 7);
    cr_expect_eq(out.signal, 0);
    cr_assert_eq(run("sh -c 'kill -9 $$'", 0, &out, &ending), STATUS_OK);
    cr_expect_eq(out.exit_status, -1);
    cr_expect_eq(out.signal, 9);
    cr_assert_eq(run("sleep 20", 0.05, &out, &ending), STATUS_OK);
    cr_expect_eq(ending, PROGRAM_TIMED_OUT);
    cr_expect(out.real_s >= 0.05 && out.real_s < 10);
    cr_expect_eq(run("there-is-no-such-program", 0, &out, &ending), STATUS_BAD_INPUT);
    cr_expect_eq(run("/etc/passwd", 0, &out, &ending), STATUS_BAD_INPUT);
}

/* What forks is not what counts, however large it is: only what it has now is handed down. */
Test(programs, peak_is_the_programs_own)
{
    struct program_run out;
    enum program_ending ending;
    cr_assert_eq(run("dd if=/dev/zero of=/dev/null bs=32M count=1", 0, &out, &ending), STATUS_OK);
    cr_expect(out.peak_bytes >= (uint64_t)32 << 20);
    cr_expect(out.peak_bytes < (uint64_t)64 << 20);
#ifdef __SANITIZE_ADDRESS__
    return; /* the sanitizer keeps what is freed, so our size would stay high too */
#endif
    size_t room = (size_t)100 << 20;
    char *large = malloc(room);
    memset(large, 1, room);
    cr_expect_eq(large[room - 1], 1);
    free(large); /* our peak is high now, our size is not */
    cr_assert_eq(run("true", 0, &out, &ending), STATUS_OK);
    cr_expect(out.peak_bytes < (uint64_t)32 << 20);
    cr_expect(program_floor_bytes() < (uint64_t)32 << 20);
}
