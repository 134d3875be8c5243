/* The programs that `flame` starts: a command, or a lab's variant called again and again.
 *
 * Ownership: target_end() releases what a start acquired, also after a failure.
 */
#ifndef FORTYFOLD_COMMANDS_FLAME_TARGET_H
#define FORTYFOLD_COMMANDS_FLAME_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"
#include "model/lab.h"
#include "model/plan.h"

/* The code that calls a lab's function, as it is named in its stacks. */
#define TARGET_DRIVER_FILE "<fortyfold>"
#define TARGET_DRIVER_CALL "call"

struct target {
    pid_t pid;      /* 0: none was started */
    int release_fd; /* a command waits for a byte here before it begins; −1: not a command */
    int report_fd;  /* an errno comes here when a command cannot be executed */
    int ready_fd;   /* a lab's driver sends a byte here when it is about to begin; −1: no lab */
};

/* The program that a command's first word means: of "python", "python3" and "python3.11" without a
 * path the distribution's. Others are looked for along PATH, as ever. */
const char *target_program(const char *word);

/* Starts the words as a program (with our standard streams), which waits for release_fd. */
enum status target_start_command(char *const *words, struct target *target);

/* Starts the distribution's python3, which makes the arguments of the lab's problem and loads the
 * variant. What it prints goes to standard error. */
enum status target_start_lab(const struct lab *lab, const struct plan *plan, size_t variant,
                             struct target *target);

/* Waits until a lab's driver is about to call the function. `waiting` is called now and then.
 * STATUS_WORKER: it failed, and has said why on standard error. STATUS_INTERRUPTED. */
enum status target_wait_ready(const struct target *target, void (*waiting)(void *context),
                              void *context);

/* Why a command that ended could not be executed: STATUS_BAD_INPUT; STATUS_OK when it could. */
enum status target_check_executed(const struct target *target, const char *name);

/* A command may go on to its end: waits for that, and returns what waitpid says. An interrupt
 * ends it. */
int target_wait_end(struct target *target);

/* Ends what is left of it. All zero is legal, after target_start_…() as well as before. */
void target_end(struct target *target);

#endif
