#include "profile/folded.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "profile/spelling.h"

/* Beyond 2^53 the numbers of JavaScript, which draws the profile, are no longer exact. */
static const double samples_max = 9007199254740992.0;

/* How much of a wrong line a message shows. */
enum { SHOWN_BYTES = 40 };

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

/* Every frame's spelling: a frame stands in many stacks. */
static enum status spell_frames(const struct profile *profile, char ***spellings)
{
    char **texts = calloc(profile->frames_count + 1, sizeof *texts);
    for (size_t i = 0; texts != NULL && i < profile->frames_count; i++) {
        texts[i] = spelling_make(&profile->frames[i]);
        if (texts[i] == NULL) {
            free_texts(texts, i);
            texts = NULL;
        }
    }
    *spellings = texts;
    return texts != NULL ? STATUS_OK
                         : status_fail(STATUS_NO_MEMORY, "no memory to write the stacks");
}

enum status folded_write(const struct profile *profile, FILE *out)
{
    char **spellings = NULL;
    uint32_t *stack = NULL;
    size_t depth_max = 0;
    enum status status = spell_frames(profile, &spellings);
    for (uint32_t i = 0; status == STATUS_OK && i < profile->nodes_count; i++) {
        const struct profile_node *node = &profile->nodes[i];
        if (node->samples_count == 0) {
            continue;
        }
        size_t depth = profile_depth(profile, i);
        if (depth > depth_max) {
            uint32_t *grown = realloc(stack, 2 * depth * sizeof *stack);
            if (grown == NULL) {
                status = status_fail(STATUS_NO_MEMORY, "no memory to write the stacks");
                break;
            }
            stack = grown;
            depth_max = 2 * depth;
        }
        profile_stack(profile, i, stack);
        for (size_t level = 0; level < depth; level++) {
            fputs(level == 0 ? "" : ";", out);
            fputs(spellings[stack[level]], out);
        }
        fprintf(out, " %" PRIu64 "\n", node->samples_count);
    }
    if (status == STATUS_OK && ferror(out)) {
        status = status_fail(STATUS_IO, "cannot write the stacks: %s", strerror(errno));
    }
    free(stack);
    free_texts(spellings, profile->frames_count);
    return status;
}

/* What is read, and where. */
struct reader {
    const char *path;
    size_t line_number;
    struct profile *profile;
    uint32_t *stack;
    size_t stack_capacity;
};

static enum status refuse(const struct reader *reader, const char *why, const char *line)
{
    char shown[SHOWN_BYTES + 1];
    size_t size = 0;
    while (size < SHOWN_BYTES && line[size] != '\0') {
        shown[size] = (char)(iscntrl((unsigned char)line[size]) ? '?' : line[size]);
        size++;
    }
    while (line[size] != '\0' && size > 0 && ((unsigned char)line[size] & 0xC0) == 0x80) {
        size--; /* do not cut a letter in two */
    }
    shown[size] = '\0';
    return status_fail(STATUS_BAD_INPUT,
                       "%s:%zu: %s: “%s%s”; each line must be “frame;frame;… count”, as `fortyfold "
                       "flame … -o FILE.folded` or one of FlameGraph's stackcollapse programs "
                       "writes it",
                       reader->path, reader->line_number, why, shown,
                       line[size] == '\0' ? "" : "…");
}

/* Cuts the number at the line's end off. False where there is none. */
static bool cut_count(char *line, double *count)
{
    size_t end = strlen(line), at = end;
    while (at > 0 && (isdigit((unsigned char)line[at - 1]) || line[at - 1] == '.')) {
        at--;
    }
    if (at == end || at == 0 || !isdigit((unsigned char)line[at]) ||
        !(line[at - 1] == ' ' || line[at - 1] == '\t')) {
        return false;
    }
    char *rest;
    *count = strtod(line + at, &rest);
    line[at - 1] = '\0';
    return *rest == '\0';
}

static enum status push_frame(struct reader *reader, size_t depth, char *text)
{
    if (depth == reader->stack_capacity) {
        size_t capacity = 2 * depth + 64;
        uint32_t *stack = realloc(reader->stack, capacity * sizeof *stack);
        if (stack == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for a stack of %zu frames", capacity);
        }
        reader->stack = stack;
        reader->stack_capacity = capacity;
    }
    struct profile_frame frame;
    spelling_parse(text, &frame);
    return profile_intern(reader->profile, &frame, &reader->stack[depth]);
}

static enum status read_line(struct reader *reader, char *line)
{
    double count;
    if (!cut_count(line, &count)) {
        return refuse(reader, "no number of samples at its end", line);
    }
    if (*line == '\0') {
        return refuse(reader, "no frame before the number of samples", line);
    }
    if (!(count <= samples_max - (double)reader->profile->samples_count)) {
        return refuse(reader, "more than 2^53 samples", line);
    }
    size_t depth = 0;
    for (char *frame = line; frame != NULL; depth++) {
        char *text = strsep(&frame, ";");
        enum status status = push_frame(reader, depth, text);
        if (status != STATUS_OK) {
            return status;
        }
    }
    if (count < 0.5) {
        return STATUS_OK;
    }
    return profile_add(reader->profile, reader->stack, depth, (uint64_t)llround(count));
}

/* A trimmed line, or nothing at the end. Windows' ends of lines are ends of lines. */
static bool next_line(FILE *file, char **line, size_t *room, size_t *size)
{
    ssize_t got = getline(line, room, file);
    if (got < 0) {
        return false;
    }
    *size = (size_t)got;
    while (*size > 0 && strchr("\r\n\t ", (*line)[*size - 1]) != NULL && (*line)[*size - 1]) {
        (*line)[--*size] = '\0';
    }
    return true;
}

static enum status read_lines(FILE *file, struct reader *reader)
{
    char *line = NULL;
    size_t room = 0, size = 0;
    enum status status = STATUS_OK;
    errno = 0;
    while (status == STATUS_OK && next_line(file, &line, &room, &size)) {
        reader->line_number++;
        if (strlen(line) != size) {
            status = refuse(reader, "a byte 0, which no text has", line);
        } else if (size > 0) {
            status = read_line(reader, line);
        }
    }
    if (status == STATUS_OK && !feof(file)) {
        status = status_fail(errno == ENOMEM ? STATUS_NO_MEMORY : STATUS_IO, "cannot read %s: %s",
                             reader->path, strerror(errno));
    }
    free(line);
    return status;
}

static char *title_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return strndup(name, dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}

enum status folded_read(const char *path, struct profile *profile)
{
    *profile = (struct profile){0};
    struct reader reader = {.path = path, .profile = profile};
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return status_fail(STATUS_IO, "cannot read %s: %s", path, strerror(errno));
    }
    enum status status = read_lines(file, &reader);
    if (status == STATUS_OK && profile->samples_count == 0) {
        status = status_fail(STATUS_BAD_INPUT,
                             "%s has no samples; each of its lines should be a stack with its "
                             "count: “frame;frame;… count”",
                             path);
    }
    profile->title = title_of(path);
    if (status == STATUS_OK && profile->title == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory to read %s", path);
    }
    free(reader.stack);
    fclose(file);
    return status;
}
