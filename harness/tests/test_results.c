#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/analyze.h"
#include "base/json.h"
#include "base/text.h"
#include "store/results.h"
#include "tests/fixture.h"

static char folder[] = "/tmp/fortyfold-results-XXXXXX";

static void begin(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

static void end(void)
{
    static const char *const names[] = {"run.json", "samples.csv"};
    for (size_t i = 0; i < 2; i++) {
        char *path = text_format("%s/%s", folder, names[i]);
        unlink(path);
        free(path);
    }
    cr_expect_eq(rmdir(folder), 0, "nothing but run.json and samples.csv is left");
}

TestSuite(results, .init = begin, .fini = end);

static struct run make_run(enum fixture kind)
{
    struct run run;
    cr_assert_eq(fixture_run(kind, &run), STATUS_OK);
    if (run.cells_count > 0 && run.cells[0].status == CELL_OK) {
        run.cells[0].limit_s = 1e-9;
        run.cells[0].bound = "fma";
    }
    run.lab_folder = strdup("/labs/mds");
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    return run;
}

static json_t *document(const struct run *run)
{
    cr_assert_eq(results_write(run, folder), STATUS_OK);
    char *path = text_format("%s/run.json", folder);
    json_error_t error;
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(json, "%s:%d: %s", path, error.line, error.text);
    free(path);
    return json;
}

/* Keys of an object, those of CONTRACT.md first, then after "|" those that we add to them. A key
 * that is neither is a change of the schema: results/FORMAT.md must tell it. */
static void expect_keys(const json_t *object, const char *where, const char *contract,
                        const char *ours)
{
    char *all = text_format("%s %s", contract, ours);
    size_t count = 0;
    char **keys = text_split(all, ' ', &count);
    cr_assert(json_is_object(object), "%s", where);
    for (size_t i = 0; i < count; i++) {
        cr_expect_not_null(json_object_get(object, keys[i]), "%s has no %s", where, keys[i]);
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < count; i++) {
            known = known || strcmp(keys[i], key) == 0;
        }
        cr_expect(known, "%s has a key that no contract names: %s", where, key);
    }
    for (size_t i = 0; i < count; i++) {
        free(keys[i]);
    }
    free(keys);
    free(all);
}

static void expect_head(const json_t *json)
{
    expect_keys(json, "run.json",
                "schema id started finished command host software lab plan cells warnings",
                "ended_by blocks_done_count fits crossovers control");
    expect_keys(json_object_get(json, "host"), "host",
                "hostname cpu isa cores_count memory_bytes kernel os governor virtualised", "");
    expect_keys(json_object_get(json, "software"), "software",
                "fortyfold git_commit python python_executable python_host numpy compiler cflags",
                "");
    const json_t *lab = json_object_get(json, "lab"), *plan = json_object_get(json, "plan");
    expect_keys(lab, "lab", "name title baseline tolerance", "summary folder variants");
    expect_keys(json_object_get(lab, "tolerance"), "tolerance", "absolute relative", "");
    expect_keys(plan, "plan", "seed preset parameters blocks_count order",
                "sizes variants samples_count timeout_s budget_s memory_bytes warmup_size "
                "precision blocks_least_count control cpu");
    cr_expect(json_is_object(json_object_get(plan, "parameters")));
    cr_expect_str_eq(json_peek_text(json, "schema"), "fortyfold/1");
}

static void expect_cell(const json_t *cell)
{
    expect_keys(cell, "a cell",
                "variant size threads status reason calls_per_sample_count samples summary speedup "
                "residual limit import_s first_call_s",
                "workers startup_s warmup_s step");
    const json_t *sample, *samples = json_object_get(cell, "samples");
    size_t index;
    cr_expect(json_is_array(samples));
    json_array_foreach(samples, index, sample)
    {
        expect_keys(sample, "a sample",
                    "block round position real_s user_s sys_s cpu_s steal_s "
                    "involuntary_switches_count quarantined residual",
                    "residual_relative pressure_s delayed_s others_s major_faults_count "
                    "minor_faults_count calls_count");
    }
    if (strcmp(json_peek_text(cell, "status"), "ok") != 0) {
        cr_expect(json_is_null(json_object_get(cell, "summary")), "what failed has no time");
        cr_expect(json_is_null(json_object_get(cell, "speedup")), "what failed has no speedup");
        cr_expect(json_is_string(json_object_get(cell, "reason")), "what failed has a reason");
        return;
    }
    if (!json_is_null(json_object_get(cell, "limit"))) {
        expect_keys(json_object_get(cell, "limit"), "a limit", "bound seconds fraction", "");
    }
    expect_keys(json_object_get(cell, "summary"), "a summary",
                "best_s median_s mean_s stddev_s mad_s user_s sys_s peak_rss_bytes", "cpu_s");
    expect_keys(json_object_get(cell, "residual"), "a residual", "max_absolute max_relative", "");
    if (!json_is_null(json_object_get(cell, "speedup"))) {
        expect_keys(json_object_get(cell, "speedup"), "a speedup",
                    "baseline clock ratio low high confidence verdict", "real cpu");
    }
}

