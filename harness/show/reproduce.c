#include "show/reproduce.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/words.h"

enum { DIGITS = 17 };

/* A JSON value as Python writes it. Numbers, strings and arrays look alike. */
static void print_python(const json_t *value, FILE *out)
{
    static const char *const words[] = {
        [JSON_TRUE] = "True", [JSON_FALSE] = "False", [JSON_NULL] = "None"};
    switch (json_typeof(value)) {
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        fputs(words[json_typeof(value)], out);
        break;
    case JSON_ARRAY:
        fputc('[', out);
        for (size_t i = 0; i < json_array_size(value); i++) {
            fputs(i > 0 ? ", " : "", out);
            print_python(json_array_get(value, i), out);
        }
        fputc(']', out);
        break;
    default: /* a table within a table has keys that are strings, and is as rare */
        json_dumpf(value, out, JSON_ENCODE_ANY | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(DIGITS));
    }
}

/* A string as Python and JSON both write it. */
static void print_string(const char *text, FILE *out)
{
    json_t *string = json_string(text);
    if (string != NULL) {
        json_dumpf(string, out, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    }
    json_decref(string);
}

static void print_call(const char *file, const char *function, FILE *out)
{
    fputs("load(", out);
    print_string(file, out);
    fputs(")[", out);
    print_string(function, out);
    fputs("](", out);
}

static char *python_code(const struct lab *lab, const struct variant *variant,
                         const struct problem *problem)
{
    char *code = NULL;
    size_t size = 0;
    const char *key;
    json_t *value, *parameters = json_loads(problem->parameters, 0, NULL);
    FILE *out = parameters == NULL ? NULL : open_memstream(&code, &size);
    if (out == NULL) {
        json_decref(parameters);
        return NULL;
    }
    fputs("from runpy import run_path as load; print(", out);
    print_call(variant->file, variant->function, out);
    fputc('*', out);
    print_call(lab->problem_file, "make", out);
    fprintf(out, "%llu, %llu", (unsigned long long)problem->size,
            (unsigned long long)problem->seed);
    json_object_foreach(parameters, key, value)
    {
        fprintf(out, ", %s=", key);
        print_python(value, out);
    }
    fputs(")))", out);
    json_decref(parameters);
    if (fclose(out) != 0) {
        free(code);
        return NULL;
    }
    return code;
}

char *reproduce_command(const struct lab *lab, size_t variant, const struct problem *problem)
{
    char *line = NULL;
    char *code = python_code(lab, &lab->variants[variant], problem);
    if (code != NULL) {
        char *move[] = {"cd", lab->folder, NULL};
        char *call[] = {"/usr/bin/python3", "-c", code, NULL};
        char *first = words_join(move), *second = words_join(call);
        line = first == NULL || second == NULL ? NULL : text_format("%s && %s", first, second);
        free(first);
        free(second);
    }
    free(code);
    return line;
}
