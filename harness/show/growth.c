#include "show/growth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

/* A median farther than this off its line is seen on the plot: the exponent is then a mean slope
 * and no law. */
static const double misfit_seen = 0.15;

enum { EXPONENTS_A_LINE = 4 };

bool growth_is_known(const struct run *run, size_t from)
{
    for (size_t i = from; i < run->fits_count; i++) {
        if (isfinite(run->fits[i].exponent)) {
            return true;
        }
    }
    return false;
}

static void print_exponent(const struct run *run, const struct fit *fit, const char *before,
                           FILE *out)
{
    fprintf(out, "%s%s %.2f", before, run->variants[fit->variant].name, fit->exponent);
    if (isfinite(fit->exponent_low) && isfinite(fit->exponent_high)) {
        fprintf(out, " [%.2f–%.2f]", fit->exponent_low, fit->exponent_high);
    }
    if (fit->misfit_ratio > misfit_seen) {
        fputs(" (mean slope, not a law)", out);
    }
}

char *growth_exponents(const struct run *run, size_t *next)
{
    char *text = NULL;
    size_t size = 0, told = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    for (; *next < run->fits_count && told < EXPONENTS_A_LINE; (*next)++) {
        if (isfinite(run->fits[*next].exponent)) {
            print_exponent(run, &run->fits[*next],
                           told++ > 0 ? ", " : "time grows as N^k, k: ", out);
        }
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

struct units_text growth_law(const struct fit *fit)
{
    struct units_text text = {""};
    if (fit != NULL && isfinite(fit->exponent)) {
        snprintf(text.text, sizeof text.text, "N^%.2f", fit->exponent);
    }
    return text;
}

struct units_text growth_size(double size)
{
    struct units_text text;
    if (size >= 9.5) { /* sizes are whole numbers; below ten a rounded one says too little */
        return units_count((uint64_t)llround(size));
    }
    snprintf(text.text, sizeof text.text, "%.2g", size);
    return text;
}

char *growth_crossover(const struct run *run, const struct crossover *crossover)
{
    return text_format("%s is faster than %s from N = %s [%s–%s] on",
                       run->variants[crossover->faster].name, run->variants[crossover->slower].name,
                       growth_size(crossover->size).text, growth_size(crossover->low).text,
                       growth_size(crossover->high).text);
}
