#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"

/* The plain row of the filter; letters as in kernels/avx512/mds_filter.c. Lengths are in units of
 * r, and every pair's are multiplied with its goal g before anything is squared. With X = g·dx, Y =
 * g·dy the four g·d are
 *
 *     √((X ± g)² + Y²),   √((Y ± g)² + X²):
 *
 * no sign is needed and nothing cancels. Of them are added up the one of +x and, for each of the
 * others, by how much it is more: these are at most 2g, so that adding them up costs no more than a
 * rounding of r·Γ, where the sums themselves would lose some of S.
 *
 * Roots. vrsqrt14ps gives y = (1 + ε)/√t, |ε| ≤ 2⁻¹⁴. With p = t·y and e = 3 − p·y, p·e =
 * 2√t·(1 − 3ε²/2 − ε³/2): short by 0.1u. Rounding p moves p·e by u/2 (e answers with −u), rounding
 * e by u: a root is right to 1.6u before it is rounded itself, which the subtraction of the other
 * does in the same operation. A vsqrtps is right to u.
 *
 * Errors. Coordinates are rounded from double: both ends of a pair together stand aside by
 * 2√2·u·C. dx = fl(xᵢ − xⱼ) and X = fl(g·dx) add 2u·d. These are displacements of the pair, the
 * same for all candidates. The first moves each distance by at most as much, a difference of two by
 * twice that: 5.7u·C. So does the second, 4u·d; but beyond d = 2r the gradients of two distances
 * differ by 4r/d at most (the candidates are 2r apart, and no point between them is nearer than
 * d/2): 8u·r. Apart for each candidate: X ± g by u, its square by 2u, Y² by u, their sum by u more:
 * 3u, of which the root halves, and adds 1.6u: 3.1u·d, 6.2u·d for two. Rounding goal costs u·2r.
 * Terms are differences: at most √2·r for ±y, 2r for −x, so 3.42r for two. Rounding them costs u,
 * adding them up `additions`·u of that. What is added to the squares, for roots of 0, costs 2⁻⁶⁰·r
 * a pair. With 10 % on top for u² terms:
 *
 *     |error of S(a) − S(b)| ≤ u·(7·S + 6.3·C·Γ + r·Γ·(15 + 3.8·additions)) + 2⁻⁵⁹·r·n.
 *
 * A sum over j < i itself: 3.1u·d, the displacements 2√2u·C + 2u·d, goal u, the first and the
 * difference `additions`·u each, of S + 2r·Γ and of 2r·Γ, their sum u.
 *
 *     |error of S below|     ≤ 1.1·u·((8 + additions)·S below + (2.9·C + r·(3 + 4·additions))·Γ
 * below)
 *
 * For a row Γ below is at most Γ; over all points it adds up to half of all Γ. Nothing overflows:
 * mds_filter_fits_raw_avx512().
 *
 * Slots of the FMA ports for 16 points (see mds_rows.c; vsqrtps: 10 cycles of its unit, 2 slots): X
 * and Y 2, squares 6, two vsqrtps 4, two estimated roots 8: 20 slots beside 20 cycles of the root
 * unit and 12 additions (13 below the point).
 *
 * On squares of goals, as in the raw rows, it would be 17 slots with fewer vsqrtps, 20 cycles where
 * these take 22. But what cancels in those squares leaves four times as many points undecided, and
 * an epoch took as long, or longer.
 *
 * Order: as in kernels/avx512/mds_filter_raw.c, the vector of the points that move comes last, and
 * the point of a row moves when the next row has begun. */

#define INLINE static inline __attribute__((always_inline))

static const double u = 0x1p-24;

/* Vectors that are summed by themselves before they join the others. */
enum { CHUNK = 8 };

/* Σ goal·d of the move +x, and what those of +y, −x, −y have more: twice that, once, twice. */
struct beside {
    __m512 sum[4];
};

/* What to multiply sum[m] with for what move m has more than +x. */
static const float shares[4] = {0, 0.5f, 1, 0.5f};

/* A vector on its way: √t along x, and t·y and y for those along y. */
struct begun {
    __m512 x_plus, x_minus;
    struct estimate {
        __m512 t, y;
    } y_plus, y_minus;
};

