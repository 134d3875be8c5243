#include "commands/estimate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

enum status estimate_open(const struct run *run, struct progress *progress, struct estimate *out)
{
    *out = (struct estimate){.run = run, .progress = progress};
    out->costs_s = calloc(run->plan.sizes_count, sizeof *out->costs_s);
    out->first_block = run->blocks_done;
    return out->costs_s == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for an estimate")
                                : STATUS_OK;
}

void estimate_close(struct estimate *estimate)
{
    free(estimate->costs_s);
    estimate->costs_s = NULL;
}

static double elapsed_s(uint64_t since_ns)
{
    return clock_s_from_ns(clock_now_ns() - since_ns);
}

/* What one block's part of each size costs, known or guessed from the last one known. */
static double cost_s(const struct estimate *estimate, size_t index, double current_s)
{
    const struct plan *plan = &estimate->run->plan;
    if (estimate->costs_s[index] > 0) {
        return fmax(estimate->costs_s[index], index == estimate->size_index ? current_s : 0);
    }
    double guess_s = 0.3, from = (double)plan->sizes[0]; /* start of the workers */
    for (size_t i = 0; i < index; i++) {
        if (estimate->costs_s[i] > 0) {
            guess_s = estimate->costs_s[i];
            from = (double)plan->sizes[i];
        }
    }
    double ratio = (double)plan->sizes[index] / from;
    guess_s *= fmax(1, ratio * ratio / 4);
    return index == estimate->size_index ? fmax(guess_s, current_s) : guess_s;
}

/* Done / (done + left), in seconds. */
static double fraction(const struct estimate *estimate, const struct event *event)
{
    const struct plan *plan = &estimate->run->plan;
    double current_s = elapsed_s(estimate->size_began_ns), block_s = 0, before_s = 0;
    for (size_t i = 0; i < plan->sizes_count; i++) {
        double cost = cost_s(estimate, i, current_s);
        block_s += cost;
        before_s += i < estimate->size_index ? cost : 0;
    }
    double rounds = (double)event->round / (double)plan->samples_count;
    double cost = cost_s(estimate, estimate->size_index, current_s);
    double here_s = fmin(cost, fmax(rounds * cost, current_s));
    double done_s = (double)(event->block - estimate->first_block) * block_s + before_s + here_s;
    /* How many blocks the precision will take nobody knows: first the least, then one more. */
    size_t blocks = plan->blocks_count;
    if (plan->precision > 0) {
        blocks = event->block < plan->blocks_least ? plan->blocks_least : event->block + 1;
    }
    double total_s = (double)(blocks - estimate->first_block) * block_s;
    if (plan->budget_s > 0) {
        /* The block that runs when the budget ends is finished. */
        total_s = fmin(total_s, ceil(plan->budget_s / block_s) * block_s);
    }
    return total_s > 0 ? done_s / total_s : 0;
}

static size_t index_of(const struct plan *plan, size_t size)
{
    size_t i = 0;
    while (i + 1 < plan->sizes_count && plan->sizes[i] != size) {
        i++;
    }
    return i;
}

static void leave_size(struct estimate *estimate)
{
    if (estimate->going) {
        estimate->costs_s[estimate->size_index] = elapsed_s(estimate->size_began_ns);
    }
    estimate->going = false;
}

enum status estimate_notice(void *context, const struct event *event)
{
    struct estimate *estimate = context;
    const struct plan *plan = &estimate->run->plan;
    if (event->kind == EVENT_BLOCK) {
        leave_size(estimate);
        return STATUS_OK;
    }
    if (event->kind != EVENT_STEP) {
        return STATUS_OK;
    }
    size_t index = index_of(plan, event->size);
    if (!estimate->going || index != estimate->size_index || event->block != estimate->block) {
        leave_size(estimate);
        estimate->going = true;
        estimate->size_index = index;
        estimate->block = event->block;
        estimate->size_began_ns = clock_now_ns();
    }
    estimate->step = *event;
    char most[32] = "";
    if (plan->precision <= 0) {
        snprintf(most, sizeof most, "/%zu", plan->blocks_count);
    }
    char detail[PROGRESS_TEXT_SIZE];
    snprintf(detail, sizeof detail, "block %u%s · N=%zu · %s", event->block + 1, most, event->size,
             estimate->run->variants[event->variant].name);
    progress_set(estimate->progress, fraction(estimate, event), detail);
    return STATUS_OK;
}

void estimate_tick(void *context)
{
    struct estimate *estimate = context;
    if (estimate->going) {
        progress_set(estimate->progress, fraction(estimate, &estimate->step), NULL);
    }
}
