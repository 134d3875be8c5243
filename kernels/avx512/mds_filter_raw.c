#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"

#include <math.h>

/* Raw rows: for large radii, where the candidates differ by far more than 2⁻¹⁴ of a distance, the
 * estimate of a root needs no correction. u = 2⁻²⁴ and all letters as in kernels/avx512/
 * mds_filter.c. With z and w for dx and dy in units of 2r the squares of the four distances are
 *
 *     (z ± ½)² + w² = S ± z,   (w ± ½)² + z² = S ± w,   S = z² + w² + ¼.
 *
 * No root is multiplied with its goal g: what the root is taken of is multiplied with h = g², made
 * once a search, for g·d = √(h·d²). With Q = h·z and R = h·w
 *
 *     h·S = Q·z + R·w + h/4,   and the four are h·S ± Q, h·S ± R:
 *
 * the products with h that the four need make S as well. h/4 is h with 2 less in its exponent, an
 * integer subtraction, for which any port will do. A root is t·y with y = (1 + ε)/√t, |ε| ≤ 2⁻¹⁴,
 * and goes into its sum by one fused operation. Slots of the FMA ports for 16 points and four
 * candidates: 2 for Q and R, 2 for h·S, 4 estimates, 4 for t·y: 12, beside 6 additions on ports of
 * their own. (With goals as factors it were 14: 2 for S, 4 estimates, 4 for t·y, 4 with g.)
 *
 * Goals are scaled by a power of two, so that they are some hundred (goal_scale; g, h, t below are
 * scaled, sums are scaled back at the end).
 *
 * Error. As in the plain row the two ends of a pair are displaced, for all candidates alike:
 * 5.7·u·C + 2u·d for a difference of two. h rounds by u, its root by half of that, and what is
 * added to it (MDS_FILTER_TINY) costs 2⁻⁵⁰ of a distance.
 *
 * Apart for each candidate, with s for its true square, t for h·s, and a hat for what was
 * computed: Q and R round by u, so do R·w + h/4 and h·S: altogether h·S is off by 3u·h·S.
 * Then t̂ = h·S ± Q by u·|Q| more, and u·t. Since |z| ≤ √s + ½, S ≤ s + √s + ½ and
 * |Q| ≤ h·(√s + ½): |t̂ − t| ≤ u·h·(4s + 4√s + 2).
 *
 * What that means for the root depends on how near the candidate comes to the other point. Where y
 * < 2, √t̂ > 0.49 and √t > 0.48, so √t̂ is off by |t̂ − t|/(√t̂ + √t) ≤
 * u·g·(2.1·√s + 2.1 + 2.1·g), in lengths 2.1u·d + u·r·(4.2 + 4.2·g). Anyhow √t̂ is
 * off by √(|t̂ − t|) at most, which for √s < 2⁻⁶ is √(2.1u)·g, in lengths
 * 2⁻¹⁰·⁴⁶·r, and for larger s it is below 2.2u·d + 140u·r. (A t̂ of 0 or below makes
 * the sum no number, and the row undecided.) Of one pair only one candidate can be as near as
 * 2⁻⁶, for they lie √2·r apart. This and 140u twice stay below 2⁻¹⁰·⁴²·r.
 *
 * A row's y are therefore joined by OR: numbers below 2 have no 2 in their exponents, so the bit
 * says whether there is a pair for which only the second holds. There seldom is: it lies within
 * r/100. Logic may go to any port. The point itself and padding are left out.
 *
 * The estimate of a root is wrong by 2⁻¹⁴·d. A lane adds one product a vector, its end a few
 * more: (vectors + 10)·u. With the largest of the four sums, Γ and Γ₂ = Σ g² of the row,
 *
 *     |error of S(a) − S(b)| ≤ (2⁻¹³ + u·(2·vectors + 28))·largest + (near + 5.7u·C)·Γ
 *     |error of S below|     ≤ (2⁻¹⁴ + u·(vectors + 14))·S below + (near + 2.9u·C)·Γ
 *     near·Γ = u·r·(8.4·Γ + 8.4·Γ₂) if no y is 2 or more, 2⁻¹⁰·⁴²·r·Γ otherwise,
 *
 * of which the code takes a little more, for terms of u² and the rounding of the bounds, and n
 * times 2⁻⁴⁹ of the largest distance for what was added to h. Sums below are added up for all
 * points: 16 more additions in single precision. No number leaves the range of floats: goals are
 * below 2³⁰, distances below 2³⁰·r, so h·S is below 2¹²¹; and where h·S is as small as 2⁻¹⁰⁰, what
 * underflows is below 2⁻⁴⁰ of it.
 *
 * Order. Row i + 1 needs nothing of row i but where point i has gone, and that only for the vector
 * in which it lies. So this vector comes last, and stays in registers while its points move; and
 * point i moves when some vectors of row i + 1 have begun. What decides the move are a hundred
 * instructions that wait for each other, and of those that wait the schedulers hold 64: between two
 * rows nothing else would fit. That and kernels/avx512/mds_move.h took 10 % off an epoch of 200
 * points, 8 % at 500, 5 % at 1000. Within a row the first half of one vector is written before the
 * second half of the last one, for the same reason: see kernels/avx512/mds_weighted.h. Then a
 * vector takes 12.6 cycles, where it took 13.2; what is missing to 12 are the two that join y, for
 * which the processor at times picks a port that multiplies. */