INLINE struct estimate estimate(__m512 square)
{
    const __m512 y = _mm512_rsqrt14_ps(square);

    return (struct estimate){_mm512_mul_ps(square, y), y};
}

INLINE struct begun begin(__m512 goal, const struct place *point, __m512 x, __m512 y)
{
    const __m512 tiny = _mm512_set1_ps(0x1p-120f), twice = _mm512_add_ps(goal, goal);
    const __m512 px = _mm512_mul_ps(twice, _mm512_sub_ps(point->x, x));
    const __m512 py = _mm512_mul_ps(twice, _mm512_sub_ps(point->y, y));
    const __m512 square_x = _mm512_fmadd_ps(px, px, tiny);
    const __m512 square_y = _mm512_fmadd_ps(py, py, tiny);
    const __m512 right = _mm512_add_ps(px, goal), left = _mm512_sub_ps(px, goal);
    const __m512 up = _mm512_add_ps(py, goal), down = _mm512_sub_ps(py, goal);

    return (struct begun){_mm512_sqrt_ps(_mm512_fmadd_ps(right, right, square_y)),
                          _mm512_sqrt_ps(_mm512_fmadd_ps(left, left, square_y)),
                          estimate(_mm512_fmadd_ps(up, up, square_x)),
                          estimate(_mm512_fmadd_ps(down, down, square_x))};
}

/* 2√square − less */
INLINE __m512 corrected(const struct estimate *root, __m512 less)
{
    const __m512 e = _mm512_fnmadd_ps(root->t, root->y, _mm512_set1_ps(3));

    return _mm512_fmsub_ps(root->t, e, less);
}

INLINE struct beside end(const struct begun *begun)
{
    const __m512 first = begun->x_plus, twice = _mm512_add_ps(first, first);

    return (struct beside){{first, corrected(&begun->y_plus, twice),
                            _mm512_sub_ps(begun->x_minus, first),
                            corrected(&begun->y_minus, twice)}};
}

/* In the lanes given; sum[0] only `with_first`. */
INLINE void add(struct beside *all, const struct beside *more, __mmask16 lanes, bool with_first)
{
    for (int m = with_first ? 0 : 1; m < 4; m++)
        all->sum[m] = _mm512_mask_add_ps(all->sum[m], lanes, all->sum[m], more->sum[m]);
}

INLINE struct begun begin_at(const struct filter *filter, const float *row, size_t v,
                             const struct place *point)
{
    /* The same place of the next row: memory has a row's time to answer. */
    _mm_prefetch((const char *)(row + filter->stride + 16 * v), _MM_HINT_T0);
    return begin(_mm512_load_ps(row + 16 * v), point, _mm512_load_ps(filter->x + 16 * v),
                 _mm512_load_ps(filter->y + 16 * v));
}

/* Adds the pairs of vectors first ≤ v < last. The end of one is written behind the beginning of the
 * next: see run() in kernels/avx512/mds_rows.c. */
INLINE void run(const struct filter *filter, const float *row, size_t first, size_t last,
                const struct place *point, bool with_first, struct beside *all)
{
    const __m512 zero = _mm512_setzero_ps();
    struct begun begun;

    if (first == last)
        return;
    begun = begin_at(filter, row, first, point);
    for (size_t v = first + 1; v < last;) {
        const size_t stop = last - v > CHUNK ? v + CHUNK : last;
        struct beside part = {{zero, zero, zero, zero}};
        for (; v < stop; v++) {
            const struct begun next = begin_at(filter, row, v, point);
            const struct beside ended = end(&begun);
            add(&part, &ended, 0xffff, with_first);
            begun = next;
        }
        add(all, &part, 0xffff, with_first);
    }
    const struct beside ended = end(&begun);
    add(all, &ended, 0xffff, with_first);
}

INLINE struct beside none(void)
{
    const __m512 zero = _mm512_setzero_ps();

    return (struct beside){{zero, zero, zero, zero}};
}

