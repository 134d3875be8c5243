#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/export.h"
#include "tests/fixture.h"

static struct export_set made(const char *format, const struct run *run)
{
    struct export_set set = {0};
    cr_assert_eq(export_find(format)->make(run, &set), STATUS_OK);
    return set;
}

/* The document of that name; the test ends where there is none. */
static json_t *document(const struct export_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->files[i].name, name) == 0) {
            json_t *json = json_loads(set->files[i].text, 0, NULL);
            cr_assert_not_null(json, "%s is not JSON", name);
            return json;
        }
    }
    cr_assert_fail("there is no %s", name);
    return NULL;
}

/* Whether an object has exactly the keys of a list with a blank after each. */
static bool has_keys(const json_t *json, const char *keys)
{
    const char *key;
    json_t *value;
    size_t length = 0;
    json_object_foreach((json_t *)json, key, value)
    {
        char *word = text_format("%s ", key);
        bool known = strstr(keys, word) != NULL;
        length += strlen(word);
        free(word);
        if (!known) {
            return false;
        }
    }
    return length == strlen(keys);
}

static size_t values_of(const json_t *benchmark)
{
    size_t count = 0, index;
    const json_t *run, *runs = json_object_get(benchmark, "runs");
    json_array_foreach(runs, index, run)
    {
        cr_expect(has_keys(run, "metadata values "));
        count += json_array_size(json_object_get(run, "values"));
    }
    return count;
}

static const char *text_of(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

Test(export, formats_are_found_by_name)
{
    cr_expect_not_null(export_find("pyperf"));
    cr_expect_not_null(export_find("hyperfine"));
    cr_expect_not_null(export_find("gbench"));
    cr_expect_null(export_find("csv"), "tables are made elsewhere");
    cr_expect_null(export_find(""));
}

Test(export, pyperf_has_the_documented_shape)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    struct export_set set = made("pyperf", &run);
    cr_expect_eq(set.count, 3);
    json_t *json = document(&set, "numpy.json");
    cr_expect(has_keys(json, "version metadata benchmarks "));
    cr_expect_str_eq(text_of(json, "version"), "1.0");
    const json_t *benchmarks = json_object_get(json, "benchmarks");
    cr_assert_eq(json_array_size(benchmarks), 5);
    const json_t *first = json_array_get(benchmarks, 0);
    cr_expect(has_keys(first, "metadata runs "));
    cr_expect_str_eq(text_of(json_object_get(first, "metadata"), "name"), "mds/n=25");
    cr_expect_eq(json_integer_value(json_object_get(json_object_get(first, "metadata"), "loops")),
                 1);
    cr_expect_eq(json_array_size(json_object_get(first, "runs")), 5, "a run a block");
    cr_expect_eq(values_of(first), 25);
    const json_t *block = json_array_get(json_object_get(first, "runs"), 0);
    cr_expect_str_eq(text_of(json_object_get(block, "metadata"), "date"), "2025-03-14 09:26:53");
    json_decref(json);
    export_free(&set);
    run_free(&run);
}

Test(export, pyperf_gives_every_variant_as_many_values)
{
    struct run run;
    const char *const names[] = {"naive.json", "numpy.json", "c.json"};
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    /* Seven of numpy's 25 samples at the smallest size were disturbed, a whole block of them. */
    struct cell *numpy = run_cell(&run, 1, 25);
    for (size_t i = 0; i < 7; i++) {
        numpy->samples[i].quarantined = "disturbed";
    }
    struct export_set set = made("pyperf", &run);
    for (size_t i = 0; i < 3; i++) {
        json_t *json = document(&set, names[i]);
        const json_t *benchmarks = json_object_get(json, "benchmarks");
        cr_expect_eq(values_of(json_array_get(benchmarks, 0)), 18, "%s", names[i]);
        cr_expect_eq(values_of(json_array_get(benchmarks, 1)), 25, "%s", names[i]);
        json_decref(json);
    }
    export_free(&set);
    run_free(&run);
}

