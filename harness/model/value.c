#include "model/value.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes form: kind (1 byte); array: rank (1 byte), shape (rank × 8 bytes), numbers; group: count
 * (8 bytes), members. Native byte order: both ends are on one machine. */

static enum status shape_count(size_t rank, const size_t *shape, size_t *count)
{
    size_t product = 1;
    for (size_t i = 0; i < rank; i++) {
        if (__builtin_mul_overflow(product, shape[i], &product)) {
            return status_fail(STATUS_BAD_INPUT, "an array is too large");
        }
    }
    if (product > SIZE_MAX / sizeof(double) / 2) {
        return status_fail(STATUS_BAD_INPUT, "an array is too large");
    }
    *count = product;
    return STATUS_OK;
}

enum status value_array(size_t rank, const size_t *shape, struct value *out)
{
    memset(out, 0, sizeof *out);
    if (rank > VALUE_RANK_MAX) {
        return status_fail(STATUS_BAD_INPUT, "an array has more than %d dimensions",
                           VALUE_RANK_MAX);
    }
    size_t count = 0;
    enum status status = shape_count(rank, shape, &count);
    if (status != STATUS_OK) {
        return status;
    }
    if (count > 0) {
        out->numbers = calloc(count, sizeof(double));
        if (out->numbers == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for an array of %zu numbers", count);
        }
    }
    out->kind = VALUE_ARRAY;
    out->rank = rank;
    out->count = count;
    for (size_t i = 0; i < rank; i++) {
        out->shape[i] = shape[i];
    }
    return STATUS_OK;
}

enum status value_group(size_t count, struct value *out)
{
    memset(out, 0, sizeof *out);
    if (count > 0) {
        out->members = calloc(count, sizeof *out->members);
        if (out->members == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for a group of %zu", count);
        }
    }
    out->kind = VALUE_GROUP;
    out->count = count;
    return STATUS_OK;
}

static void cut_after_zero(struct value *value)
{
    for (size_t i = 0; i < value->rank; i++) {
        if (value->shape[i] == 0) {
            value->rank = i + 1;
            return;
        }
    }
}

static bool same_shape(const struct value *a, const struct value *b)
{
    return a->kind == VALUE_ARRAY && b->kind == VALUE_ARRAY && a->rank == b->rank &&
           memcmp(a->shape, b->shape, a->rank * sizeof a->shape[0]) == 0;
}

/* A group of arrays of one shape, copied into one array. */
static enum status merge(struct value *group)
{
    const struct value *first = &group->members[0];
    size_t shape[VALUE_RANK_MAX];
    shape[0] = group->count;
    memcpy(shape + 1, first->shape, first->rank * sizeof shape[0]);
    struct value merged;
    enum status status = value_array(first->rank + 1, shape, &merged);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; first->count > 0 && i < group->count; i++) {
        memcpy(merged.numbers + i * first->count, group->members[i].numbers,
               first->count * sizeof(double));
    }
    value_free(group);
    *group = merged;
    return STATUS_OK;
}

enum status value_canonical(struct value *value)
{
    if (value->kind == VALUE_ARRAY) {
        cut_after_zero(value);
    }
    if (value->kind != VALUE_GROUP) {
        return STATUS_OK;
    }
    if (value->count == 0) {
        return value_array(1, &(size_t){0}, value);
    }
    bool alike = true;
    for (size_t i = 0; i < value->count; i++) {
        enum status status = value_canonical(&value->members[i]);
        if (status != STATUS_OK) {
            return status;
        }
        alike = alike && same_shape(&value->members[0], &value->members[i]);
    }
    if (!alike || value->members[0].rank == VALUE_RANK_MAX) {
        return STATUS_OK;
    }
    return merge(value);
}

enum status value_copy(const struct value *value, struct value *out)
{
    enum status status = STATUS_OK;
    switch (value->kind) {
    case VALUE_ARRAY:
        status = value_array(value->rank, value->shape, out);
        if (status == STATUS_OK && value->count > 0) {
            memcpy(out->numbers, value->numbers, value->count * sizeof(double));
        }
        break;
    case VALUE_GROUP:
        status = value_group(value->count, out);
        for (size_t i = 0; status == STATUS_OK && i < value->count; i++) {
            status = value_copy(&value->members[i], &out->members[i]);
        }
        if (status != STATUS_OK) {
            value_free(out);
        }
        break;
    case VALUE_NOTHING:
        memset(out, 0, sizeof *out);
        break;
    }
    return status;
}

void value_free(struct value *value)
{
    if (value == NULL) {
        return;
    }
    if (value->kind == VALUE_GROUP) {
        for (size_t i = 0; i < value->count; i++) {
            value_free(&value->members[i]);
        }
        free(value->members);
    }
    free(value->numbers);
    memset(value, 0, sizeof *value);
}

