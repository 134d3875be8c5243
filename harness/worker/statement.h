/* Statements: what `python3 -m timeit` times, timed by the interpreter's own timeit module.
 *
 * Its Timer compiles the loop, and its timeit() runs it: so the figures agree with
 * `python3 -m timeit` in every version of Python, by construction.
 * As in python.h, false means that Python raised, and python_raised() says what.
 */
#ifndef FORTYFOLD_WORKER_STATEMENT_H
#define FORTYFOLD_WORKER_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Compiles the loop. Modules in the current folder can be imported. `by_cpu`: time is the
 * process's CPU time. False also when the texts do not compile. */
bool statement_compile(const char *setup, const char *statement, bool by_cpu);

/* Runs the setup once and the statement `number` times, garbage collector off; the time of the
 * latter. */
bool statement_loop(uint64_t number, double *seconds);

#endif