/* The sums below join those above, and both get their pairs with the point's own vector, *here. */
INLINE void add_own(const float *row, size_t i, const struct place *point, const struct place *here,
                    struct beside *all, struct beside *below)
{
    const __mmask16 lower = (__mmask16)((1u << i % 16) - 1);
    const struct begun begun = begin(_mm512_load_ps(row + i - i % 16), point, here->x, here->y);
    const struct beside own = end(&begun);

    add(all, below, 0xffff, false);
    add(all, &own, 0xffff, false);
    add(below, &own, lower, true);
}

INLINE __m256d differences(const struct beside *all, double radius)
{
    return _mm256_mul_pd(lane_sums(_mm512_setzero_ps(), all->sum[1], all->sum[2], all->sum[3]),
                         _mm256_setr_pd(0, radius / 2, radius, radius / 2));
}

/* The sums below after move m, side by side; in units of the radius. */
INLINE __m512d below_by(const struct beside *below, size_t m)
{
    const __m512 lanes = _mm512_fmadd_ps(below->sum[m], _mm512_set1_ps(shares[m]), below->sum[0]);

    return widened(lanes);
}

/* Additions of single precision on the way of a term into its sum: in a chunk, of the chunks of a
 * run and its last vector, of the runs and the point's own vector, over the lanes. */
static double additions(const struct filter *filter)
{
    const size_t vectors = filter->stride / 16;

    return CHUNK + (double)vectors / CHUNK + 2 + 2 + 4;
}

/* The bound of differences is `of_products` times Σ goal·d of the point, `of_gamma` times Γ, and
 * `least`. */
struct shares {
    double of_products, of_gamma, least;
};

static struct shares shares_of(const struct mds_search *search)
{
    const double r = search->radius;

    return (struct shares){7 * u,
                           u * (6.3 * search->span + r * (15 + 3.8 * additions(search->filter))),
                           0x1p-59 * r * (double)search->n};
}

/* The bounds of differences for all points, for the whole epoch. Σ goal·d is estimated as in
 * mds_search_products(), but that both ends of a pair may move by r, and that the coordinates here
 * are rounded: Σ d² by at most 2⁻²¹·n·C². */
static void set_bounds(const struct mds_search *search)
{
    const struct filter *filter = search->filter;
    const struct shares shares = shares_of(search);
    const double count = (double)search->n, span = search->span;
    const double missed = (64 * count * count * 0x1p-53 + 0x1p-20 * count) * span * span;
    const __m512d unit = _mm512_set1_pd(1 / filter->scale), times = _mm512_set1_pd(count);
    const __m512d sum_x = _mm512_set1_pd(2 * search->sum[0] / count);
    const __m512d sum_y = _mm512_set1_pd(2 * search->sum[1] / count);
    const __m512d moved = _mm512_set1_pd(2 * sqrt(count) * search->radius);

    for (size_t i = 0; i < search->n; i += 8) {
        const __mmask8 lanes = search->n - i >= 8 ? 0xff : (__mmask8)((1u << (search->n - i)) - 1);
        const __m512d x = _mm512_mul_pd(_mm512_cvtps_pd(_mm256_load_ps(filter->x + i)), unit);
        const __m512d y = _mm512_mul_pd(_mm512_cvtps_pd(_mm256_load_ps(filter->y + i)), unit);
        /* n·(|p|² − 2·p·mean) + Σ |x|² */
        const __m512d beside =
            _mm512_fmadd_pd(_mm512_sub_pd(x, sum_x), x, _mm512_mul_pd(_mm512_sub_pd(y, sum_y), y));
        const __m512d square =
            _mm512_fmadd_pd(times, beside, _mm512_set1_pd(search->square + missed));
        const __m512d goals = _mm512_sqrt_pd(_mm512_maskz_loadu_pd(lanes, search->goal_square + i));
        const __m512d products =
            _mm512_mul_pd(goals, _mm512_add_pd(_mm512_sqrt_pd(_mm512_abs_pd(square)), moved));
        const __m512d of_gamma =
            _mm512_fmadd_pd(_mm512_maskz_loadu_pd(lanes, search->goal_sum + i),
                            _mm512_set1_pd(shares.of_gamma), _mm512_set1_pd(shares.least));
        _mm512_storeu_pd(
            filter->wrong + i,
            _mm512_fmadd_pd(products, _mm512_set1_pd(1.0001 * shares.of_products), of_gamma));
    }
}