Test(export, hyperfine_has_the_documented_shape)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    struct export_set set = made("hyperfine", &run);
    cr_expect_eq(set.count, 3 + 5, "a file a variant, a file a size");
    json_t *json = document(&set, "c.json");
    cr_expect(has_keys(json, "results "));
    cr_expect_eq(json_array_size(json_object_get(json, "results")), 5);
    const json_t *result = json_array_get(json_object_get(json, "results"), 3);
    cr_expect(has_keys(result, "command mean stddev median user system min max times "
                               "memory_usage_byte exit_codes parameters "));
    cr_expect_str_eq(text_of(result, "command"), "mds c");
    cr_expect(has_keys(json_object_get(result, "parameters"), "n "));
    cr_expect_str_eq(text_of(json_object_get(result, "parameters"), "n"), "200");
    cr_expect_eq(json_array_size(json_object_get(result, "times")), 25);
    cr_expect_eq(json_array_size(json_object_get(result, "exit_codes")), 25);
    json_decref(json);
    json = document(&set, "n=200.json");
    cr_expect_eq(json_array_size(json_object_get(json, "results")), 3);
    json_decref(json);
    export_free(&set);
    run_free(&run);
}

Test(export, hyperfine_has_no_deviation_of_one_time)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_LONE, &run), STATUS_OK);
    run.cells[0].samples_count = 1;
    struct export_set set = made("hyperfine", &run);
    json_t *json = document(&set, "naive.json");
    const json_t *result = json_array_get(json_object_get(json, "results"), 0);
    cr_expect(json_is_null(json_object_get(result, "stddev")));
    json_decref(json);
    export_free(&set);
    run_free(&run);
}

Test(export, gbench_has_the_documented_shape)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    struct export_set set = made("gbench", &run);
    cr_assert_eq(set.count, 1);
    json_t *json = document(&set, "mds.json");
    cr_expect(has_keys(json, "context benchmarks "));
    const json_t *context = json_object_get(json, "context");
    cr_expect_eq(json_integer_value(json_object_get(context, "json_schema_version")), 1);
    cr_expect_eq(json_integer_value(json_object_get(context, "num_cpus")), 2);
    const json_t *benchmarks = json_object_get(json, "benchmarks");
    cr_assert_eq(json_array_size(benchmarks), 3 * 5 * 25);
    const json_t *last = json_array_get(benchmarks, 3 * 5 * 25 - 1);
    cr_expect(has_keys(last, "name family_index per_family_instance_index run_name run_type "
                             "repetitions repetition_index threads iterations real_time cpu_time "
                             "time_unit "));
    cr_expect_str_eq(text_of(last, "name"), "mds/c/400");
    cr_expect_str_eq(text_of(last, "time_unit"), "ns");
    cr_expect_eq(json_integer_value(json_object_get(last, "repetition_index")), 24);
    const struct cell *cell = run_cell(&run, 2, 400);
    double wanted = cell->samples[24].real_s * 1e9;
    double got = json_number_value(json_object_get(last, "real_time"));
    cr_expect(got > wanted * (1 - 1e-10) && got < wanted * (1 + 1e-10), "%g ns", got);
    json_decref(json);
    export_free(&set);
    run_free(&run);
}

Test(export, failed_cells_are_left_out)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_FAILED, &run), STATUS_OK);
    struct export_set set = made("pyperf", &run);
    json_t *json = document(&set, "numpy.json");
    cr_expect_eq(json_array_size(json_object_get(json, "benchmarks")), 3, "of five, two failed");
    json_decref(json);
    export_free(&set);
    set = made("hyperfine", &run);
    json = document(&set, "n=200.json");
    cr_expect_eq(json_array_size(json_object_get(json, "results")), 1);
    json_decref(json);
    export_free(&set);
    run_free(&run);
}

