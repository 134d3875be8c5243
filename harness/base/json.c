#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void json_set_double(json_t *object, const char *key, double number)
{
    json_object_set_new(object, key, isfinite(number) ? json_real(number) : json_null());
}

void json_set_u64(json_t *object, const char *key, uint64_t number)
{
    json_object_set_new(object, key, json_integer((json_int_t)number));
}

void json_set_text(json_t *object, const char *key, const char *text)
{
    if (text == NULL) {
        json_object_set_new(object, key, json_null());
        return;
    }
    /* Text that is not UTF-8 (a variant may print anything) is refused by jansson. */
    json_t *string = json_string(text);
    if (string == NULL) {
        size_t length = strlen(text);
        char *ascii = strdup(text);
        for (size_t i = 0; ascii != NULL && i < length; i++) {
            ascii[i] = (unsigned char)ascii[i] < 128 ? ascii[i] : '?';
        }
        string = ascii == NULL ? json_null() : json_string(ascii);
        free(ascii);
    }
    json_object_set_new(object, key, string);
}

json_t *json_ratio(double ratio, double low, double high)
{
    json_t *json = json_object();
    json_set_double(json, "ratio", ratio);
    json_set_double(json, "low", low);
    json_set_double(json, "high", high);
    return json;
}

double json_get_double(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

uint64_t json_get_u64(const json_t *object, const char *key)
{
    json_int_t number = json_integer_value(json_object_get(object, key));
    return number > 0 ? (uint64_t)number : 0;
}

char *json_get_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? NULL : strdup(text);
}

const char *json_peek_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}
