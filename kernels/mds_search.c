#include "kernels/mds_decide.h"
#include "kernels/mds_search.h"

#include <math.h>
#include <string.h>

/* Why the moves are the definition's
 *
 * Write E(m) for the exact row error of candidate m: Σⱼ (g − d)² = Σ g² − 2·Σ g·d + Σ d². The first
 * sum is the same for all candidates, and so is nearly all of the last: with p the point and D = Σⱼ
 * (p − xⱼ), a move by the vector v of length r makes Σ d² grow by n·r² + 2·v·D. So the candidates
 * are compared by
 *
 *     F(m) = 2·v·D − 2·Σⱼ g·d        and        F(a) − F(b) = E(a) − E(b).
 *
 * No difference g − d, no square, no sum of squares is left in the loop; the point itself (goal 0)
 * and padding (goal 0) add nothing to Σ g·d. Only differences of F matter.
 *
 * The definition compares computed errors Ê(m). Let u = 2⁻⁵³ and M ≥ Σ (g² + d²), so E ≤ M.
 *   (1) Its distance d̂ is within 3u·d: subtraction and square 3u, their sum one more, the root
 *       halves the 4u and adds u. So its term is within 6u·d·|g − d| + 3u·(g − d)² ≤ 9u·(g² + d²),
 *       and adding n of them in order costs (n − 1)·u·E. Together less than (n + 16)·u·M.
 *   (2) It moves to the rounded coordinate, δ ≤ u·(|x| + r) beside the exact one, which changes E
 * by at most 2δ·Σ|g − d| + nδ² ≤ 2δ·√(n·M) + nδ². Our F is wrong by (3) twice the row function's
 * bound on differences of Σ g·d, and (4) the error of 2·v·D. Coordinates are taken from a centre,
 * |x| ≤ C: rounding them costs u·C each, summing n of them n²·u·C, keeping the sum up to date
 * through n moves another n²·u·C, and n·x − Σx another 3n·u·C: so 2r·(2n² + 8n)·u·C; a few last
 * roundings, 8u·(2·r·n·C + M). If F of the best candidate lies below all others by more than the
 * sum of all that (twice (1), (2) and (4): there are two candidates), Ê has the same best
 * candidate, and it is the only one: the rule "the first of equals" is not needed. The slack below
 * is that sum as α·Σg² + β, rounded up by 1 %, which covers the rounding of the bounds themselves.
 * Not-a-number makes every comparison false, and false means "not decided".
 *
 * Why the radius is the definition's
 *
 * Halve if T ≥ P or P − T ≤ τ·T, which is one test, P − (1 + τ)·T ≤ 0, since T ≥ 0. Counted once a
 * pair, T = ½Σg² − 2·Σ g·d + Σ d², where Σ d² = n·Σ|x|² − |Σx|², and Σ g·d comes from the rows:
 * when point i has moved, the points below it stay for this epoch, so the chosen candidate's sum
 * over j < i is final. Or the rows tell by how much moving each point makes Σ g·d grow. That is
 * known better, for it is some radii and not some distances a pair; it gives P − T by itself, and T
 * need only be known for τ·T. Each total carries a bound; if the test is closer to 0 than the
 * bounds allow, the totals are computed anew, by differences: first in single precision, if there
 * is a filter, then in double, then as the definition does. The points before the epoch are kept
 * for this. */

static const double radius_start = 1.0;
static const double radius_end = 1e-3;
static const double radius_tolerance = 1e-4;

static const double unit = 0x1p-53;
/* What is lost to subnormal numbers, in n terms, is far below this. */
static const double tiny = 0x1p-900;

/* How a total is known: from Σ g·d, by differences, as the definition. */
enum level { FROM_PRODUCTS, IN_SINGLE, IN_DOUBLE, EXACT };

struct total {
    enum level level;
    double value; /* every pair once */
    double bound;
    double growth, growth_bound; /* by how much it is more than the one before; maybe INFINITY */
    long double exact;           /* every pair twice, at level EXACT */
};

static size_t padded(size_t n)
{
    return (n + MDS_PAD - 1) / MDS_PAD * MDS_PAD;
}

static size_t doubles_count(size_t n)
{
    /* x, y; sums and squares of goals; the previous points. */
    return 2 * padded(n) + 2 * padded(n) + 2 * padded(n);
}