Test(results, run_json_has_the_keys_of_the_contract_and_no_others)
{
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        struct run run = make_run((enum fixture)kind);
        json_t *json = document(&run), *item;
        size_t index;
        expect_head(json);
        cr_expect_eq(json_array_size(json_object_get(json, "cells")), run.cells_count);
        json_array_foreach(json_object_get(json, "cells"), index, item)
        {
            expect_cell(item);
        }
        json_array_foreach(json_object_get(json, "warnings"), index, item)
        {
            expect_keys(item, "a warning", "code message remedy", "about");
        }
        json_array_foreach(json_object_get(json, "fits"), index, item)
        {
            expect_keys(item, "a fit", "",
                        "variant exponent low high misfit_ratio fixed_s fixed_low_s fixed_high_s "
                        "clock");
        }
        json_array_foreach(json_object_get(json, "crossovers"), index, item)
        {
            expect_keys(item, "a crossover", "", "faster slower size low high clock");
        }
        json_array_foreach(json_object_get(json_object_get(json, "plan"), "order"), index, item)
        {
            expect_keys(item, "a round", "block size round variants", "");
        }
        json_decref(json);
        run_free(&run);
    }
}

static void expect_near(double got, double wanted, const char *what)
{
    cr_expect((isnan(got) && isnan(wanted)) || fabs(got - wanted) <= 2e-9 * fabs(wanted),
              "%s: %.17g, wrote %.17g", what, got, wanted);
}

static void expect_same_cell(const struct cell *got, const struct cell *wrote)
{
    cr_expect_eq(got->variant, wrote->variant);
    cr_expect_eq(got->size, wrote->size);
    cr_expect_eq(got->status, wrote->status);
    cr_expect((got->reason == NULL) == (wrote->reason == NULL));
    cr_expect_eq(got->workers_count, wrote->workers_count);
    cr_expect_eq(got->calls_per_sample_count, wrote->calls_per_sample_count);
    cr_assert_eq(got->samples_count, wrote->samples_count);
    for (size_t i = 0; i < got->samples_count; i++) {
        cr_expect_eq(got->samples[i].block, wrote->samples[i].block);
        cr_expect_eq(got->samples[i].round, wrote->samples[i].round);
        expect_near(got->samples[i].real_s, wrote->samples[i].real_s, "real");
        expect_near(got->samples[i].residual, wrote->samples[i].residual, "residual");
    }
    if (got->status == CELL_OK) {
        expect_near(got->summary.median_s, wrote->summary.median_s, "median");
        expect_near(got->summary.mean_s, wrote->summary.mean_s, "mean");
    }
    cr_expect_eq(got->speedup.present, wrote->speedup.present);
    if (wrote->speedup.present) {
        expect_near(got->speedup.real.ratio, wrote->speedup.real.ratio, "ratio");
        expect_near(got->speedup.real.low, wrote->speedup.real.low, "low");
        cr_expect_eq(got->speedup.verdict, wrote->speedup.verdict);
    }
}

Test(results, what_was_written_is_read_back)
{
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        struct run run = make_run((enum fixture)kind), got;
        json_decref(document(&run));
        cr_assert_eq(results_read(folder, &got), STATUS_OK, "%s: %s",
                     fixture_name((enum fixture)kind), status_explanation(STATUS_BAD_INPUT));
        cr_assert_eq(analyze_run(&got), STATUS_OK);
        cr_expect_str_eq(got.id, run.id);
        cr_expect_str_eq(got.lab_title, run.lab_title);
        cr_expect_str_eq(got.ended_by, run.ended_by);
        cr_expect_eq(got.blocks_done, run.blocks_done);
        cr_expect_eq(got.order_count, run.order_count);
        cr_expect_eq(got.warnings_count, run.warnings_count);
        cr_assert_eq(got.cells_count, run.cells_count);
        for (size_t i = 0; i < got.cells_count; i++) {
            expect_same_cell(&got.cells[i], &run.cells[i]);
        }
        run_free(&got);
        run_free(&run);
    }
}

