/* What the files of the tracer share. Used by tracer*.c only.
 *
 *   tracer.c         seizes, stops, lets go; takes note of signals, beginnings and ends
 *   tracer_list.c    the threads and processes that are known
 *   tracer_sleep.c   what the kernel tells of a thread without stopping it
 */
#ifndef FORTYFOLD_PROFILE_TRACER_PARTS_H
#define FORTYFOLD_PROFILE_TRACER_PARTS_H

#include "profile/tracer.h"

/* tracer_list.c: the threads and processes that we know.
 *
 * The last number of a line of /proc/TID/status, by its name as in "\nTgid:"; 0 where there is
 * none. */
uint64_t tracer_status_number(pid_t tid, const char *name);

/* The thread, if it is known and not gone; else NULL. */
struct thread *tracer_find(const struct tracer *tracer, pid_t tid);

/* Adds a thread, and its process where it is the first of that. STATUS_NO_MEMORY. */
enum status tracer_add(struct tracer *tracer, pid_t tid, pid_t pid, struct thread **added);

/* Removes the threads that are gone, and processes without any. */
void tracer_sweep(struct tracer *tracer);

/* Forgets a thread (which must stand in the list), and all processes. */
void tracer_remove(struct tracer *tracer, struct thread *thread);
void tracer_remove_processes(struct tracer *tracer);

/* tracer_sleep.c: does the kernel count how often a thread was put on a processor? */
bool tracer_counts_turns(void);

#endif
