/* Verification: is a result the oracle's answer, and how far off is it?
 *
 * The arguments are made by a worker of our own, which never runs a variant that is measured, and
 * the oracle's answer is computed before the round's clock starts. */
#ifndef FORTYFOLD_MEASURE_VERIFY_H
#define FORTYFOLD_MEASURE_VERIFY_H

#include "measure/process.h"
#include "model/lab.h"
#include "model/problem.h"
#include "model/value.h"

struct tolerance {
    double absolute, relative; /* x matches e when |x − e| ≤ absolute + relative·|e| */
};

/* Compares a result with what the oracle says, element by element, shape by shape. NaN matches
 * only NaN, infinity only the same infinity. `residual` is raised to the largest differences of
 * finite elements (start it at 0). When the two do not match, `why` (at most `size` bytes) says
 * where and by how much, and false is returned. */
bool verify_compare(const struct value *expected, const struct value *result,
                    const struct tolerance *tolerance, struct residual *residual, char *why,
                    size_t size);

/* Where truth comes from during a run. */
struct verifier {
    const struct lab *lab;
    struct worker worker; /* makes arguments; runs oracles written in Python */
    struct value expected;
    bool repeatable;       /* make() was seen to give the same problem twice */
    struct problem solved; /* the problem that `expected` answers; size 0: none */
};

/* Starts the verifier's worker and finds the oracle. `lab` must outlive it. STATUS_BAD_INPUT when
 * the oracle is not there or problem.py cannot be imported (the explanation has the traceback). */
enum status verify_open(const struct lab *lab, const struct worker_limits *limits,
                        struct verifier *verifier);

/* Computes the oracle's answer to a problem (or keeps it, when it is the same problem). */
enum status verify_solve(struct verifier *verifier, const struct problem *problem);

/* How many bytes a result may take and still have the oracle's shape, with room to be told apart
 * from it. */
uint64_t verify_limit_bytes(const struct verifier *verifier);

void verify_close(struct verifier *verifier);

#endif
