/* How many threads a parallel region may have in this process.
 *
 * libgomp keeps its threads for the next region. A child made by fork() has none of them, yet its
 * copy of libgomp counts on them, and the child's next region would wait for ever. So a process
 * that was forked after a region runs on one thread; one that was forked before any makes threads
 * of its own, and so does whoever execs.
 */
#ifndef FORTYFOLD_KERNELS_OPENMP_THREADS_H
#define FORTYFOLD_KERNELS_OPENMP_THREADS_H

/* `wanted`, or 1 where more would hang. To be asked right before each region; who gets 1 opens no
 * region. May be called by several threads at once. */
unsigned threads_allowed(unsigned wanted);

#endif
