#include "show/roofline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "show/clean.h"
#include "show/gnuplot.h"
#include "show/grid.h"
#include "show/places.h"

/* --- Tables ------------------------------------------------------------------------------- */

struct number_text {
    char text[24];
};

/* "–" where there is none. */
static struct number_text number(const char *format, double value)
{
    struct number_text out = {"–"};
    if (isfinite(value)) {
        snprintf(out.text, sizeof out.text, format, value);
    }
    return out;
}

enum { PACE_ISA, PACE_KIND, PACE_CYCLES, PACE_ONE, PACE_ALL, PACE_COLUMNS };

static enum status fill_rate(struct grid *grid, size_t row, const struct roofline *roofline,
                             const struct roofline_isa *isa, const struct roofline_rate *rate)
{
    const struct number_text texts[] = {
        number("%.2f", rate->one_s * roofline->one_hz),
        number("%.1f", rate->flops / rate->one_s * 1e-9),
        number("%.1f", rate->flops / rate->all_s * 1e-9),
    };
    char title[40];
    snprintf(title, sizeof title, "%s · %zu", isa->name, isa->lanes);
    enum status status = STATUS_OK;
    if (rate == isa->rates) {
        grid->gaps[row] = row > 0;
        status = grid_set(grid, row, PACE_ISA, GRID_PLAIN, title);
    }
    if (status == STATUS_OK) {
        status = grid_set(grid, row, PACE_KIND, GRID_PLAIN, rate->name);
    }
    for (size_t i = 0; i < 3 && status == STATUS_OK; i++) {
        status = grid_set(grid, row, PACE_CYCLES + i, GRID_PLAIN, texts[i].text);
    }
    return status;
}

static enum status print_paces(const struct roofline *roofline, FILE *out)
{
    static const struct grid_column columns[PACE_COLUMNS] = {{"registers of doubles", false},
                                                             {"instruction", false},
                                                             {"cycles each", true},
                                                             {"GFLOP/s one core", true},
                                                             {"all cores", true}};
    struct grid grid = {0};
    size_t rows = 0;
    for (size_t i = 0; i < roofline->isas_count; i++) {
        rows += roofline->isas[i].missing == NULL ? roofline->isas[i].rates_count : 1;
    }
    enum status status = grid_make(columns, PACE_COLUMNS, rows, &grid);
    size_t row = 0;
    for (size_t i = 0; i < roofline->isas_count && status == STATUS_OK; i++) {
        const struct roofline_isa *isa = &roofline->isas[i];
        if (isa->missing != NULL) {
            grid.gaps[row] = row > 0;
            status = grid_set(&grid, row, PACE_ISA, GRID_PLAIN, isa->name);
            if (status == STATUS_OK) {
                status = grid_spill(&grid, row++, PACE_KIND, GRID_PLAIN, isa->missing);
            }
            continue;
        }
        for (size_t k = 0; k < isa->rates_count && status == STATUS_OK; k++) {
            status = fill_rate(&grid, row++, roofline, isa, &isa->rates[k]);
        }
    }
    if (status == STATUS_OK) {
        grid_print_text(&grid, false, out);
    }
    grid_free(&grid);
    return status;
}

static enum status print_levels(const struct roofline *roofline, FILE *out)
{
    static const struct grid_column columns[] = {
        {"read again and again", true}, {"GB/s one core", true}, {"all cores", true}};
    struct grid grid = {0};
    enum status status = grid_make(columns, 3, roofline->levels_count, &grid);
    for (size_t i = 0; i < roofline->levels_count && status == STATUS_OK; i++) {
        const struct roofline_level *level = &roofline->levels[i];
        const struct number_text one = number("%.1f", level->one_bytes_per_s * 1e-9);
        const struct number_text all = number("%.1f", level->all_bytes_per_s * 1e-9);
        status = grid_set(&grid, i, 0, GRID_PLAIN, units_bytes(level->bytes).text);
        if (status == STATUS_OK) {
            status = grid_set(&grid, i, 1, GRID_PLAIN, one.text);
        }
        if (status == STATUS_OK) {
            status = grid_set(&grid, i, 2, GRID_PLAIN, all.text);
        }
    }
    if (status == STATUS_OK) {
        fputc('\n', out);
        grid_print_text(&grid, false, out);
    }
    grid_free(&grid);
    return status;
}

enum { KERNEL_OPERATION, KERNEL_NAME, KERNEL_UNIT_S, KERNEL_FLOPS, KERNEL_SHARE, KERNEL_BOUND };
enum { KERNEL_COLUMNS = KERNEL_BOUND + 1 };