Test(export, a_run_without_times_gives_no_files)
{
    static const char *const names[] = {"pyperf", "hyperfine", "gbench"};
    static const enum fixture kinds[] = {FIXTURE_ALL_FAILED, FIXTURE_EMPTY};
    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < 3; i++) {
            struct run run;
            cr_assert_eq(fixture_run(kinds[kind], &run), STATUS_OK);
            struct export_set set = made(names[i], &run);
            cr_expect_eq(set.count, 0, "%s", names[i]);
            export_free(&set);
            run_free(&run);
        }
    }
}

Test(export, hostile_names_neither_leave_the_folder_nor_break_a_reader)
{
    static const char *const names[] = {"pyperf", "hyperfine", "gbench"};
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_HOSTILE, &run), STATUS_OK);
    free(run.lab_name);
    run.lab_name = strdup("../x\n/.y");
    free(run.variants[1].label);
    run.variants[1].label = strdup(" \n\t ");
    free(run.software.numpy);
    run.software.numpy = NULL;
    for (size_t i = 0; i < 3; i++) {
        struct export_set set = made(names[i], &run);
        for (size_t j = 0; j < set.count; j++) {
            const char *name = set.files[j].name;
            cr_expect(name[0] != '.' && name[0] != '-' && strpbrk(name, "/\n <>&'`|\\") == NULL,
                      "%s", name);
            json_t *json = json_loads(set.files[j].text, 0, NULL);
            cr_expect_not_null(json);
            cr_expect_null(strstr(set.files[j].text, "\\n"), "a line end within a string");
            cr_expect_null(strstr(set.files[j].text, "\"\""), "an empty string");
            json_decref(json);
        }
        export_free(&set);
    }
    run_free(&run);
}

Test(export, names_are_told_apart)
{
    struct export_set set = {0};
    cr_assert_eq(export_add(&set, "a/b", ".json", "1"), STATUS_OK);
    cr_assert_eq(export_add(&set, "a b", ".json", "2"), STATUS_OK);
    cr_assert_eq(export_add(&set, "A_B", ".json", "3"), STATUS_OK);
    cr_assert_eq(export_add(&set, "", ".json", "4"), STATUS_OK);
    cr_expect_str_eq(set.files[0].name, "a_b.json");
    cr_expect_str_eq(set.files[1].name, "a_b-2.json");
    cr_expect_str_eq(set.files[2].name, "A_B-3.json");
    cr_expect_str_eq(set.files[3].name, "_.json");
    export_free(&set);
    export_free(NULL);
}

Test(export, existing_files_are_refused_and_nothing_is_written)
{
    char folder[] = "/tmp/fortyfold-export-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    struct export_set set = {0};
    cr_assert_eq(export_add(&set, "one", ".json", "1"), STATUS_OK);
    cr_assert_eq(export_add(&set, "two", ".json", "2"), STATUS_OK);
    char *one = text_format("%s/one.json", folder), *two = text_format("%s/two.json", folder);
    cr_assert_eq(text_write_file(two, "old", 3), STATUS_OK);
    cr_expect_eq(export_write(&set, folder, false), STATUS_BAD_INPUT);
    cr_expect_neq(access(one, F_OK), 0, "the first was not written either");
    cr_expect_eq(export_write(&set, folder, true), STATUS_OK);
    char *text = text_read_file(two, 100);
    cr_expect_str_eq(text, "2");
    free(text);
    unlink(one);
    unlink(two);
    rmdir(folder);
    free(one);
    free(two);
    export_free(&set);
}

Test(export, a_text_becomes_a_line_or_nothing)
{
    char *line = export_line(" a\nb\t ");
    cr_expect_str_eq(line, "a b");
    free(line);
    cr_expect_null(export_line(" \n"));
    cr_expect_null(export_line(NULL));
}

Test(export, a_date_loses_its_zone)
{
    struct run run = {.started = "2026-01-02T03:04:05+01:00"};
    char *date = export_date(&run);
    cr_expect_str_eq(date, "2026-01-02 03:04:05");
    free(date);
    run.started = "yesterday";
    cr_expect_null(export_date(&run));
    run.started = NULL;
    cr_expect_null(export_date(&run));
}
