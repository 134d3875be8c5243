#include "analyze/noise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyze/stats.h"

const char noise_preempted[] = "it waited for a processor";
const char noise_stolen[] = "the hypervisor took the processor";
const char noise_faulted[] = "it waited for pages from disk";

/* Shares of a sample's real time. 2 % is what two processes of the same code differ by anyway
 * (measured), so less pollution does not show. */
static const double delayed_share = 0.02;
/* Steal is counted in ticks of 10 ms over all processors; one tick in a sample of 5 ms may well be
 * another processor's, so the sample is only suspected, and left out all the same. */
static const double steal_share = 0.02;
/* A worker that sleeps for less than this is computing. */
static const double sleep_share = 0.05;
/* More polluted samples than this make the rest a matter of luck. */
static const double most_share = 0.5;

const char *noise_judge(const struct sample *sample, uint64_t calls)
{
    double real_s = sample->real_s * (double)calls;
    if (sample->major_faults_count > 0) {
        return noise_faulted;
    }
    if (sample->steal_s > steal_share * real_s) {
        return noise_stolen;
    }
    return sample->delayed_s > delayed_share * real_s ? noise_preempted : NULL;
}

/* Marks the samples of a cell. False: most are polluted, so all count. */
static bool mark_cell(struct cell *cell)
{
    size_t polluted = 0;
    for (size_t i = 0; i < cell->samples_count; i++) {
        struct sample *sample = &cell->samples[i];
        sample->quarantined = noise_judge(sample, cell_calls(cell, sample));
        polluted += sample->quarantined != NULL;
    }
    if ((double)polluted <= most_share * (double)cell->samples_count) {
        return true;
    }
    for (size_t i = 0; i < cell->samples_count; i++) {
        cell->samples[i].quarantined = NULL;
    }
    return false;
}

enum status noise_mark(struct run *run)
{
    const struct cell *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < run->cells_count; i++) {
        if (!mark_cell(&run->cells[i])) {
            first = first == NULL ? &run->cells[i] : first;
            count++;
        }
    }
    if (first == NULL) {
        return STATUS_OK;
    }
    char message[256];
    snprintf(message, sizeof message,
             "more than half of the samples were disturbed in %zu of %zu rows (%s at N=%zu first): "
             "all of theirs were used",
             count, run->cells_count, run->variants[first->variant].name, first->size);
    return run_warn(run, "disturbed", message,
                    "close other programs, or measure when the machine is idle");
}

bool noise_is_cpu_bound(const struct cell *cell)
{
    double median = NAN;
    double *shares = malloc((cell->samples_count + 1) * sizeof *shares);
    for (size_t i = 0; shares != NULL && i < cell->samples_count; i++) {
        const struct sample *sample = &cell->samples[i];
        double calls = (double)cell_calls(cell, sample);
        double slept_s = (sample->real_s - sample->cpu_s) * calls - sample->delayed_s;
        shares[i] = slept_s / (sample->real_s * calls);
    }
    if (shares != NULL && stats_median(shares, cell->samples_count, &median) != STATUS_OK) {
        median = NAN;
    }
    free(shares);
    return median < sleep_share;
}
