#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/value.h"

/* An array filled with 1, 2, 3, … */
static struct value array(size_t rank, ...)
{
    size_t shape[VALUE_RANK_MAX];
    va_list extents;
    va_start(extents, rank);
    for (size_t i = 0; i < rank; i++) {
        shape[i] = va_arg(extents, size_t);
    }
    va_end(extents);
    struct value value;
    cr_assert_eq(value_array(rank, shape, &value), STATUS_OK);
    for (size_t i = 0; i < value.count; i++) {
        value.numbers[i] = (double)i + 1;
    }
    return value;
}

/* A group of the members given; it takes them over. */
static struct value group(size_t count, ...)
{
    struct value value;
    va_list members;
    cr_assert_eq(value_group(count, &value), STATUS_OK);
    va_start(members, count);
    for (size_t i = 0; i < count; i++) {
        value.members[i] = va_arg(members, struct value);
    }
    va_end(members);
    return value;
}

static struct value number(double x)
{
    struct value value = array(0);
    value.numbers[0] = x;
    return value;
}

static bool equal(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind || a->rank != b->rank || a->count != b->count) {
        return false;
    }
    for (size_t i = 0; a->kind == VALUE_GROUP && i < a->count; i++) {
        if (!equal(&a->members[i], &b->members[i])) {
            return false;
        }
    }
    return a->kind != VALUE_ARRAY ||
           (memcmp(a->shape, b->shape, a->rank * sizeof a->shape[0]) == 0 &&
            (a->count == 0 || memcmp(a->numbers, b->numbers, a->count * sizeof(double)) == 0));
}

static void expect_canonical(struct value given, struct value wanted)
{
    cr_assert_eq(value_canonical(&given), STATUS_OK);
    char got[80], want[80];
    value_describe(&given, got, sizeof got);
    value_describe(&wanted, want, sizeof want);
    cr_expect(equal(&given, &wanted), "got %s, wanted %s", got, want);
    value_free(&given);
    value_free(&wanted);
}

Test(value, a_list_is_the_array_that_holds_the_same_numbers)
{
    expect_canonical(group(3, number(1), number(2), number(3)), array(1, (size_t)3));
    struct value low = array(1, (size_t)2), high = array(1, (size_t)2);
    high.numbers[0] = 3;
    high.numbers[1] = 4;
    expect_canonical(group(2, low, high), array(2, (size_t)2, (size_t)2));
    expect_canonical(group(2, group(2, number(1), number(2)), group(2, number(3), number(4))),
                     array(2, (size_t)2, (size_t)2));
    /* A row that is an array beside a row that is a list. */
    high = array(1, (size_t)2);
    high.numbers[0] = 3;
    high.numbers[1] = 4;
    expect_canonical(group(2, group(2, number(1), number(2)), high),
                     array(2, (size_t)2, (size_t)2));
    expect_canonical(group(1, number(1)), array(1, (size_t)1));
}

Test(value, members_of_unlike_shapes_stay_a_group)
{
    expect_canonical(group(2, number(1), array(1, (size_t)1)),
                     group(2, number(1), array(1, (size_t)1)));
    expect_canonical(group(2, array(1, (size_t)2), array(1, (size_t)3)),
                     group(2, array(1, (size_t)2), array(1, (size_t)3)));
    expect_canonical(group(2, number(1), (struct value){0}),
                     group(2, number(1), (struct value){0}));
    /* What is inside is merged all the same. */
    expect_canonical(group(2, group(1, number(1)), number(1)),
                     group(2, array(1, (size_t)1), number(1)));
}

Test(value, a_shape_ends_at_its_first_zero)
{
    expect_canonical(array(2, (size_t)0, (size_t)3), array(1, (size_t)0));
    expect_canonical(array(3, (size_t)2, (size_t)0, (size_t)5), array(2, (size_t)2, (size_t)0));
    expect_canonical(array(2, (size_t)3, (size_t)0), array(2, (size_t)3, (size_t)0));
    expect_canonical(group(0), array(1, (size_t)0));
    expect_canonical(group(2, group(0), group(0)), array(2, (size_t)2, (size_t)0));
    expect_canonical(group(2, group(0), array(2, (size_t)0, (size_t)7)),
                     array(2, (size_t)2, (size_t)0));
}

Test(value, the_deepest_rank_is_not_passed)
{
    struct value wide = array(8, (size_t)1, (size_t)1, (size_t)1, (size_t)1, (size_t)1, (size_t)1,
                              (size_t)1, (size_t)2);
    struct value copy;
    cr_assert_eq(value_copy(&wide, &copy), STATUS_OK);
    expect_canonical(group(1, wide), group(1, copy));
    struct value none;
    const size_t shape[VALUE_RANK_MAX + 1] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    cr_expect_eq(value_array(VALUE_RANK_MAX + 1, shape, &none), STATUS_BAD_INPUT);
}

Test(value, sizes_that_overflow_are_refused)
{
    struct value none;
    const size_t product[] = {SIZE_MAX / 2, 3}, bytes[] = {SIZE_MAX / 8};
    cr_expect_eq(value_array(2, product, &none), STATUS_BAD_INPUT);
    cr_expect_eq(value_array(1, bytes, &none), STATUS_BAD_INPUT);
}

