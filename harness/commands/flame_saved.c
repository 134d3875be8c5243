#include "commands/flame_saved.h"

#include <stdio.h>

#include "profile/folded.h"

/* Writes the files, and tells which. `older` is NULL unless this is a difference from it. */
static enum status write_files(const struct flame_options *options, const struct profile *profile,
                               const struct profile *older)
{
    enum status status = flame_files_write(&options->files, profile, older);
    for (size_t i = 0; status == STATUS_OK && i < options->files.count; i++) {
        printf("%s\n", options->files.paths[i]);
    }
    return status;
}

enum status flame_saved_draw(struct flame_options *options)
{
    struct profile profile = {0};
    if (options->words_count != 0 || options->pid != 0 || options->older != NULL) {
        return status_fail(STATUS_BAD_INPUT,
                           "--draw takes one file and nothing beside it, as in `fortyfold flame "
                           "--draw naive.folded -o naive.svg`");
    }
    enum status status = folded_read(options->saved, &profile);
    if (status == STATUS_OK) {
        status = flame_files_default(&options->files, profile.title, true);
    }
    if (status == STATUS_OK) {
        status = write_files(options, &profile, NULL);
    }
    profile_free(&profile);
    return status;
}

enum status flame_saved_compare(struct flame_options *options)
{
    struct profile older = {0}, newer = {0};
    enum status status = flame_files_default(&options->files, "difference", true);
    if (options->words_count != 1) {
        status =
            status_fail(STATUS_BAD_INPUT,
                        "name two files, as in `fortyfold flame --diff OLD.folded NEW.folded`");
    }
    if (status == STATUS_OK) {
        status = folded_read(options->older, &older);
    }
    if (status == STATUS_OK) {
        status = folded_read(options->words[0], &newer);
    }
    if (status == STATUS_OK) {
        status = write_files(options, &newer, &older);
    }
    profile_free(&older);
    profile_free(&newer);
    return status;
}
