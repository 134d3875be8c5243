#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"

/* The rows of the filter for small radii: one root a pair instead of four, for the candidates'
 * distances follow from it. Coordinates are in units of r/2; u and all letters as in
 * kernels/avx512/mds_filter.c.
 *
 * Series. Let d be the distance before the move, s = d² + κ·r², y = 1/√s, and n = y²·(dy² − dx²).
 * ±x and ±y change the distance from the other point by, up to terms of r⁴/d³,
 *
 *     M ± A + C   and   M ± B − C     with   M = r²·y/4,  C = r²·y·n/4,
 *     A = r·y·dx·(1 − r²·y²·(1 − 2κ + n)/4),   B = r·y·dy·(1 − r²·y²·(1 − 2κ − n)/4).
 *
 * κ = 0 is Taylor's series. Any other gives the same terms up to r³; a positive one keeps all of
 * them finite where points meet, and makes what is left smaller. That is a function of dx/r and
 * dy/r alone: of order (r/d)⁴·d where d is large, at most some r where it is not, so at most a
 * constant times r·(r·y)³ everywhere. For κ = 0.3 that constant is
 *     0.2039 for the difference of two candidates (at d = r, where one meets the other point; 0.1
 *            where d is large), and 0.2405 for a candidate alone,
 * computed on a grid, as kernels/tests/test_mds_filter.c does again; 0.21 and 0.245 are charged. No
 * pair is an exception; a row with a point nearer than some radii is apt to be left undecided.
 *
 * In units of r/2 r is 2, and with q = 2·goal·y and k = q·y² no constant is left to multiply with:
 *
 *     goal·A = dx·(q − k·(0.4 + n)),  goal·B = dy·(q − k·(0.4 − n)),  goal·C = k·(dy² − dx²)/2,
 *     goal·M = q/2,                   r⁴·goal·y³ = 8k.
 *
 * Rounding. vrsqrt14ps gives (1 + ε)/√s, |ε| ≤ 2⁻¹⁴. Only q needs more: with Y, its square, e = 3 −
 * s·Y and goal·vrsqrt14·e are q(1 − 3ε²/2). s is right to 3u, which the root halves; Y rounds by u,
 * which e has half, e by u, the products by u each, goal by u: q is off by 6.1u. The factors of k,
 * Y and n, are off by 2ε each. So q − k·(0.4 ± n) is off by 6.1u of q, by u itself, and by
 * 2.4·2⁻¹³·k. The first is, since what q is multiplied with is at most 1.21, 8.6u·r·|dx|·y for A:
 * for two candidates at most 17.2u·r. The last is 0.6·2⁻¹³·r·|dx|·y·(ry)² for A, for two candidates
 * at most 1.2·2⁻¹³·r·(ry)², of which (ry)² ≤ ry/32 + 8·(ry)³: 77u·r·ry + 0.0012·r·(ry)³. C is off
 * by 2⁻¹³ and a few u of r·ry/4: for a difference 1029u·r·ry.
 * Displacement. Coordinates and their differences round as in the plain row: a pair stands aside by
 * δ = 2.83u·C + u·d, for all candidates alike. The gradients of two distances differ by 2 and by
 * 2·‖candidates' distance‖/(sum of the two lengths) at most, which is below 3.04·r·y: so by
 * 8.6u·C·r·y + 3.04u·r. (y is that of where the points were rounded to. Within r, which u·C is at
 * most, it changes little enough: of the bound at least a fifth is left.)
 * Adding up. (chunk + chunks + 7)·u for terms of 1.21·r at most, for two candidates twice that.
 *
 *     |error of S(a) − S(b)| ≤ u·r·(Γ·(60 + 0.31·vectors) + (8.6·C/r + 1110)·Σ goal·ry)
 *                              + 0.2112·r·Σ goal·(ry)³
 *
 * By how much the sum grows, from where the point is to a candidate, is less of a difference, but
 * for what is left of the series: at most 1.17 times as wrong.
 *
 * Slots of the FMA ports for 16 points: squares 2, estimate 1, Y 1, e 1, q 2, k 1, n 1, then A and
 * B 4, C 1: 14; 10 additions beside them.
 *
 * Order: as in kernels/avx512/mds_filter_raw.c, the vector of the points that move comes last, and
 * the point of a row moves when the next row has begun. */

#define INLINE static inline __attribute__((always_inline))

static const double u = 0x1p-24;

/* Vectors that are summed by themselves before they join the others. */
enum { CHUNK = 8 };

/* Σ goal·A, Σ goal·B, and so on; see the head. */
struct sums {
    __m512 a, b;
    __m512 c; /* 2·Σ goal·C */
    __m512 q, k;
};

