/* Golden values: reference/golden/NAME.json against the oracle NAME. Run from the repository. */
#include "reference/oracle.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>

static struct value value_of(const json_t *json)
{
    struct value value = {.kind = VALUE_NOTHING};

    if (json_is_number(json)) {
        cr_assert_eq(value_array(0, NULL, &value), STATUS_OK);
        value.numbers[0] = json_number_value(json);
        return value;
    }
    cr_assert_eq(value_group(json_array_size(json), &value), STATUS_OK);
    for (size_t i = 0; i < value.count; i++)
        value.members[i] = value_of(json_array_get(json, i));
    return value;
}

static void expect_near(const char *name, const struct value *got, const struct value *expected,
                        double absolute)
{
    cr_assert_eq(got->kind, expected->kind, "%s: another kind of value", name);
    cr_assert_eq(got->count, expected->count, "%s: %zu members, not %zu", name, got->count,
                 expected->count);
    cr_assert_eq(got->rank, expected->rank, "%s: another rank", name);
    for (size_t i = 0; i < got->count; i++)
        if (got->kind == VALUE_GROUP)
            expect_near(name, &got->members[i], &expected->members[i], absolute);
        else
            cr_expect(fabs(got->numbers[i] - expected->numbers[i]) <= absolute,
                      "%s: number %zu is %.17g, golden %.17g", name, i, got->numbers[i],
                      expected->numbers[i]);
}

static void check_case(const struct oracle *oracle, const json_t *golden)
{
    const char *name = json_string_value(json_object_get(golden, "name"));
    const json_t *given = json_object_get(golden, "arguments");
    struct value arguments[8];
    struct value result = {.kind = VALUE_NOTHING};
    size_t count = json_array_size(given);

    cr_assert(json_is_string(json_object_get(golden, "source")), "%s: a golden value has a source",
              name);
    cr_assert_leq(count, 8);
    for (size_t i = 0; i < count; i++) {
        arguments[i] = value_of(json_array_get(given, i));
        cr_assert_eq(value_canonical(&arguments[i]), STATUS_OK);
    }
    struct value expected = value_of(json_object_get(golden, "result"));
    cr_assert_eq(value_canonical(&expected), STATUS_OK);

    enum status status = oracle->solve(arguments, count, &result);
    cr_assert_eq(status, STATUS_OK, "%s: %s", name, status_explanation(status));
    expect_near(name, &result, &expected, json_number_value(json_object_get(golden, "absolute")));

    for (size_t i = 0; i < count; i++)
        value_free(&arguments[i]);
    value_free(&expected);
    value_free(&result);
}

static void check_file(const char *path)
{
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);

    cr_assert_not_null(file, "%s:%d: %s", path, error.line, error.text);
    const struct oracle *oracle = oracle_find(json_string_value(json_object_get(file, "oracle")));
    const json_t *cases = json_object_get(file, "cases");
    cr_assert_not_null(oracle);
    cr_assert_gt(json_array_size(cases), 0);
    for (size_t i = 0; i < json_array_size(cases); i++)
        check_case(oracle, json_array_get(cases, i));
    json_decref(file);
}

Test(golden, particles)
{
    check_file("reference/golden/particles.json");
}

Test(golden, mds)
{
    check_file("reference/golden/mds.json");
}
