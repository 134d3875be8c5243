/* A roofline: what this machine can do at most, and what each kernel does of it.
 *
 * Units: seconds an instruction, bytes, bytes a second, hertz. "One" is one core alone, "all" every
 * core at the same time, added up. NAN: there is no such instruction here.
 *
 * Ownership: a roofline owns its arrays and its host's strings; all other strings are constants.
 */
#ifndef FORTYFOLD_MODEL_ROOFLINE_H
#define FORTYFOLD_MODEL_ROOFLINE_H

#include "model/run.h"

enum { ROOFLINE_KINDS_MAX = 16, ROOFLINE_ISAS_MAX = 8, ROOFLINE_LEVELS_MAX = 24 };

/* A kind of instruction. */
struct roofline_rate {
    const char *name; /* "fma" */
    double flops;     /* operations of an instruction, over all lanes */
    double one_s;     /* between two instructions on one core */
    double all_s;     /* the same of all cores together: one_s/cores where they do not disturb */
};

struct roofline_isa {
    const char *name;
    const char *missing; /* NULL, or why it was not measured */
    size_t lanes;        /* doubles a register */
    struct roofline_rate rates[ROOFLINE_KINDS_MAX];
    size_t rates_count;
};

/* Reading again and again what takes so many bytes (a core). */
struct roofline_level {
    uint64_t bytes;
    double one_bytes_per_s, all_bytes_per_s;
};

struct roofline_kernel {
    const char *operation, *name, *isa, *unit;
    double flops_per_unit, bytes_per_unit;
    double unit_s;     /* measured, on one core */
    double limit_s;    /* of a unit, by the machine's limit measured beside it; NAN: not known */
    const char *bound; /* which limit: "fma", …; NULL: not known */
};

struct roofline {
    struct host host;
    char *started; /* RFC 3339 */
    size_t cores_count;
    double one_hz, all_hz; /* clock of a core, alone and beside the others */
    struct roofline_isa isas[ROOFLINE_ISAS_MAX];
    size_t isas_count;
    struct roofline_level levels[ROOFLINE_LEVELS_MAX]; /* sizes ascending */
    size_t levels_count;
    struct roofline_kernel *kernels;
    size_t kernels_count;
};

/* Releases what it owns. */
void roofline_free(struct roofline *roofline);

#endif
