/* What doctor has found so far: a list of checks that its two forms of output share. */
#ifndef FORTYFOLD_COMMANDS_CHECKS_H
#define FORTYFOLD_COMMANDS_CHECKS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"
#include "measure/process.h"
#include "measure/conditions.h"

enum check_state {
    CHECK_FIT,
    CHECK_NOTE,  /* figures are less exact, or a part is missing */
    CHECK_UNFIT, /* something will not work */
    CHECK_STATES
};

struct checks {
    json_t *list; /* [{state, code, message, remedy}…] */
    size_t unfit_count;
};

/* Adds a check. `remedy` is left out where the state is CHECK_FIT. */
void checks_say(struct checks *checks, enum check_state state, const char *code, const char *remedy,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Prints the checks from the `first` on, a line each and an arrow with what to do. */
void checks_print(const struct checks *checks, size_t first, FILE *out);

/* The conditions of the machine that are known at once, or those that a window of time shows. */
void checks_conditions(struct checks *checks, const struct surroundings *at, bool over_time);

/* Which profilers of labs/profiling are there; `worker` says which modules Python finds. */
void checks_profilers(struct checks *checks, struct worker *worker);

/* The machine's noise: works for `seconds` and says what accuracy to expect. */
enum status checks_noise(struct checks *checks, double seconds);

/* Measures programs against themselves and says the smallest speedup that shows. */
enum status checks_control(struct checks *checks);

#endif
