#include "profile/labels.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What stands before a library's import path, the longest first. (Debian's packages live in
 * dist-packages, others' in site-packages, the standard library in lib/python3.N.) */
static const char *const libraries[] = {"/dist-packages/", "/site-packages/"};
static const char standard[] = "/lib/python3";

/* Code without a file that is nobody's lab: parts of the interpreter, and NumPy's wrappers. Other
 * names in angle brackets ("<string>", "<stdin>") are what the program itself made. */
static const char *const inner[] = {"<frozen ", "<__array_function__ internals>", "<shim>"};

static const char *after_last(const char *path, const char *part)
{
    const char *found = NULL;
    for (const char *at = strstr(path, part); at != NULL; at = strstr(at + 1, part)) {
        found = at + strlen(part);
    }
    return found;
}

/* The import path in a library's path, or NULL. */
static const char *in_library(const char *path)
{
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        const char *found = after_last(path, libraries[i]);
        if (found != NULL) {
            return found;
        }
    }
    const char *found = after_last(path, standard); /* "….11/json/decoder.py" */
    found = found == NULL ? NULL : strchr(found, '/');
    return found == NULL ? NULL : found + 1;
}

/* The last part, and the folder before it where the file's name says nothing. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    if (slash != NULL && strncmp(name, "__", 2) == 0) {
        while (slash > path && slash[-1] != '/') {
            slash--;
        }
        name = slash;
    }
    return name;
}

char *labels_file(const struct labels *labels, const char *path, enum frame_kind *kind)
{
    *kind = FRAME_LAB;
    size_t length = labels->folder == NULL ? 0 : strlen(labels->folder);
    if (length > 0 && strncmp(path, labels->folder, length) == 0 && path[length] == '/') {
        const char *below = path + length + 1;
        if (in_library(below) == NULL) { /* a virtual environment in the script's folder */
            return strdup(below);
        }
    }
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        if (strncmp(path, inner[i], strlen(inner[i])) == 0) {
            *kind = FRAME_LIBRARY;
            return strdup(path);
        }
    }
    const char *library = *path == '<' ? NULL : in_library(path);
    if (library != NULL) {
        *kind = FRAME_LIBRARY;
        return strdup(library);
    }
    return strdup(*path == '<' ? path : last_part(path));
}

bool labels_is_call(const struct labels *labels, const char *path, const char *function)
{
    return labels->driver_file != NULL && strcmp(path, labels->driver_file) == 0 &&
           strcmp(function, labels->driver_call) == 0;
}
