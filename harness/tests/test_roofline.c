/* The machine's limits: what they allow a kernel, and that they are measured at all. */
#include "measure/bounds.h"
#include "measure/limits.h"
#include "show/places.h"
#include "show/roofline.h"
#include "store/roofline.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/dispatch.h"
#include "measure/roofline.h"

static const struct limits_paces paces = {.s = {[PACE_FMA] = 1,
                                                [PACE_MULTIPLY] = 1,
                                                [PACE_ADD] = 1,
                                                [PACE_PAIRED] = 1,
                                                [PACE_SQRT] = 16,
                                                [PACE_DIVIDE] = 9,
                                                [PACE_RSQRT] = 2,
                                                [PACE_ESTIMATED] = 2.5}};

Test(roofline, the_busier_unit_bounds_a_kernel)
{
    const struct {
        struct kernel_demand demand;
        double expected_s;
        const char *bound;
    } cases[] = {
        {{.fma = 5}, 5, "fma"},
        {{.divide = 1, .sqrt = 1}, 25, "divider"},
        {{.fma = 30, .divide = 1, .sqrt = 1}, 30, "fma"},
        {{.fma = 20, .divide = 1, .sqrt = 1}, 25, "divider"},
        {{.fma = 3, .rsqrt = 2}, 6, "fma"},
        {{.fma = 1, .rsqrt = 3}, 6.5, "fma"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *bound = NULL;
        cr_expect_eq(limits_unit_s(&cases[i].demand, &paces, &bound), cases[i].expected_s, "%zu",
                     i);
        cr_expect_str_eq(bound, cases[i].bound, "%zu", i);
    }
}

Test(roofline, what_is_not_known_is_not_told)
{
    struct limits_paces lacking = paces;
    struct kernel_demand nothing = {0}, roots = {.sqrt = 1, .fma = 1}, products = {.fma = 2};
    const char *bound = "";
    cr_expect(isnan(limits_unit_s(&nothing, &paces, &bound)));
    cr_expect_null(bound);
    lacking.s[PACE_SQRT] = NAN;
    cr_expect(isnan(limits_unit_s(&roots, &lacking, &bound)));
    lacking.s[PACE_FMA] = NAN;
    cr_expect_eq(limits_unit_s(&products, &lacking, &bound), 2, "products stand in for FMA");
}

Test(roofline, the_paces_that_a_demand_needs_are_measured)
{
    const struct pace_set *set = limits_set(KERNEL_SCALAR);
    struct kernel_demand demand = {.divide = 1};
    struct limits_paces measured;
    bool wanted[PACE_KINDS];
    limits_wanted(&demand, wanted);
    limits_measure(set, wanted, 0, &measured);
    cr_expect(measured.s[PACE_DIVIDE] > 0 && isfinite(measured.s[PACE_DIVIDE]));
    cr_expect(isnan(measured.s[PACE_SQRT]), "not asked for");
    cr_expect(limits_clock_hz(0.001) > 0 && isfinite(limits_clock_hz(0.001)));
}

Test(roofline, every_set_of_paces_computes)
{
    static _Alignas(64) double numbers[2 * PACE_READ_COUNT];
    for (size_t i = 0; i < 2 * PACE_READ_COUNT; i++) {
        numbers[i] = (double)i;
    }
    for (size_t s = 0; pace_set(s) != NULL; s++) {
        const struct pace_set *set = pace_set(s);
        if ((dispatch_machine() & 1U << set->isa) == 0) {
            continue;
        }
        cr_expect_eq(set->read(numbers, 2 * PACE_READ_COUNT),
                     PACE_READ_COUNT * (2 * PACE_READ_COUNT - 1.0), "%s",
                     dispatch_isa_name(set->isa));
        for (int k = 0; k < PACE_KINDS; k++) {
            if (set->run[k] != NULL) {
                set->run[k](3);
            }
        }
    }
}

Test(roofline, a_kernel_is_measured_beside_its_limit)
{
    const struct kernel *kernel = dispatch_best(KERNEL_PARTICLES_EVOLVE);
    struct roofline_kernel out = {0};
    cr_assert_eq(workload_measure(kernel, 0, &out), STATUS_OK);
    cr_expect(out.unit_s > 0 && isfinite(out.unit_s));
    cr_expect(out.limit_s > 0 && isfinite(out.limit_s));
    cr_expect_not_null(out.bound);
}

/* A roofline of invented figures. */
static void invent(struct roofline *roofline, struct roofline_kernel *kernels)
{
    *roofline =
        (struct roofline){.cores_count = 2,
                          .one_hz = 4e9,
                          .all_hz = 3e9,
                          .isas_count = 2,
                          .isas = {{.name = "scalar",
                                    .lanes = 1,
                                    .rates_count = 2,
                                    .rates = {{"fma", 2, NAN, NAN}, {"add", 1, 1e-9, 5e-10}}},
                                   {.name = "neon", .missing = "belongs elsewhere"}},
                          .levels_count = 1,
                          .levels = {{65536, 1e11, 2e11}},
                          .kernels = kernels,
                          .kernels_count = 1};
    roofline->host.cpu = "a \x1b[31mprocessor";
    roofline->started = "2026-01-01T00:00:00+00:00";
    *kernels = (struct roofline_kernel){"evolve", "scalar", "scalar", "step",   10,
                                        5,        1e-8,     5e-9,     "divider"};
}

Test(roofline, tables_and_json_say_the_same)
{
    struct roofline roofline;
    struct roofline_kernel kernels[1];
    char *text = NULL, *json_text = NULL;
    size_t size = 0;
    invent(&roofline, kernels);
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(roofline_print(&roofline, out), STATUS_OK);
    fclose(out);
    cr_expect_not_null(strstr(text, "belongs elsewhere"), "%s", text);
    cr_expect_not_null(strstr(text, "50 %"), "%s", text);
    cr_expect_not_null(strstr(text, "4.00"), "an addition takes 4 cycles: %s", text);
    cr_expect_null(strchr(text, '\x1b'), "a name may not steer the terminal");
    out = open_memstream(&json_text, &size);
    cr_assert_eq(roofline_write(&roofline, out), STATUS_OK);
    fclose(out);
    json_t *json = json_loads(json_text, 0, NULL);
    double fraction = 0;
    const char *schema = "";
    json_t *instructions = NULL;
    cr_assert_eq(json_unpack(json, "{s:s, s:[{s:{s:F}}], s:[{s:o}]}", "schema", &schema, "kernels",
                             "limit", "fraction", &fraction, "isas", "instructions", &instructions),
                 0, "%s", json_text);
    cr_expect_str_eq(schema, "fortyfold-roofline/1");
    cr_expect_float_eq(fraction, 0.5, 1e-12);
    cr_expect(json_is_null(json_object_get(json_array_get(instructions, 0), "one_core_s")));
    json_decref(json);
    free(json_text);
    free(text);
}

Test(roofline, a_variant_names_its_kernel_and_the_lab_its_work)
{
    char *names[] = {"numpy", "kernels:particles_evolve/scalar"};
    struct variant variant = {.requirements = names, .requirements_count = 2};
    struct lab lab = {.work = "{\"times\": 4, \"power\": 2, \"parameter\": \"epochs\"}"};
    const struct kernel *kernel = bounds_kernel(&variant);
    const char *bound = NULL;
    cr_assert_not_null(kernel);
    cr_expect_str_eq(kernel->name, "scalar");
    cr_expect_eq(bounds_units(&lab, "{\"epochs\": 3}", kernel, 10), 1200);
    cr_expect(isnan(bounds_units(&lab, "{}", kernel, 10)), "no such parameter");
    cr_expect(bounds_call_s(kernel, 1000, &bound) > 0);
    cr_expect_str_eq(bound, "divider");
    lab.work = "{}";
    cr_expect_eq(bounds_units(&lab, "{}", kernel, 10), 10);
    lab.work = NULL;
    cr_expect(isnan(bounds_units(&lab, "{}", kernel, 10)));
    names[1] = "kernels:particles_evolve/scalar_closed";
    lab.work = "{\"times\": 7}";
    cr_expect_eq(bounds_units(&lab, "{}", bounds_kernel(&variant), 10), 10, "it does not step");
    names[1] = "kernels:particles_evolve/none";
    cr_expect_null(bounds_kernel(&variant));
    names[1] = "kernels";
    cr_expect_null(bounds_kernel(&variant));
}

Test(roofline, names_of_points_stand_free)
{
    /* Two points on one another, a neighbour at their right, and one far away. */
    const struct place points[] = {{100, 100}, {100, 100}, {122, 100}, {400, 30}};
    struct place names[4];
    places_find(points, 4, 20, 15, names);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_leq(fabs(names[i].x - points[i].x), 2 * 16, "beside its point");
        cr_expect_leq(fabs(names[i].y - points[i].y), 16, "beside its point");
        for (size_t k = 0; k < 4; k++) {
            cr_expect(fabs(names[i].x - points[k].x) >= 10 || fabs(names[i].y - points[k].y) >= 7.5,
                      "name %zu on point %zu", i, k);
            cr_expect(k == i || fabs(names[i].x - names[k].x) >= 20 ||
                          fabs(names[i].y - names[k].y) >= 15,
                      "names %zu and %zu on each other", i, k);
        }
    }
}
