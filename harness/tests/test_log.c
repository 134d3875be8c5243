#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/log.h"
#include "tests/fixture.h"

static char folder[] = "/tmp/fortyfold-log-XXXXXX";
static char *path;
static struct run run; /* what was planned; without anything measured */

static void begin(void)
{
    cr_assert_not_null(mkdtemp(folder));
    path = text_format("%s/log.jsonl", folder);
    cr_assert_eq(fixture_run(FIXTURE_EMPTY, &run), STATUS_OK);
    run.lab_folder = strdup("/labs/mds");
    run.plan.precision = 0.02;
    run.plan.blocks_least = 3;
}

static void end(void)
{
    run_free(&run);
    unlink(path);
    rmdir(folder);
    free(path);
}

TestSuite(log, .init = begin, .fini = end);

static enum status tell(struct log *log, struct event event)
{
    return log_notice(log, &event);
}

/* A log of two rounds, a failure and a block. */
static void write_log(void)
{
    struct log log;
    cr_assert_eq(log_create(folder, &run, &log), STATUS_OK, "%s", status_explanation(STATUS_IO));
    const size_t order[] = {2, 0, 1};
    const struct sample samples[] = {
        {.round = 0, .position = 0, .real_s = 1.25e-7, .steal_s = NAN, .residual = 3e-15},
        {.round = 0, .position = 1, .real_s = 1.0 / 3, .user_s = 0.3, .sys_s = 0.01},
        {.round = 0, .position = 2, .real_s = 2, .involuntary_switches_count = 4}};
    cr_assert_eq(tell(&log, (struct event){.kind = EVENT_WORKER,
                                           .size = 100,
                                           .variant = 2,
                                           .startup_s = 0.125,
                                           .import_s = 0.5,
                                           .first_call_s = 0.25,
                                           .warmup_s = 0.75,
                                           .calls_count = 12,
                                           .hash_seed = 77,
                                           .interpreter = "3.9.16 (pypy 7.3.11)"}),
                 STATUS_OK);
    cr_assert_eq(tell(&log, (struct event){.kind = EVENT_STEP, .size = 100}), STATUS_OK);
    for (uint32_t round = 0; round < 2; round++) {
        cr_assert_eq(tell(&log, (struct event){.kind = EVENT_ROUND,
                                               .round = round,
                                               .size = 100,
                                               .order = order,
                                               .samples = samples,
                                               .count = round == 0 ? 3 : 2}),
                     STATUS_OK);
    }
    cr_assert_eq(tell(&log,
                      (struct event){
                          .kind = EVENT_PEAK, .size = 100, .variant = 2, .peak_rss_bytes = 123456}),
                 STATUS_OK);
    cr_assert_eq(tell(&log, (struct event){.kind = EVENT_FAILED,
                                           .size = 200,
                                           .variant = 1,
                                           .status = CELL_TIMEOUT,
                                           .reason = "line 1\n\"line\" 2 \xff"}),
                 STATUS_OK);
    cr_assert_eq(tell(&log, (struct event){.kind = EVENT_BLOCK, .block = 0}), STATUS_OK);
    log_close(&log);
}

static void tell_warning(struct log *log, const char *message)
{
    cr_assert_eq(tell(log, (struct event){.kind = EVENT_WARNING,
                                          .code = "governor",
                                          .reason = message,
                                          .remedy = "set it"}),
                 STATUS_OK);
}

static enum status resume(struct run *into, struct log *log)
{
    double spent_s = -1;
    memset(into, 0, sizeof *into);
    enum status status = log_resume(folder, into, log, &spent_s);
    cr_expect(status != STATUS_OK || spent_s >= 0);
    return status;
}

