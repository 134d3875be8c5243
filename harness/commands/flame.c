/* fortyfold flame: where the time of a Python program goes, seen from outside. */
#include "commands/commands.h"
#include "commands/flame_files.h"
#include "commands/flame_options.h"
#include "commands/flame_sample.h"
#include "commands/flame_saved.h"

static enum status dispatch(struct flame_options *options, enum exit_status *answer)
{
    enum status status =
        flame_files_check(&options->files, options->saved == NULL && options->older != NULL);
    if (status != STATUS_OK) {
        return status;
    }
    if (options->saved != NULL) {
        return flame_saved_draw(options);
    }
    if (options->older != NULL) {
        return flame_saved_compare(options);
    }
    if (options->pid != 0 && options->words_count == 0) {
        return flame_sample_process(options, answer);
    }
    if (options->pid != 0 || options->words_count == 0) {
        return status_fail(STATUS_BAD_INPUT,
                           "name one thing: LAB/VARIANT, or a program after \"--\", or --pid PID; "
                           "`fortyfold flame --help` has examples");
    }
    return options->is_command ? flame_sample_command(options, answer)
                               : flame_sample_lab(options, answer);
}

enum status command_flame(int argc, char **argv, enum exit_status *answer)
{
    struct flame_options options;
    *answer = EXIT_YES;
    enum status status = flame_options_parse(argc, argv, &options);
    if (status == STATUS_OK) {
        status = dispatch(&options, answer);
    }
    flame_options_free(&options);
    return status;
}
