#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_kernels.h"
#include "kernels/avx512/mds_move.h"
#include "kernels/avx512/mds_weighted.h"

/* Coarser rows in double (kernels/avx512/mds_weighted.h): raw ones for large radii, where the
 * candidates differ by far more than 2⁻¹⁴ of a distance, then those of one step of Newton's. Where
 * they cannot tell, the next finer ones do, at last those of kernels/avx512/mds_rows.c.
 *
 * Error. u = 2⁻⁵³, Γ = Σ goal of the row, r the radius, C the largest coordinate. The two ends of a
 * pair are displaced by 4u·C, a product goal·d is wrong by 2⁻¹⁴ of itself, or 1.51·2⁻²⁸, by 14u of
 * itself for the rest (its square 10u, h u, the last operations 3u), and by goal·2⁻²³·⁷·r; adding
 * up n of them costs (n/8 + 10)·u. So with S(a) for the sum of candidate a
 *
 *     |error of S(a)| ≤ (2⁻¹⁴ or 1.51·2⁻²⁸, and (n + 24)·u)·S(a) + (2⁻²³·⁷·r + 4u·C)·Γ,
 *
 * that of a difference is at most twice this for the largest S(a), and that of the sum over j < i
 * is this too; n·u also covers the chosen sums of all points added up. A sum added up from those of
 * ranges has no more additions in a row. The 2⁻⁴⁵⁰ of a distance d, for each of n points, that h
 * costs are nothing beside the slack of a decision (kernels/mds_search.c), which exceeds u·n·d·r.
 *
 * Order: as in kernels/avx512/mds_filter_raw.c, what the move before may have changed comes last,
 * the vector that holds the point stays in registers while its points move, and the point of a row
 * moves when the next row has begun. The point's vector comes before the last points below: alone
 * it goes through its stages one after the other, beside them 1 % of a row of Newton's (1000
 * points) sooner. */

/* What is known of sums of each kind of roots. */
static const struct kind {
    double error;     /* of a root, relative */
    double weight[4]; /* by which the four sums are multiplied */
} kinds[] = {
    [ROOTS_RAW] = {1.001 * 0x1p-14, {1, 1, 1, 1}},
    [ROOTS_NEWTON] = {1.52 * 0x1p-28, {1, 0.5, 0.5, 0.5}},
};

/* √8·r: the sums are in units of it. */
static double unit_of(const struct mds_search *search)
{
    return 0x1.6a09e667f3bcdp+1 * search->radius;
}

/* How wrong sums are: so much of themselves, and of Γ. */
struct bounds {
    double relative, absolute;
};

static struct bounds bounds_of(const struct mds_search *search, enum roots roots)
{
    return (struct bounds){
        .relative = kinds[roots].error + ((double)search->n + 24) * 0x1p-53,
        .absolute = 0x1.4p-24 * search->radius + 0x1p-51 * search->size,
    };
}

INLINE double difference_bound(const struct bounds *bounds, double largest, double gamma)
{
    return 2 * (bounds->relative * largest + bounds->absolute * gamma);
}

static void set_bounds(const struct mds_search *search, size_t i, enum roots roots,
                       struct mds_sums *sums)
{
    const struct bounds bounds = bounds_of(search, roots);
    const double gamma = search->goal_sum[i];

    sums->difference_bound = difference_bound(&bounds, mds_largest(sums->all), gamma);
    sums->below_bound = difference_bound(&bounds, mds_largest(sums->below), gamma) / 2;
}

/* Σ of the four sums over the lanes, as lengths. */
INLINE __m256d lengths(const struct acc *acc, enum roots roots, double unit)
{
    const __m256d weight = _mm256_loadu_pd(kinds[roots].weight);

    return _mm256_mul_pd(_mm256_mul_pd(weight, _mm256_set1_pd(unit)), add_lanes(acc));
}

/* A row under way: sums over the points behind the vector of point i, and over those before it. */
struct half {
    struct acc behind, below;
};

INLINE struct half begin_row(const struct mds_search *search, size_t i, struct early early,
                             enum roots roots)
{
    const size_t at = i / 8;
    const double *goal = search->d_goal + i * search->n;
    const struct place point = {_mm512_set1_pd(search->x[i]), _mm512_set1_pd(search->y[i])};
    const __m512d zero = _mm512_setzero_pd();
    const struct acc none = {zero, zero, zero, zero};
    struct half half = {none, none};