INLINE struct sums none(void)
{
    const __m512 zero = _mm512_setzero_ps();

    return (struct sums){zero, zero, zero, zero, zero};
}

INLINE void join(struct sums *all, const struct sums *part)
{
    all->a = _mm512_add_ps(all->a, part->a);
    all->b = _mm512_add_ps(all->b, part->b);
    all->c = _mm512_add_ps(all->c, part->c);
    all->q = _mm512_add_ps(all->q, part->q);
    all->k = _mm512_add_ps(all->k, part->k);
}

/* A vector on its way: its estimated roots have begun. */
struct begun {
    __m512 goal, dx, dy;
    __m512 s, d; /* d = dy² − dx² */
    __m512 y;    /* 1/√s, estimated */
};

INLINE struct begun begin(__m512 goal, const struct place *point, __m512 x, __m512 y)
{
    const __m512 dx = _mm512_sub_ps(point->x, x), dy = _mm512_sub_ps(point->y, y);
    const __m512 square_x = _mm512_mul_ps(dx, dx), square_y = _mm512_mul_ps(dy, dy);
    /* κ·r² */
    const __m512 apart = _mm512_set1_ps(1.2f);
    const __m512 s = _mm512_add_ps(_mm512_add_ps(square_x, apart), square_y);

    return (struct begun){goal, dx, dy, s, _mm512_sub_ps(square_y, square_x), _mm512_rsqrt14_ps(s)};
}

INLINE void end(const struct begun *begun, struct sums *sums)
{
    const __m512 square = _mm512_mul_ps(begun->y, begun->y);
    const __m512 e = _mm512_fnmadd_ps(begun->s, square, _mm512_set1_ps(3));
    const __m512 q = _mm512_mul_ps(_mm512_mul_ps(begun->goal, begun->y), e);
    const __m512 k = _mm512_mul_ps(q, square), n = _mm512_mul_ps(square, begun->d);
    /* 1 − 2κ */
    const __m512 rest = _mm512_set1_ps(0.4f);
    const __m512 along_x = _mm512_fnmadd_ps(k, _mm512_add_ps(rest, n), q);
    const __m512 along_y = _mm512_fnmadd_ps(k, _mm512_sub_ps(rest, n), q);

    sums->a = _mm512_fmadd_ps(begun->dx, along_x, sums->a);
    sums->b = _mm512_fmadd_ps(begun->dy, along_y, sums->b);
    sums->c = _mm512_fmadd_ps(k, begun->d, sums->c);
    sums->q = _mm512_add_ps(sums->q, q);
    sums->k = _mm512_add_ps(sums->k, k);
}

INLINE struct begun begin_at(const struct filter *filter, const float *row, size_t v,
                             const struct place *point)
{
    _mm_prefetch((const char *)(row + filter->stride + 16 * v), _MM_HINT_T1);
    _mm_prefetch((const char *)(row + 16 * v + 256), _MM_HINT_T0);
    return begin(_mm512_load_ps(row + 16 * v), point, _mm512_load_ps(filter->x + 16 * v),
                 _mm512_load_ps(filter->y + 16 * v));
}

/* The pairs of vectors first ≤ v < last. The end of one is written behind the beginning of the
 * next: see run() in kernels/avx512/mds_rows.c. */
INLINE void run(const struct filter *filter, const float *row, size_t first, size_t last,
                const struct place *point, struct sums *all)
{
    struct begun begun;

    if (first == last)
        return;
    begun = begin_at(filter, row, first, point);
    for (size_t v = first + 1; v < last;) {
        const size_t stop = last - v > CHUNK ? v + CHUNK : last;
        struct sums part = none();
        for (; v < stop; v++) {
            const struct begun next = begin_at(filter, row, v, point);
            end(&begun, &part);
            begun = next;
        }
        join(all, &part);
    }
    end(&begun, all);
}

/* What is the same for all rows of an epoch. */
struct bounds {
    double gamma;           /* of Γ, in lengths */
    __m512 inverse, series; /* of Σ q and Σ k, in units of r/2 */
};

static struct bounds bounds_of(const struct mds_search *search)
{
    const double r = search->radius, vectors = (double)search->n / 16 + 1;

    /* goal·ry is q, and goal·(ry)³ is 4k; r is two units. */
    return (struct bounds){.gamma = 1.01 * u * r * (60 + 0.31 * vectors),
                           .inverse =
                               _mm512_set1_ps((float)(2.02 * u * (8.6 * search->span / r + 1110))),
                           .series = _mm512_set1_ps((float)(8 * 0.2115))};
}

/* The pairs with the vector of the point itself, at *here. */
INLINE void add_own(const float *row, size_t i, const struct place *point, const struct place *here,
                    struct sums *all)
{
    const __mmask16 others = (__mmask16) ~(1u << i % 16);
    const struct begun begun =
        begin(_mm512_maskz_load_ps(others, row + i - i % 16), point, here->x, here->y);