size_t mds_search_bytes(const struct mds_rows *rows, size_t n)
{
    if (n > SIZE_MAX / 256)
        return SIZE_MAX;
    const size_t bytes = doubles_count(n) * sizeof(double);
    const size_t filter = rows->filter_bytes == NULL ? 0 : rows->filter_bytes(n);
    return filter > SIZE_MAX - bytes ? SIZE_MAX : bytes + filter;
}

static void place(struct mds_search *search, void *workspace)
{
    const size_t n = search->n, room = padded(n);
    double *numbers = workspace;

    search->x = numbers;
    search->y = numbers + room;
    search->goal_sum = numbers + 2 * room;
    search->goal_square = numbers + 3 * room;
    search->previous_xs = numbers + 4 * room;
    search->filter = numbers + doubles_count(n);
    for (size_t i = 0; i < room; i++)
        search->x[i] = search->y[i] = 0;
}

/* The coordinates in units of four radii. */
static void set_units(struct mds_search *search)
{
    const double scale = 1 / (4 * search->radius);

    for (size_t i = 0; i < search->n; i++) {
        search->x[i] = search->xs[2 * i] * scale;
        search->y[i] = search->xs[2 * i + 1] * scale;
    }
}

static void begin(struct mds_search *search)
{
    double sum[2] = {0};

    search->rows->begin(search);
    for (size_t i = 0; i < search->n; i++) {
        sum[0] += search->xs[2 * i];
        sum[1] += search->xs[2 * i + 1];
        search->goal_sum_largest = fmax(search->goal_sum_largest, search->goal_sum[i]);
        search->goal_square_largest = fmax(search->goal_square_largest, search->goal_square[i]);
        search->goal_square_total += search->goal_square[i];
    }
    /* Any centre will do. */
    search->center[0] = sum[0] / (double)search->n;
    search->center[1] = sum[1] / (double)search->n;
}

/* The sums over the points. */
static void measure(struct mds_search *search)
{
    double sum_x = 0, sum_y = 0, square = 0, span = 0;

    for (size_t i = 0; i < search->n; i++) {
        const double x = search->xs[2 * i] - search->center[0];
        const double y = search->xs[2 * i + 1] - search->center[1];
        const double farther = fabs(x) > fabs(y) ? fabs(x) : fabs(y);
        sum_x += x;
        sum_y += y;
        square += x * x + y * y;
        span = farther > span ? farther : span;
    }
    search->sum[0] = sum_x;
    search->sum[1] = sum_y;
    search->square = square;
    search->span = span + search->radius;
    search->size = search->span + fmax(fabs(search->center[0]), fabs(search->center[1]));
}

static void set_slack(struct mds_search *search)
{
    const double count = (double)search->n, r = search->radius;
    /* A distance is at most the diagonal of the square that holds all points, plus a move. */
    const double distance = 2 * sqrt(2) * search->span + r;
    const double distance_square = count * distance * distance;
    const double largest = search->goal_square_largest + distance_square;
    const double aside = unit * (search->size + r);
    const double fraction = 2 * unit * (count + 16) + 16 * unit;

    search->slack_factor = 1.01 * fraction;
    search->slack_constant =
        1.01 * (fraction * distance_square + 4 * aside * sqrt(count * largest) +
                2 * count * aside * aside +
                4 * r * (2 * count * count + 16 * count) * unit * search->span) +
        tiny;
}

void mds_search_bound(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const double largest = (sums->all[0] + sums->all[2]) + (sums->all[1] + sums->all[3]);
    const double gamma = search->goal_sum[i];
    const double lanes = (double)search->rows->lanes;
    const double error = (26 + 2 * (double)search->n / lanes) * unit + search->rows->root_error;

    sums->below_bound =
        error * (largest + search->radius * gamma) + 4 * unit * search->size * gamma;
    sums->difference_bound = 2 * sums->below_bound;
}

/* By Cauchy and Schwarz Σ g·d ≤ √(Σg²·Σd²). With p the point, from the centre, Σd² before the move
 * is Σ|x|² − 2·p·Σx + n·|p|², and a move adds at most r to each distance. The sums are right to
 * some n·u of n·C²: the last term covers what cancellation makes of that. */