static void append_text(const char *text)
{
    int fd = open(path, O_WRONLY | O_APPEND);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* Line `number` (from 1) is replaced; NULL takes it out. */
static void replace_line(size_t number, const char *with)
{
    char *text = text_read_file(path, 1 << 20), *at = text;
    for (size_t i = 1; i < number; i++) {
        at = strchr(at, '\n') + 1;
    }
    char *rest = strchr(at, '\n') + 1;
    char *fresh = text_format("%.*s%s%s%s", (int)(at - text), text, with == NULL ? "" : with,
                              with == NULL ? "" : "\n", rest);
    cr_assert_eq(text_write_file(path, fresh, strlen(fresh)), STATUS_OK);
    free(fresh);
    free(text);
}

static void expect_same_run(const struct run *got, size_t rounds)
{
    cr_expect_str_eq(got->id, run.id);
    cr_expect_str_eq(got->command, run.command);
    cr_expect_str_eq(got->host.cpu, run.host.cpu);
    cr_expect_str_eq(got->software.numpy, run.software.numpy);
    cr_expect_str_eq(got->lab_folder, "/labs/mds");
    cr_expect_eq(got->plan.seed, run.plan.seed);
    cr_expect_eq(got->plan.timeout_s, run.plan.timeout_s);
    cr_expect_eq(got->plan.blocks_count, run.plan.blocks_count);
    cr_expect_eq(got->plan.precision, 0.02);
    cr_expect_eq(got->plan.blocks_least, 3);
    cr_expect_eq(got->tolerance_relative, run.tolerance_relative);
    cr_expect_eq(got->baseline, run.baseline);
    cr_expect_eq(got->cells_count, run.cells_count);
    cr_assert_eq(got->order_count, rounds);
    cr_expect_eq(got->order[0].variants[0], 2);
    cr_expect_eq(got->order[0].variants[2], 1);
    const struct cell *cell = run_cell(got, 2, 100);
    cr_assert_eq(cell->samples_count, rounds);
    cr_expect_eq(cell->samples[0].real_s, 1.25e-7);
    cr_expect_eq(cell->samples[0].residual, 3e-15);
    cr_expect(isnan(cell->samples[0].steal_s), "what was unknown stays unknown");
    cr_expect_eq(cell->calls_per_sample_count, 12);
    cr_assert_eq(cell->workers_count, 1);
    cr_expect_eq(cell->workers[0].startup_s, 0.125);
    cr_expect_eq(cell->workers[0].import_s, 0.5);
    cr_expect_eq(cell->workers[0].first_call_s, 0.25);
    cr_expect_eq(cell->workers[0].warmup_s, 0.75);
    const struct sample *other = &run_cell(got, 0, 100)->samples[0];
    cr_expect(fabs(other->real_s - 1.0 / 3) < 1e-10);
    cr_expect_eq(other->position, 1);
    cr_expect_eq(run_cell(got, 1, 100)->samples[0].involuntary_switches_count, 4);
}

Test(log, what_was_written_is_read_back)
{
    struct run got;
    struct log log;
    write_log();
    cr_assert_eq(resume(&got, &log), STATUS_OK, "%s", status_explanation(STATUS_IO));
    expect_same_run(&got, 2);
    cr_expect_eq(run_cell(&got, 1, 100)->samples_count, 1, "it missed the second round");
    cr_expect_eq(got.blocks_done, 1);
    cr_expect_eq(run_cell(&got, 2, 100)->peak_rss_bytes, 123456);
    const struct cell *failed = run_cell(&got, 1, 200);
    cr_expect_eq(failed->status, CELL_TIMEOUT);
    cr_expect_str_eq(failed->reason, "line 1\n\"line\" 2 ?");
    log_close(&log);
    run_free(&got);
}

Test(log, a_resumed_log_is_gone_on_with)
{
    struct run got;
    struct log log;
    write_log();
    cr_assert_eq(resume(&got, &log), STATUS_OK);
    cr_assert_eq(tell(&log, (struct event){.kind = EVENT_BLOCK, .block = 1}), STATUS_OK);
    log_close(&log);
    run_free(&got);
    cr_assert_eq(resume(&got, &log), STATUS_OK);
    cr_expect_eq(got.blocks_done, 2);
    expect_same_run(&got, 2);
    log_close(&log);
    run_free(&got);
}

Test(log, parameters_keep_all_their_digits)
{
    struct run got;
    struct log log;
    free(run.plan.parameters);
    run.plan.parameters = strdup("{\"step\": 0.12345678901234566}");
    run.tolerance_absolute = 1.0 / 3;
    write_log();
    cr_assert_eq(resume(&got, &log), STATUS_OK);
    cr_expect_eq(got.tolerance_absolute, 1.0 / 3);
    cr_expect(strstr(got.plan.parameters, "0.1234567890123456") != NULL,
              "a resumed run would solve other problems: %s", got.plan.parameters);
    log_close(&log);
    run_free(&got);
}

Test(log, a_torn_last_line_is_cut_wherever_it_was_torn)
{
    write_log();
    char *whole = text_read_file(path, 1 << 20);
    const char *last = strrchr(whole, '\n');
    while (last > whole && last[-1] != '\n') {
        last--;
    }
    size_t kept = (size_t)(last - whole), size = strlen(whole);
    for (size_t torn = kept; torn < size; torn++) {
        struct run got;
        struct log log;
        cr_assert_eq(text_write_file(path, whole, torn), STATUS_OK);
        cr_assert_eq(resume(&got, &log), STATUS_OK, "torn at %zu: %s", torn,
                     status_explanation(STATUS_IO));
        cr_expect_eq(got.blocks_done, 0, "the block's end was torn off");
        cr_expect_eq(lseek(log.fd, 0, SEEK_END), (off_t)kept);
        log_close(&log);
        run_free(&got);
    }
    free(whole);
}

/* The resumption fails with a message that names the line. */
static void expect_damaged(const char *place)
{
    struct run got;
    struct log log;
    cr_expect_eq(resume(&got, &log), STATUS_BAD_INPUT);
    const char *message = status_explanation(STATUS_BAD_INPUT);
    cr_expect(strstr(message, place) != NULL, "\"%s\" lacks \"%s\"", message, place);
    log_close(&log);
    run_free(&got);
}

Test(log, a_damaged_middle_is_refused_with_its_line)
{
    write_log();
    replace_line(3, "{\"event\": \"round\", \"samples\": {");
    expect_damaged("line 3");
    /* Nothing was cut off: a person may mend it. */
    char *text = text_read_file(path, 1 << 20);
    cr_expect(strstr(text, "\"block\"") != NULL);
    free(text);
}

Test(log, an_event_that_means_nothing_is_refused_with_its_line)
{
    write_log();
    append_text("{\"event\": \"lunch\"}\n");
    expect_damaged("line 8");
    replace_line(8, "[]");
    expect_damaged("line 8");
    replace_line(8, "{\"event\": \"peak\", \"variant\": \"numba\", \"size\": 100}");
    expect_damaged("line 8");
    replace_line(8, "{\"event\": \"peak\", \"variant\": \"naive\", \"size\": 101}");
    expect_damaged("line 8");
    replace_line(8, "{\"event\": \"round\", \"size\": 100, \"samples\": {\"numba\": {}}}");
    expect_damaged("line 8");
}

Test(log, another_header_is_refused)
{
    write_log();
    char *text = text_read_file(path, 1 << 20);
    static const char without_plan[] =
        "{\"schema\": \"fortyfold/1\", \"lab\": {\"name\": \"x\", \"baseline\": \"a\", "
        "\"variants\": [{\"name\": \"a\", \"label\": \"a\"}]}}";
    static const char *const headers[] = {"{}", "[1]", "{\"schema\": \"fortyfold/9\"}",
                                          "{\"schema\": \"fortyfold/1\"}", without_plan};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        replace_line(1, headers[i]);
        expect_damaged("line 1");
    }
    free(text);
}

