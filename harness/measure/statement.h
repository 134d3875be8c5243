/* Statements, timed as `python3 -m timeit` times them, in a worker. */
#ifndef FORTYFOLD_MEASURE_STATEMENT_H
#define FORTYFOLD_MEASURE_STATEMENT_H

#include "measure/process.h"

struct statement {
    char *setup; /* owned by the caller */
    char *text;
    bool by_cpu;      /* time is the process's CPU time */
    double timeout_s; /* for one loop, 0: none */
};

/* Starts a worker and compiles the statement there. STATUS_REFUSED: it does not compile; the
 * traceback is in worker->failure.reason. Needs worker_stop() also after a failure. */
enum status statement_start(const struct statement *statement, uint32_t hash_seed,
                            struct worker *worker);

/* Runs the setup once and then the statement `number` times; how long the latter took in all.
 * STATUS_REFUSED: an exception. Otherwise fails as worker_ask() does. */
enum status statement_loop(struct worker *worker, uint64_t number, double *seconds);

/* The next of timeit's numbers of loops: 1, 2, 5, 10, 20, 50, … */
uint64_t statement_next_number(uint64_t number);

/* The first of these numbers that takes 0.2 s or longer. `tell` (NULL: nobody) hears of each. */
enum status statement_autorange(struct worker *worker, void (*tell)(uint64_t, double, void *),
                                void *context, uint64_t *number);

#endif
