#include "kernels/openmp/mds_kernels.h"

#include "kernels/dispatch.h"
#include "kernels/openmp/threads.h"
#include "kernels/scalar/mds_kernels.h"

#include <sched.h>
#include <stdatomic.h>

#if defined(__x86_64__)
#include "kernels/avx2/mds_kernels.h"
#include "kernels/avx512/mds_kernels.h"
#elif defined(__aarch64__)
#include "kernels/neon/mds_kernels.h"
#endif

/* Threads, and the same moves: point i must see where the points before it have gone.
 *
 * The points are taken in blocks. For the points of block c, pairs with all blocks but c and the
 * one before it are known as soon as block c − 2 has moved: this is nearly all of the work, and any
 * thread may do any part of it. Meanwhile thread 0 moves block c − 1, one point after the other,
 * and then helps:
 *
 *     thread 0   | move block c−1 | parts of c | move block c | parts of c+1 |
 *     the others |      parts of block c       |      parts of block c+1     |
 *
 * A row of a block is two parts: the points before, and those behind. Nobody reads the coordinates
 * of a block that is being moved: parts end at multiples of 32, registers at multiples of 8. Sums
 * are added in an order that depends on the blocks but never on the threads.
 *
 * There is one parallel region a search, and no barrier in it. Thread 0 runs the search and says
 * which block's parts there are; the others take some when they can. Thread 0 takes what is left
 * and waits only for parts that are being worked on, so that a thread which the machine keeps from
 * working holds up nobody, and thread 0 alone would finish as well. The pieces of a total error,
 * between epochs, are handed out likewise. */

/* Points in a block. Between blocks only a few lines that threads share change hands, which 32 rows
 * outweigh. Larger blocks are dearer: thread 0 alone computes the pairs within two blocks, twice a
 * block's points a row, from rows that should still be in its second-level cache (32 rows of 2000
 * points are half a megabyte). Measured on one thread at 2000 points, rows in parts of blocks of 32
 * cost 1 to 4 % more than whole rows; of 64, 3 to 11 %. */
enum { BLOCK = 32 };

/* Below this sums in parts cost more than a second thread brings. */
enum { POINTS_LEAST = 128 };

/* A thread that finds no part looks so often, some ten microseconds, before it lets others have the
 * processor: where there are more threads than processors, thread 0 may be one of them. */
enum { LOOKS = 500 };

/* The sums of a row's two parts: a line of the cache, which no other row shares. */
struct outside {
    _Alignas(KERNEL_ALIGNMENT) double before[4];
    double behind[4];
};

/* Padded on purpose: what one thread writes while others wait has lines of the cache of its own.
 * NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct team {
    struct mds_rows rows; /* first, so that the search's rows lead to the team */
    struct mds_search *search;
    mds_range_fn *range; /* of this epoch: rows.range or rows.coarse_range */
    unsigned threads;
    _Atomic bool is_over;
    /* Of the block that is moved, and of the next. */
    struct outside outside[2][BLOCK];
    /* What is handed out; to be read by who has taken some of it. Thread 0 hands out the next when
     * all is done, and so when nobody has any. */
    _Alignas(KERNEL_ALIGNMENT) mds_piece_fn *piece;
    void *context;
    size_t pieces;
    size_t block;                                   /* whose parts they are, if they are parts */
    _Atomic size_t left;                            /* pieces that nobody has taken */
    _Alignas(KERNEL_ALIGNMENT) _Atomic size_t done; /* by others than thread 0 */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The end of block c, which may lie behind the last. */
static size_t end_of(const struct team *team, size_t c)
{
    return least((c + 1) * BLOCK, team->search->n);
}

static size_t parts_of(const struct team *team, size_t c)
{
    const size_t end = end_of(team, c);

    return 2 * (end - least(c * BLOCK, end));
}

/* Over the points before block c − 1, or over those behind block c. */
static void do_part(void *context, size_t part)
{
    struct team *team = context;
    const struct mds_search *search = team->search;
    const size_t c = team->block, i = c * BLOCK + part / 2;
    struct outside *outside = &team->outside[c % 2][part / 2];

    if (part % 2 == 0)
        team->range(search, i, 0, c > 0 ? (c - 1) * BLOCK : 0, outside->before);
    else
        team->range(search, i, end_of(team, c), search->n, outside->behind);
}

/* Takes pieces as long as there are any, and returns how many it did: each time one thread's share
 * of what is left, so that the last ones are single. Not less: while a row is added up, the next
 * one is fetched from memory, for nothing if another thread takes it. With half the share an epoch
 * of 2000 points took 5 to 15 % longer. */
