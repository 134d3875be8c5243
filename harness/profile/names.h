/* Names: what to call a process and a thread.
 *
 * Ownership: texts are new, the caller frees them; NULL without memory or, of Python's, while there
 * is no name.
 */
#ifndef FORTYFOLD_PROFILE_NAMES_H
#define FORTYFOLD_PROFILE_NAMES_H

#include "profile/tracer.h"

/* "process 1234: python3 worker.py". */
char *names_process(pid_t pid);

/* The kernel's name of the thread and its number: "python3 1235". */
char *names_of_kernel(const struct thread *thread);

/* The name that the program gave it: threading.Thread(name=…), "MainThread". It stands in a dict of
 * the module threading, which is read as it is at this moment; a program that never imports that
 * module has no names. */
char *names_of_python(struct thread *thread);

/* The name of a system call in which programs sleep, NULL for others. Not to be freed. */
const char *names_of_call(long number);

#endif
