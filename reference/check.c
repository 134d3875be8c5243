#include "reference/check.h"

#include <math.h>

bool check_shape(const struct value *value, size_t rank, const size_t *shape)
{
    if (value->kind != VALUE_ARRAY)
        return false;
    for (size_t axis = 0; axis < rank; axis++) {
        if (axis >= value->rank || value->shape[axis] != shape[axis])
            return false;
        if (shape[axis] == 0)
            return true;
    }
    return value->rank == rank;
}

enum status check_count(const char *oracle, size_t count, size_t expected)
{
    if (count != expected)
        return status_fail(STATUS_BAD_INPUT,
                           "oracle %s: %zu arguments given, %zu expected; mend make() in the lab's "
                           "problem.py",
                           oracle, count, expected);
    return STATUS_OK;
}

enum status check_array(const char *oracle, const char *argument, const struct value *value,
                        size_t rank, const size_t *shape, const char *wanted)
{
    char text[128];

    if (!check_shape(value, rank, shape)) {
        value_describe(value, text, sizeof text);
        return status_fail(STATUS_BAD_INPUT, "oracle %s: %s is %s, not %s", oracle, argument, text,
                           wanted);
    }
    for (size_t i = 0; i < value->count; i++)
        if (!isfinite(value->numbers[i]))
            return status_fail(STATUS_BAD_INPUT, "oracle %s: number %zu of %s is not finite",
                               oracle, i, argument);
    return STATUS_OK;
}
