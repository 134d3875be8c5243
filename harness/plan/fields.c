#include "plan/fields.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status fields_complain(const struct field_place *place, const char *key, const char *format,
                            ...)
{
    char message[512];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    return status_fail(STATUS_BAD_INPUT, "%s: %s%s%s: %s", place->file, place->table,
                       place->table[0] != '\0' ? "." : "", key, message);
}

static const char *type_name(const json_t *value)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "a table",  [JSON_ARRAY] = "an array",
        [JSON_STRING] = "a string", [JSON_INTEGER] = "a whole number",
        [JSON_REAL] = "a number",   [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",     [JSON_NULL] = "nothing",
    };
    return names[json_typeof(value)];
}

static enum status wrong_type(const struct field_place *place, const char *key, const json_t *value,
                              const char *wanted)
{
    return fields_complain(place, key, "this must be %s, not %s", wanted, type_name(value));
}

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory to read a lab");
}

static enum status read_string(const struct field_place *place, const char *key,
                               const json_t *value, char **out)
{
    if (!json_is_string(value)) {
        return wrong_type(place, key, value, "a string");
    }
    if (json_string_length(value) == 0) {
        return fields_complain(place, key, "this must not be empty");
    }
    *out = strdup(json_string_value(value));
    return *out == NULL ? no_memory() : STATUS_OK;
}

static enum status read_number(const struct field_place *place, const char *key,
                               const json_t *value, double *out)
{
    if (!json_is_number(value)) {
        return wrong_type(place, key, value, "a number");
    }
    *out = json_number_value(value);
    if (!isfinite(*out) || *out < 0) {
        return fields_complain(place, key, "this must be a number of 0 or above, not %g", *out);
    }
    return STATUS_OK;
}

static enum status read_count(const struct field_place *place, const char *key, const json_t *value,
                              size_t *out)
{
    if (!json_is_integer(value)) {
        return wrong_type(place, key, value, "a whole number above 0");
    }
    if (json_integer_value(value) < 1) {
        return fields_complain(place, key, "this must be a whole number above 0, not %lld",
                               (long long)json_integer_value(value));
    }
    *out = (size_t)json_integer_value(value);
    return STATUS_OK;
}

static enum status read_strings(const struct field_place *place, const char *key,
                                const json_t *value, char ***out, size_t *count)
{
    if (!json_is_array(value)) {
        return wrong_type(place, key, value, "an array of strings");
    }
    *out = calloc(json_array_size(value) + 1, sizeof **out);
    if (*out == NULL) {
        return no_memory();
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(value); i++) {
        status = read_string(place, key, json_array_get(value, i), &(*out)[i]);
        *count += status == STATUS_OK;
    }
    return status;
}

static int compare_sizes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static enum status read_sizes(const struct field_place *place, const char *key, const json_t *value,
                              size_t **out, size_t *count)
{
    if (!json_is_array(value)) {
        return wrong_type(place, key, value, "an array of whole numbers above 0");
    }
    if (json_array_size(value) == 0) {
        return fields_complain(place, key, "this must have at least one size");
    }
    *out = calloc(json_array_size(value), sizeof **out);
    if (*out == NULL) {
        return no_memory();
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        enum status status = read_count(place, key, json_array_get(value, i), *out + *count);
        if (status != STATUS_OK) {
            return status;
        }
        ++*count;
    }
    qsort(*out, *count, sizeof **out, compare_sizes);
    size_t kept = 1;
    for (size_t i = 1; i < *count; i++) {
        if ((*out)[i] != (*out)[kept - 1]) {
            (*out)[kept++] = (*out)[i];
        }
    }
    *count = kept;
    return STATUS_OK;
}

static enum status read_object(const struct field_place *place, const char *key,
                               const json_t *value, char **out)
{
    if (!json_is_object(value)) {
        return wrong_type(place, key, value, "a table");
    }
    *out = json_dumps(value, JSON_SORT_KEYS);
    return *out == NULL ? no_memory() : STATUS_OK;
}

static enum status read_field(const struct field_place *place, const struct field *field,
                              const json_t *value, void *into)
{
    void *member = (char *)into + field->offset;
    size_t *count = (size_t *)(void *)((char *)into + field->count_offset);
    switch (field->type) {
    case FIELD_STRING:
        return read_string(place, field->key, value, member);
    case FIELD_NUMBER:
        return read_number(place, field->key, value, member);
    case FIELD_COUNT:
        return read_count(place, field->key, value, member);
    case FIELD_OBJECT:
        return read_object(place, field->key, value, member);
    case FIELD_STRINGS:
        return read_strings(place, field->key, value, member, count);
    case FIELD_SIZES:
        return read_sizes(place, field->key, value, member, count);
    case FIELD_TABLE:
        break;
    }
    return STATUS_OK;
}

static const struct field *find(const struct field *fields, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].key, key) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

enum status fields_read(const struct field_place *place, json_t *object, const struct field *fields,
                        size_t count, void *into)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        const struct field *field = find(fields, count, key);
        enum status status = field == NULL
                                 ? fields_complain(place, key, "no such key is known here")
                                 : read_field(place, field, value, into);
        if (status != STATUS_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (fields[i].required && json_object_get(object, fields[i].key) == NULL) {
            return fields_complain(place, fields[i].key, "this key is missing");
        }
    }
    return STATUS_OK;
}
