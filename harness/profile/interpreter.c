#include "profile/interpreter.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "profile/memory.h"

/* Lists longer than this are not lists (a thread takes at least 8 MB of addresses). */
enum { INTERPRETERS_MOST = 4096, THREADS_MOST = 1 << 16 };

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* "3.9" from a path like /usr/lib/libpython3.9.so.1.0 or …/python3.9, into `version`. */
static bool version_in(const char *path, int *major_version, int *minor_version)
{
    for (const char *at = strstr(path, "python"); at != NULL; at = strstr(at + 1, "python")) {
        if (sscanf(at, "python%d.%d", major_version, minor_version) == 2) {
            return true;
        }
    }
    return false;
}

/* Where the interpreter says no version, the files around it do. */
static void name_old(const struct maps *maps, const struct library *library,
                     struct interpreter *found)
{
    int major_version, minor_version;
    bool known = version_in(library->path, &major_version, &minor_version);
    for (size_t i = 0; !known && i < maps->count; i++) {
        known = version_in(maps->list[i].library->path, &major_version, &minor_version);
    }
    if (known) {
        snprintf(found->name, sizeof found->name, "CPython %d.%d", major_version, minor_version);
    } else {
        snprintf(found->name, sizeof found->name, "a CPython before 3.11");
    }
}

static bool read_offsets(pid_t pid, int minor, struct interpreter *found)
{
    uint64_t words[LAYOUT_OFFSETS_WORDS];
    bool free_threaded = false;
    if (!memory_read(pid, found->runtime, words, sizeof words)) {
        return false;
    }
    bool good = layout_from_offsets(words, minor, &found->layout, &free_threaded);
    if (free_threaded) {
        strncat(found->name, " without a global lock",
                sizeof found->name - strlen(found->name) - 1);
    }
    return good;
}

/* A file that defines _PyRuntime and Py_Version, loaded at `bias`. */
static enum interpreter_answer take(const struct maps *maps, const struct library *library,
                                    uint64_t bias, struct interpreter *found)
{
    const struct image *image = library->image;
    uint64_t runtime = image_symbol(image, "_PyRuntime");
    uint64_t version_at = image_symbol(image, "Py_Version");
    uint64_t code_type = image_symbol(image, "PyCode_Type");
    /* Since 3.11 it has a section of its own, which a stripped executable keeps. */
    runtime = runtime != 0 ? runtime : image_section(image, ".PyRuntime");
    uint64_t version = 0;
    found->library = library;
    if (runtime == 0 && image_symbol(image, "Py_GetVersion") == 0) {
        return INTERPRETER_NOT_YET;
    }
    if (version_at == 0) {
        name_old(maps, library, found);
        return INTERPRETER_UNKNOWN;
    }
    /* Before the loader has relocated the file it is not there yet. */
    if (!memory_read(maps->pid, version_at + bias, &version, sizeof version) || version == 0) {
        return INTERPRETER_NOT_YET;
    }
    int minor = (int)(version >> 16 & 0xff);
    found->runtime = runtime + bias;
    found->code_type = code_type == 0 ? 0 : code_type + bias;
    /* Py_Version is PY_VERSION_HEX: 0x030b02f0 for 3.11.2. */
    snprintf(found->name, sizeof found->name, "CPython %d.%d.%d", (int)(version >> 24), minor,
             (int)(version >> 8 & 0xff));
    const struct layout *layout = version >> 24 == 3 ? layout_known(minor) : NULL;
    if (layout != NULL) {
        found->layout = *layout;
        return INTERPRETER_FOUND;
    }
    return version >> 24 == 3 && read_offsets(maps->pid, minor, found) ? INTERPRETER_FOUND
                                                                       : INTERPRETER_UNKNOWN;
}

static enum interpreter_answer look(const struct maps *maps, const struct mapping *mapping,
                                    struct interpreter *found)
{
    const struct library *library = mapping->library;
    uint64_t bias;
    if (begins(library->name, "libpypy") || begins(library->name, "pypy")) {
        snprintf(found->name, sizeof found->name, "PyPy");
        return INTERPRETER_UNKNOWN;
    }
    if (library->image == NULL ||
        !image_bias(library->image, mapping->start, mapping->offset, &bias)) {
        return INTERPRETER_NOT_YET;
    }
    return take(maps, library, bias, found);
}

enum interpreter_answer interpreter_find(const struct maps *maps, struct interpreter *found)
{
    char *link = text_format("/proc/%d/exe", (int)maps->pid);
    char *executable = link == NULL ? NULL : realpath(link, NULL);
    enum interpreter_answer answer = INTERPRETER_NOT_YET;
    *found = (struct interpreter){0};
    for (size_t i = 0; answer == INTERPRETER_NOT_YET && i < maps->count; i++) {
        const struct library *library = maps->list[i].library;
        bool is_executable = executable != NULL && strcmp(library->path, executable) == 0;
        if (is_executable || begins(library->name, "python") ||
            begins(library->name, "libpython") || begins(library->name, "libpypy")) {
            answer = look(maps, &maps->list[i], found);
        }
    }
    free(executable);
    free(link);
    return answer;
}

static bool walk_threads(pid_t pid, const struct layout *layout, uint64_t state,
                         bool (*see)(void *context, uint64_t interpreter_state, uint64_t thread),
                         void *context, bool *ended)
{
    uint64_t thread;
    if (!memory_read(pid, state + layout->interpreter_threads, &thread, sizeof thread)) {
        return false;
    }
    for (size_t i = 0; thread != 0 && i < THREADS_MOST; i++) {
        if (see(context, state, thread)) {
            *ended = true;
            return true;
        }
        if (!memory_read(pid, thread + layout->thread_next, &thread, sizeof thread)) {
            return false;
        }
    }
    return thread == 0;
}

bool interpreter_threads(pid_t pid, const struct interpreter *interpreter,
                         bool (*see)(void *context, uint64_t interpreter_state, uint64_t thread),
                         void *context)
{
    const struct layout *layout = &interpreter->layout;
    uint64_t state;
    bool ended = false;
    if (!memory_read(pid, interpreter->runtime + layout->runtime_interpreters, &state,
                     sizeof state)) {
        return false;
    }
    for (size_t i = 0; state != 0 && i < INTERPRETERS_MOST; i++) {
        if (!walk_threads(pid, layout, state, see, context, &ended)) {
            return false;
        }
        if (ended) {
            return true;
        }
        if (!memory_read(pid, state + layout->interpreter_next, &state, sizeof state)) {
            return false;
        }
    }
    return state == 0;
}
