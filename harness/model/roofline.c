#include "model/roofline.h"

#include <stdlib.h>
#include <string.h>

void roofline_free(struct roofline *roofline)
{
    if (roofline == NULL) {
        return;
    }
    struct run holder = {.host = roofline->host};
    run_free(&holder);
    free(roofline->started);
    free(roofline->kernels);
    memset(roofline, 0, sizeof *roofline);
}
