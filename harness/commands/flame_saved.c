#include "commands/flame_saved.h"

#include <stdio.h>

#include "profile/folded.h"

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
        status = flame_files_write(&options->files, &newer, &older);
    }
    for (size_t i = 0; status == STATUS_OK && i < options->files.count; i++) {
        printf("%s\n", options->files.paths[i]);
    }
    profile_free(&older);
    profile_free(&newer);
    return status;
}
