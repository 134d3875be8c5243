#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct scale {
    double factor;
    const char *unit;   /* as it is printed */
    const char *others; /* other spellings a person may type, each between spaces */
    int printed;        /* whether the formatter uses it: nobody reads "0.0256 h" */
};

static const struct scale times[] = {
    {3600.0, "h", " hour hours ", 0},      {60.0, "min", " m minute minutes ", 0},
    {1.0, "s", " sec second seconds ", 1}, {1e-3, "ms", " msec ", 1},
    {1e-6, "µs", " us usec μs ", 1},       {1e-9, "ns", " nsec ", 1},
};

static const struct scale sizes[] = {
    {1099511627776.0, "TiB", " t tb ", 1}, {1073741824.0, "GiB", " g gb ", 1},
    {1048576.0, "MiB", " m mb ", 1},       {1024.0, "KiB", " k kb ", 1},
    {1.0, "bytes", " b byte ", 1},
};

enum { TIMES_COUNT = sizeof times / sizeof *times, SIZES_COUNT = sizeof sizes / sizeof *sizes };

static const struct units_text unknown = {"–"};

/* Decimals that leave three significant digits of a magnitude, after rounding: 9.996 is 10.0. */
static int decimals(double magnitude)
{
    return magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
}

static void set_thousands_apart(const char *digits, char *out)
{
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        *out++ = digits[i];
        if ((length - i) % 3 == 1 && i + 1 < length) {
            *out++ = ',';
        }
    }
    *out = '\0';
}

struct units_text units_count(uint64_t count)
{
    char digits[24];
    struct units_text text = {""};
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    set_thousands_apart(digits, text.text);
    return text;
}

struct units_text units_setting(double number)
{
    struct units_text text;
    if (number == floor(number)) {
        return units_count((uint64_t)number);
    }
    snprintf(text.text, sizeof text.text, "%g", number);
    return text;
}

/* Three significant digits of a positive number below 1e18. */
static struct units_text significant(double number)
{
    struct units_text text;
    if (number < 0.9995) {
        int places = 2 - (int)floor(log10(number * 1.0005));
        snprintf(text.text, sizeof text.text, "%.*f", places > 9 ? 9 : places, number);
        return text;
    }
    if (number < 999.5) {
        snprintf(text.text, sizeof text.text, "%.*f", decimals(number), number);
        return text;
    }
    double step = pow(10.0, floor(log10(number * 1.0005)) - 2.0);
    return units_count((uint64_t)(round(number / step) * step));
}

struct units_text units_factor(double ratio)
{
    struct units_text text;
    if (isnan(ratio)) {
        return unknown;
    }
    if (ratio == 0.0) {
        return (struct units_text){"0"};
    }
    if (ratio > 0.0 && (ratio < 1e-6 || ratio >= 1e15)) {
        snprintf(text.text, sizeof text.text, "%.2e", ratio);
        return text;
    }
    if (ratio < 0.0 || isinf(ratio)) {
        snprintf(text.text, sizeof text.text, "%.3g", ratio);
        return text;
    }
    return significant(ratio);
}

struct units_text units_ratio(double ratio)
{
    struct units_text text = units_factor(ratio);
    if (!isnan(ratio)) {
        strcat(text.text, "×"); /* the longest factor has 20 bytes */
    }
    return text;
}

/* The first scale in which the magnitude, rounded to three digits, is at least 1. */
static const struct scale *scale_of(const struct scale *scales, size_t count, double magnitude)
{
    const struct scale *smallest = &scales[count - 1];
    for (size_t i = 0; i < count; i++) {
        if (scales[i].printed && magnitude >= scales[i].factor * 0.9995) {
            return &scales[i];
        }
    }
    return smallest;
}

struct units_text units_seconds(double seconds)
{
    if (isnan(seconds)) {
        return unknown;
    }
    if (seconds == 0.0) {
        return (struct units_text){"0 s"};
    }
    struct units_text text;
    double magnitude = fabs(seconds);
    const struct scale *scale = scale_of(times, TIMES_COUNT, magnitude);
    struct units_text number = units_factor(magnitude / scale->factor);
    snprintf(text.text, sizeof text.text, "%s%.24s %s", seconds < 0 ? "-" : "", number.text,
             scale->unit);
    return text;
}

