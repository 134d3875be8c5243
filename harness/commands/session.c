#include "analyze/analyze.h"
#include "commands/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "base/terminal.h"
#include "commands/control.h"
#include "commands/estimate.h"
#include "commands/record.h"
#include "commands/surroundings.h"
#include "measure/host.h"
#include "measure/machine.h"
#include "measure/orphans.h"
#include "measure/rounds.h"
#include "plan/lab.h"
#include "show/plot.h"
#include "show/report.h"
#include "show/steps.h"
#include "show/table.h"
#include "store/log.h"
#include "store/results.h"

/* Reading a TOML file takes milliseconds; importing NumPy for its version, on a slow disk, more. */
static const double reader_timeout_s = 60;

/* A run longer than this says at its end what the machine could resolve. */
static const double long_run_s = 120;

enum status session_reader(struct worker *worker)
{
    const struct worker_limits limits = {1, 0, reader_timeout_s, -1};
    return worker_start(0, &limits, worker);
}

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a run");
}

static enum status describe_lab(const struct lab *lab, struct run *run)
{
    run->lab_name = strdup(lab->name);
    run->lab_title = strdup(lab->title);
    run->lab_summary = strdup(lab->summary);
    run->lab_folder = strdup(lab->folder);
    run->baseline = lab->baseline;
    run->tolerance_absolute = lab->tolerance_absolute;
    run->tolerance_relative = lab->tolerance_relative;
    run->variants = calloc(lab->variants_count, sizeof *run->variants);
    if (run->lab_name == NULL || run->lab_title == NULL || run->lab_summary == NULL ||
        run->lab_folder == NULL || run->variants == NULL) {
        return no_memory();
    }
    for (size_t i = 0; i < lab->variants_count; i++) {
        const struct variant *variant = &lab->variants[i];
        run->variants[i] = (struct run_variant){
            .name = strdup(variant->name),
            .label = strdup(variant->label),
            .after = variant->after == NULL ? NULL : strdup(variant->after),
            .interpreter = variant->interpreter == NULL ? NULL : strdup(variant->interpreter),
            .threads = variant->threads,
            .max_size = variant->max_size};
        run->variants_count++;
        if (run->variants[i].name == NULL || run->variants[i].label == NULL) {
            return no_memory();
        }
    }
    return STATUS_OK;
}

