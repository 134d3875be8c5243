#include "model/plan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

uint32_t plan_fresh_seed(void)
{
    uint32_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed) {
        seed = (uint32_t)(plan_mix(clock_now_ns()) >> 32);
    }
    return seed != 0 ? seed : 1;
}

void plan_free(struct plan *plan)
{
    if (plan == NULL) {
        return;
    }
    free(plan->preset);
    free(plan->control);
    free(plan->parameters);
    free(plan->sizes);
    free(plan->variants);
    memset(plan, 0, sizeof *plan);
}

/* SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): a
 * mixing function whose outputs for neighbouring inputs are unrelated. */
uint64_t plan_mix(uint64_t state)
{
    state += UINT64_C(0x9e3779b97f4a7c15);
    state = (state ^ (state >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    state = (state ^ (state >> 27)) * UINT64_C(0x94d049bb133111eb);
    return state ^ (state >> 31);
}

/* What a number is drawn for keeps draws of one place apart. */
enum purpose { FOR_PROBLEM = 1, FOR_WARMUP, FOR_HASH, FOR_ORDER, FOR_PICK, FOR_START };

static uint64_t draw(const struct plan *plan, enum purpose purpose, uint64_t a, uint64_t b,
                     uint64_t c)
{
    /* The seed is mixed first: seed 1's second purpose must not be seed 2's first. */
    uint64_t begin = plan_mix(plan_mix(plan->seed) + (uint64_t)purpose);
    return plan_mix(plan_mix(plan_mix(begin + a) + b) + c);
}

struct problem plan_problem(const struct plan *plan, size_t size, uint32_t block, uint32_t round)
{
    /* 32 bits: a seed that a person can type. */
    uint64_t seed = draw(plan, FOR_PROBLEM, size, block, round) >> 32;
    return (struct problem){size, seed, plan->parameters};
}

struct problem plan_warmup_problem(const struct plan *plan, size_t size, uint32_t block, bool *same)
{
    size_t warm = plan->warmup_size != 0 && plan->warmup_size < size ? plan->warmup_size : size;
    *same = warm == size;
    return (struct problem){warm, draw(plan, FOR_WARMUP, size, block, 0) >> 32, plan->parameters};
}

uint32_t plan_hash_seed(const struct plan *plan, size_t size, uint32_t block, size_t variant)
{
    /* 0 would switch randomisation off. */
    return (uint32_t)(draw(plan, FOR_HASH, size, block, variant) >> 33) + 1;
}

static void shuffle(size_t *items, size_t count, uint64_t seed)
{
    for (size_t i = count; i > 1; i--) {
        seed = plan_mix(seed);
        size_t j = (size_t)(seed % i);
        size_t kept = items[i - 1];
        items[i - 1] = items[j];
        items[j] = kept;
    }
}

void plan_start_order(const struct plan *plan, size_t size, uint32_t block, size_t *variants,
                      size_t count)
{
    shuffle(variants, count, draw(plan, FOR_START, size, block, 0));
}

void plan_order(const struct plan *plan, size_t size, uint32_t block, uint32_t round,
                size_t *variants, size_t count)
{
    if (count < 2) {
        return;
    }
    uint64_t square = round / count;
    shuffle(variants, count, draw(plan, FOR_ORDER, size, block, square));
    /* Row `round mod count` of the cyclic square: the shuffled order, rotated. The rows are taken
     * in their order; the columns were shuffled. */
    size_t shift = round % count;
    size_t *rotated = calloc(count, sizeof *rotated);
    if (rotated == NULL) {
        return; /* still a valid order, only not balanced */
    }
    for (size_t i = 0; i < count; i++) {
        rotated[i] = variants[(i + shift) % count];
    }
    memcpy(variants, rotated, count * sizeof *rotated);
    free(rotated);
}

uint64_t plan_pick(const struct plan *plan, size_t size, uint32_t block, uint32_t round,
                   size_t variant, uint64_t calls)
{
    uint64_t place = (uint64_t)block << 32 | round;
    return calls == 0 ? 0 : draw(plan, FOR_PICK, size, place, variant) % calls;
}
