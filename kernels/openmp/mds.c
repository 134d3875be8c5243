#include "kernels/openmp/mds_kernels.h"

#include "kernels/dispatch.h"
#include "kernels/scalar/mds_kernels.h"

#if defined(__x86_64__)
#include "kernels/avx2/mds_kernels.h"
#include "kernels/avx512/mds_kernels.h"
#elif defined(__aarch64__)
#include "kernels/neon/mds_kernels.h"
#endif

/* Threads, and the same moves: point i must see where the points before it have gone.
 *
 * The points are taken in blocks of 32. For the points of block c, pairs with all blocks but c and
 * the one before it are known as soon as block c − 2 has moved: this is nearly all of the work, and
 * any thread may do any part of it. Meanwhile thread 0 moves block c − 1, one point after the
 * other, and then helps:
 *
 *     thread 0   | move block c−1 | parts of c | move block c | parts of c+1 |
 *     the others |      parts of block c       |      parts of block c+1     |
 *                                              ^ barrier
 *
 * A row of a block is two parts: the points before, and those behind. Nobody reads the coordinates
 * of a block that is being moved: parts end at multiples of 32, registers at multiples of 8. Sums
 * are added in an order that depends on the blocks but never on the threads. */
enum { BLOCK = 32, PARTS = 2 * BLOCK };

struct shared {
    struct mds_search *search;
    struct mds_progress *progress;
    /* Of the block that is moved and of the next: sums before and behind. */
    double sums[2][PARTS][4];
    size_t next_part; /* of those that are being worked on */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Sums of one row of block c: over the points before block c − 1, or behind block c. */
static void do_part(struct shared *shared, size_t c, size_t part)
{
    const struct mds_search *search = shared->search;
    const size_t i = c * BLOCK + part / 2, n = search->n;
    double *sums = shared->sums[c % 2][part];

    if (i >= n)
        return;
    if (part % 2 == 0)
        search->rows->range(search, i, 0, c > 0 ? (c - 1) * BLOCK : 0, sums);
    else
        search->rows->range(search, i, least((c + 1) * BLOCK, n), n, sums);
}

static void do_parts(struct shared *shared, size_t c)
{
    for (;;) {
        size_t part;
#pragma omp atomic capture
        part = shared->next_part++;
        if (part >= PARTS)
            return;
        do_part(shared, c, part);
    }
}

static void move_block(struct shared *shared, size_t c)
{
    struct mds_search *search = shared->search;
    const size_t end = least((c + 1) * BLOCK, search->n);

    for (size_t i = c * BLOCK; i < end; i++) {
        double(*parts)[4] = shared->sums[c % 2] + 2 * (i - c * BLOCK);
        double near_below[4], near_above[4];
        struct mds_sums sums = {0};
        search->rows->range(search, i, c > 0 ? (c - 1) * BLOCK : 0, i, near_below);
        search->rows->range(search, i, i, end, near_above);
        for (int m = 0; m < 4; m++) {
            sums.below[m] = parts[0][m] + near_below[m];
            sums.all[m] = sums.below[m] + (near_above[m] + parts[1][m]);
        }
        mds_search_bound(search, i, &sums);
        mds_search_step(search, i, &sums, shared->progress);
    }
}

static void epoch(struct mds_search *search, struct mds_progress *progress)
{
    struct shared shared = {.search = search, .progress = progress};
    const size_t blocks = (search->n + BLOCK - 1) / BLOCK;

#pragma omp parallel num_threads((int)search->threads)
    {
        bool first = false;
#pragma omp master
        first = true;
        do_parts(&shared, 0);
#pragma omp barrier
        for (size_t c = 0; c < blocks; c++) {
            if (first)
                shared.next_part = 0;
#pragma omp barrier
            if (first)
                move_block(&shared, c);
            do_parts(&shared, c + 1);
#pragma omp barrier
        }
    }
}

static const struct mds_rows *best_rows(void)
{
    const unsigned machine = dispatch_machine();

#if defined(__x86_64__)
    if (machine & 1u << KERNEL_AVX512)
        return &mds_rows_avx512;
    if (machine & 1u << KERNEL_AVX2)
        return &mds_rows_avx2;
#elif defined(__aarch64__)
    if (machine & 1u << KERNEL_NEON)
        return &mds_rows_neon;
#endif
    (void)machine;
    return &mds_rows_scalar;
}

size_t mds_bytes_openmp(size_t n)
{
    return mds_search_bytes(&mds_rows_scalar, n);
}

void mds_solve_openmp(const double *d_goal, double *xs, size_t n, uint64_t epochs, unsigned threads,
                      void *workspace, struct mds_outcome *outcome)
{
    struct mds_rows rows = *best_rows();

    rows.epoch = epoch;
    mds_search_run(&rows, d_goal, xs, n, epochs, threads, workspace, outcome);
}