Test(results, what_is_read_back_is_written_again_as_it_was)
{
    static const char *const parts[] = {"host",    "software", "lab",     "plan",
                                        "control", "warnings", "started", "command"};
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        struct run run = make_run((enum fixture)kind), got;
        json_t *first = document(&run);
        cr_assert_eq(results_read(folder, &got), STATUS_OK);
        cr_assert_eq(analyze_run(&got), STATUS_OK);
        json_t *second = document(&got);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            const json_t *wrote = json_object_get(first, parts[i]);
            cr_expect_not_null(wrote, "%s", parts[i]);
            cr_expect(json_equal(wrote, json_object_get(second, parts[i])), "%s of %s", parts[i],
                      fixture_name((enum fixture)kind));
        }
        json_decref(first);
        json_decref(second);
        run_free(&got);
        run_free(&run);
    }
}

Test(results, samples_csv_has_a_line_a_sample)
{
    struct run run = make_run(FIXTURE_FAILED);
    json_decref(document(&run));
    char *path = text_format("%s/samples.csv", folder), *text = text_read_file(path, 1 << 24);
    size_t lines = 0, commas = 0, samples = 0;
    for (const char *at = text; *at != '\0'; at++) {
        lines += *at == '\n';
        commas += *at == ',';
    }
    for (size_t i = 0; i < run.cells_count; i++) {
        samples += run.cells[i].samples_count;
    }
    cr_expect_eq(lines, samples + 1);
    cr_expect_eq(commas, 15 * lines, "as many columns in each line");
    free(text);
    free(path);
    run_free(&run);
}

/* Writes run.json by hand, and expects it to be refused. */
static void expect_refused(const char *text, const char *says)
{
    struct run run;
    char *path = text_format("%s/run.json", folder);
    cr_assert_eq(text_write_file(path, text, strlen(text)), STATUS_OK);
    cr_expect_eq(results_read(folder, &run), STATUS_BAD_INPUT, "%s", text);
    const char *message = status_explanation(STATUS_BAD_INPUT);
    cr_expect(strstr(message, path) != NULL && strstr(message, says) != NULL, "%s", message);
    run_free(&run);
    free(path);
}

#define HEAD                                                                                       \
    "{\"schema\": \"fortyfold/1\", \"lab\": {\"name\": \"x\", \"folder\": \"/x\", \"title\": "     \
    "\"x\", \"summary\": \"x\", \"baseline\": \"a\", \"variants\": [{\"name\": \"a\", \"label\": " \
    "\"a\"}]}, "

Test(results, what_is_no_run_is_refused)
{
    expect_refused("", "");
    expect_refused("{", "");
    expect_refused("[]", "schema");
    expect_refused("{\"schema\": \"fortyfold/2\"}", "fortyfold/2");
    expect_refused("{\"schema\": \"fortyfold/1\"}", "lab");
    expect_refused(HEAD "\"plan\": {}}", "plan");
    expect_refused(HEAD "\"plan\": {\"preset\": \"q\", \"parameters\": {}, \"sizes\": [1], "
                        "\"variants\": [\"b\"]}}",
                   "variant");
    expect_refused(HEAD "\"plan\": {\"preset\": \"q\", \"parameters\": {}, \"sizes\": [1], "
                        "\"variants\": [\"a\"]}, \"cells\": [{\"variant\": \"a\", \"size\": 2}]}",
                   "cell");
    expect_refused(HEAD "\"plan\": {\"preset\": \"q\", \"parameters\": {}, \"sizes\": [1], "
                        "\"variants\": [\"a\"], \"order\": [{\"size\": 1, \"variants\": "
                        "[\"b\"]}]}}",
                   "variant");
}

Test(results, a_run_that_is_not_there_is_refused)
{
    struct run run;
    cr_expect_eq(results_read("/nosuch/run", &run), STATUS_BAD_INPUT);
    run_free(&run);
    cr_expect_eq(results_read(folder, &run), STATUS_BAD_INPUT);
    run_free(&run);
}

Test(results, a_folder_that_cannot_be_written_is_an_error)
{
    struct run run = make_run(FIXTURE_ONE_BLOCK);
    cr_expect_eq(results_write(&run, "/proc/none"), STATUS_IO);
    cr_expect(strstr(status_explanation(STATUS_IO), "/proc/none") != NULL);
    run_free(&run);
}
