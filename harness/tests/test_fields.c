#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "plan/fields.h"

struct thing {
    char *name;
    double minutes;
    size_t threads;
    char *parameters;
    char **hints;
    size_t hints_count;
    size_t *sizes;
    size_t sizes_count;
};

static const struct field fields[] = {
    {"name", FIELD_STRING, true, offsetof(struct thing, name), 0},
    {"minutes", FIELD_NUMBER, false, offsetof(struct thing, minutes), 0},
    {"threads", FIELD_COUNT, false, offsetof(struct thing, threads), 0},
    {"parameters", FIELD_OBJECT, false, offsetof(struct thing, parameters), 0},
    {"hints", FIELD_STRINGS, false, offsetof(struct thing, hints),
     offsetof(struct thing, hints_count)},
    {"sizes", FIELD_SIZES, true, offsetof(struct thing, sizes),
     offsetof(struct thing, sizes_count)},
    {"inner", FIELD_TABLE, false, 0, 0},
};
static const struct field_place place = {"lab.toml", "variant[2]"};

static enum status read(const char *text, struct thing *thing)
{
    memset(thing, 0, sizeof *thing);
    json_error_t error;
    json_t *json = json_loads(text, 0, &error);
    cr_assert_not_null(json, "%s: %s", text, error.text);
    enum status status = fields_read(&place, json, fields, sizeof fields / sizeof *fields, thing);
    json_decref(json);
    return status;
}

/* It owns what was read also after a failure. */
static void release(struct thing *thing)
{
    free(thing->name);
    free(thing->parameters);
    for (size_t i = 0; i < thing->hints_count; i++) {
        free(thing->hints[i]);
    }
    free(thing->hints);
    free(thing->sizes);
}

Test(fields, every_type_is_read)
{
    struct thing thing;
    cr_assert_eq(read("{\"name\": \"n\", \"minutes\": 1.5, \"threads\": 2, \"inner\": [1],"
                      " \"parameters\": {\"b\": 1, \"a\": 2}, \"hints\": [\"x\", \"y\"],"
                      " \"sizes\": [30, 10, 20, 10]}",
                      &thing),
                 STATUS_OK);
    cr_expect_str_eq(thing.name, "n");
    cr_expect_eq(thing.minutes, 1.5);
    cr_expect_eq(thing.threads, 2);
    cr_expect_str_eq(thing.parameters, "{\"a\": 2, \"b\": 1}");
    cr_assert_eq(thing.hints_count, 2);
    cr_expect_str_eq(thing.hints[1], "y");
    cr_assert_eq(thing.sizes_count, 3, "ascending, each once");
    const size_t sizes[] = {10, 20, 30};
    cr_expect_arr_eq(thing.sizes, sizes, sizeof sizes);
    release(&thing);
    cr_assert_eq(read("{\"name\": \"n\", \"minutes\": 3, \"sizes\": [1]}", &thing), STATUS_OK);
    cr_expect_eq(thing.minutes, 3, "a whole number is a number");
    cr_expect_eq(thing.threads, 0);
    cr_expect_null(thing.hints);
    release(&thing);
}

static const struct {
    const char *json;
    const char *key, *says;
} refused[] = {
    {"{\"sizes\": [1]}", "variant[2].name", "missing"},
    {"{\"name\": \"n\"}", "variant[2].sizes", "missing"},
    {"{\"name\": \"n\", \"sizes\": [1], \"label\": 1}", "variant[2].label", "no such key"},
    {"{\"name\": 5, \"sizes\": [1]}", "variant[2].name", "a string, not a whole number"},
    {"{\"name\": \"\", \"sizes\": [1]}", "variant[2].name", "empty"},
    {"{\"name\": [\"n\"], \"sizes\": [1]}", "variant[2].name", "not an array"},
    {"{\"name\": \"n\", \"minutes\": \"5\", \"sizes\": [1]}", "variant[2].minutes",
     "a number, not a string"},
    {"{\"name\": \"n\", \"minutes\": true, \"sizes\": [1]}", "variant[2].minutes", "not true"},
    {"{\"name\": \"n\", \"minutes\": -1, \"sizes\": [1]}", "variant[2].minutes", "-1"},
    {"{\"name\": \"n\", \"threads\": 0, \"sizes\": [1]}", "variant[2].threads", "above 0, not 0"},
    {"{\"name\": \"n\", \"threads\": 1.5, \"sizes\": [1]}", "variant[2].threads", "whole number"},
    {"{\"name\": \"n\", \"sizes\": []}", "variant[2].sizes", "at least one"},
    {"{\"name\": \"n\", \"sizes\": 10}", "variant[2].sizes", "an array"},
    {"{\"name\": \"n\", \"sizes\": [10, 0]}", "variant[2].sizes", "above 0, not 0"},
    {"{\"name\": \"n\", \"sizes\": [10, -5]}", "variant[2].sizes", "above 0, not -5"},
    {"{\"name\": \"n\", \"sizes\": [10, 2.5]}", "variant[2].sizes", "whole number"},
    {"{\"name\": \"n\", \"sizes\": [\"10\"]}", "variant[2].sizes", "not a string"},
    {"{\"name\": \"n\", \"sizes\": [1], \"hints\": \"x\"}", "variant[2].hints", "an array"},
    {"{\"name\": \"n\", \"sizes\": [1], \"hints\": [\"x\", 1]}", "variant[2].hints", "a string"},
    {"{\"name\": \"n\", \"sizes\": [1], \"parameters\": []}", "variant[2].parameters", "a table"},
    {"{\"name\": \"n\", \"sizes\": [1], \"parameters\": null}", "variant[2].parameters", "nothing"},
};

Test(fields, a_complaint_names_file_key_and_what_is_wanted)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct thing thing;
        cr_expect_eq(read(refused[i].json, &thing), STATUS_BAD_INPUT, "%s", refused[i].json);
        const char *message = status_explanation(STATUS_BAD_INPUT);
        cr_expect_eq(strncmp(message, "lab.toml: ", 10), 0, "%s", message);
        cr_expect(strstr(message, refused[i].key) != NULL, "%s: %s", refused[i].json, message);
        cr_expect(strstr(message, refused[i].says) != NULL, "%s: %s", refused[i].json, message);
        cr_expect(strchr(message, '\n') == NULL);
        release(&thing);
    }
}

Test(fields, at_the_top_the_key_stands_alone)
{
    const struct field_place top = {"lab.toml", ""};
    cr_expect_eq(fields_complain(&top, "tier", "it is %d", 3), STATUS_BAD_INPUT);
    cr_expect_str_eq(status_explanation(STATUS_BAD_INPUT), "lab.toml: tier: it is 3");
}
