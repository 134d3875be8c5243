#include "measure/ask.h"

#include <stdlib.h>

enum {
    SMALL_BYTES = 1 << 12,
    TEXT_BYTES = 1 << 24,
};

/* Arguments of a problem, and the results of oracles: bounded by what a machine can hold. */
static const uint64_t value_limit_bytes = UINT64_C(1) << 34;

static enum status check(const struct answer *answer)
{
    return answer->in.failed ? status_fail(STATUS_WORKER, "a worker's answer ended before its time")
                             : STATUS_OK;
}

static enum status ask(struct worker *worker, enum wire_kind kind, struct pack *body,
                       uint64_t limit_bytes, struct answer *answer)
{
    enum status status = worker_ask(worker, kind, body, limit_bytes, answer);
    pack_free(body);
    return status;
}

/* Asks for an answer that is one string. */
static enum status ask_string(struct worker *worker, enum wire_kind kind, struct pack *body,
                              char **out)
{
    struct answer answer;
    enum status status = ask(worker, kind, body, TEXT_BYTES, &answer);
    if (status != STATUS_OK) {
        return status;
    }
    *out = unpack_string(&answer.in);
    status =
        *out == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for an answer") : check(&answer);
    answer_free(&answer);
    return status;
}

static void pack_problem(struct pack *body, const struct problem *problem)
{
    pack_u64(body, problem->size);
    pack_u64(body, problem->seed);
    pack_string(body, problem->parameters);
}

static enum status take_value(struct answer *answer, struct value *out)
{
    size_t used = 0;
    enum status status = value_decode(answer->in.at, answer->in.left, &used, out);
    answer->in.at += used;
    answer->in.left -= used;
    /* The worker's fault, not the user's. */
    return status == STATUS_BAD_INPUT ? STATUS_WORKER : status;
}

static enum status ask_value(struct worker *worker, enum wire_kind kind,
                             const struct problem *problem, struct value *out)
{
    struct answer answer;
    struct pack body = {0};
    pack_problem(&body, problem);
    enum status status = ask(worker, kind, &body, value_limit_bytes, &answer);
    if (status == STATUS_OK) {
        status = take_value(&answer, out);
        answer_free(&answer);
    }
    return status;
}

enum status ask_describe(struct worker *worker, char **numpy)
{
    struct pack body = {0};
    return ask_string(worker, WIRE_DESCRIBE, &body, numpy);
}

enum status ask_toml(struct worker *worker, const char *path, char **json)
{
    struct pack body = {0};
    pack_string(&body, path);
    return ask_string(worker, WIRE_TOML, &body, json);
}

enum status ask_require(struct worker *worker, const char *name, bool *there)
{
    struct answer answer;
    struct pack body = {0};
    pack_string(&body, name);
    enum status status = ask(worker, WIRE_REQUIRE, &body, SMALL_BYTES, &answer);
    if (status == STATUS_OK) {
        *there = unpack_u64(&answer.in) != 0;
        answer_free(&answer);
    }
    return status;
}

enum status ask_load(struct worker *worker, const char *folder, const char *file,
                     const char *function, double *import_s)
{
    struct answer answer;
    struct pack body = {0};
    pack_string(&body, folder);
    pack_string(&body, file);
    pack_string(&body, function);
    enum status status = ask(worker, WIRE_LOAD, &body, SMALL_BYTES, &answer);
    if (status == STATUS_OK) {
        *import_s = unpack_f64(&answer.in);
        answer_free(&answer);
    }
    return status;
}

enum status ask_problem(struct worker *worker, const char *folder, const char *file)
{
    struct answer answer;
    struct pack body = {0};
    pack_string(&body, folder);
    pack_string(&body, file);
    enum status status = ask(worker, WIRE_PROBLEM, &body, SMALL_BYTES, &answer);
    if (status == STATUS_OK) {
        answer_free(&answer);
    }
    return status;
}

enum status ask_make(struct worker *worker, const struct problem *problem, struct value *out)
{
    return ask_value(worker, WIRE_MAKE, problem, out);
}

enum status ask_solve(struct worker *worker, const struct problem *problem, struct value *out)
{
    return ask_value(worker, WIRE_SOLVE, problem, out);
}

enum status ask_calibrate(struct worker *worker, const struct problem *problem, double target_s,
                          uint64_t pool_bytes, double *first_call_s, double *warmup_s,
                          uint64_t *calls_count)
{
    struct answer answer;
    struct pack body = {0};
    pack_problem(&body, problem);
    pack_f64(&body, target_s);
    pack_u64(&body, pool_bytes);
    enum status status = ask(worker, WIRE_CALIBRATE, &body, SMALL_BYTES, &answer);
    if (status == STATUS_OK) {
        *first_call_s = unpack_f64(&answer.in);
        *warmup_s = unpack_f64(&answer.in);
        *calls_count = unpack_u64(&answer.in);
        status = *calls_count == 0 ? STATUS_WORKER : check(&answer);
        answer_free(&answer);
    }
    return status;
}

enum status ask_prepare(struct worker *worker, const struct problem *problem, uint64_t calls_count)
{
    struct answer answer;
    struct pack body = {0};
    pack_problem(&body, problem);
    pack_u64(&body, calls_count);
    enum status status = ask(worker, WIRE_PREPARE, &body, SMALL_BYTES, &answer);
    if (status == STATUS_OK) {
        answer_free(&answer);
    }
    return status;
}

enum status ask_run(struct worker *worker, uint64_t pick, uint64_t limit_bytes,
                    struct wire_times *times, struct value values[2], size_t *count)
{
    struct answer answer;
    struct pack body = {0};
    *count = 0;
    pack_u64(&body, pick);
    enum status status = ask(worker, WIRE_RUN, &body, 2 * limit_bytes + SMALL_BYTES, &answer);
    if (status != STATUS_OK) {
        return status;
    }
    unpack_bytes(&answer.in, times, sizeof *times);
    uint64_t expected = unpack_u64(&answer.in);
    status = expected < 1 || expected > 2 ? STATUS_WORKER : check(&answer);
    while (status == STATUS_OK && *count < expected) {
        status = take_value(&answer, &values[*count]);
        *count += status == STATUS_OK;
    }
    answer_free(&answer);
    return status;
}
