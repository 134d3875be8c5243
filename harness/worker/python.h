/* The interpreter in a worker: what the harness may ask of it, without Python's types.
 *
 * A function returns true when Python did what it was asked; on false, python_raised() says what
 * was raised. Strings and values that come back belong to the caller. One interpreter a process:
 * NumPy does not survive a second initialisation.
 */
#ifndef FORTYFOLD_WORKER_PYTHON_H
#define FORTYFOLD_WORKER_PYTHON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/wire.h"
#include "model/problem.h"
#include "model/value.h"

/* Starts the interpreter: isolated, as program `executable`, with site-packages, the given hash
 * seed (0 switches randomisation off), unbuffered output, no bytecode written, faulthandler on,
 * garbage collector off. `kernels` is a folder for sys.path (after the lab's), or NULL.
 * Prints why and returns false when the interpreter cannot start. */
bool python_start(const char *executable, uint32_t hash_seed, const char *kernels);

/* The interpreter's version, and the file that its code is in (the executable itself, or a shared
 * libpython). Static strings. */
const char *python_version(void);
const char *python_host(void);

bool python_describe(char **numpy_version);
bool python_toml(const char *path, char **json);
bool python_require(const char *name, bool *there);

/* Imports folder/file and keeps its `function` for the calls below. */
bool python_load(const char *folder, const char *file, const char *function, double *import_s);

/* Imports folder/file and keeps its make(). */
bool python_problem(const char *folder, const char *file);

/* The arguments of a problem, as values (a group). */
bool python_make(const struct problem *problem, struct value *out);

/* What the loaded function returns for a problem, not timed. */
bool python_solve(const struct problem *problem, struct value *out);

/* Makes the pool: `calls` copies of the problem's arguments, so that a call that changes its
 * arguments does not change those of the next. Arguments that cannot change are shared. */
bool python_prepare(const struct problem *problem, uint64_t calls);

/* Bytes that one copy of the prepared arguments takes, about; 0 when copies are shared. */
size_t python_argument_bytes(void);

/* Calls the loaded function once for each entry of the pool, between two readings of the clocks.
 * The results of call `pick` and of the last call are kept; *count is how many `values` were
 * filled (1 when they are the same call). The pool is used up. */
bool python_run(uint64_t pick, struct wire_times *times, struct value values[2], size_t *count);

/* Collects garbage and puts all that is alive out of the collector's sight, so that the
 * collection before a sample has little to look at. */
bool python_settle(void);

/* What the latest false meant. *text is new (the traceback, at most 8 KiB of its end) or NULL. */
enum wire_raised python_raised(char **text);

#endif
