/* The files that `flame` writes: by their endings, each whole or not at all. */
#ifndef FORTYFOLD_COMMANDS_FLAME_FILES_H
#define FORTYFOLD_COMMANDS_FLAME_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "model/profile.h"
#include "profile/save.h"

enum { FLAME_FILES_MOST = 16 };

struct flame_files {
    const char *paths[FLAME_FILES_MOST]; /* the user's */
    size_t count;
    char *own[2]; /* where the user names none: made by flame_files_default() */
    struct svg_options drawing;
};

/* STATUS_BAD_INPUT: the ending is none that we know, or (a difference) not .svg. Asked before a
 * program runs for an hour. Makes the folders that are missing; STATUS_IO where one cannot be made
 * or written in. */
enum status flame_files_check(const struct flame_files *files, bool is_difference);

/* Chooses results/flame/NAME.svg and .folded (or the .svg only) where no file was named, and makes
 * the folder. Characters of `name` that files should not have become "-". */
enum status flame_files_default(struct flame_files *files, const char *name, bool svg_only);

/* Writes every file. `older` is NULL unless this is a difference from it. A failure does not keep
 * the other files from being written. */
enum status flame_files_write(const struct flame_files *files, const struct profile *profile,
                              const struct profile *older);

void flame_files_free(struct flame_files *files);

#endif