static enum status fill_kernel(struct grid *grid, size_t row, const struct roofline_kernel *kernel)
{
    char unit[60];
    snprintf(unit, sizeof unit, "%s/%s", units_seconds(kernel->unit_s).text, kernel->unit);
    const struct number_text flops = number("%.2f", kernel->flops_per_unit / kernel->unit_s * 1e-9);
    const struct number_text share = number("%.0f %%", 100 * kernel->limit_s / kernel->unit_s);
    const char *const texts[KERNEL_COLUMNS] = {
        kernel->operation, kernel->name, unit,
        flops.text,        share.text,   kernel->bound == NULL ? "" : kernel->bound};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < KERNEL_COLUMNS && status == STATUS_OK; i++) {
        status = grid_set(grid, row, i, GRID_PLAIN, texts[i]);
    }
    return status;
}

static enum status print_kernels(const struct roofline *roofline, FILE *out)
{
    static const struct grid_column columns[KERNEL_COLUMNS] = {
        {"operation", false}, {"kernel", false},  {"time", true},
        {"GFLOP/s", true},    {"of limit", true}, {"limit", false}};
    struct grid grid = {0};
    enum status status = grid_make(columns, KERNEL_COLUMNS, roofline->kernels_count, &grid);
    for (size_t i = 0; i < roofline->kernels_count && status == STATUS_OK; i++) {
        const struct roofline_kernel *kernel = &roofline->kernels[i];
        grid.gaps[i] = i > 0 && kernel->operation != kernel[-1].operation;
        status = fill_kernel(&grid, i, kernel);
    }
    if (status == STATUS_OK) {
        fputc('\n', out);
        grid_print_text(&grid, false, out);
    }
    grid_free(&grid);
    return status;
}

enum status roofline_print(const struct roofline *roofline, FILE *out)
{
    char *cpu = clean_line(roofline->host.cpu, 60);
    enum status status =
        cpu == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a table") : STATUS_OK;
    if (status == STATUS_OK) {
        fprintf(out, "%s · %zu cores · %.2f GHz alone, %.2f GHz when all work\n\n", cpu,
                roofline->cores_count, roofline->one_hz * 1e-9, roofline->all_hz * 1e-9);
        status = print_paces(roofline, out);
    }
    if (status == STATUS_OK) {
        status = print_levels(roofline, out);
    }
    if (status == STATUS_OK) {
        status = print_kernels(roofline, out);
    }
    if (status == STATUS_OK) {
        fprintf(out,
                "\n  cycles: of the clock, as a chain of dependent instructions shows it; fma+add, "
                "fma+rsqrt: a pair\n"
                "  kernels: one core; 1000 particles, 500 points. of limit: the instructions that "
                "must pass\n"
                "  through the FMA pipes or the divider, by paces measured beside the kernel\n");
    }
    free(cpu);
    return status;
}

/* --- Picture ------------------------------------------------------------------------------ */

/* Roofs over one core: the caches and the memory, by the working sets that stand for them, and the
 * fastest instruction of each instruction set. */
static void print_roofs(const struct roofline *roofline, FILE *out)
{
    static const struct {
        const char *name;
        uint64_t bytes; /* at most; the largest level that is not larger stands for it */
    } slopes[] = {{"L1", UINT64_C(16) << 10},
                  {"L2", UINT64_C(256) << 10},
                  {"L3", UINT64_C(4) << 20},
                  {"memory", UINT64_C(1) << 40}};
    size_t count = sizeof slopes / sizeof *slopes;
    fprintf(out, "slopes_count = %zu\narray slope[%zu]\narray slope_name[%zu]\n", count, count,
            count);
    for (size_t i = 0; i < count; i++) {
        double rate = 0;
        for (size_t k = 0; k < roofline->levels_count; k++) {
            if (roofline->levels[k].bytes <= slopes[i].bytes) {
                rate = roofline->levels[k].one_bytes_per_s;
            }
        }
        fprintf(out, "slope[%zu] = %.6g\nslope_name[%zu] = \"%s %.0f GB/s\"\n", i + 1, rate * 1e-9,
                i + 1, slopes[i].name, rate * 1e-9);
    }
    size_t roofs = 0;
    fprintf(out, "array roof[%d]\narray roof_name[%d]\n", ROOFLINE_ISAS_MAX, ROOFLINE_ISAS_MAX);
    for (size_t i = 0; i < roofline->isas_count; i++) {
        const struct roofline_isa *isa = &roofline->isas[i];
        const struct roofline_rate *best = NULL;
        for (size_t k = 0; k < isa->rates_count; k++) {
            const struct roofline_rate *rate = &isa->rates[k];
            if (isfinite(rate->one_s) &&
                (best == NULL || rate->flops / rate->one_s > best->flops / best->one_s)) {
                best = rate;
            }
        }
        if (best != NULL) {
            double flops = best->flops / best->one_s * 1e-9;
            roofs++;
            fprintf(out, "roof[%zu] = %.6g\nroof_name[%zu] = \"%s %s %.1f GFLOP/s\"\n", roofs,
                    flops, roofs, isa->name, best->name, flops);
        }
    }
    fprintf(out, "roofs_count = %zu\n", roofs);
}

