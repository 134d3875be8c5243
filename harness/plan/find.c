#include "plan/lab.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory to find a lab");
}

static bool has_lab(const char *folder)
{
    char *path = text_format("%s/lab.toml", folder);
    bool there = path != NULL && access(path, F_OK) == 0;
    free(path);
    return there;
}

static int is_entry(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

enum status lab_names(char ***names, size_t *count)
{
    struct dirent **entries = NULL;
    char *labs = paths_in_root("labs");
    int found = labs == NULL ? -1 : scandir(labs, &entries, is_entry, alphasort);
    *count = 0;
    *names = calloc(found > 0 ? (size_t)found : 1, sizeof **names);
    for (int i = 0; i < found; i++) {
        char *folder = text_format("%s/%s", labs, entries[i]->d_name);
        if (*names != NULL && folder != NULL && has_lab(folder)) {
            (*names)[(*count)++] = strdup(entries[i]->d_name);
        }
        free(folder);
        free(entries[i]);
    }
    free(entries);
    free(labs);
    return *names == NULL ? no_memory() : STATUS_OK;
}

static enum status unknown_lab(const char *name)
{
    char **names = NULL, *list = strdup("");
    size_t count = 0;
    enum status status = lab_names(&names, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        char *longer = text_format("%s%s%s", list == NULL ? "" : list, i > 0 ? ", " : "", names[i]);
        free(list);
        list = longer;
        free(names[i]);
    }
    free(names);
    status = status_fail(STATUS_BAD_INPUT,
                         "there is no lab \"%s\"; the labs are: %s (or give the path of a folder "
                         "with a lab.toml)",
                         name, list == NULL ? "" : list);
    free(list);
    return status;
}

enum status lab_find(const char *name, char **folder)
{
    char resolved[PATH_MAX];
    *folder = NULL;
    if (strchr(name, '/') == NULL) {
        char *labs = paths_in_root("labs");
        *folder = labs == NULL ? NULL : text_format("%s/%s", labs, name);
        free(labs);
        if (*folder != NULL && has_lab(*folder)) {
            return STATUS_OK;
        }
        free(*folder);
        *folder = NULL;
    }
    if (realpath(name, resolved) != NULL && has_lab(resolved)) {
        *folder = strdup(resolved);
        return *folder == NULL ? no_memory() : STATUS_OK;
    }
    return unknown_lab(name);
}
