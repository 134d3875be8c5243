/* A session: one lab measured from its lab.toml to its run.json, as `run` and `claims` do it. */
#ifndef FORTYFOLD_COMMANDS_SESSION_H
#define FORTYFOLD_COMMANDS_SESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "model/lab.h"
#include "model/run.h"
#include "plan/plan.h"

struct session_request {
    const char *lab;          /* name or folder; unused when resuming */
    struct plan_request plan; /* unused when resuming */
    const char *output;       /* NULL: results/ID, and results/latest points at it */
    const char *resume;       /* NULL, or the folder of an interrupted run */
    char **command;           /* the words of the command line, for the record */
    int command_count;
    /* NULL, or what to change of the lab before it is planned; a run that is resumed has none. */
    enum status (*arrange)(void *context, struct lab *lab);
    /* NULL, or what decides (where the plan has a precision) that no more blocks are needed. */
    bool (*enough)(void *context, struct run *run);
    void *context; /* of these two */
    /* NULL, or what the run's name begins with, "check"; results/latest then stays as it is. */
    const char *kind;
};

/* Measures (or goes on), analyses, and writes log.jsonl, run.json and samples.csv into the run's
 * folder (run->folder), with a progress bar on standard error. An interrupt is no failure:
 * run->ended_by tells. The caller frees the run also after a failure. */
enum status session_run(const struct session_request *request, struct run *run);

/* Draws the pictures and the report into the run's folder. What a missing tool prevents is said
 * once on standard error and is no failure, unless it is asked for `strictly` (STATUS_TOOL). */
enum status session_pictures(const struct run *run, bool strictly);

/* Prints the table, the text curve and the names of the files. */
enum status session_print(const struct run *run, FILE *out);

/* EXIT_YES, EXIT_NO (a wrong answer), EXIT_WORKER (a worker failed), EXIT_INTERRUPTED. */
enum exit_status session_answer(const struct run *run);

/* Starts a worker for reading TOML files; the caller stops it. */
struct worker;
enum status session_reader(struct worker *worker);

#endif
