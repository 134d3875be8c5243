/* Values: what a variant is given and what it returns, as numbers and shapes.
 *
 * A value is nothing (Python's None), an array of doubles, or a group of unlike members (a tuple
 * of an array and two numbers, say). The form is canonical: a list whose members all are arrays
 * of one shape is itself an array, so that a list equals the NumPy array that holds the same
 * numbers; a shape ends at its first 0 (a list cannot say what its missing members look like).
 * A single number is an array of rank 0.
 *
 * Ownership: a value owns its numbers and its members; value_free() releases them and leaves
 * nothing behind. Numbers are in C order (last index fastest).
 */
#ifndef FORTYFOLD_MODEL_VALUE_H
#define FORTYFOLD_MODEL_VALUE_H

#include <stddef.h>

#include "base/status.h"

enum { VALUE_RANK_MAX = 8, VALUE_DEPTH_MAX = 16 };

enum value_kind { VALUE_NOTHING, VALUE_ARRAY, VALUE_GROUP };

struct value {
    enum value_kind kind;
    size_t rank;                  /* VALUE_ARRAY: 0 … VALUE_RANK_MAX */
    size_t shape[VALUE_RANK_MAX]; /* VALUE_ARRAY: the first `rank` entries */
    size_t count;                 /* VALUE_ARRAY: product of the shape; VALUE_GROUP: members */
    double *numbers;              /* VALUE_ARRAY: `count` doubles; NULL when count is 0 */
    struct value *members;        /* VALUE_GROUP: `count` values; NULL when count is 0 */
};

/* Makes an array of the given shape, its numbers 0. rank 0 (shape may be NULL) makes one number.
 * Fails with STATUS_NO_MEMORY, and STATUS_BAD_INPUT when rank > VALUE_RANK_MAX or the size
 * overflows. */
enum status value_array(size_t rank, const size_t *shape, struct value *out);

/* Makes a group of `count` members, each nothing. */
enum status value_group(size_t count, struct value *out);

/* Puts a value into canonical form (see above): a group of arrays of one shape becomes an array,
 * innermost first; a shape is cut after its first 0; a group without members is the array of
 * shape (0). Call it on results; an argument list stays a group. */
enum status value_canonical(struct value *value);

/* A deep copy. */
enum status value_copy(const struct value *value, struct value *out);

/* Releases what the value owns and makes it nothing. NULL is legal. */
void value_free(struct value *value);

/* The shape as a person reads it, "(500, 2)", "a number", "nothing", "a group of 3", written to
 * `text` (at most `size` bytes with the final 0). */
void value_describe(const struct value *value, char *text, size_t size);

/* Bytes form: what goes through the socket. value_encode() allocates *bytes (caller frees).
 * value_decode() reads one value from the front of `bytes`, sets *used to what it took, and fails
 * with STATUS_BAD_INPUT on anything malformed (truncated, too deep, a size that does not fit). */
enum status value_encode(const struct value *value, unsigned char **bytes, size_t *size);
enum status value_decode(const unsigned char *bytes, size_t size, size_t *used, struct value *out);

#endif
