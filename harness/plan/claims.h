/* Claims on disk: reading reference/claims.toml. */
#ifndef FORTYFOLD_PLAN_CLAIMS_H
#define FORTYFOLD_PLAN_CLAIMS_H

#include "measure/process.h"
#include "model/claim.h"

/* Reads every [[claim]] of a file, by way of a worker, and checks each key. STATUS_BAD_INPUT names
 * file and key. The caller frees with claims_free(), also after a failure. */
enum status claims_read(struct worker *worker, const char *path, struct claim **claims,
                        size_t *count);

#endif