/* A header that lacks one of its keys must not bring us down. */
Test(log, a_header_without_its_labs_folder_is_refused)
{
    free(run.lab_folder);
    run.lab_folder = NULL;
    write_log();
    expect_damaged("line 1");
}

Test(log, without_a_log_there_is_nothing_to_resume)
{
    expect_damaged(folder);
    cr_assert_eq(text_write_file(path, "", 0), STATUS_OK);
    expect_damaged("empty");
    cr_assert_eq(text_write_file(path, "{\"schema\": \"fort", 16), STATUS_OK);
    expect_damaged("empty");
}

Test(log, a_folder_that_holds_a_run_is_not_overwritten)
{
    struct log log;
    write_log();
    cr_expect_eq(log_create(folder, &run, &log), STATUS_BAD_INPUT);
    cr_expect(strstr(status_explanation(STATUS_BAD_INPUT), "--resume") != NULL);
    log_close(&log);
    cr_expect_eq(log_create("/proc/none", &run, &log), STATUS_IO);
    log_close(&log);
}

Test(log, after_a_failed_write_nothing_is_written)
{
    struct log log;
    cr_assert_eq(log_create(folder, &run, &log), STATUS_OK);
    int kept = log.fd;
    log.fd = open("/dev/full", O_WRONLY);
    const struct event event = {.kind = EVENT_BLOCK};
    cr_expect_eq(log_notice(&log, &event), STATUS_IO);
    close(log.fd);
    log.fd = kept;
    cr_expect_eq(log_notice(&log, &event), STATUS_IO, "a line may be missing before it");
    log_close(&log);
    char *text = text_read_file(path, 1 << 20);
    cr_expect(strstr(text, "\"event\"") == NULL);
    free(text);
}

Test(log, warnings_on_the_machine_are_kept_once)
{
    struct log log;
    struct run got;
    write_log();
    cr_assert_eq(resume(&got, &log), STATUS_OK);
    tell_warning(&log, "it was powersave");
    tell_warning(&log, "it is powersave again");
    log_close(&log);
    run_free(&got);
    cr_assert_eq(resume(&got, &log), STATUS_OK);
    cr_assert_eq(got.warnings_count, 1);
    cr_expect_str_eq(got.warnings[0].code, "governor");
    cr_expect_str_eq(got.warnings[0].message, "it was powersave");
    cr_expect_str_eq(got.warnings[0].remedy, "set it");
    cr_expect(got.warnings[0].is_observed);
    run_clear_warnings(&got);
    cr_expect_eq(got.warnings_count, 1, "an analysis does not forget what was observed");
    log_close(&log);
    run_free(&got);
}

Test(log, limits_come_back)
{
    struct log log;
    struct run got;
    cr_assert_eq(log_create(folder, &run, &log), STATUS_OK);
    cr_assert_eq(tell(&log, (struct event){.kind = EVENT_LIMIT,
                                           .size = 100,
                                           .variant = 2,
                                           .limit_s = 0.125,
                                           .reason = "fma"}),
                 STATUS_OK);
    log_close(&log);
    cr_assert_eq(resume(&got, &log), STATUS_OK);
    cr_expect_eq(run_cell(&got, 2, 100)->limit_s, 0.125);
    cr_expect_str_eq(run_cell(&got, 2, 100)->bound, "fma");
    log_close(&log);
    run_free(&got);
}