static enum status begin(const struct session_request *request, const struct lab *lab,
                         struct worker *reader, struct run *run, struct log *log)
{
    enum status status = describe_lab(lab, run);
    if (status == STATUS_OK) {
        struct plan_request plan = request->plan;
        /* A control has two contenders: the variant (now the baseline) and its copy, the last. */
        plan.variants =
            plan.control == NULL ? plan.variants : lab->variants[lab->variants_count - 1].name;
        status = plan_build(lab, &plan, &run->plan);
        run->plan.cpu = machine_measuring_cpu();
    }
    if (status == STATUS_OK) {
        status = run_make_cells(run);
    }
    if (status == STATUS_OK) {
        status = host_read(&run->host);
    }
    if (status == STATUS_OK) {
        status = software_read(reader, &run->software);
    }
    if (status == STATUS_OK) {
        status = record_folder(request->output, request->kind, run);
    }
    if (status == STATUS_OK) {
        run->started = record_timestamp();
        run->command = record_command(request->command, request->command_count);
        status = log_create(run->folder, run, log);
    }
    if (status == STATUS_OK && request->output == NULL && request->kind == NULL) {
        record_point_latest(run);
    }
    return status;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What was measured before must have been measured here, by the same interpreter, of this lab. */
static enum status check_same(const struct lab *lab, struct worker *reader, const struct run *run)
{
    struct host host;
    enum status status = host_read(&host);
    bool here = status == STATUS_OK && same_text(host.hostname, run->host.hostname) &&
                same_text(host.cpu, run->host.cpu);
    struct run now = {.host = host};
    run_free(&now);
    if (!here) {
        return status_fail(STATUS_BAD_INPUT,
                           "the run was begun on another machine (%s, %s); figures of two "
                           "machines do not mix: start a new run",
                           run->host.hostname, run->host.cpu);
    }
    if (!same_text(reader->python, run->software.python)) {
        return status_fail(STATUS_BAD_INPUT,
                           "the run was begun with Python %s, this is %s: start a new run",
                           run->software.python, reader->python);
    }
    for (size_t i = 0; i < run->variants_count; i++) {
        if (i >= lab->variants_count || strcmp(lab->variants[i].name, run->variants[i].name) != 0) {
            return status_fail(STATUS_BAD_INPUT,
                               "the variants of %s/lab.toml have changed since the run began: "
                               "start a new run",
                               lab->folder);
        }
    }
    return STATUS_OK;
}

static enum status apply_to_run(void *context, const struct event *event)
{
    return event_apply(event, context);
}

/* Who decides that there are enough blocks. */
struct judge {
    const struct session_request *request;
    struct run *run;
};

static bool is_enough(void *context)
{
    const struct judge *judge = context;
    return judge->request->enough != NULL
               ? judge->request->enough(judge->request->context, judge->run)
               : analyze_precise(judge->run);
}

static enum status measure(const struct session_request *request, const struct lab *lab,
                           struct run *run, struct log *log, double spent_s)
{
    struct progress progress;
    struct estimate estimate;
    struct judge judge = {request, run};
    enum status status = estimate_open(run, &progress, &estimate);
    if (status != STATUS_OK) {
        return status;
    }
    progress_start(&progress, stderr, run->lab_name);
    progress_announce(&progress);
    /* The log comes first: what it cannot keep must not be shown. */
    const struct observer observers[] = {
        {log_notice, log},
        {apply_to_run, run},
        {estimate_notice, &estimate},
    };
    const struct setting setting = {.lab = lab,
                                    .plan = &run->plan,
                                    .run = run,
                                    .observers = observers,
                                    .observers_count = sizeof observers / sizeof *observers,
                                    .enough = is_enough,
                                    .enough_context = &judge,
                                    .cpu = run->plan.cpu,
                                    .spent_s = spent_s};
    struct surroundings surroundings;
    orphans_adopt();
    worker_while_waiting(isatty(STDERR_FILENO) ? estimate_tick : NULL, &estimate);
    status = surroundings_begin(&setting, &surroundings);
    if (status == STATUS_OK) {
        status = rounds_run(&setting, &run->ended_by);
    }
    if (status == STATUS_OK) {
        status = surroundings_end(&setting, &surroundings);
    }
    worker_while_waiting(NULL, NULL);
    progress_finish(&progress);
    estimate_close(&estimate);
    return status;
}

static enum status finish(struct run *run)
{
    enum status status = analyze_run(run);
    free(run->finished);
    run->finished = record_timestamp();
    if (status == STATUS_OK) {
        status = results_write(run, run->folder);
    }
    return status;
}

enum status session_run(const struct session_request *request, struct run *run)
{
    struct worker reader = {0};
    struct lab lab = {0};
    struct log log = {.fd = -1};
    char *folder = NULL;
    double spent_s = 0;
    bool began = false;
    memset(run, 0, sizeof *run);
    enum status status = session_reader(&reader);
    if (status == STATUS_OK && request->resume != NULL) {
        status = log_resume(request->resume, run, &log, &spent_s);
        run->folder = strdup(request->resume);
    }
    if (status == STATUS_OK) {
        status = lab_find(request->resume != NULL ? run->lab_folder : request->lab, &folder);
    }
    if (status == STATUS_OK) {
        status = lab_read(&reader, folder, &lab);
    }
    if (status == STATUS_OK && request->arrange != NULL) {
        status = request->arrange(request->context, &lab);
    }
    const char *control = request->resume != NULL ? run->plan.control : request->plan.control;
    if (status == STATUS_OK && control != NULL) {
        status = lab_add_control(&lab, control);
    }
    if (status == STATUS_OK) {
        status = request->resume != NULL ? check_same(&lab, &reader, run)
                                         : begin(request, &lab, &reader, run, &log);
    }
    worker_stop(&reader);
    if (status == STATUS_OK) {
        uint64_t begin_ns = clock_now_ns();
        began = true;
        status = measure(request, &lab, run, &log, spent_s);
        bool is_long = clock_s_from_ns(clock_now_ns() - begin_ns) > long_run_s;
        if (status == STATUS_OK && is_long && strcmp(run->ended_by, "interrupt") != 0) {
            status = control_of_run(&lab, run);
        }
    }
    log_close(&log);
    if (status == STATUS_OK) {
        status = finish(run);
    }
    if (status != STATUS_OK && began && run->order_count > 0) {
        char *why = strdup(status_explanation(status));
        status = status_fail(status,
                             "%s\nWhat was measured is kept: mend this, then go on with "
                             "--resume %s",
                             why == NULL ? "" : why, run->folder);
        free(why);
    }
    lab_free(&lab);
    free(folder);
    return status;
}

/* A tool that is missing or fails costs the pictures, not the figures. */
static enum status tolerate(enum status status)
{
    if (status == STATUS_TOOL) {
        fprintf(stderr, "fortyfold: %s\n", status_explanation(status));
        status_clear();
        return STATUS_OK;
    }
    return status;
}

enum status session_pictures(const struct run *run, bool strictly)
{
    char *assets = paths_in_root("harness/show");
    if (assets == NULL) {
        return no_memory();
    }
    enum status status = plot_write(run, assets, run->folder);
    status = strictly ? status : tolerate(status);
    if (status == STATUS_OK) {
        status = report_write(run, assets, run->folder);
        status = strictly ? status : tolerate(status);
    }
    free(assets);
    return status;
}

enum status session_print(const struct run *run, FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(fileno(out)) && (no_colour == NULL || *no_colour == '\0');
    char *assets = paths_in_root("harness/show");
    enum status status = assets == NULL ? no_memory() : STATUS_OK;
    if (status == STATUS_OK) {
        status = table_print(run, TABLE_TEXT, colour, out);
    }
    if (status == STATUS_OK) {
        status = steps_print_text(run, colour, out);
    }
    if (status == STATUS_OK) {
        status = tolerate(plot_text(run, assets, terminal_columns(out, 80), out));
    }
    if (status == STATUS_OK) {
        table_print_files(run, out);
    }
    free(assets);
    return status;
}

enum exit_status session_answer(const struct run *run)
{
    bool wrong = false, failed = false;
    for (size_t i = 0; i < run->cells_count; i++) {
        enum cell_status status = run->cells[i].status;
        wrong = wrong || status == CELL_WRONG;
        failed = failed || (status != CELL_OK && status != CELL_WRONG && status != CELL_SKIPPED);
    }
    if (run->ended_by != NULL && strcmp(run->ended_by, "interrupt") == 0) {
        return EXIT_INTERRUPTED;
    }
    return failed ? EXIT_WORKER : wrong ? EXIT_NO : EXIT_YES;
}
