#include "calibrate.h"

#include "base/clock.h"

/* CPython 3.11 rewrites a function's bytecode at its 8th call and is within 10 % of its steady
 * speed by the 11th (measured); 20 leaves room. A function that runs for long warms up inside its
 * own loops, so the time bound may end the warm-up earlier. */
static const unsigned warmup_calls_count = 20;
static const double warmup_s = 0.2;

/* A first call longer than this is not repeated: it warmed itself. Shorter ones may have paid for
 * an import or a just-in-time compiler, and are. */
static const double long_call_s = 2.0;

/* More calls than this in a sample only take memory: 10 million × 10 ns is 0.1 s. */
static const uint64_t calls_limit = 10000000;

static bool sample(const struct problem *problem, uint64_t calls, double *seconds)
{
    struct wire_times times = {0};
    struct value values[2] = {{0}, {0}};
    size_t count = 0;
    bool good = python_prepare(problem, calls) && python_run(0, &times, values, &count);
    value_free(&values[0]);
    value_free(&values[1]);
    *seconds = good ? clock_s_from_ns(times.real_ns) : 0;
    return good;
}

static bool warm_up(const struct problem *problem, struct calibration *out)
{
    if (!sample(problem, 1, &out->first_call_s)) {
        return false;
    }
    out->call_s = out->first_call_s;
    if (out->first_call_s > long_call_s) {
        return true;
    }
    double spent_s = 0;
    for (unsigned i = 1; i < warmup_calls_count && (i == 1 || spent_s < warmup_s); i++) {
        double call_s;
        if (!sample(problem, 1, &call_s)) {
            return false;
        }
        spent_s += call_s;
        out->call_s = call_s < out->call_s ? call_s : out->call_s;
    }
    return true;
}

static uint64_t bounded(double calls, uint64_t limit)
{
    if (!(calls >= 1)) {
        return 1;
    }
    return calls >= (double)limit ? limit : (uint64_t)calls;
}

bool calibrate(const struct problem *problem, double target_s, uint64_t pool_bytes,
               struct calibration *out)
{
    uint64_t begin_ns = clock_now_ns();
    *out = (struct calibration){.calls = 1};
    if (!warm_up(problem, out)) {
        return false;
    }
    size_t bytes = python_argument_bytes();
    uint64_t limit = bytes == 0 ? calls_limit : pool_bytes / bytes;
    limit = limit < 1 ? 1 : limit > calls_limit ? calls_limit : limit;
    /* A call timed alone includes reading the clocks; a batch does not. Twice is enough: the
     * first batch is long enough to tell the second one's length. */
    for (int pass = 0; pass < 2 && out->call_s < target_s / 2 && limit > 1; pass++) {
        uint64_t calls = bounded(target_s / out->call_s, limit);
        double seconds;
        if (!sample(problem, calls, &seconds)) {
            return false;
        }
        out->call_s = seconds > 0 ? seconds / (double)calls : 1e-9;
    }
    out->calls = out->call_s > 0 ? bounded(target_s / out->call_s + 0.5, limit) : limit;
    out->warmup_s = clock_s_from_ns(clock_now_ns() - begin_ns) - out->first_call_s;
    return python_settle();
}
