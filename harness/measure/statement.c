#include "measure/statement.h"

#include <unistd.h>

enum { SMALL_BYTES = 1 << 12 };

/* timeit's own: long against the clock's steps and the price of reading it. */
static const double autorange_s = 0.2;

/* 31 years: no limit, within what the clock's nanoseconds hold. */
static const double forever_s = 1e9;

static enum status ask(struct worker *worker, enum wire_kind kind, struct pack *body,
                       struct answer *answer)
{
    enum status status = worker_ask(worker, kind, body, SMALL_BYTES, answer);
    pack_free(body);
    return status;
}

enum status statement_start(const struct statement *statement, uint32_t hash_seed,
                            struct worker *worker)
{
    /* As many threads as python3 would find by itself: the figures are to agree. */
    long threads = sysconf(_SC_NPROCESSORS_ONLN);
    const struct worker_limits limits = {
        .threads = threads < 1 ? 1 : (size_t)threads,
        .cpu = -1,
        .timeout_s = statement->timeout_s > 0 ? statement->timeout_s : forever_s,
    };
    enum status status = worker_start(hash_seed, &limits, worker);
    if (status != STATUS_OK) {
        return status;
    }
    struct answer answer;
    struct pack body = {0};
    pack_string(&body, statement->setup);
    pack_string(&body, statement->text);
    pack_u64(&body, statement->by_cpu);
    status = ask(worker, WIRE_STATEMENT, &body, &answer);
    if (status == STATUS_OK) {
        answer_free(&answer);
    }
    return status;
}

enum status statement_loop(struct worker *worker, uint64_t number, double *seconds)
{
    struct answer answer;
    struct pack body = {0};
    pack_u64(&body, number);
    enum status status = ask(worker, WIRE_LOOP, &body, &answer);
    if (status != STATUS_OK) {
        return status;
    }
    *seconds = unpack_f64(&answer.in);
    answer_free(&answer);
    /* What the statement printed is not wanted, and must not fill memory from loop to loop. */
    return ftruncate(worker->output, 0) == 0
               ? STATUS_OK
               : status_fail(STATUS_IO, "cannot drop what the statement printed");
}

uint64_t statement_next_number(uint64_t number)
{
    uint64_t power = 1;
    while (number / power >= 10) {
        power *= 10;
    }
    return number / power == 2 ? 5 * power : number / power == 5 ? 10 * power : 2 * number;
}

enum status statement_autorange(struct worker *worker, void (*tell)(uint64_t, double, void *),
                                void *context, uint64_t *number)
{
    for (*number = 1;; *number = statement_next_number(*number)) {
        double seconds;
        enum status status = statement_loop(worker, *number, &seconds);
        if (status != STATUS_OK) {
            return status;
        }
        if (tell != NULL) {
            tell(*number, seconds, context);
        }
        /* Far beyond any real statement; a clock that stands still must not loop for ever. */
        if (seconds >= autorange_s || *number > UINT64_MAX / 100) {
            return STATUS_OK;
        }
    }
}