    add_vectors(search, goal, at + 1, at + 1 + early.behind, &point, &half.behind, roots);
    add_vectors(search, goal, 0, early.below, &point, &half.below, roots);
    return half;
}

/* The rest, with the points of the vector of point i at *here: the sums over all points and over
 * those below. */
INLINE void end_row(const struct mds_search *search, size_t i, struct early early,
                    const struct place *here, enum roots roots, const struct half *half,
                    struct acc *all, struct acc *below)
{
    const size_t n = search->n, full = n / 8, at = i / 8;
    const double *goal = search->d_goal + i * n;
    const __mmask8 tail = (__mmask8)((1u << n % 8) - 1), lower = (__mmask8)((1u << i % 8) - 1);
    const struct place point = {_mm512_set1_pd(search->x[i]), _mm512_set1_pd(search->y[i])};
    const __m512d zero = _mm512_setzero_pd();
    struct acc behind = half->behind, near = {zero, zero, zero, zero};

    *below = half->below;
    if (at < full) {
        add_vectors(search, goal, at + 1 + early.behind, full, &point, &behind, roots);
        if (tail != 0)
            add_vector(_mm512_maskz_loadu_pd(tail, goal + 8 * full), &point,
                       place_at(search, 8 * full), &behind, roots);
    }
    add_vector(_mm512_maskz_loadu_pd(at < full ? 0xff : tail, goal + 8 * at), &point, *here, &near,
               roots);
    add_vectors(search, goal, early.below, at, &point, below, roots);
    all->a = _mm512_add_pd(_mm512_add_pd(behind.a, below->a), near.a);
    all->b = _mm512_add_pd(_mm512_add_pd(behind.b, below->b), near.b);
    all->c = _mm512_add_pd(_mm512_add_pd(behind.c, below->c), near.c);
    all->w = _mm512_add_pd(_mm512_add_pd(behind.w, below->w), near.w);
    below->a = _mm512_mask_add_pd(below->a, lower, below->a, near.a);
    below->b = _mm512_mask_add_pd(below->b, lower, below->b, near.b);
    below->c = _mm512_mask_add_pd(below->c, lower, below->c, near.c);
    below->w = _mm512_mask_add_pd(below->w, lower, below->w, near.w);
}

INLINE void row(const struct mds_search *search, size_t i, enum roots roots, struct mds_sums *sums)
{
    const struct place here = place_at(search, i / 8 * 8);
    const struct early early = {0, 0};
    const struct half half = begin_row(search, i, early, roots);
    const double unit = unit_of(search);
    struct acc all, below;

    end_row(search, i, early, &here, roots, &half, &all, &below);
    _mm256_storeu_pd(sums->all, lengths(&all, roots, unit));
    _mm256_storeu_pd(sums->below, lengths(&below, roots, unit));
    set_bounds(search, i, roots, sums);
}

void mds_row_avx512_raw(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    row(search, i, ROOTS_RAW, sums);
}

void mds_row_avx512_newton(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    row(search, i, ROOTS_NEWTON, sums);
}

/* --- Ranges, for threads -------------------------------------------------------------------- */

/* Some lanes of the vector at `at`. */
INLINE void part(const struct mds_search *search, const double *goal, size_t at, __mmask8 lanes,
                 const struct place *point, struct acc *acc)
{
    add_vector(_mm512_maskz_loadu_pd(lanes, goal + at), point, place_at(search, at), acc,
               ROOTS_RAW);
}

void mds_raw_range_avx512(const struct mds_search *search, size_t i, size_t first, size_t last,
                          double sums[4])
{
    const double *goal = search->d_goal + i * search->n;
    const struct place point = {_mm512_set1_pd(search->x[i]), _mm512_set1_pd(search->y[i])};
    const __m512d zero = _mm512_setzero_pd();
    const struct pieces pieces = pieces_of(first, last);
    struct acc acc = {zero, zero, zero, zero};

    if (pieces.head_lanes != 0)
        part(search, goal, 8 * pieces.head, pieces.head_lanes, &point, &acc);
    add_vectors(search, goal, pieces.whole, pieces.whole_end, &point, &acc, ROOTS_RAW);
    if (pieces.tail_lanes != 0)
        part(search, goal, 8 * pieces.whole_end, pieces.tail_lanes, &point, &acc);
    _mm256_storeu_pd(sums, lengths(&acc, ROOTS_RAW, unit_of(search)));
}

