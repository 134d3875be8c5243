/* The certified search: pattern search whose rows may be computed in any order, at any precision,
 * and which still makes exactly the moves that the definition (kernels/mds.h) makes.
 *
 * A row function gives approximate sums and says how wrong they can be. Where the best move leads
 * by more than that and by more than the rounding of the definition itself, it is the definition's
 * move too. Where it does not, the row is done again: by the rows in double, then, should these not
 * decide either, in the definition's own order. Moves are discrete, so that the coordinates are the
 * same to the last bit. The same is done for the totals that decide on the radius. The proofs stand
 * in mds_search.c.
 *
 * Owner of all memory: the caller. Nothing fails. Units: coordinates and goals are lengths.
 */
#ifndef FORTYFOLD_KERNELS_MDS_SEARCH_H
#define FORTYFOLD_KERNELS_MDS_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/mds.h"

/* Sums over the pairs of point i, for each of its moves m: +x, +y, −x, −y; lengths as in d_goal. */
struct mds_sums {
    /* Σⱼ goal[i,j]·‖candidate m − xⱼ‖ over all j; all four may lack one and the same number */
    double all[4];
    double below[4]; /* the same over j < i */
    /* Each difference all[a] − all[b] is wrong by at most this. */
    double difference_bound;
    /* Each below[m] is wrong by at most this. */
    double below_bound;
};

struct mds_search;

/* What an epoch adds up, with the bound of its error: Σ goal·d over all pairs, or by how much that
 * grew. */
struct mds_progress {
    double products, bound;
    bool is_growth;
};

/* Fills *sums for point i and the radius of the search. A sum that is not finite, or a bound that
 * is too large, costs time only. */
typedef void mds_row_fn(const struct mds_search *search, size_t i, struct mds_sums *sums);

/* The sums all[m] over first ≤ j < last only. Reads no coordinate outside the multiples of 8 around
 * them. */
typedef void mds_range_fn(const struct mds_search *search, size_t i, size_t first, size_t last,
                          double sums[4]);

/* Σ over pairs j < i, first ≤ i < last, of (goal − distance)², each term with a relative error of
 * 2⁻⁵⁰ in the distance, summed in at least 4 separate sums. */
typedef double mds_error_fn(const struct mds_search *search, const double *xs, size_t first,
                            size_t last);

/* A piece of some work; pieces may be done in any order, and several at once. */
typedef void mds_piece_fn(void *context, size_t piece);

/* A kernel's part in the search. */
struct mds_rows {
    /* Σⱼ goal and Σⱼ goal² of every row, into search->goal_sum and search->goal_square; and what
     * the filter needs once. Relative error at most n·2⁻⁵³. */
    void (*begin)(struct mds_search *search);
    /* The rows in double. */
    mds_row_fn *row;
    mds_range_fn *range;
    /* Coarser ranges, worth trying first where `coarse_fits` says so for the radius, and the bounds
     * of what they add up to; all three NULL where there are none. */
    bool (*coarse_fits)(const struct mds_search *search);
    mds_range_fn *coarse_range;
    void (*coarse_bound)(const struct mds_search *search, size_t i, struct mds_sums *sums);
    /* For mds_search_bound(): sums side by side, and the relative error of a root beyond 2⁻⁵³. */
    unsigned lanes;
    double root_error;
    /* Moves every point once, in place of the search's own loop; NULL for that. Adds up
     * mds_search_step()'s numbers, or by how much they grow. */
    void (*epoch)(struct mds_search *search, struct mds_progress *progress);
    mds_error_fn *error;
    /* Does each piece once, on several threads; NULL: the search does them in turn. */
    void (*share)(const struct mds_search *search, mds_piece_fn *piece, void *context,
                  size_t pieces);
    /* For a kernel whose epochs try a filter first, NULL otherwise: as `error`, of all rows,
     * coarser (*bound says how wrong, maybe INFINITY; between epochs only), and the room that the
     * filter takes. */
    double (*filter_error)(struct mds_search *search, const double *xs, double *bound);
    size_t (*filter_bytes)(size_t n);
};