#define INLINE static inline __attribute__((always_inline))

/* Σ goal·d of the moves +x, +y, −x, −y, and all y, joined by OR. */
struct four {
    __m512 sum[4];
    __m512i joined;
};

/* What makes *x comes before, what takes it after: the compiler moves neither across. */
INLINE void pin(__m512 *x)
{
    __asm__ volatile("" : "+v"(*x));
}

/* A vector on its way: h·S, Q and R. */
struct weighed {
    __m512 both, q, r;
};

INLINE struct weighed weigh(__m512 h, const struct place *point, __m512 x, __m512 y)
{
    const __m512i exponent_two = _mm512_set1_epi32(2 << 23);
    const __m512 quarter =
        _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_castps_si512(h), exponent_two));
    const __m512 z = _mm512_sub_ps(point->x, x), w = _mm512_sub_ps(point->y, y);
    struct weighed weighed = {.q = _mm512_mul_ps(h, z), .r = _mm512_mul_ps(h, w)};

    weighed.both = _mm512_fmadd_ps(weighed.q, z, _mm512_fmadd_ps(weighed.r, w, quarter));
    pin(&weighed.both);
    pin(&weighed.q);
    pin(&weighed.r);
    return weighed;
}

/* The squares of the four distances, times h. */
INLINE void squares(const struct weighed *weighed, __m512 t[4])
{
    t[0] = _mm512_add_ps(weighed->both, weighed->q);
    t[1] = _mm512_add_ps(weighed->both, weighed->r);
    t[2] = _mm512_sub_ps(weighed->both, weighed->q);
    t[3] = _mm512_sub_ps(weighed->both, weighed->r);
    for (int m = 0; m < 4; m++)
        pin(&t[m]);
}

INLINE __m512i joined(__m512i all, const __m512 y[4])
{
    const __m512i two =
        _mm512_ternarylogic_epi32(all, _mm512_castps_si512(y[0]), _mm512_castps_si512(y[1]), 0xfe);

    return _mm512_ternarylogic_epi32(two, _mm512_castps_si512(y[2]), _mm512_castps_si512(y[3]),
                                     0xfe);
}

INLINE struct weighed weigh_at(const struct filter *filter, const float *row, size_t v,
                               const struct place *point)
{
    /* The same place of the next row into the second-level cache, for memory takes long to answer;
     * what comes within 1 KiB into the first, which the coordinates need, too. (A whole row ahead
     * into the first costs 14 % more at 2000 points, 36 % at 4000.) */
    _mm_prefetch((const char *)(row + filter->stride + 16 * v), _MM_HINT_T1);
    _mm_prefetch((const char *)(row + 16 * v + 256), _MM_HINT_T0);
    return weigh(_mm512_load_ps(row + 16 * v), point, _mm512_load_ps(filter->x + 16 * v),
                 _mm512_load_ps(filter->y + 16 * v));
}

INLINE void add(const struct weighed *weighed, struct four *sums)
{
    __m512 t[4], y[4];

    squares(weighed, t);
    for (int m = 0; m < 4; m++) {
        y[m] = _mm512_rsqrt14_ps(t[m]);
        sums->sum[m] = _mm512_fmadd_ps(t[m], y[m], sums->sum[m]);
    }
    sums->joined = joined(sums->joined, y);
}

