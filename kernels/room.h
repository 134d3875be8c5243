/* Room for a kernel's arrays, which kernels never make themselves (kernels/kernel.h): workspaces,
 * matrices of goals.
 *
 * Large rooms lie on huge pages, of 2 MiB instead of 4 KiB, where the system has them
 * (madvise(2), MADV_HUGEPAGE). They are faster in two ways: a row of a matrix of some MiB needs far
 * fewer translations of addresses than the processor remembers, each of which is dear under a
 * hypervisor (two tables to walk instead of one); and the first touch of a page, where the system
 * interrupts the program and clears it, happens 512 times less often. It is advice: where it is not
 * taken, the room is as good, and slower.
 *
 * NumPy (1.24) asks for the same for its arrays from 4 MiB on, wherever they begin: of the 7.6 MiB
 * of goals that labs/mds/problem.py makes for 1000 points 6 lie on huge pages, of the 30.5 for 2000
 * points 30, and none for 700 points or fewer (AnonHugePages in /proc/self/smaps).
 *
 * Ownership: the caller's, from room_make() to room_free(). Units: bytes.
 */
#ifndef FORTYFOLD_KERNELS_ROOM_H
#define FORTYFOLD_KERNELS_ROOM_H

#include <stddef.h>

/* Room for so many bytes, 0 as well, aligned to KERNEL_ALIGNMENT; what is in it is anything. NULL
 * when there is no memory for it, as for SIZE_MAX. Large rooms take up to 2 MiB more. */
void *room_make(size_t bytes);

/* NULL is allowed. */
void room_free(void *room);

#endif
