/* Worker processes: started, bounded, asked, watched, ended.
 *
 * A worker is the distribution's python3 executable with our object preloaded (harness/worker/).
 * It has a process group of its own, a private socket, standard output and error in a memory
 * file, no standard input, a bound on its address space, and dies with the harness. The harness
 * never waits for it without a deadline.
 *
 * A worker that fails is ended at once; `failure` then says what to write into its cell.
 */
#ifndef FORTYFOLD_MEASURE_PROCESS_H
#define FORTYFOLD_MEASURE_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"
#include "base/wire.h"
#include "model/run.h"

struct worker_limits {
    size_t threads;        /* for OpenMP, BLAS and their like; at least 1 */
    uint64_t memory_bytes; /* address space; 0: no limit */
    double timeout_s;      /* for one command; above 0 */
    int cpu;               /* the only processor it may use; −1: any */
};

enum { WORKER_TOKENS = 32 };

struct worker {
    pid_t pid; /* 0: none */
    int pidfd, socket, output;
    struct worker_limits limits;
    /* Drawn ahead, so that not every command pays for a system call; each is used once. */
    uint64_t tokens[WORKER_TOKENS];
    size_t tokens_left;
    char *python;     /* version */
    char *executable; /* path */
    char *host;       /* the file with the interpreter's code */
    struct {
        enum cell_status status; /* CELL_OK: it has not failed */
        char *reason;
    } failure;
};

/* The answer to a command: its fields are read from `in`. answer_free() releases it. */
struct answer {
    unsigned char *bytes;
    struct unpack in;
};

/* Starts a worker and waits until it is ready. On failure `worker` holds why (STATUS_WORKER,
 * STATUS_TOOL) and needs worker_stop() all the same. */
enum status worker_start(uint32_t hash_seed, const struct worker_limits *limits,
                         struct worker *worker);

/* The same in another interpreter: `interpreter` is a program that runs Python, a path or a name
 * that is looked up; NULL is the distribution's. There the worker is written in Python
 * (harness/worker/plain.py): it loads, calibrates, prepares and runs, no more. */
enum status worker_start_in(const char *interpreter, uint32_t hash_seed,
                            const struct worker_limits *limits, struct worker *worker);

/* Sends a command and waits for its answer, at most timeout_s. The answer's body may have
 * `limit_bytes` at most.
 * STATUS_REFUSED: Python raised; the worker lives, failure holds the traceback.
 * STATUS_WORKER: it crashed, hung or broke the protocol; it was ended, failure says how.
 * STATUS_INTERRUPTED: the user interrupted; the worker lives. */
enum status worker_ask(struct worker *worker, enum wire_kind kind, const struct pack *body,
                       uint64_t limit_bytes, struct answer *answer);

void answer_free(struct answer *answer);

/* The largest resident size so far (VmHWM, read by the harness), 0 where unknown. */
uint64_t worker_peak_rss_bytes(const struct worker *worker);

/* The end of what it printed so far, at most 3,000 bytes, "" when it printed nothing; the caller
 * frees it. NULL when there is no memory. */
char *worker_output(const struct worker *worker);

/* Ends the worker and everything it started, and releases what it owns. NULL and a worker that
 * was never started are legal. */
void worker_stop(struct worker *worker);

/* While the harness waits for any worker it calls `notice` about twice a second, from now on; NULL
 * ends that. For a progress bar: samples of minutes would leave it standing still. */
void worker_while_waiting(void (*notice)(void *context), void *context);

#endif