/* Adds the pairs of whole vectors first ≤ v < last. */
INLINE void run(const struct filter *filter, const float *row, size_t first, size_t last,
                const struct place *point, struct four *sums)
{
    struct four four = *sums;

    if (first >= last)
        return;
    struct weighed weighed = weigh_at(filter, row, first, point);
    for (size_t v = first + 1; v < last; v++) {
        const struct weighed next = weigh_at(filter, row, v, point);
        add(&weighed, &four);
        weighed = next;
    }
    add(&weighed, &four);
    *sums = four;
}

/* Adds the pairs of some lanes of the vector at x and y, and those of `lower` among them to *below.
 */
INLINE void add_part(__m512 h, const struct place *point, __m512 x, __m512 y, __mmask16 lanes,
                     __mmask16 lower, struct four *all, struct four *below)
{
    const struct weighed weighed = weigh(h, point, x, y);
    __m512 t[4], roots[4];

    squares(&weighed, t);
    for (int m = 0; m < 4; m++) {
        roots[m] = _mm512_maskz_rsqrt14_ps(lanes, t[m]);
        all->sum[m] = _mm512_mask3_fmadd_ps(t[m], roots[m], all->sum[m], lanes);
        below->sum[m] = _mm512_mask3_fmadd_ps(t[m], roots[m], below->sum[m], lower);
    }
    all->joined = joined(all->joined, roots);
}

/* Is there a pair with a y of 2 or more? */
INLINE bool is_near(const struct four *four)
{
    const __m512i exponent_two = _mm512_set1_epi32(0x40000000);

    return _mm512_test_epi32_mask(four->joined, exponent_two) != 0;
}

/* What is the same for all rows of an epoch. */
struct bounds {
    double relative;    /* of the largest sum */
    double near, apart; /* with a near pair: of Γ; without: of Γ + Γ₂, scaled */
    double displaced;   /* of Γ */
    double least;       /* for what was added to h */
    double unit;        /* 2r, scaled back */
    double goal_scale;
};

/* What is not a share of the largest sum, for a difference of two sums. */
static double absolute_bound(const struct mds_search *search, size_t i, const struct bounds *bounds,
                             bool near)
{
    const double gamma = search->goal_sum[i];
    const double both = gamma + bounds->goal_scale * search->goal_square[i];

    return (near ? bounds->near * gamma : bounds->apart * both) + bounds->displaced * gamma +
           bounds->least;
}

INLINE struct four none(void)
{
    const __m512 zero = _mm512_setzero_ps();

    return (struct four){{zero, zero, zero, zero}, _mm512_setzero_si512()};
}

/* A row that is done, whose point has still to move. */
struct pending {
    __m512 below[4];
    __m256d sums;
    double absolute; /* see absolute_bound() */
    size_t i;
};

/* What moves points. */
struct mover {
    struct place here; /* the vector of the points that move */
    __m512 products;
    struct mds_search *search;
    const struct bounds *bounds;
    struct mds_progress *progress;
    double bound;
};

/* Where a row leaves two moves, which of them it is; MDS_UNDECIDED if it leaves more, or if they
 * are too near each other. */
static size_t duel(struct mds_search *search, const struct pending *row, double bound)
{
    const double slack = mds_slack(search, row->i);
    double sums[4], scores[4];
    size_t moves[2] = {0, 0};

    _mm256_storeu_pd(sums, row->sums);
    mds_scores(search, row->i, sums, scores);
    for (size_t m = 1; m < 4; m++)
        if (scores[m] < scores[moves[0]])
            moves[0] = m;
    moves[1] = moves[0] == 0 ? 1 : 0;
    for (size_t m = 1; m < 4; m++)
        if (m != moves[0] && scores[m] < scores[moves[1]])
            moves[1] = m;
    for (size_t m = 0; m < 4; m++)
        if (m != moves[0] && m != moves[1] &&
            !(scores[m] - scores[moves[1]] > 2.01 * bound + slack && scores[m] < INFINITY))
            return MDS_UNDECIDED;
    search->slots += (double)search->n / 16 * MDS_DUEL_SLOTS;
    /* With the sum of the second as the duel has it beside the first's. */
    const double wrong = mds_filter_duel_bound_avx512(search, row->i, mds_largest(sums) + bound);
    sums[moves[1]] = sums[moves[0]] + mds_filter_duel_avx512(search, row->i, moves);
    mds_scores(search, row->i, sums, scores);
    const double lead = scores[moves[1]] - scores[moves[0]];
    if (!(fabs(lead) > 2.01 * wrong + slack))
        return MDS_UNDECIDED;
    return moves[lead > 0 ? 0 : 1];
}

