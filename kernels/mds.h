/* Multidimensional scaling by pattern search: a whole solve, and the two functions of the published
 * program that take most of its time.
 *
 * d_goal is n × n: symmetric, zero diagonal, finite, no entry negative. xs is n × 2, finite.
 * The row error of point i is Σⱼ (d_goal[i,j] − ‖xᵢ − xⱼ‖)²; the total error is the sum of all row
 * errors, so every pair counts twice.
 *
 * Source: pattern search MDS, georgepar/python-performance-tutorial and its companion code
 * georgepar/pattern-search-mds.
 */
#ifndef FORTYFOLD_KERNELS_MDS_H
#define FORTYFOLD_KERNELS_MDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mds_outcome {
    double error;         /* total error of the returned points */
    uint64_t epochs_done; /* at most the epochs asked for */
    /* Rows (one point in one epoch) computed in double, and rows that took the definition's own
     * order of summation to decide; 0 where a kernel knows no other way. */
    uint64_t rows_doubled_count, rows_exact_count;
    /* What the rows, and the totals between epochs, asked of the ports that multiply, in
     * instructions, as the files of the rows count them; 0 where a kernel does not count. */
    double slots;
};

/* Searches for points whose distances are d_goal; xs is changed in place.
 *
 * The radius starts at 1. An epoch halves it first if the total error did not fall by more than
 * 1e-4 of itself in the epoch before (never in the first); then each point in turn makes the best
 * of the moves +x, +y, −x, −y by radius, the first of equals, even where staying were better. The
 * search ends after `epochs` epochs or after the one whose radius is 1e-3 or less.
 *
 * Row errors are summed in double from j = 0 upwards in the scalar kernel; a twin may sum in
 * another order, and then must see that the chosen moves stay the same.
 *
 * `threads`: at least 1; a kernel that is not threaded ignores it. `workspace`: as many bytes as
 * the kernel's workspace_bytes asks for n points. d_goal and xs may be NULL when n is 0. One unit
 * of work is one pair of points with one candidate move: 4·n² units an epoch. */
typedef void mds_solve_fn(const double *d_goal, double *xs, size_t n, uint64_t epochs,
                          unsigned threads, void *workspace, struct mds_outcome *outcome);

/* Puts the distances of point i (i < n) from all points into row i and column i of d_current, n ×
 * n. One unit of work is one pair: n units. */
typedef void mds_update_distances_fn(const double *xs, double *d_current, size_t n, size_t i);

/* Σ (goal[j] − current[j])² over the n entries of two rows, which may be the same; 0 when n is 0
 * (the rows may be NULL then). One unit of work is one pair: n units. */
typedef double mds_row_error_fn(const double *goal, const double *current, size_t n);

/* Is d_goal what this header asks for? If not, *row and *column (row ≥ column) say where it is
 * negative, not finite, not symmetric, or not 0 on the diagonal. d_goal may be NULL when n is 0. */
bool mds_goal_is_valid(const double *d_goal, size_t n, size_t *row, size_t *column);

mds_solve_fn mds_solve_scalar;
size_t mds_bytes_scalar(size_t n);
mds_update_distances_fn mds_update_distances_scalar;
mds_row_error_fn mds_row_error_scalar;

#endif
