#include "measure/verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "measure/ask.h"
#include "reference/oracle.h"

enum { PLACE_BYTES = 128 };

/* "[3, 1]" for element `index` of an array; a group's member comes before it: "2[3, 1]". */
static void describe_place(const struct value *array, size_t index, char *text, size_t size)
{
    size_t position[VALUE_RANK_MAX];
    for (size_t i = array->rank; i-- > 0;) {
        position[i] = index % array->shape[i];
        index /= array->shape[i];
    }
    size_t used = (size_t)snprintf(text, size, "[");
    for (size_t i = 0; i < array->rank && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%zu", i > 0 ? ", " : "", position[i]);
    }
    if (used < size) {
        snprintf(text + used, size - used, "]");
    }
}

static bool numbers_match(double expected, double result, const struct tolerance *tolerance,
                          struct residual *residual)
{
    if (isnan(expected) || isnan(result)) {
        return isnan(expected) && isnan(result);
    }
    if (isinf(expected) || isinf(result)) {
        return expected == result;
    }
    double difference = fabs(result - expected);
    residual->max_absolute = fmax(residual->max_absolute, difference);
    if (expected != 0) {
        residual->max_relative = fmax(residual->max_relative, difference / fabs(expected));
    }
    return difference <= tolerance->absolute + tolerance->relative * fabs(expected);
}

static bool arrays_match(const struct value *expected, const struct value *result,
                         const struct tolerance *tolerance, struct residual *residual, char *why,
                         size_t size)
{
    bool match = true;
    for (size_t i = 0; i < expected->count; i++) {
        double e = expected->numbers[i], x = result->numbers[i];
        if (!numbers_match(e, x, tolerance, residual) && match) {
            char place[PLACE_BYTES] = "the number";
            match = false;
            if (expected->rank > 0) {
                describe_place(expected, i, place, sizeof place);
            }
            snprintf(why, size, "%s%s is %.17g, the oracle says %.17g (off by %.3g)",
                     expected->rank > 0 ? "element " : "", place, x, e, fabs(x - e));
        }
    }
    return match;
}

static bool same_outline(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind || a->rank != b->rank || a->count != b->count) {
        return false;
    }
    return a->kind != VALUE_ARRAY || memcmp(a->shape, b->shape, a->rank * sizeof a->shape[0]) == 0;
}

bool verify_compare(const struct value *expected, const struct value *result,
                    const struct tolerance *tolerance, struct residual *residual, char *why,
                    size_t size)
{
    if (!same_outline(expected, result)) {
        char got[PLACE_BYTES], wanted[PLACE_BYTES];
        value_describe(result, got, sizeof got);
        value_describe(expected, wanted, sizeof wanted);
        snprintf(why, size, "the result is %s, the oracle's is %s", got, wanted);
        return false;
    }
    if (expected->kind == VALUE_ARRAY) {
        return arrays_match(expected, result, tolerance, residual, why, size);
    }
    bool match = true;
    for (size_t i = 0; expected->kind == VALUE_GROUP && i < expected->count; i++) {
        char inner[512] = "";
        if (!verify_compare(&expected->members[i], &result->members[i], tolerance, residual, inner,
                            sizeof inner) &&
            match) {
            match = false;
            snprintf(why, size, "in part %zu: %s", i, inner);
        }
    }
    return match;
}

/* A traceback in one line: its last, with the file and line that were named last. */
static char *one_line(const char *reason)
{
    if (reason == NULL) {
        return NULL;
    }
    char *copy = strdup(reason);
    char *text = copy == NULL ? NULL : text_trim(copy);
    char *last = text == NULL ? NULL : strrchr(text, '\n');
    char *line = NULL;
    const char *place = NULL;
    for (const char *at = reason; (at = strstr(at, "  File \"")) != NULL; at++) {
        place = at + strlen("  File \"");
    }
    const char *number = place == NULL ? NULL : strstr(place, ", line ");
    if (last == NULL || number == NULL) {
        line = text == NULL ? NULL : strndup(text, strcspn(text, "\n"));
    } else {
        const char *name = memrchr(place, '/', strcspn(place, "\""));
        name = name == NULL ? place : name + 1;
        line = text_format("%s (%.*s, line %d)", text_trim(last + 1), (int)strcspn(name, "\""),
                           name, atoi(number + strlen(", line ")));
    }
    free(copy);
    return line;
}

/* A failure of the verifier's own worker is a fault of the lab, not of a variant. */
static enum status blame_lab(const struct verifier *verifier, enum status status, const char *what)
{
    if (status != STATUS_REFUSED && status != STATUS_WORKER) {
        return status;
    }
    char *reason = one_line(verifier->worker.failure.reason);
    status = status_fail(STATUS_BAD_INPUT, "%s/%s: %s", verifier->lab->folder, what,
                         reason != NULL ? reason : "its worker failed");
    free(reason);
    return status;
}

