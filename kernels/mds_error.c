#include "kernels/mds_search.h"

/* The total error in pieces of some rows, so that threads may share it: it reads half the matrix,
 * and takes about half as long as an epoch on one thread. Which rows a piece has depends on their
 * number alone, and the pieces' sums are added in order: so the total does not depend on threads.
 */

/* Few enough for their sums to have a place here, and where they are many, so many that the
 * longest, the last, is a 32nd of the work; of a multiple of so many rows that a call is worth it,
 * and that whole groups fit into it (kernels/avx512/mds_totals.c). */
enum { PIECES_MOST = 64, ROWS_LEAST = 16 };

struct errors {
    const struct mds_search *search;
    const double *xs;
    size_t rows, pieces;
    double sums[PIECES_MOST];
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The longest first: what comes last then keeps nobody waiting for long. */
static void do_piece(void *context, size_t piece)
{
    struct errors *errors = context;
    const size_t at = errors->pieces - 1 - piece, first = at * errors->rows;

    errors->sums[at] = errors->search->rows->error(errors->search, errors->xs, first,
                                                   least(first + errors->rows, errors->search->n));
}

double mds_search_error(const struct mds_search *search, const double *xs)
{
    const size_t most = PIECES_MOST * ROWS_LEAST;
    const size_t rows = ROWS_LEAST * ((search->n + most - 1) / most);
    struct errors errors = {
        .search = search, .xs = xs, .rows = rows, .pieces = (search->n + rows - 1) / rows};
    double total = 0;

    if (search->rows->share != NULL) {
        search->rows->share(search, do_piece, &errors, errors.pieces);
    } else {
        for (size_t piece = 0; piece < errors.pieces; piece++)
            do_piece(&errors, piece);
    }
    for (size_t piece = 0; piece < errors.pieces; piece++)
        total += errors.sums[piece];
    return total;
}
