/* A published figure (reference/claims.toml), to be checked on this machine. */
#ifndef FORTYFOLD_MODEL_CLAIM_H
#define FORTYFOLD_MODEL_CLAIM_H

#include <stddef.h>

#include "model/run.h"

enum claim_quantity {
    CLAIM_RATIO,  /* baseline's time / candidate's time: can be judged anywhere */
    CLAIM_SECONDS /* time of one call: depends on the machine */
};

enum claim_verdict {
    CLAIM_REPRODUCED,
    CLAIM_EXCEEDED,       /* faster than published */
    CLAIM_NOT_REPRODUCED, /* slower than published */
    CLAIM_NOT_RESOLVED,
    CLAIM_VERDICT_COUNT
};

struct claim {
    char *id, *title, *lab, *preset, *quantity_name, *baseline, *candidate;
    char *source, *configuration, *note; /* note may be NULL; baseline, when seconds */
    size_t size;
    double low, high; /* published: the same for a single figure */
    enum claim_quantity quantity;
};

const char *claim_verdict_name(enum claim_verdict verdict);

/* Releases the claims and the array. NULL is legal. */
void claims_free(struct claim *claims, size_t count);

#endif
