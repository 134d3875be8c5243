#include "measure/limits.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"

/* Long against reading the clock twice (50 ns), short against a time slice of the scheduler. */
static const double round_s = 0.0002;

const struct pace_set *limits_set(enum kernel_isa isa)
{
    for (size_t i = 0; pace_set(i) != NULL; i++) {
        if (pace_set(i)->isa == isa) {
            return pace_set(i);
        }
    }
    return NULL;
}

static double time_s(pace_fn *run, uint64_t rounds)
{
    uint64_t begin_ns = clock_now_ns();
    run(rounds);
    return clock_s_from_ns(clock_now_ns() - begin_ns);
}

/* So many rounds take about round_s. */
static uint64_t rounds_for(pace_fn *run)
{
    uint64_t rounds = 16;
    double took_s;
    while ((took_s = time_s(run, rounds)) < round_s / 4) {
        rounds *= 2;
    }
    double wanted = (double)rounds * round_s / took_s;
    return wanted < 1 ? 1 : (uint64_t)wanted;
}

void limits_measure(const struct pace_set *set, const bool *wanted, double seconds,
                    struct limits_paces *paces)
{
    uint64_t rounds[PACE_KINDS];
    size_t kinds = 0;
    for (int kind = 0; kind < PACE_KINDS; kind++) {
        bool is_wanted = set->run[kind] != NULL && (wanted == NULL || wanted[kind]);
        rounds[kind] = is_wanted ? rounds_for(set->run[kind]) : 0;
        paces->s[kind] = is_wanted ? INFINITY : NAN;
        kinds += is_wanted;
    }
    uint64_t end_ns = clock_now_ns() + clock_ns_from_s(seconds * (double)kinds);
    while (kinds > 0) {
        for (int kind = 0; kind < PACE_KINDS; kind++) {
            if (rounds[kind] > 0) {
                double count = (double)rounds[kind] * pace_count((enum pace_kind)kind);
                double took_s = time_s(set->run[kind], rounds[kind]);
                paces->s[kind] = fmin(paces->s[kind], took_s / count);
            }
        }
        kinds = clock_now_ns() < end_ns ? kinds : 0;
    }
}

void limits_best(struct limits_paces *best, const struct limits_paces *other)
{
    for (int kind = 0; kind < PACE_KINDS; kind++) {
        best->s[kind] = fmin(best->s[kind], other->s[kind]);
    }
}

void limits_wanted(const struct kernel_demand *demand, bool wanted[PACE_KINDS])
{
    memset(wanted, 0, PACE_KINDS * sizeof *wanted);
    wanted[PACE_FMA] = demand->fma > 0;
    wanted[PACE_MULTIPLY] = demand->fma > 0; /* where there is no FMA */
    wanted[PACE_RSQRT] = demand->rsqrt > 0;
    wanted[PACE_ESTIMATED] = demand->rsqrt > 0;
    wanted[PACE_DIVIDE] = demand->divide > 0;
    wanted[PACE_SQRT] = demand->sqrt > 0;
}

/* A count of 0 asks for no pace. */
static double share_s(double count, double pace_s)
{
    return count > 0 ? count * pace_s : 0;
}

/* The approximation of 1/√ has a pipe of its own or shares those of fused operations, by processor:
 * how the two go side by side is measured, too. */
static double pipes_share_s(const struct kernel_demand *demand, const struct limits_paces *paces)
{
    double fma_s = isnan(paces->s[PACE_FMA]) ? paces->s[PACE_MULTIPLY] : paces->s[PACE_FMA];
    double pairs = fmin(demand->fma, demand->rsqrt);
    return share_s(pairs, paces->s[PACE_ESTIMATED]) + share_s(demand->fma - pairs, fma_s) +
           share_s(demand->rsqrt - pairs, paces->s[PACE_RSQRT]);
}

double limits_unit_s(const struct kernel_demand *demand, const struct limits_paces *paces,
                     const char **bound)
{
    double pipes_s = pipes_share_s(demand, paces);
    double divider_s =
        share_s(demand->divide, paces->s[PACE_DIVIDE]) + share_s(demand->sqrt, paces->s[PACE_SQRT]);
    double longer_s = pipes_s + divider_s == 0 ? NAN : fmax(pipes_s, divider_s);
    if (isnan(pipes_s) || isnan(divider_s)) { /* fmax() overlooks one NAN */
        longer_s = NAN;
    }
    *bound = isnan(longer_s) ? NULL : divider_s > pipes_s ? "divider" : "fma";
    return longer_s;
}

double limits_clock_hz(double seconds)
{
    uint64_t rounds = rounds_for(pace_chain);
    uint64_t end_ns = clock_now_ns() + clock_ns_from_s(seconds);
    double best_s = INFINITY;
    do {
        best_s = fmin(best_s, time_s(pace_chain, rounds));
    } while (clock_now_ns() < end_ns);
    return (double)rounds * PACE_CHAIN * pace_chain_cycles() / best_s;
}

/* So that the sums are needed. */
static volatile double sink;

double limits_read_bytes_per_s(const struct pace_set *set, const double *block, size_t bytes,
                               double seconds)
{
    size_t count = bytes / sizeof *block;
    /* A small block is read several times a round; the first round brings it near. */
    size_t passes = 1 + (size_t)(4 << 20) / bytes;
    double best_s = INFINITY;
    sink = set->read(block, count);
    uint64_t end_ns = clock_now_ns() + clock_ns_from_s(seconds);
    do {
        uint64_t begin_ns = clock_now_ns();
        for (size_t i = 0; i < passes; i++) {
            sink = set->read(block, count);
        }
        best_s = fmin(best_s, clock_s_from_ns(clock_now_ns() - begin_ns));
    } while (clock_now_ns() < end_ns);
    return (double)bytes * (double)passes / best_s;
}