void mds_raw_bound_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    set_bounds(search, i, ROOTS_RAW, sums);
}

/* --- Epochs --------------------------------------------------------------------------------- */

/* A row that is done, whose point has still to move. */
struct pending {
    __m512d below[4];
    __m256d sums;
    double bound;
    size_t i;
};

/* What moves points, and what the rows that could decide add up to: Σ goal·d below the points, lane
 * by lane, in units of √8·r, and Γ. */
struct mover {
    struct place here; /* the vector of the points that move */
    __m512d products;
    struct mds_search *search;
    struct mds_progress *progress;
    struct bounds bounds;
    double quarter, unit;
    double gamma;
};

INLINE void settle(struct mover *mover, const struct pending *row, enum roots roots)
{
    struct mds_search *search = mover->search;
    const __mmask8 lane = (__mmask8)(1u << row->i % 8);
    const size_t m = decide_lanes(search, row->i, row->sums, row->bound);

    if (m != MDS_UNDECIDED) {
        const struct moved moved = move_lanes(search, row->i, m, mover->quarter);
        const __m512d weight = _mm512_set1_pd(kinds[roots].weight[m]);
        mover->products = _mm512_fmadd_pd(row->below[m], weight, mover->products);
        mover->gamma += search->goal_sum[row->i];
        mover->here.x = _mm512_mask_broadcastsd_pd(mover->here.x, lane, moved.apart);
        mover->here.y = _mm512_mask_broadcastsd_pd(mover->here.y, lane,
                                                   _mm_unpackhi_pd(moved.apart, moved.apart));
        return;
    }
    if (roots == ROOTS_RAW)
        mds_search_point_by(mds_row_avx512_newton, search, row->i, mover->progress);
    else
        mds_search_point(search, row->i, mover->progress);
    mover->here = place_at(search, row->i / 8 * 8);
}

/* Moves the points of vector v. */
INLINE void move_vector(struct mover *mover, size_t v, enum roots roots)
{
    const struct mds_search *search = mover->search;
    const size_t first = 8 * v, end = search->n - first < 8 ? search->n : first + 8;
    const struct early early = early_of(v, search->n / 8);
    struct pending pending = {.i = first};

    mover->here = place_at(search, first);
    for (size_t i = first; i < end; i++) {
        const struct half half = begin_row(search, i, early, roots);
        struct acc all, below;

        if (i > first)
            settle(mover, &pending, roots);
        end_row(search, i, early, &mover->here, roots, &half, &all, &below);
        pending.i = i;
        pending.sums = lengths(&all, roots, mover->unit);
        pending.bound =
            difference_bound(&mover->bounds, largest_of(pending.sums), search->goal_sum[i]);
        pending.below[0] = below.a;
        pending.below[1] = below.b;
        pending.below[2] = below.c;
        pending.below[3] = below.w;
    }
    settle(mover, &pending, roots);
}

INLINE void epoch(struct mds_search *search, enum roots roots, struct mds_progress *progress)
{
    struct mover mover = {.search = search,
                          .progress = progress,
                          .bounds = bounds_of(search, roots),
                          .quarter = 0.25 / search->radius,
                          .unit = unit_of(search),
                          .products = _mm512_setzero_pd()};

    for (size_t v = 0; 8 * v < search->n; v++)
        move_vector(&mover, v, roots);
    const double products = _mm512_reduce_add_pd(mover.products) * mover.unit;
    progress->products += products;
    progress->bound += mover.bounds.relative * products + mover.bounds.absolute * mover.gamma;
}

static void raw_epoch(struct mds_search *search, struct mds_progress *progress)
{
    epoch(search, ROOTS_RAW, progress);
}

static void newton_epoch(struct mds_search *search, struct mds_progress *progress)
{
    epoch(search, ROOTS_NEWTON, progress);
}

/* A typical distance, in radii. */
static double distance(const struct mds_search *search)
{
    return search->goal_sum_largest / ((double)search->n * search->radius);
}

bool mds_raw_fits_avx512(const struct mds_search *search)
{
    return distance(search) < 14;
}

void mds_raw_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    if (mds_raw_fits_avx512(search))
        raw_epoch(search, progress);
    else if (distance(search) < 1000)
        newton_epoch(search, progress);
    else
        mds_search_epoch(search, progress);
}

#endif