Test(value, shapes_are_described_as_python_writes_them)
{
    char text[40];
    struct value matrix = array(2, (size_t)500, (size_t)2), row = array(1, (size_t)3);
    struct value one = number(1), pair = group(2, number(1), number(2)), nothing = {0};
    value_describe(&matrix, text, sizeof text);
    cr_expect_str_eq(text, "(500, 2)");
    value_describe(&row, text, sizeof text);
    cr_expect_str_eq(text, "(3,)");
    value_describe(&one, text, sizeof text);
    cr_expect_str_eq(text, "a number");
    value_describe(&pair, text, sizeof text);
    cr_expect_str_eq(text, "a group of 2");
    value_describe(&nothing, text, sizeof text);
    cr_expect_str_eq(text, "nothing (None)");
    value_describe(&matrix, text, 4);
    cr_expect_str_eq(text, "(50");
    value_free(&matrix);
    value_free(&row);
    value_free(&one);
    value_free(&pair);
}

/* One of everything. */
static struct value sample(void)
{
    return group(5, array(2, (size_t)2, (size_t)3), number(-0.0), (struct value){0},
                 group(2, array(1, (size_t)0), group(0)), array(1, (size_t)1));
}

Test(value, encoding_and_decoding_give_the_same)
{
    struct value given = sample(), got;
    unsigned char *bytes = NULL;
    size_t size = 0, used = 0;
    cr_assert_eq(value_encode(&given, &bytes, &size), STATUS_OK);
    cr_assert_eq(value_decode(bytes, size, &used, &got), STATUS_OK);
    cr_expect_eq(used, size);
    cr_expect(equal(&given, &got));
    value_free(&got);
    /* With something behind it, only the value is taken. */
    unsigned char *longer = malloc(size + 7);
    memcpy(longer, bytes, size);
    memset(longer + size, 0xff, 7);
    cr_assert_eq(value_decode(longer, size + 7, &used, &got), STATUS_OK);
    cr_expect_eq(used, size);
    cr_expect(equal(&given, &got));
    value_free(&got);
    value_free(&given);
    free(longer);
    free(bytes);
}

Test(value, every_truncated_encoding_is_refused)
{
    struct value given = sample(), got;
    unsigned char *bytes = NULL;
    size_t size = 0, used = 0;
    cr_assert_eq(value_encode(&given, &bytes, &size), STATUS_OK);
    for (size_t shorter = 0; shorter < size; shorter++) {
        /* A block of its own, so that a sanitizer sees a read behind the end. */
        unsigned char *cut = malloc(shorter > 0 ? shorter : 1);
        memcpy(cut, bytes, shorter);
        cr_expect_eq(value_decode(cut, shorter, &used, &got), STATUS_BAD_INPUT, "%zu of %zu bytes",
                     shorter, size);
        cr_expect(used <= shorter);
        value_free(&got);
        free(cut);
    }
    value_free(&given);
    free(bytes);
}

Test(value, corrupted_encodings_are_refused_or_harmless)
{
    struct value given = sample(), got;
    unsigned char *bytes = NULL;
    size_t size = 0, used = 0, refused = 0;
    cr_assert_eq(value_encode(&given, &bytes, &size), STATUS_OK);
    static const unsigned char masks[] = {0x01, 0x02, 0x10, 0x80, 0xff};
    for (size_t at = 0; at < size; at++) {
        for (size_t i = 0; i < sizeof masks; i++) {
            bytes[at] ^= masks[i];
            enum status status = value_decode(bytes, size, &used, &got);
            cr_expect(status == STATUS_OK || status == STATUS_BAD_INPUT);
            cr_expect(used <= size);
            refused += status == STATUS_BAD_INPUT;
            value_free(&got);
            bytes[at] ^= masks[i];
        }
    }
    cr_expect(refused > 100, "only %zu corruptions were noticed", refused);
    value_free(&given);
    free(bytes);
}

Test(value, lies_about_sizes_are_refused)
{
    static const struct {
        const char *what;
        unsigned char bytes[18];
    } lies[] = {
        {"an unknown kind", {9}},
        {"too many dimensions", {VALUE_ARRAY, VALUE_RANK_MAX + 1}},
        {"a huge array", {VALUE_ARRAY, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f}},
        {"a product that overflows",
         {VALUE_ARRAY, 2, 0, 0, 0, 0, 0, 0, 0, 0x80, 4, 0, 0, 0, 0, 0, 0, 0}},
        {"a huge group", {VALUE_GROUP, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
        {"a group larger than its bytes", {VALUE_GROUP, 100, 0, 0, 0, 0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct value got;
        size_t used;
        cr_expect_eq(value_decode(lies[i].bytes, sizeof lies[i].bytes, &used, &got),
                     STATUS_BAD_INPUT, "%s", lies[i].what);
        value_free(&got);
    }
}

/* A group in a group in a group … with nothing inside; whole, but perhaps too deep. */
static enum status decode_nested(size_t depth)
{
    enum { LEVEL_BYTES = 9 };
    unsigned char *bytes = calloc(depth * LEVEL_BYTES + 1, 1);
    for (size_t i = 0; i < depth; i++) {
        bytes[i * LEVEL_BYTES] = VALUE_GROUP;
        bytes[i * LEVEL_BYTES + 1] = 1;
    }
    struct value got;
    size_t used;
    enum status status = value_decode(bytes, depth * LEVEL_BYTES + 1, &used, &got);
    value_free(&got);
    free(bytes);
    return status;
}

Test(value, nesting_without_end_is_refused)
{
    cr_expect_eq(decode_nested(VALUE_DEPTH_MAX), STATUS_OK);
    cr_expect_eq(decode_nested(VALUE_DEPTH_MAX + 1), STATUS_BAD_INPUT);
    cr_expect_eq(decode_nested(100000), STATUS_BAD_INPUT);
}

Test(value, freeing_leaves_nothing)
{
    struct value given = sample();
    value_free(&given);
    cr_expect_eq(given.kind, VALUE_NOTHING);
    value_free(&given);
    value_free(NULL);
}
