#include "analyze/blocks.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/noise.h"
#include "analyze/speedup.h"
#include "analyze/stats.h"

/* Samples come in the order of blocks, and in a block in the order of rounds: search by halves. */
static const struct sample *find_sample(const struct cell *cell, uint32_t block, uint32_t round)
{
    uint64_t wanted = (uint64_t)block << 32 | round;
    size_t low = 0, high = cell->samples_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct sample *sample = &cell->samples[middle];
        uint64_t place = (uint64_t)sample->block << 32 | sample->round;
        if (place == wanted) {
            return sample;
        }
        if (place < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* Waiting for a processor spoils real time only. */
static bool counts(const struct sample *sample, double (*time)(const struct sample *))
{
    bool clean = sample->quarantined == NULL ||
                 (time == speedup_cpu_s && sample->quarantined == noise_preempted);
    return clean && time(sample) > 0;
}

/* The logarithms of one block's rounds; returns how many. Samples of a cell come in the order of
 * blocks, so a block's lie together from `*first`. */
static size_t round_logs(const struct cell *baseline, const struct cell *candidate,
                         double (*time)(const struct sample *), size_t *first, double *logs)
{
    size_t count = 0, i = *first;
    uint32_t block = candidate->samples[i].block;
    for (; i < candidate->samples_count && candidate->samples[i].block == block; i++) {
        const struct sample *sample = &candidate->samples[i];
        const struct sample *pair =
            baseline == NULL ? sample : find_sample(baseline, block, sample->round);
        if (pair == NULL || !counts(pair, time) || !counts(sample, time)) {
            continue;
        }
        logs[count++] = baseline == NULL ? log(time(sample)) : log(time(pair) / time(sample));
    }
    *first = i;
    return count;
}

enum status blocks_logs(const struct cell *baseline, const struct cell *candidate,
                        double (*time)(const struct sample *sample), struct block_log *out,
                        size_t *count)
{
    size_t first = 0;
    double *logs = malloc((candidate->samples_count + 1) * sizeof *logs);
    *count = 0;
    if (logs == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for %zu ratios", candidate->samples_count);
    }
    while (first < candidate->samples_count) {
        uint32_t block = candidate->samples[first].block;
        size_t rounds = round_logs(baseline, candidate, time, &first, logs);
        if (rounds > 0) {
            stats_sort(logs, rounds);
            out[(*count)++] = (struct block_log){block, stats_median_sorted(logs, rounds)};
        }
    }
    free(logs);
    return STATUS_OK;
}
