/* What `flame` samples: a command, a running process, or a lab's variant. Each function starts it
 * (or finds it), samples it, prints what took its time and writes the files.
 *
 * Failures: STATUS_BAD_INPUT for what is not there, may not be observed, or gave no sample. *answer
 * is left alone, or becomes EXIT_INTERRUPTED or EXIT_WORKER; what was sampled is then kept.
 */
#ifndef FORTYFOLD_COMMANDS_FLAME_SAMPLE_H
#define FORTYFOLD_COMMANDS_FLAME_SAMPLE_H

#include "base/status.h"
#include "commands/commands.h"
#include "commands/flame_options.h"

/* The words are a program and its arguments. */
enum status flame_sample_command(struct flame_options *options, enum exit_status *answer);

enum status flame_sample_process(struct flame_options *options, enum exit_status *answer);

/* The only word is LAB/VARIANT. */
enum status flame_sample_lab(struct flame_options *options, enum exit_status *answer);

#endif