static size_t do_pieces(struct team *team)
{
    size_t left = atomic_load_explicit(&team->left, memory_order_relaxed), done = 0;

    while (left > 0) {
        const size_t share = left / team->threads, take = share > 0 ? share : 1;
        if (!atomic_compare_exchange_weak_explicit(&team->left, &left, left - take,
                                                   memory_order_acquire, memory_order_relaxed))
            continue;
        const size_t first = team->pieces - left;
        for (size_t piece = first; piece < first + take; piece++)
            team->piece(team->context, piece);
        done += take;
        left = atomic_load_explicit(&team->left, memory_order_relaxed);
    }
    return done;
}

static void look_again(unsigned *looks)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
    if (++*looks >= LOOKS)
        sched_yield();
}

static void hand_out(struct team *team, mds_piece_fn *piece, void *context, size_t pieces)
{
    team->piece = piece;
    team->context = context;
    team->pieces = pieces;
    atomic_store_explicit(&team->done, 0, memory_order_relaxed);
    /* With it all that this thread has written can be seen: where the points are now. */
    atomic_store_explicit(&team->left, pieces, memory_order_release);
}

static void hand_out_block(struct team *team, size_t c)
{
    team->block = c;
    hand_out(team, do_part, team, parts_of(team, c));
}

/* Until all that was handed out is done. */
static void finish(struct team *team)
{
    const size_t others = team->pieces - do_pieces(team);
    unsigned looks = 0;

    while (atomic_load_explicit(&team->done, memory_order_acquire) < others)
        look_again(&looks);
}

static void help(struct team *team)
{
    unsigned looks = 0;

    while (!atomic_load_explicit(&team->is_over, memory_order_relaxed)) {
        const size_t done = do_pieces(team);
        if (done > 0) {
            atomic_fetch_add_explicit(&team->done, done, memory_order_release);
            looks = 0;
        }
        look_again(&looks);
    }
}

static void move_block(struct team *team, size_t c, struct mds_progress *progress)
{
    struct mds_search *search = team->search;
    const size_t first = c * BLOCK, end = end_of(team, c);

    for (size_t i = first; i < end; i++) {
        const struct outside *outside = &team->outside[c % 2][i - first];
        double near_below[4], near_above[4];
        struct mds_sums sums = {0};
        team->range(search, i, c > 0 ? first - BLOCK : 0, i, near_below);
        team->range(search, i, i, end, near_above);
        for (int m = 0; m < 4; m++) {
            sums.below[m] = outside->before[m] + near_below[m];
            sums.all[m] = sums.below[m] + (near_above[m] + outside->behind[m]);
        }
        if (team->range == team->rows.coarse_range) {
            team->rows.coarse_bound(search, i, &sums);
            mds_search_try(search, i, &sums, progress);
        } else {
            mds_search_bound(search, i, &sums);
            mds_search_step(search, i, &sums, progress);
        }
    }
}

static void epoch(struct mds_search *search, struct mds_progress *progress)
{
    struct team *team = (struct team *)search->rows;
    const bool is_coarse = team->rows.coarse_fits != NULL && team->rows.coarse_fits(search);

    team->search = search;
    team->range = is_coarse ? team->rows.coarse_range : team->rows.range;
    hand_out_block(team, 0);
    finish(team);
    for (size_t c = 0; c * BLOCK < search->n; c++) {
        hand_out_block(team, c + 1);
        move_block(team, c, progress);
        finish(team);
    }
}

static void share(const struct mds_search *search, mds_piece_fn *piece, void *context,
                  size_t pieces)
{
    struct team *team = (struct team *)search->rows;

    hand_out(team, piece, context, pieces);
    finish(team);
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
    /* One thread makes the moves as the kernel does that these rows are of. */
    struct team team = {.rows = *best_rows()};

    team.threads = n < POINTS_LEAST ? 1 : threads_allowed(threads);
    if (team.threads == 1) {
        mds_search_run(&team.rows, d_goal, xs, n, epochs, 1, workspace, outcome);
        return;
    }
    team.rows.epoch = epoch;
    team.rows.share = share;
#pragma omp parallel num_threads((int)team.threads)
    {
        bool first = false;
#pragma omp master
        first = true;
        if (first) {
            mds_search_run(&team.rows, d_goal, xs, n, epochs, team.threads, workspace, outcome);
            atomic_store_explicit(&team.is_over, true, memory_order_relaxed);
        } else {
            help(&team);
        }
    }
}