struct units_text units_duration(double seconds)
{
    struct units_text text;
    if (isnan(seconds) || seconds < 0 || seconds > 1e9) {
        return unknown;
    }
    unsigned long whole = (unsigned long)round(seconds);
    unsigned long h = whole / 3600, min = whole / 60 % 60, s = whole % 60;
    if (h > 0) {
        snprintf(text.text, sizeof text.text, "%lu h %lu min", h, min);
    } else if (min > 0) {
        snprintf(text.text, sizeof text.text, "%lu min %lu s", min, s);
    } else {
        snprintf(text.text, sizeof text.text, "%lu s", s);
    }
    return text;
}

struct units_text units_bytes(uint64_t bytes)
{
    struct units_text text;
    const struct scale *scale = scale_of(sizes, SIZES_COUNT, (double)bytes);
    if (scale->factor == 1.0) {
        snprintf(text.text, sizeof text.text, "%.24s bytes", units_count(bytes).text);
    } else {
        snprintf(text.text, sizeof text.text, "%.24s %s",
                 units_factor((double)bytes / scale->factor).text, scale->unit);
    }
    return text;
}

static int is_spelling(const struct scale *scale, const char *unit, size_t length)
{
    char word[16];
    if (length == 0 || length > sizeof word - 3) {
        return 0;
    }
    if (strncasecmp(scale->unit, unit, length) == 0 && scale->unit[length] == '\0') {
        return 1;
    }
    snprintf(word, sizeof word, " %.*s ", (int)length, unit);
    for (char *c = word; *c != '\0'; c++) {
        *c = (char)((unsigned char)*c < 0x80 ? tolower((unsigned char)*c) : *c);
    }
    return strstr(scale->others, word) != NULL;
}

/* Splits "1.5 GiB" into a finite number of at least 0 and the factor of its unit. */
static int split(const char *text, const struct scale *scales, size_t count, double *number,
                 double *factor)
{
    char *end = NULL;
    while (isspace((unsigned char)*text)) {
        text++;
    }
    /* strtod would also take "inf", "nan", "-1" and hexadecimal: a quantity begins with a digit. */
    if ((!isdigit((unsigned char)*text) && *text != '.') || strpbrk(text, "xX") != NULL) {
        return 0;
    }
    *number = strtod(text, &end);
    if (end == text || !isfinite(*number)) {
        return 0;
    }
    while (isspace((unsigned char)*end)) {
        end++;
    }
    size_t length = strlen(end);
    while (length > 0 && isspace((unsigned char)end[length - 1])) {
        length--;
    }
    *factor = 1.0;
    if (length == 0) {
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_spelling(&scales[i], end, length)) {
            *factor = scales[i].factor;
            return 1;
        }
    }
    return 0;
}

enum status units_parse_bytes(const char *text, uint64_t *bytes)
{
    double number = 0.0, factor = 1.0;
    if (!split(text, sizes, SIZES_COUNT, &number, &factor)) {
        return status_fail(STATUS_BAD_INPUT,
                           "'%s' is not a size: write a number and a unit, such as 512M or 2G",
                           text);
    }
    if (number * factor >= 18446744073709551616.0) { /* 2^64: the conversion would be undefined */
        return status_fail(STATUS_BAD_INPUT, "'%s' is more than any machine has", text);
    }
    *bytes = (uint64_t)(number * factor);
    return STATUS_OK;
}

enum status units_parse_seconds(const char *text, double *seconds)
{
    double number = 0.0, factor = 1.0;
    if (!split(text, times, TIMES_COUNT, &number, &factor)) {
        return status_fail(STATUS_BAD_INPUT,
                           "'%s' is not a time: write a number and a unit, such as 1.5s or 2min",
                           text);
    }
    *seconds = number * factor;
    return STATUS_OK;
}
