#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* What a reader of our files gets: written out and parsed again. */
static json_t *again(json_t *json)
{
    char *text = json_dumps(json, 0);
    cr_assert_not_null(text);
    json_t *read = json_loads(text, 0, NULL);
    cr_assert_not_null(read);
    free(text);
    json_decref(json);
    return read;
}

Test(json, what_is_not_finite_is_null)
{
    json_t *json = json_object();
    json_set_double(json, "nan", NAN);
    json_set_double(json, "infinite", INFINITY);
    json_set_double(json, "minus", -INFINITY);
    json_set_double(json, "number", 0.1);
    json = again(json);
    cr_expect(json_is_null(json_object_get(json, "nan")));
    cr_expect(json_is_null(json_object_get(json, "infinite")));
    cr_expect(json_is_null(json_object_get(json, "minus")));
    cr_expect(isnan(json_get_double(json, "nan")));
    cr_expect_eq(json_get_double(json, "number"), 0.1);
    cr_expect(isnan(json_get_double(json, "missing")));
    json_decref(json);
}

Test(json, null_texts_are_null_and_missing_ones_read_alike)
{
    json_t *json = json_object();
    json_set_text(json, "none", NULL);
    json_set_text(json, "text", "α \"quoted\" \n");
    json = again(json);
    cr_expect(json_is_null(json_object_get(json, "none")));
    cr_expect_null(json_get_text(json, "none"));
    cr_expect_null(json_get_text(json, "missing"));
    cr_expect_str_eq(json_peek_text(json, "missing"), "");
    cr_expect_str_eq(json_peek_text(json, "none"), "");
    char *text = json_get_text(json, "text");
    cr_expect_str_eq(text, "α \"quoted\" \n");
    free(text);
    json_decref(json);
}

Test(json, text_that_is_no_utf8_is_kept_as_far_as_it_can_be)
{
    static const char *const texts[] = {"caf\xe9", "\xff\xfe", "cut \xe2\x82", "\xed\xa0\x80"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *json = json_object();
        json_set_text(json, "text", texts[i]);
        json = again(json);
        const char *kept = json_peek_text(json, "text");
        cr_expect_eq(strlen(kept), strlen(texts[i]), "text %zu became \"%s\"", i, kept);
        json_decref(json);
    }
    json_t *json = json_object();
    json_set_text(json, "text", "caf\xe9!");
    cr_expect_str_eq(json_peek_text(json, "text"), "caf?!");
    json_decref(json);
}

Test(json, whole_numbers_survive)
{
    json_t *json = json_object();
    json_set_u64(json, "large", INT64_MAX);
    json_set_u64(json, "zero", 0);
    json_object_set_new(json, "negative", json_integer(-3));
    json_object_set_new(json, "text", json_string("7"));
    json = again(json);
    cr_expect_eq(json_get_u64(json, "large"), INT64_MAX);
    cr_expect_eq(json_get_u64(json, "zero"), 0);
    cr_expect_eq(json_get_u64(json, "negative"), 0);
    cr_expect_eq(json_get_u64(json, "text"), 0);
    cr_expect_eq(json_get_u64(json, "missing"), 0);
    json_decref(json);
}