/* Moves the point of a row. */
INLINE void settle(struct mover *mover, const struct pending *row)
{
    struct mds_search *search = mover->search;
    const double bound = mover->bounds->relative * largest_of(row->sums) + row->absolute;
    size_t m = decide_lanes(search, row->i, row->sums, bound);

    if (m == MDS_UNDECIDED)
        m = duel(search, row, bound);
    if (m != MDS_UNDECIDED) {
        move_and_place(search, row->i, m, &mover->here);
        mover->products = _mm512_add_ps(mover->products, row->below[m]);
        mover->bound += row->absolute;
    } else {
        search->slots += (double)search->n / 16 * MDS_PLAIN_SLOTS;
        mds_search_point_by(mds_filter_plain_avx512, search, row->i, mover->progress);
        place_again(search, row->i, &mover->here);
    }
}

/* Moves the points of vector v. */
static void move_vector(struct mover *mover, size_t v)
{
    struct mds_search *search = mover->search;
    const struct bounds *bounds = mover->bounds;
    const struct filter *filter = search->filter;
    const size_t full = search->n / 16, rest = search->n % 16;
    const __mmask16 tail = (__mmask16)((1u << rest) - 1), own = v < full ? 0xffff : tail;
    const size_t first = 16 * v, end = v < full ? 16 * v + 16 : search->n;
    const struct early early = early_of(v, full);
    const size_t behind = v + 1 + early.behind;
    struct pending pending = {.i = first};

    mover->here = vector_of(filter, v);
    for (size_t i = first; i < end; i++) {
        const float *row = filter->goal_square + i * filter->stride;
        const struct place point = place_of(filter, i);
        const unsigned lane = 1u << i % 16;
        struct four all = none(), below = none();

        run(filter, row, v + 1, behind, &point, &all);
        run(filter, row, 0, early.below, &point, &below);
        if (i > first)
            settle(mover, &pending);
        run(filter, row, behind, full, &point, &all);
        run(filter, row, early.below, v, &point, &below);
        if (v < full && rest != 0)
            add_part(_mm512_load_ps(row + 16 * full), &point, _mm512_load_ps(filter->x + 16 * full),
                     _mm512_load_ps(filter->y + 16 * full), tail, 0, &all, &below);
        for (int m = 0; m < 4; m++)
            all.sum[m] = _mm512_add_ps(all.sum[m], below.sum[m]);
        all.joined = _mm512_or_si512(all.joined, below.joined);
        add_part(_mm512_load_ps(row + 16 * v), &point, mover->here.x, mover->here.y,
                 (__mmask16)(own & ~lane), (__mmask16)(lane - 1), &all, &below);
        pending.sums = _mm256_mul_pd(lane_sums(all.sum[0], all.sum[1], all.sum[2], all.sum[3]),
                                     _mm256_set1_pd(bounds->unit));
        pending.absolute = absolute_bound(search, i, bounds, is_near(&all));
        for (int m = 0; m < 4; m++)
            pending.below[m] = below.sum[m];
        pending.i = i;
    }
    settle(mover, &pending);
}

void mds_filter_raw_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    const struct filter *filter = search->filter;
    const double u = 0x1p-24, r = search->radius;
    const size_t vectors = filter->stride / 16;
    const struct bounds bounds = {.relative = 1.001 * (0x1p-13 + u * (2 * (double)vectors + 60)),
                                  .near = 0x1.8p-11 * r, /* 2⁻¹⁰·⁴¹⁵ */
                                  .apart = 8.5 * u * r,
                                  .displaced = 6 * u * search->span,
                                  .least = mds_filter_least_avx512(search),
                                  .unit = 2 * r / filter->goal_scale,
                                  .goal_scale = filter->goal_scale};
    double products = 0;
    struct mover mover = {.search = search, .bounds = &bounds, .progress = progress};

    for (size_t v = 0; 16 * v < search->n; v++) {
        mover.products = _mm512_setzero_ps();
        move_vector(&mover, v);
        products += (double)_mm512_reduce_add_ps(mover.products) * bounds.unit;
    }
    progress->products += products;
    progress->bound += 0.5 * bounds.relative * products + mover.bound;
}

#endif
