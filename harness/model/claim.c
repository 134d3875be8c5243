#include "model/claim.h"

#include <stdlib.h>

static const char *const names[CLAIM_VERDICT_COUNT] = {
    [CLAIM_REPRODUCED] = "reproduced",
    [CLAIM_EXCEEDED] = "exceeded",
    [CLAIM_NOT_REPRODUCED] = "not reproduced",
    [CLAIM_NOT_RESOLVED] = "not resolved",
};

const char *claim_verdict_name(enum claim_verdict verdict)
{
    return names[verdict];
}

void claims_free(struct claim *claims, size_t count)
{
    for (size_t i = 0; claims != NULL && i < count; i++) {
        char *strings[] = {claims[i].id,        claims[i].title,         claims[i].lab,
                           claims[i].preset,    claims[i].quantity_name, claims[i].baseline,
                           claims[i].candidate, claims[i].source,        claims[i].configuration,
                           claims[i].note};
        for (size_t j = 0; j < sizeof strings / sizeof *strings; j++) {
            free(strings[j]);
        }
    }
    free(claims);
}