static enum status load_oracle(struct verifier *verifier)
{
    const struct lab *lab = verifier->lab;
    double ignored_s;
    enum status status;
    switch (lab->oracle_kind) {
    case ORACLE_REFERENCE:
        return oracle_find(lab->oracle) != NULL
                   ? STATUS_OK
                   : status_fail(STATUS_BAD_INPUT,
                                 "%s/lab.toml: problem.oracle: reference/ has no oracle \"%s\"",
                                 lab->folder, lab->oracle);
    case ORACLE_FILE:
        status = ask_load(&verifier->worker, lab->folder, lab->oracle, "solve", &ignored_s);
        return blame_lab(verifier, status, lab->oracle);
    case ORACLE_VARIANT:
        break;
    }
    const struct variant *variant = &lab->variants[lab_variant_index(lab, lab->oracle)];
    status = ask_load(&verifier->worker, lab->folder, variant->file, variant->function, &ignored_s);
    return blame_lab(verifier, status, variant->file);
}

enum status verify_open(const struct lab *lab, const struct worker_limits *limits,
                        struct verifier *verifier)
{
    memset(verifier, 0, sizeof *verifier);
    verifier->lab = lab;
    enum status status = worker_start(0, limits, &verifier->worker);
    if (status == STATUS_OK) {
        status = blame_lab(verifier, ask_problem(&verifier->worker, lab->folder, lab->problem_file),
                           lab->problem_file);
    }
    if (status == STATUS_OK) {
        status = load_oracle(verifier);
    }
    if (status != STATUS_OK) {
        verify_close(verifier);
    }
    return status;
}

static enum status solve(struct verifier *verifier, const struct problem *problem)
{
    const struct lab *lab = verifier->lab;
    if (lab->oracle_kind != ORACLE_REFERENCE) {
        const char *file = lab->oracle_kind == ORACLE_FILE
                               ? lab->oracle
                               : lab->variants[lab_variant_index(lab, lab->oracle)].file;
        return blame_lab(verifier, ask_solve(&verifier->worker, problem, &verifier->expected),
                         file);
    }
    struct value arguments = {0};
    enum status status = ask_make(&verifier->worker, problem, &arguments);
    status = blame_lab(verifier, status, lab->problem_file);
    if (status == STATUS_OK) {
        status = oracle_find(lab->oracle)
                     ->solve(arguments.members, arguments.count, &verifier->expected);
    }
    value_free(&arguments);
    return status;
}

/* make() must give one problem for one seed, or no two variants would work on the same. What cannot
 * be compared (it is not numbers) is not checked. */
static enum status check_repeatable(struct verifier *verifier, const struct problem *problem)
{
    static const struct tolerance exact = {0, 0};
    struct value first = {0}, second = {0};
    struct residual residual = {0, 0};
    char why[512] = "";
    enum status status = ask_make(&verifier->worker, problem, &first);
    if (status == STATUS_OK) {
        status = ask_make(&verifier->worker, problem, &second);
    }
    bool same =
        status != STATUS_OK || verify_compare(&first, &second, &exact, &residual, why, sizeof why);
    value_free(&first);
    value_free(&second);
    if (!same) {
        return status_fail(STATUS_BAD_INPUT,
                           "%s/%s: make() gives two problems for one seed (size %llu, seed %llu); "
                           "use only random numbers made from the seed",
                           verifier->lab->folder, verifier->lab->problem_file,
                           (unsigned long long)problem->size, (unsigned long long)problem->seed);
    }
    status_clear();
    return status == STATUS_REFUSED ? STATUS_OK
                                    : blame_lab(verifier, status, verifier->lab->problem_file);
}

enum status verify_solve(struct verifier *verifier, const struct problem *problem)
{
    if (verifier->solved.size == problem->size && verifier->solved.seed == problem->seed &&
        verifier->solved.size != 0) {
        return STATUS_OK;
    }
    value_free(&verifier->expected);
    verifier->solved.size = 0;
    enum status status = STATUS_OK;
    if (!verifier->repeatable) {
        status = check_repeatable(verifier, problem);
        verifier->repeatable = status == STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = solve(verifier, problem);
    }
    if (status == STATUS_OK) {
        verifier->solved = *problem;
    }
    return status;
}

static uint64_t value_bytes(const struct value *value)
{
    uint64_t bytes = 128 + 8 * (uint64_t)value->count;
    for (size_t i = 0; value->kind == VALUE_GROUP && i < value->count; i++) {
        bytes += value_bytes(&value->members[i]);
    }
    return bytes;
}

uint64_t verify_limit_bytes(const struct verifier *verifier)
{
    return 4 * value_bytes(&verifier->expected) + (1 << 20);
}

void verify_close(struct verifier *verifier)
{
    if (verifier == NULL) {
        return;
    }
    value_free(&verifier->expected);
    worker_stop(&verifier->worker);
}
