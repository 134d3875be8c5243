#include "show/timeit.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    double seconds;
} units[] = {{"sec", 1.0}, {"msec", 1e-3}, {"usec", 1e-6}, {"nsec", 1e-9}};

enum { UNITS_COUNT = sizeof units / sizeof *units };

/* timeit warns at the same factor: then the fastest time is no longer the typical one. */
static const double worst_factor = 4;

bool timeit_is_unit(const char *unit)
{
    for (size_t i = 0; i < UNITS_COUNT; i++) {
        if (strcmp(units[i].name, unit) == 0) {
            return true;
        }
    }
    return false;
}

struct units_text timeit_time(double seconds, const struct timeit_style *style)
{
    size_t i = 0;
    while (i + 1 < UNITS_COUNT && (style->unit == NULL ? seconds < units[i].seconds
                                                       : strcmp(units[i].name, style->unit) != 0)) {
        i++;
    }
    struct units_text text;
    snprintf(text.text, sizeof text.text, "%.*g %s", style->precision, seconds / units[i].seconds,
             units[i].name);
    return text;
}

void timeit_print_step(uint64_t number, double seconds, const struct timeit_style *style, FILE *out)
{
    fprintf(out, "%llu loop%s -> %.*g secs\n", (unsigned long long)number, number == 1 ? "" : "s",
            style->precision, seconds);
}

void timeit_print_raw(const double *seconds, size_t count, const struct timeit_style *style,
                      FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%s", i == 0 ? "raw times: " : ", ", timeit_time(seconds[i], style).text);
    }
    fputs("\n\n", out);
}

void timeit_print_best(uint64_t number, const double *seconds, size_t count,
                       const struct timeit_style *style, FILE *out, FILE *errors)
{
    double best = seconds[0], worst = seconds[0];
    for (size_t i = 1; i < count; i++) {
        best = fmin(best, seconds[i]);
        worst = fmax(worst, seconds[i]);
    }
    best /= (double)number;
    worst /= (double)number;
    fprintf(out, "%llu loop%s, best of %zu: %s per loop\n", (unsigned long long)number,
            number == 1 ? "" : "s", count, timeit_time(best, style).text);
    if (worst >= best * worst_factor) {
        fprintf(errors,
                "warning: unreliable: the worst time (%s) is more than four times the best time "
                "(%s); close other programs, or time longer with -n\n",
                timeit_time(worst, style).text, timeit_time(best, style).text);
    }
}

void timeit_print_median(const struct ratio *loop_s, size_t processes,
                         const struct timeit_style *style, FILE *out)
{
    fprintf(out, "median over %zu fresh process%s: %s per loop", processes,
            processes == 1 ? "" : "es", timeit_time(loop_s->ratio, style).text);
    if (isfinite(loop_s->low) && isfinite(loop_s->high)) {
        fprintf(out, ", 95 %% interval %s to %s", timeit_time(loop_s->low, style).text,
                timeit_time(loop_s->high, style).text);
    }
    fputc('\n', out);
}
