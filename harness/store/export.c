#include "store/export.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* A double survives 17 digits; a clock of nanoseconds needs no more than 12. */
enum { DIGITS = 12, NAME_MAX_BYTES = 100 };

static const struct export_format formats[] = {
    {"pyperf", "python3 -m pyperf compare_to DIR/OLD.json DIR/NEW.json --table",
     export_make_pyperf},
    {"hyperfine", "python3 scripts/plot_parametrized.py DIR/A.json DIR/B.json",
     export_make_hyperfine},
    {"gbench", "python3 tools/compare.py filters DIR/LAB.json /A/ /B/", export_make_gbench},
};

const struct export_format *export_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

bool export_counts(const struct sample *sample)
{
    return sample->quarantined == NULL && isfinite(sample->real_s) && sample->real_s > 0 &&
           isfinite(sample->cpu_s) && sample->cpu_s >= 0;
}

bool export_has_time(const struct cell *cell)
{
    for (size_t i = 0; cell->status == CELL_OK && i < cell->samples_count; i++) {
        if (export_counts(&cell->samples[i])) {
            return true;
        }
    }
    return false;
}

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory to export a run");
}

static bool is_taken(const struct export_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++) {
        /* Some file systems do not tell "C.json" from "c.json". */
        if (strcasecmp(set->files[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* A name that is free in the set and means nothing to a shell or a file system. */
static char *free_name(const struct export_set *set, const char *wanted, const char *ending)
{
    char *plain = strndup(*wanted == '\0' ? "_" : wanted, NAME_MAX_BYTES);
    for (char *at = plain; at != NULL && *at != '\0'; at++) {
        bool letter = (unsigned char)*at < 128 && isalnum((unsigned char)*at);
        /* Neither a hidden file nor, to the programs that will read it, an option. */
        *at = letter || strchr("_+=", *at) != NULL || (at > plain && strchr(".-", *at) != NULL)
                  ? *at
                  : '_';
    }
    char *name = plain == NULL ? NULL : text_format("%s%s", plain, ending);
    for (unsigned number = 2; name != NULL && is_taken(set, name); number++) {
        free(name);
        name = text_format("%s-%u%s", plain, number, ending);
    }
    free(plain);
    return name;
}

enum status export_add(struct export_set *set, const char *name, const char *ending,
                       const char *text)
{
    struct export_file *files = realloc(set->files, (set->count + 1) * sizeof *files);
    if (files == NULL) {
        return no_memory();
    }
    set->files = files;
    struct export_file added = {free_name(set, name, ending), strdup(text)};
    if (added.name == NULL || added.text == NULL) {
        free(added.name);
        free(added.text);
        return no_memory();
    }
    set->files[set->count++] = added;
    return STATUS_OK;
}

enum status export_add_json(struct export_set *set, const char *name, json_t *json)
{
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS));
    char *line = text == NULL ? NULL : text_format("%s\n", text);
    enum status status = line == NULL ? no_memory() : export_add(set, name, ".json", line);
    free(line);
    free(text);
    json_decref(json);
    return status;
}

char *export_line(const char *text)
{
    char *copy = text == NULL ? NULL : strdup(text);
    for (char *at = copy; at != NULL && *at != '\0'; at++) {
        *at = (unsigned char)*at < ' ' || *at == 127 ? ' ' : *at;
    }
    char *line = copy == NULL ? NULL : strdup(text_trim(copy));
    free(copy);
    if (line != NULL && *line == '\0') {
        free(line);
        return NULL;
    }
    return line;
}

char *export_date(const struct run *run)
{
    int year, month, day, hour, minute, second;
    if (run->started == NULL || sscanf(run->started, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day,
                                       &hour, &minute, &second) != 6) {
        return NULL;
    }
    return text_format("%04d-%02d-%02d %02d:%02d:%02d", year, month, day, hour, minute, second);
}

static enum status write_files(const struct export_set *set, const char *folder, bool force,
                               bool check)
{
    for (size_t i = 0; i < set->count; i++) {
        enum status status = STATUS_OK;
        char *path = text_format("%s/%s", folder, set->files[i].name);
        if (path == NULL) {
            status = no_memory();
        } else if (check && !force && access(path, F_OK) == 0) {
            status = status_fail(STATUS_BAD_INPUT,
                                 "%s is there already; give --force to replace it, or name "
                                 "another folder with -o",
                                 path);
        } else if (!check) {
            status = text_write_file(path, set->files[i].text, strlen(set->files[i].text));
        }
        free(path);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

enum status export_write(const struct export_set *set, const char *folder, bool force)
{
    enum status status = write_files(set, folder, force, true);
    if (status == STATUS_OK) {
        status = text_make_folders(folder);
    }
    return status == STATUS_OK ? write_files(set, folder, force, false) : status;
}

void export_free(struct export_set *set)
{
    for (size_t i = 0; set != NULL && i < set->count; i++) {
        free(set->files[i].name);
        free(set->files[i].text);
    }
    if (set != NULL) {
        free(set->files);
        *set = (struct export_set){0};
    }
}
