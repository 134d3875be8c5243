#include "base/paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

char *paths_programs(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0) {
        return NULL;
    }
    path[length] = '\0';
    *strrchr(path, '/') = '\0';
    return strdup(path);
}

static bool is_folder(const char *folder, const char *name)
{
    struct stat info;
    char *path = text_format("%s/%s", folder, name);
    bool there = path != NULL && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    free(path);
    return there;
}

char *paths_root(void)
{
    char *folder = paths_programs();
    while (folder != NULL && !(is_folder(folder, "labs") && is_folder(folder, "reference"))) {
        char *slash = strrchr(folder, '/');
        if (slash == NULL || slash == folder) {
            free(folder);
            return NULL;
        }
        *slash = '\0';
    }
    return folder;
}

char *paths_in_root(const char *relative)
{
    char *root = paths_root();
    char *path = root == NULL ? NULL : text_format("%s/%s", root, relative);
    free(root);
    return path;
}