/* Of sums below, for pairs of which Σ goal is at most gamma. */
static double below_bound(const struct mds_search *search, double below, double gamma)
{
    const double path = additions(search->filter), r = search->radius;

    return 1.1 * u * ((8 + path) * below + gamma * (2.9 * search->span + r * (3 + 4 * path)));
}

/* A row that is done, whose point has still to move. */
struct pending {
    struct beside below;
    __m256d sums;
    size_t i;
};

/* What moves points. */
struct mover {
    struct mds_search *search;
    struct mds_progress *progress;
    struct place here; /* the vector of the points that move */
    __m512d products; /* Σ goal·d below of those that the filter decided, in units of the radius */
};

INLINE void settle(struct mover *mover, const struct pending *row)
{
    const struct filter *filter = mover->search->filter;
    const size_t m = decide_lanes(mover->search, row->i, row->sums, filter->wrong[row->i]);

    if (m != MDS_UNDECIDED) {
        move_and_place(mover->search, row->i, m, &mover->here);
        mover->products = _mm512_add_pd(mover->products, below_by(&row->below, m));
    } else {
        mds_search_point(mover->search, row->i, mover->progress);
        place_again(mover->search, row->i, &mover->here);
    }
}

/* Moves the points of vector v. */
static void move_vector(struct mover *mover, size_t v)
{
    const struct filter *filter = mover->search->filter;
    const size_t n = mover->search->n, vectors = filter->stride / 16;
    const size_t first = 16 * v, last = n - first < 16 ? n : first + 16;
    const struct early early = early_of(v, vectors);
    const size_t behind = v + 1 + early.behind;
    struct pending pending = {.i = first};

    mover->here = vector_of(filter, v);
    for (size_t i = first; i < last; i++) {
        const float *row = filter->goal + i * filter->stride;
        const struct place point = place_of(filter, i);
        struct beside all = none(), below = none();

        run(filter, row, v + 1, behind, &point, false, &all);
        run(filter, row, 0, early.below, &point, true, &below);
        if (i > first)
            settle(mover, &pending);
        run(filter, row, behind, vectors, &point, false, &all);
        run(filter, row, early.below, v, &point, true, &below);
        add_own(row, i, &point, &mover->here, &all, &below);
        pending = (struct pending){below, differences(&all, mover->search->radius), i};
    }
    settle(mover, &pending);
}

void mds_filter_plain_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    struct mover mover = {search, progress, .products = _mm512_setzero_pd()};
    double gamma = 0;

    set_bounds(search);
    for (size_t v = 0; 16 * v < search->n; v++)
        move_vector(&mover, v);
    const double products = search->radius * _mm512_reduce_add_pd(mover.products);
    for (size_t i = 0; i < search->n; i++)
        gamma += search->goal_sum[i];
    progress->products += products;
    /* Every pair is below once: half of all Γ. */
    progress->bound += below_bound(search, products, 0.5 * gamma);
}

void mds_filter_plain_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16, at = i / 16;
    const float *row = filter->goal + i * filter->stride;
    const struct place point = place_of(filter, i);
    const struct place here = vector_of(filter, at);
    struct beside all = none(), below = none();
    double largest = 0;

    run(filter, row, at + 1, vectors, &point, false, &all);
    run(filter, row, 0, at, &point, true, &below);
    add_own(row, i, &point, &here, &all, &below);
    _mm256_storeu_pd(sums->all, differences(&all, search->radius));
    for (size_t m = 0; m < 4; m++) {
        sums->below[m] = search->radius * _mm512_reduce_add_pd(below_by(&below, m));
        largest = sums->below[m] > largest ? sums->below[m] : largest;
    }
    const struct shares shares = shares_of(search);
    sums->difference_bound = shares.of_products * mds_search_products(search, i) +
                             shares.of_gamma * search->goal_sum[i] + shares.least;
    sums->below_bound = below_bound(search, largest, search->goal_sum[i]);
}

#endif
