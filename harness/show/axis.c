#include "show/axis.h"

#include <math.h>
#include <stdbool.h>

enum { SPREAD_MAX = 64 };

static void add_tick(struct axis *axis, double value)
{
    bool inside = value >= axis->low * 0.9999 && value <= axis->high * 1.0001;
    if (inside && axis->ticks_count < AXIS_TICKS_MAX) {
        axis->ticks[axis->ticks_count++] = value;
    }
}

/* Up to two decades have room for 1, 2, 5; beyond nine each second power is enough. */
static void add_decades(struct axis *axis)
{
    double decades = log10(axis->high / axis->low);
    int step = decades > 9.0 ? 2 : 1;
    for (int power = (int)floor(log10(axis->low)); power <= (int)ceil(log10(axis->high)); power++) {
        if (power % step != 0) {
            continue;
        }
        add_tick(axis, pow(10.0, power));
        if (decades < 2.5) {
            add_tick(axis, 2.0 * pow(10.0, power));
            add_tick(axis, 5.0 * pow(10.0, power));
        }
    }
}

struct axis axis_make(double low, double high, double span)
{
    double air = pow(high / low, 0.06);
    struct axis axis = {.low = low / air, .high = high * air};
    double lacking = span / (axis.high / axis.low);
    if (lacking > 1.0) {
        axis.low /= sqrt(lacking);
        axis.high *= sqrt(lacking);
    }
    add_decades(&axis);
    return axis;
}

static bool is_power(double value, int step)
{
    int power = (int)lround(log10(value));
    return fabs(value / pow(10.0, power) - 1.0) < 1e-6 && power % step == 0;
}

static size_t count_powers(const struct axis *axis, int step)
{
    size_t count = 0;
    for (size_t i = 0; i < axis->ticks_count; i++) {
        count += is_power(axis->ticks[i], step);
    }
    return count;
}

void axis_thin(struct axis *axis, size_t most)
{
    int step = 1;
    if (count_powers(axis, step) < axis->ticks_count) {
        return;
    }
    while (count_powers(axis, step) > most) {
        step++;
    }
    size_t kept = 0;
    for (size_t i = 0; i < axis->ticks_count; i++) {
        if (is_power(axis->ticks[i], step)) {
            axis->ticks[kept++] = axis->ticks[i];
        }
    }
    axis->ticks_count = kept;
}

struct axis axis_at(const double *values, size_t count)
{
    double low = values[0], high = values[count - 1];
    double air = high > low ? pow(high / low, 0.03) : 2.0;
    struct axis axis = {.low = low / air, .high = high * air};
    double apart = pow(axis.high / axis.low, 0.07), last = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (values[i] >= last * apart) {
            add_tick(&axis, values[i]);
            last = values[i];
        }
    }
    return axis;
}

/* A run of labels that touch; they share one centre. */
struct cluster {
    double centre; /* mean of what its members want */
    size_t first, count;
};

/* Places a cluster: where its members want to be on average, but on the axis (0 … 1). */
static double cluster_low(const struct cluster *cluster, double gap)
{
    double extent = gap * (double)(cluster->count - 1);
    return fmax(0.0, fmin(1.0 - extent, cluster->centre - extent / 2.0));
}

/* Merging neighbours that touch, each cluster at its members' mean, minimises the squared
 * distance moved (the pool-adjacent-violators method). */
static void settle(double *wanted, size_t count, double gap)
{
    struct cluster clusters[SPREAD_MAX];
    size_t clusters_count = 0;
    for (size_t i = 0; i < count; i++) {
        clusters[clusters_count++] = (struct cluster){wanted[i], i, 1};
        while (clusters_count > 1) {
            struct cluster *upper = &clusters[clusters_count - 1], *lower = upper - 1;
            double top = cluster_low(lower, gap) + gap * (double)(lower->count - 1);
            if (top + gap <= cluster_low(upper, gap) + 1e-12) {
                break;
            }
            double all = (double)(lower->count + upper->count);
            lower->centre =
                (lower->centre * (double)lower->count + upper->centre * (double)upper->count) / all;
            lower->count += upper->count;
            clusters_count--;
        }
    }
    for (size_t c = 0; c < clusters_count; c++) {
        for (size_t k = 0; k < clusters[c].count; k++) {
            wanted[clusters[c].first + k] = cluster_low(&clusters[c], gap) + gap * (double)k;
        }
    }
}

void axis_spread(const struct axis *axis, double share, double *positions, size_t count)
{
    double wanted[SPREAD_MAX], scale = log(axis->high / axis->low);
    size_t order[SPREAD_MAX] = {0};
    if (count < 2 || count > SPREAD_MAX) {
        return;
    }
    for (size_t i = 0; i < count; i++) { /* insertion sort: few labels, and equal ones keep order */
        size_t at = i;
        for (; at > 0 && positions[order[at - 1]] > positions[i]; at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    for (size_t i = 0; i < count; i++) {
        wanted[i] = log(positions[order[i]] / axis->low) / scale;
    }
    settle(wanted, count, fmin(share, 1.0 / (double)(count - 1)));
    for (size_t i = 0; i < count; i++) {
        positions[order[i]] = axis->low * exp(wanted[i] * scale);
    }
}