    end(&begun, all);
}

/* A row that is done, whose point has still to move. */
struct pending {
    size_t i;
    double bound;  /* of differences of */
    __m256d grown; /* what the four moves make Σ goal·d grow by, but for Σ goal·M */
};

INLINE struct pending pending_of(const struct mds_search *search, size_t i, const struct sums *all,
                                 const struct bounds *bounds)
{
    const __m512 wrong =
        _mm512_fmadd_ps(all->q, bounds->inverse, _mm512_mul_ps(all->k, bounds->series));
    const double unit = 0.5 * search->radius;
    const __m256d lanes = _mm256_mul_pd(lane_sums(all->a, all->b, all->c, wrong),
                                        _mm256_setr_pd(unit, unit, 0.5 * unit, unit));
    /* a, b, −a, −b and c, −c, c, −c. */
    const __m256d flip_way = _mm256_setr_pd(0.0, 0.0, -0.0, -0.0);
    const __m256d flip_axis = _mm256_setr_pd(0.0, -0.0, 0.0, -0.0);
    const __m256d along = _mm256_xor_pd(_mm256_permute4x64_pd(lanes, 0x44), flip_way);
    const __m256d second = _mm256_xor_pd(_mm256_permute4x64_pd(lanes, 0xaa), flip_axis);

    return (struct pending){
        .i = i,
        .bound = bounds->gamma * search->goal_sum[i] +
                 _mm256_cvtsd_f64(_mm256_permute4x64_pd(lanes, 0xff)),
        .grown = _mm256_add_pd(along, second),
    };
}

/* What moves points. */
struct mover {
    struct place here; /* the vector of the points that move */
    struct mds_search *search;
    struct mds_progress growth;
};

INLINE void settle(struct mover *mover, const struct pending *row)
{
    struct mds_progress ignored = {0};
    double grown[4];

    _mm256_storeu_pd(grown, row->grown);
    size_t m = decide_lanes(mover->search, row->i, row->grown, row->bound);
    if (m != MDS_UNDECIDED) {
        move_and_place(mover->search, row->i, m, &mover->here);
    } else {
        m = mds_search_point(mover->search, row->i, &ignored);
        place_again(mover->search, row->i, &mover->here);
    }
    mover->growth.products += grown[m];
    mover->growth.bound += row->bound;
}

/* Moves the points of vector v. */
static void move_vector(struct mover *mover, const struct bounds *bounds, size_t v)
{
    const struct filter *filter = mover->search->filter;
    const size_t n = mover->search->n, vectors = filter->stride / 16;
    const size_t first = 16 * v, last = n - first < 16 ? n : first + 16;
    const struct early early = early_of(v, vectors);
    const size_t behind = v + 1 + early.behind;
    __m512 twice_means = _mm512_setzero_ps();
    struct pending pending = {.i = first};

    mover->here = vector_of(filter, v);
    for (size_t i = first; i < last; i++) {
        const float *row = filter->goal + i * filter->stride;
        const struct place point = place_of(filter, i);
        struct sums all = none();

        run(filter, row, v + 1, behind, &point, &all);
        run(filter, row, 0, early.below, &point, &all);
        if (i > first)
            settle(mover, &pending);
        run(filter, row, behind, vectors, &point, &all);
        run(filter, row, early.below, v, &point, &all);
        add_own(row, i, &point, &mover->here, &all);
        twice_means = _mm512_add_ps(twice_means, all.q);
        pending = pending_of(mover->search, i, &all, bounds);
    }
    settle(mover, &pending);
    mover->growth.products +=
        0.25 * mover->search->radius * (double)_mm512_reduce_add_ps(twice_means);
}

void mds_filter_taylor_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    const struct bounds bounds = bounds_of(search);
    struct mover mover = {.search = search, .growth = {.is_growth = true}};

    for (size_t v = 0; 16 * v < search->n; v++)
        move_vector(&mover, &bounds, v);
    *progress = mover.growth;
    progress->bound *= 1.2;
}

double mds_filter_taylor_avx512(const struct mds_search *search, size_t i, double sums[4])
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16, at = i / 16;
    const float *row = filter->goal + i * filter->stride;
    const struct place point = place_of(filter, i);
    const struct place here = vector_of(filter, at);
    const struct bounds bounds = bounds_of(search);
    struct sums all = none();

    run(filter, row, at + 1, vectors, &point, &all);
    run(filter, row, 0, at, &point, &all);
    add_own(row, i, &point, &here, &all);
    const struct pending pending = pending_of(search, i, &all, &bounds);
    _mm256_storeu_pd(sums, pending.grown);
    return pending.bound;
}

#endif