void value_describe(const struct value *value, char *text, size_t size)
{
    if (size == 0) {
        return;
    }
    if (value->kind == VALUE_NOTHING) {
        snprintf(text, size, "nothing (None)");
        return;
    }
    if (value->kind == VALUE_GROUP) {
        snprintf(text, size, "a group of %zu", value->count);
        return;
    }
    if (value->rank == 0) {
        snprintf(text, size, "a number");
        return;
    }
    size_t used = (size_t)snprintf(text, size, "(");
    for (size_t i = 0; i < value->rank && used < size; i++) {
        const char *after = i + 1 < value->rank ? ", " : value->rank == 1 ? ",)" : ")";
        used += (size_t)snprintf(text + used, size - used, "%zu%s", value->shape[i], after);
    }
}

static size_t encoded_size(const struct value *value)
{
    size_t size = 1;
    if (value->kind == VALUE_ARRAY) {
        size += 1 + value->rank * sizeof(uint64_t) + value->count * sizeof(double);
    } else if (value->kind == VALUE_GROUP) {
        size += sizeof(uint64_t);
        for (size_t i = 0; i < value->count; i++) {
            size += encoded_size(&value->members[i]);
        }
    }
    return size;
}

static unsigned char *put(unsigned char *at, const void *bytes, size_t size)
{
    if (size > 0) {
        memcpy(at, bytes, size);
    }
    return at + size;
}

static unsigned char *encode(const struct value *value, unsigned char *at)
{
    *at++ = (unsigned char)value->kind;
    if (value->kind == VALUE_ARRAY) {
        *at++ = (unsigned char)value->rank;
        for (size_t i = 0; i < value->rank; i++) {
            at = put(at, &(uint64_t){value->shape[i]}, sizeof(uint64_t));
        }
        at = put(at, value->numbers, value->count * sizeof(double));
    } else if (value->kind == VALUE_GROUP) {
        at = put(at, &(uint64_t){value->count}, sizeof(uint64_t));
        for (size_t i = 0; i < value->count; i++) {
            at = encode(&value->members[i], at);
        }
    }
    return at;
}

enum status value_encode(const struct value *value, unsigned char **bytes, size_t *size)
{
    *size = encoded_size(value);
    *bytes = malloc(*size);
    if (*bytes == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to encode a value of %zu bytes", *size);
    }
    encode(value, *bytes);
    return STATUS_OK;
}

/* What is left to read. */
struct reader {
    const unsigned char *at;
    size_t left;
};

static bool take(struct reader *reader, void *into, size_t size)
{
    if (reader->left < size) {
        return false;
    }
    if (size > 0) {
        memcpy(into, reader->at, size);
    }
    reader->at += size;
    reader->left -= size;
    return true;
}

static enum status malformed(void)
{
    return status_fail(STATUS_BAD_INPUT, "a value in a message is malformed");
}

static enum status decode(struct reader *reader, unsigned depth, struct value *out);

static enum status decode_array(struct reader *reader, struct value *out)
{
    unsigned char rank;
    size_t shape[VALUE_RANK_MAX];
    if (!take(reader, &rank, 1) || rank > VALUE_RANK_MAX) {
        return malformed();
    }
    size_t count = 1;
    for (size_t i = 0; i < rank; i++) {
        uint64_t extent;
        if (!take(reader, &extent, sizeof extent)) {
            return malformed();
        }
        shape[i] = (size_t)extent;
    }
    if (shape_count(rank, shape, &count) != STATUS_OK || count > reader->left / sizeof(double)) {
        return malformed();
    }
    enum status status = value_array(rank, shape, out);
    if (status == STATUS_OK) {
        take(reader, out->numbers, count * sizeof(double));
    }
    return status;
}

static enum status decode_group(struct reader *reader, unsigned depth, struct value *out)
{
    uint64_t count;
    /* Each member takes at least a byte, so a count above the bytes left is a lie. */
    if (depth >= VALUE_DEPTH_MAX || !take(reader, &count, sizeof count) || count > reader->left) {
        return malformed();
    }
    enum status status = value_group((size_t)count, out);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = decode(reader, depth + 1, &out->members[i]);
    }
    if (status != STATUS_OK) {
        value_free(out);
    }
    return status;
}

static enum status decode(struct reader *reader, unsigned depth, struct value *out)
{
    unsigned char kind;
    memset(out, 0, sizeof *out);
    if (!take(reader, &kind, 1)) {
        return malformed();
    }
    switch (kind) {
    case VALUE_NOTHING:
        return STATUS_OK;
    case VALUE_ARRAY:
        return decode_array(reader, out);
    case VALUE_GROUP:
        return decode_group(reader, depth, out);
    default:
        return malformed();
    }
}

enum status value_decode(const unsigned char *bytes, size_t size, size_t *used, struct value *out)
{
    struct reader reader = {bytes, size};
    enum status status = decode(&reader, 0, out);
    *used = size - reader.left;
    return status;
}
