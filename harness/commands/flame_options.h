/* What `flame` was asked for on its command line.
 *
 * Units: as the options' names say. Ownership: flame_options_free() releases what parsing made;
 * texts are those of argv.
 */
#ifndef FORTYFOLD_COMMANDS_FLAME_OPTIONS_H
#define FORTYFOLD_COMMANDS_FLAME_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"
#include "commands/flame_files.h"
#include "profile/sampler.h"

struct flame_options {
    struct sampler_options sampler; /* what of it an option says */
    struct flame_files files;
    const char *size;
    const char *saved; /* --draw */
    const char *older; /* --diff */
    char **words;      /* a command, LAB/VARIANT, or NEW.folded; ends with NULL */
    size_t words_count;
    bool is_command; /* the words stood after "--" */
    pid_t pid;       /* 0: none */
};

/* Reads the command line; wrong ones end the program with a message, as argp does it.
 * STATUS_BAD_INPUT. */
enum status flame_options_parse(int argc, char **argv, struct flame_options *options);

void flame_options_free(struct flame_options *options);

#endif