struct mds_search {
    const struct mds_rows *rows;
    const double *d_goal; /* n × n */
    double *xs;           /* n × 2: the truth */
    size_t n;
    double radius;
    /* The coordinates again, apart, so that vectors of them can be loaded, and in units of
     * 4·radius, in which (a + r)² − (a − r)² is a: no multiplication. The radius is a power of two,
     * so nothing is rounded. Behind the last point come zeros up to a multiple of MDS_PAD. */
    double *x, *y;
    double *goal_sum, *goal_square; /* of each row */
    double *previous_xs;            /* n × 2: the points before this epoch */
    void *filter;                   /* filter_bytes(n) for the filter's use, aligned */
    double center[2];
    double span; /* no coordinate is farther than this from the centre, nor will be this epoch */
    double size; /* nor farther than this from 0 */
    double goal_square_largest, goal_square_total, goal_sum_largest;
    double sum[2], square; /* Σ coordinates and Σ squares, from the centre */
    /* Σ d² over pairs, before this epoch: n·Σ|x|² − |Σx|²; and the sum of these two. */
    double spread, spread_size;
    double slack_constant, slack_factor; /* see mds_search.c */
    uint64_t rows_doubled_count, rows_exact_count;
    double slots; /* see struct mds_outcome: kernels add to it */
    unsigned threads;
};

/* Coordinates come in multiples of this: two vectors of the widest registers. */
enum { MDS_PAD = 16 };

/* Bytes for mds_search_run(), a multiple of 64, or SIZE_MAX. */
size_t mds_search_bytes(const struct mds_rows *rows, size_t n);

/* mds_solve_fn with the given rows. */
void mds_search_run(const struct mds_rows *rows, const double *d_goal, double *xs, size_t n,
                    uint64_t epochs, unsigned threads, void *workspace,
                    struct mds_outcome *outcome);

/* For the functions `row`: sets the bounds of sums in double. Each sum may be wrong by (26 +
 * 2n/lanes)·2⁻⁵³ and root_error of itself, by as much of radius·Σ goal, and by a displacement of
 * every point by 4·2⁻⁵³ of the largest coordinate. */
void mds_search_bound(const struct mds_search *search, size_t i, struct mds_sums *sums);

/* For a filter: Σⱼ goal·d of point i is at most this for any of its moves. */
double mds_search_products(const struct mds_search *search, size_t i);

/* For the function `epoch`, to find point i's move, make it, add Σ goal·d to *progress, and return
 * it: with the sums in double, as `row` gives them; by `row` itself. And the same for all points.
 */
size_t mds_search_step(struct mds_search *search, size_t i, const struct mds_sums *sums,
                       struct mds_progress *progress);
size_t mds_search_point(struct mds_search *search, size_t i, struct mds_progress *progress);
/* With coarser sums, or by a coarser row, and if these cannot decide, by `row`. */
void mds_search_try(struct mds_search *search, size_t i, const struct mds_sums *sums,
                    struct mds_progress *progress);
void mds_search_point_by(mds_row_fn *coarse, struct mds_search *search, size_t i,
                         struct mds_progress *progress);
void mds_search_epoch(struct mds_search *search, struct mds_progress *progress);

/* The rows' `error` over all pairs, in pieces (kernels/mds_error.c): the same sum on any number of
 * threads. */
double mds_search_error(const struct mds_search *search, const double *xs);

/* In the definition's own arithmetic and order (kernels/mds_exact.c): the move of point i, and the
 * total error, which counts every pair twice. */
size_t mds_exact_move(const double *d_goal, const double *xs, size_t n, size_t i, double radius);
long double mds_exact_error(const double *d_goal, const double *xs, size_t n);

#endif