double mds_search_products(const struct mds_search *search, size_t i)
{
    const double count = (double)search->n, span = search->span;
    const double x = search->xs[2 * i] - search->center[0];
    const double y = search->xs[2 * i + 1] - search->center[1];
    const double square =
        search->square - 2 * (x * search->sum[0] + y * search->sum[1]) + count * (x * x + y * y);
    const double distances = sqrt(fabs(square) + 64 * count * count * unit * span * span);

    return 1.0001 * sqrt(search->goal_square[i]) * (distances + sqrt(count) * search->radius);
}

size_t mds_search_step(struct mds_search *search, size_t i, const struct mds_sums *sums,
                       struct mds_progress *progress)
{
    size_t m = mds_decide(search, i, sums->all, sums->difference_bound);

    search->rows_doubled_count++;
    if (m == MDS_UNDECIDED) {
        search->rows_exact_count++;
        m = mds_exact_move(search->d_goal, search->xs, search->n, i, search->radius);
    }
    mds_move(search, i, m);
    progress->products += sums->below[m];
    progress->bound += sums->below_bound;
    return m;
}

size_t mds_search_point(struct mds_search *search, size_t i, struct mds_progress *progress)
{
    struct mds_sums sums;

    search->rows->row(search, i, &sums);
    return mds_search_step(search, i, &sums, progress);
}

void mds_search_try(struct mds_search *search, size_t i, const struct mds_sums *sums,
                    struct mds_progress *progress)
{
    const size_t m = mds_decide(search, i, sums->all, sums->difference_bound);

    if (m != MDS_UNDECIDED) {
        mds_move(search, i, m);
        progress->products += sums->below[m];
        progress->bound += sums->below_bound;
    } else {
        mds_search_point(search, i, progress);
    }
}

void mds_search_point_by(mds_row_fn *coarse, struct mds_search *search, size_t i,
                         struct mds_progress *progress)
{
    struct mds_sums sums;

    coarse(search, i, &sums);
    mds_search_try(search, i, &sums, progress);
}

void mds_search_epoch(struct mds_search *search, struct mds_progress *progress)
{
    for (size_t i = 0; i < search->n; i++)
        mds_search_point(search, i, progress);
}

static void run_epoch(struct mds_search *search, struct mds_progress *progress)
{
    *progress = (struct mds_progress){0};
    if (search->rows->epoch != NULL)
        search->rows->epoch(search, progress);
    else
        mds_search_epoch(search, progress);
}

/* The new total and by how much it grew, from what an epoch added up: Σ d² joins Σ g·d. Each of the
 * sums has n terms or n², summed by n: relative errors of 2n·u and, for the sums of coordinates,
 * which were rounded by u each, a little more. */
static void set_total(struct mds_search *search, const struct mds_progress *progress,
                      const struct total *before, struct total *after)
{
    const double count = (double)search->n, goals = search->goal_square_total;
    const double spread_before = search->spread, size_before = search->spread_size;

    measure(search);
    const double all = count * search->square;
    const double center = search->sum[0] * search->sum[0] + search->sum[1] * search->sum[1];
    const double size = all + center;
    const double rounding =
        16 * (count + 4) * unit * (goals + size + size_before + 2 * fabs(progress->products)) +
        count * count * tiny;
    const double bound = 2.01 * progress->bound + rounding;
    search->spread = all - center;
    search->spread_size = size;
    *after = (struct total){.level = FROM_PRODUCTS, .growth_bound = INFINITY};
    if (progress->is_growth) {
        after->growth = search->spread - spread_before - 2 * progress->products;
        after->growth_bound = bound;
        after->value = before->value + after->growth;
        after->bound = before->bound + bound + unit * (before->bound + fabs(before->value));
    } else {
        after->value = goals / 2 - 2 * progress->products + search->spread;
        after->bound = bound;
    }
}

/* The total before the first epoch. By Cauchy and Schwarz Σ g·d lies between 0 and √(Σg²·Σd²), and
 * Σ d² is at most n·Σ|x|². This is coarse; but the points begin anywhere, and the first epoch takes
 * so much from the total that it usually tells. */
static void first_total(struct mds_search *search, struct total *total)
{
    measure(search);
    const double distances = (double)search->n * search->square;
    const double half = 0.501 * sqrt(0.5 * search->goal_square_total * distances);
    const struct mds_progress progress = {.products = half, .bound = half};

    set_total(search, &progress, NULL, total);
}

