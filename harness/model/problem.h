/* A problem: which arguments a lab's make(size, seed, **parameters) is asked for. */
#ifndef FORTYFOLD_MODEL_PROBLEM_H
#define FORTYFOLD_MODEL_PROBLEM_H

#include <stdint.h>

struct problem {
    uint64_t size;
    uint64_t seed;
    char *parameters; /* JSON object; who owns it is said where it is made */
};

#endif
