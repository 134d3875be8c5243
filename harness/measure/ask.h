/* What can be asked of a worker, with C types. Each fails as worker_ask() does. */
#ifndef FORTYFOLD_MEASURE_ASK_H
#define FORTYFOLD_MEASURE_ASK_H

#include "measure/process.h"
#include "model/problem.h"
#include "model/value.h"

/* NumPy's version, "" where it is not installed; the caller frees it. */
enum status ask_describe(struct worker *worker, char **numpy);

/* The TOML file as JSON text; the caller frees it. */
enum status ask_toml(struct worker *worker, const char *path, char **json);

/* Is there a Python module or a program of that name? */
enum status ask_require(struct worker *worker, const char *name, bool *there);

/* Imports folder/file and keeps its function. */
enum status ask_load(struct worker *worker, const char *folder, const char *file,
                     const char *function, double *import_s);

/* Imports the problem's file. */
enum status ask_problem(struct worker *worker, const char *folder, const char *file);

/* The problem's arguments, a group; the caller frees it. */
enum status ask_make(struct worker *worker, const struct problem *problem, struct value *out);

/* What the loaded function returns, not timed; the caller frees it. */
enum status ask_solve(struct worker *worker, const struct problem *problem, struct value *out);

enum status ask_calibrate(struct worker *worker, const struct problem *problem, double target_s,
                          uint64_t pool_bytes, double *first_call_s, double *warmup_s,
                          uint64_t *calls_count);

/* Fresh copies of the problem's arguments for so many calls. */
enum status ask_prepare(struct worker *worker, const struct problem *problem, uint64_t calls_count);

/* One timed sample of what was prepared. The results of the last call and of call `pick` come
 * back in values[0 … *count − 1]; the caller frees them. Each may take `limit_bytes`. */
enum status ask_run(struct worker *worker, uint64_t pick, uint64_t limit_bytes,
                    struct wire_times *times, struct value values[2], size_t *count);

#endif