/* (g − d)² in double: as (1) above with M for the whole, and √(T·M) for Σ|g − d|·d. */
static void refine_in_double(const struct mds_search *search, const double *xs, struct total *total)
{
    const double count = (double)search->n;
    const double all = search->goal_square_total + 16 * count * count * search->span * search->span;

    total->value = mds_search_error(search, xs);
    total->bound =
        1.01 * unit *
            ((2 * count + 64) * total->value + 32 * sqrt(total->value * all) + 64 * unit * all) +
        count * count * tiny;
    total->level = IN_DOUBLE;
}

/* Knows the total of the points better than before. */
static void refine(struct mds_search *search, const double *xs, struct total *total)
{
    if (total->level == IN_DOUBLE) {
        total->exact = mds_exact_error(search->d_goal, xs, search->n);
        total->level = EXACT;
    } else if (total->level < IN_SINGLE && search->rows->filter_error != NULL) {
        total->value = search->rows->filter_error(search, xs, &total->bound);
        total->level = IN_SINGLE;
    } else {
        refine_in_double(search, xs, total);
    }
}

/* Is P − (1 + τ)·T, which is wrong by at most `bound` as it was computed, surely not 0? */
static bool is_certain(const struct mds_search *search, double test, double bound,
                       const struct total *before, const struct total *after)
{
    /* The definition adds n² terms in at least 64 bits. */
    const double count = (double)search->n;
    const double rounding =
        (8 * unit + count * count * 0x1p-62) * (fabs(before->value) + fabs(after->value));

    return fabs(test) > 1.001 * bound + rounding + tiny;
}

static bool radius_halves(struct mds_search *search, struct total *before, struct total *after)
{
    const double growth = after->growth, growth_bound = after->growth_bound;

    for (;;) {
        if (before->level == EXACT && after->level == EXACT)
            return after->exact >= before->exact ||
                   before->exact - after->exact <= radius_tolerance * after->exact;
        if (before->level != EXACT) {
            const double by_growth = -growth - radius_tolerance * after->value;
            if (is_certain(search, by_growth, growth_bound + radius_tolerance * after->bound,
                           before, after))
                return by_growth <= 0;
            const double test = before->value - (1 + radius_tolerance) * after->value;
            if (is_certain(search, test, before->bound + after->bound, before, after))
                return test <= 0;
        }
        /* The one that is known less well first. */
        if (before->level < after->level)
            refine(search, search->previous_xs, before);
        else
            refine(search, search->xs, after);
    }
}

void mds_search_run(const struct mds_rows *rows, const double *d_goal, double *xs, size_t n,
                    uint64_t epochs, unsigned threads, void *workspace, struct mds_outcome *outcome)
{
    struct mds_search search = {.rows = rows,
                                .d_goal = d_goal,
                                .xs = xs,
                                .n = n,
                                .radius = radius_start,
                                .threads = threads};
    struct total before = {0}, after = {0};
    struct mds_progress progress;
    uint64_t done = 0;

    if (n > 0) {
        place(&search, workspace);
        begin(&search);
        first_total(&search, &after);
    }
    while (done < epochs && search.radius > radius_end) {
        const bool halved = done > 0 && (n == 0 || radius_halves(&search, &before, &after));
        if (halved)
            search.radius *= 0.5;
        done++;
        if (n == 0)
            continue;
        before = after;
        memcpy(search.previous_xs, xs, 2 * n * sizeof *xs);
        set_slack(&search);
        if (done == 1 || halved)
            set_units(&search);
        run_epoch(&search, &progress);
        set_total(&search, &progress, &before, &after);
    }
    if (n > 0 && after.level < IN_DOUBLE)
        refine_in_double(&search, xs, &after);
    /* Squares that overflow a double need not overflow the definition's sums. */
    if (n > 0 && after.level == IN_DOUBLE && !(after.value < INFINITY))
        refine(&search, xs, &after);
    const double error = after.level == EXACT ? (double)after.exact : 2 * after.value;
    *outcome = (struct mds_outcome){.error = n > 0 ? error : 0,
                                    .epochs_done = done,
                                    .rows_doubled_count = search.rows_doubled_count,
                                    .rows_exact_count = search.rows_exact_count,
                                    .slots = search.slots};
}
