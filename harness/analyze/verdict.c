#include "analyze/verdict.h"

#include <math.h>
#include <string.h>

#include "analyze/speedup.h"

static const double rounding_share = 0.1;
static const double wide_factor = 2;

static const struct cell *find(const struct run *run, const char *variant, size_t size)
{
    for (size_t i = 0; i < run->variants_count; i++) {
        if (strcmp(run->variants[i].name, variant) == 0) {
            const struct cell *cell = run_cell(run, i, size);
            return cell != NULL && cell->status == CELL_OK ? cell : NULL;
        }
    }
    return NULL;
}

enum status verdict_measure(const struct claim *claim, const struct run *run, struct ratio *figure)
{
    *figure = (struct ratio){NAN, NAN, NAN};
    const struct cell *candidate = find(run, claim->candidate, claim->size);
    if (candidate == NULL) {
        return STATUS_OK;
    }
    if (claim->quantity == CLAIM_SECONDS) {
        return speedup_seconds(candidate, figure);
    }
    const struct cell *baseline = find(run, claim->baseline, claim->size);
    return baseline == NULL ? STATUS_OK
                            : speedup_ratio(baseline, candidate, speedup_real_s, figure);
}

enum claim_verdict verdict_judge(const struct claim *claim, const struct ratio *figure)
{
    if (!isfinite(figure->low) || !isfinite(figure->high)) {
        return CLAIM_NOT_RESOLVED;
    }
    double low = claim->low * (1 - rounding_share), high = claim->high * (1 + rounding_share);
    bool above = figure->low > high, below = figure->high < low;
    if (!above && !below) {
        return figure->high > wide_factor * figure->low ? CLAIM_NOT_RESOLVED : CLAIM_REPRODUCED;
    }
    /* More of a speedup is faster, more seconds are slower. */
    bool faster = claim->quantity == CLAIM_RATIO ? above : below;
    return faster ? CLAIM_EXCEEDED : CLAIM_NOT_REPRODUCED;
}
