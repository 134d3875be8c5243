#include "model/plan.h"

#include <stdlib.h>
#include <string.h>

void plan_free(struct plan *plan)
{
    if (plan == NULL) {
        return;
    }
    free(plan->preset);
    free(plan->parameters);
    free(plan->sizes);
    free(plan->variants);
    memset(plan, 0, sizeof *plan);
}