/* The operations are numbered in the order of their first kernels; each has a colour. */
static size_t colour_of(const struct roofline *roofline, const char *operation)
{
    size_t colour = 0;
    for (size_t i = 0; i < roofline->kernels_count; i++) {
        const char *other = roofline->kernels[i].operation;
        size_t first = 0;
        while (roofline->kernels[first].operation != other) {
            first++;
        }
        colour += first == i;
        if (other == operation) {
            break;
        }
    }
    return colour;
}

/* A logarithmic axis of the picture: its range, and its length in pixels. */
struct scale {
    double low, high, length;
};

static double on_scale(const struct scale *scale, double value)
{
    return log(value / scale->low) / log(scale->high / scale->low) * scale->length;
}

static double off_scale(const struct scale *scale, double at)
{
    return scale->low * pow(scale->high / scale->low, at / scale->length);
}

/* The axis of what the kernels reach and of the roofs above them. */
static struct scale height_of(const struct roofline *roofline)
{
    struct scale scale = {INFINITY, 0, 540};
    for (size_t i = 0; i < roofline->kernels_count; i++) {
        const struct roofline_kernel *kernel = &roofline->kernels[i];
        scale.low = fmin(scale.low, 0.6e-9 * kernel->flops_per_unit / kernel->unit_s);
        scale.high = fmax(scale.high, 2e-9 * kernel->flops_per_unit / kernel->unit_s);
    }
    for (size_t i = 0; i < roofline->isas_count; i++) {
        for (size_t k = 0; k < roofline->isas[i].rates_count; k++) {
            const struct roofline_rate *rate = &roofline->isas[i].rates[k];
            scale.high = isfinite(rate->one_s) ? fmax(scale.high, 2e-9 * rate->flops / rate->one_s)
                                               : scale.high;
        }
    }
    return scale;
}

/* The points, and where their numbers stand. */
static enum status print_points(const struct roofline *roofline, FILE *out)
{
    static const double number_width = 20, number_height = 15;
    const struct scale width = {0.05, 10000, 800}, height = height_of(roofline);
    size_t count = roofline->kernels_count;
    struct place *points = calloc(2 * count + 1, sizeof *points);
    if (points == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    struct place *names = points + count;
    for (size_t i = 0; i < count; i++) {
        const struct roofline_kernel *kernel = &roofline->kernels[i];
        points[i].x = on_scale(&width, kernel->flops_per_unit / kernel->bytes_per_unit);
        points[i].y = on_scale(&height, kernel->flops_per_unit / kernel->unit_s * 1e-9);
    }
    places_find(points, count, number_width, number_height, names);
    fprintf(out, "x_low = %.6g\nx_high = %.6g\ny_low = %.6g\ny_high = %.6g\n$data << END\n",
            width.low, width.high, height.low, height.high);
    for (size_t i = 0; i < count; i++) {
        const struct roofline_kernel *kernel = &roofline->kernels[i];
        fprintf(out, "%zu %.6g %.6g %zu \"%s %s\" %.6g %.6g\n", i + 1,
                off_scale(&width, points[i].x), off_scale(&height, points[i].y),
                colour_of(roofline, kernel->operation), kernel->operation, kernel->name,
                off_scale(&width, names[i].x), off_scale(&height, names[i].y));
    }
    fprintf(out, "END\npoints_count = %zu\n", count);
    free(points);
    return STATUS_OK;
}

static char *picture_input(const struct roofline *roofline)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    char heading[120];
    snprintf(heading, sizeof heading,
             "one core at %.2f GHz: operations a second, and where they "
             "must stay below",
             roofline->one_hz * 1e-9);
    char *origin = text_format("%s · %s", roofline->host.cpu == NULL ? "?" : roofline->host.cpu,
                               roofline->started);
    gnuplot_string("lab", "Roofline", out);
    gnuplot_string("heading", heading, out);
    gnuplot_string("origin", origin == NULL ? "" : origin, out);
    gnuplot_string("note", "", out);
    free(origin);
    print_roofs(roofline, out);
    enum status status = print_points(roofline, out);
    if (fclose(out) != 0 || status != STATUS_OK) {
        free(text);
        return NULL;
    }
    return text;
}

enum status roofline_draw(const struct roofline *roofline, const char *assets, const char *folder)
{
    char *input = picture_input(roofline);
    enum status status = input == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a picture")
                             : gnuplot_write(assets, "roofline", input, folder, "roofline");
    free(input);
    return status;
}
