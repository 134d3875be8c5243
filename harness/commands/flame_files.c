#include "commands/flame_files.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"

enum { NAME_MOST = 80 };

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a file's name");
}

/* What cannot be written later is told now, before anything is sampled. */
static enum status make_room(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : text_format("%.*s/", (int)(slash - path), path);
    enum status status = folder == NULL ? no_memory() : text_make_folders(folder);
    if (status == STATUS_OK && access(folder, W_OK | X_OK) != 0) {
        status = status_fail(STATUS_IO, "cannot write in %s: %s", folder, strerror(errno));
    }
    free(folder);
    return status;
}

enum status flame_files_check(const struct flame_files *files, bool is_difference)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < files->count; i++) {
        enum save_format format;
        status = save_format(files->paths[i], &format);
        if (status == STATUS_OK && is_difference && format != SAVE_SVG) {
            status = status_fail(STATUS_BAD_INPUT, "a difference is an .svg file, not \"%s\"",
                                 files->paths[i]);
        }
        status = status == STATUS_OK ? make_room(files->paths[i]) : status;
    }
    return status;
}

enum status flame_files_default(struct flame_files *files, const char *name, bool svg_only)
{
    static const char *const endings[] = {"svg", "folded"};
    char clean[NAME_MOST + 1];
    size_t length = 0;
    if (files->count > 0) {
        return STATUS_OK;
    }
    for (const char *at = name; *at != '\0' && length < NAME_MOST; at++) {
        bool is_fit = isalnum((unsigned char)*at) || *at == '_' || *at == '.';
        if (is_fit || (length > 0 && clean[length - 1] != '-')) {
            clean[length++] = is_fit ? *at : '-';
        }
    }
    clean[length] = '\0';
    char *folder = paths_in_root("results/flame");
    enum status status = folder == NULL ? no_memory() : text_make_folders(folder);
    for (size_t i = 0; status == STATUS_OK && i < (svg_only ? 1 : 2); i++) {
        files->own[i] = text_format("%s/%s.%s", folder, clean, endings[i]);
        files->paths[i] = files->own[i];
        files->count += files->own[i] != NULL;
        status = files->own[i] == NULL ? no_memory() : make_room(files->own[i]);
    }
    free(folder);
    return status;
}

enum status flame_files_write(const struct flame_files *files, const struct profile *profile,
                              const struct profile *older)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < files->count; i++) {
        enum status written =
            older == NULL ? profile_save(files->paths[i], profile, &files->drawing)
                          : profile_save_diff(files->paths[i], older, profile, &files->drawing);
        status = status == STATUS_OK ? written : status;
    }
    return status;
}

void flame_files_free(struct flame_files *files)
{
    free(files->own[0]);
    free(files->own[1]);
    *files = (struct flame_files){0};
}
