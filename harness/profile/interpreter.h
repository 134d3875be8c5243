/* Interpreter: is there a CPython in a process, which one, and where does it keep its threads?
 *
 * Units: addresses are the process's. Ownership: nothing is allocated.
 */
#ifndef FORTYFOLD_PROFILE_INTERPRETER_H
#define FORTYFOLD_PROFILE_INTERPRETER_H

#include <stdint.h>

#include "profile/layout.h"
#include "profile/maps.h"

enum interpreter_answer {
    INTERPRETER_FOUND,
    INTERPRETER_NOT_YET, /* no Python (so far): libraries may still be loaded */
    INTERPRETER_UNKNOWN  /* one that cannot be read; `name` says which */
};

struct interpreter {
    struct layout layout;
    uint64_t runtime;              /* address of _PyRuntime */
    uint64_t code_type;            /* address of PyCode_Type; 0: not known */
    const struct library *library; /* the file with the interpreter's code */
    char name[64];                 /* "CPython 3.11.2", "CPython 3.9", "PyPy" */
};

/* The versions that can be read, for messages. */
#define INTERPRETER_KNOWN "CPython 3.11, 3.12 and 3.13"

/* Looks through the process's code, as `maps` has it. The threads may not exist yet when it is
 * found: the interpreter's own start takes some milliseconds. */
enum interpreter_answer interpreter_find(const struct maps *maps, struct interpreter *found);

/* Calls `see` with the address of each thread state, newest first, until it answers true. False
 * when the list could not be walked to its end: it is changing. */
bool interpreter_threads(pid_t pid, const struct interpreter *interpreter,
                         bool (*see)(void *context, uint64_t interpreter_state, uint64_t thread),
                         void *context);

#endif
