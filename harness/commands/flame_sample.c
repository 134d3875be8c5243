#include "commands/flame_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/text.h"
#include "base/words.h"
#include "commands/flame_report.h"
#include "commands/flame_target.h"
#include "commands/session.h"
#include "model/exercise.h"
#include "plan/lab.h"
#include "plan/plan.h"
#include "profile/names.h"
#include "show/progress.h"

/* Of a lab: enough for shares to about 1 %. */
static const double lab_duration_s = 5;

/* One sampling, from start to end. */
struct sampling {
    struct flame_options *options;
    struct target target;
    struct progress progress;
    char *title, *name; /* of the graph; of its files */
};

static void tick(void *context, double elapsed_s)
{
    struct sampling *run = context;
    double duration_s = run->options->sampler.duration_s;
    progress_set(&run->progress, duration_s > 0 ? elapsed_s / duration_s : NAN, NULL);
}

static void tick_waiting(void *context)
{
    progress_set(context, NAN, "imports and arguments");
}

static enum status conclude(const struct sampling *run, const struct profile *profile,
                            const struct sampler_report *report)
{
    const struct flame_options *options = run->options;
    if (profile->samples_count == 0 || !report->saw_python) {
        flame_report_counts(&options->sampler, profile, report);
        return status_fail(
            STATUS_BAD_INPUT, "%s",
            !report->saw_python
                ? "no Python was seen in it (--children looks at what it starts, too)"
            : report->idle_count > 0 ? "it was asleep all the time; --idle shows where"
                                     : "there is no sample: it ended too soon (try --rate 10000)");
    }
    printf("%s\n\n", run->title);
    enum status status = flame_report_functions(profile);
    if (status == STATUS_OK) {
        flame_report_counts(&options->sampler, profile, report);
        status = flame_files_write(&options->files, profile, NULL);
    }
    for (size_t i = 0; status == STATUS_OK && i < options->files.count; i++) {
        printf("  %s\n", options->files.paths[i]);
    }
    return status;
}

/* Samples, shows and writes. What was sampled before an interrupt is kept. */
static enum status observe(struct sampling *run, enum exit_status *answer)
{
    struct flame_options *options = run->options;
    struct profile profile = {0};
    struct sampler_report report = {0};
    enum status status = flame_files_default(&options->files, run->name, false);
    if (status == STATUS_OK) {
        progress_start(&run->progress, stderr, "flame");
        options->sampler.notice = tick;
        options->sampler.context = run;
        profile.title = strdup(run->title);
        status = sampler_run(&options->sampler, &profile, &report);
        progress_finish(&run->progress);
    }
    if (status == STATUS_OK && options->is_command) {
        status = target_check_executed(&run->target, options->words[0]);
    }
    if (status == STATUS_OK && options->is_command) {
        if (report.ending == SAMPLER_TIME_OVER) {
            report.wait_status = target_wait_end(&run->target);
        } else if (report.ending == SAMPLER_TARGET_ENDED) {
            run->target.pid = 0; /* it was waited for */
        }
    }
    if (status == STATUS_OK) {
        status = conclude(run, &profile, &report);
    }
    if (status == STATUS_OK && !options->is_command && report.ending == SAMPLER_TARGET_ENDED) {
        printf("  the process has ended\n");
    }
    profile_free(&profile);
    *answer = report.ending == SAMPLER_INTERRUPTED ? EXIT_INTERRUPTED : EXIT_YES;
    if (status == STATUS_OK && options->is_command && *answer == EXIT_YES &&
        report.wait_status != 0) {
        bool was_killed = WIFSIGNALED(report.wait_status);
        printf("  the program %s %d\n", was_killed ? "was ended by signal" : "ended with status",
               was_killed ? WTERMSIG(report.wait_status) : WEXITSTATUS(report.wait_status));
        *answer = EXIT_WORKER;
    }
    return status;
}

static enum status sample_command(struct sampling *run, enum exit_status *answer)
{
    struct flame_options *options = run->options;
    const char *program = target_program(options->words[0]);
    char *line = words_join(options->words);
    char *first = strdup(program);
    if (line == NULL || first == NULL) {
        free(line);
        free(first);
        return status_fail(STATUS_NO_MEMORY, "no memory for the command");
    }
    free(options->words[0]);
    options->words[0] = first;
    run->title = line;
    /* The script's name, where there is one. */
    const char *named = options->words[0];
    for (size_t i = 1; i < options->words_count && named == options->words[0]; i++) {
        named = *options->words[i] != '-' ? options->words[i] : named;
    }
    const char *slash = strrchr(named, '/');
    run->name = strdup(slash == NULL ? named : slash + 1);
    enum status status = run->name == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a name")
                                           : target_start_command(options->words, &run->target);
    if (status == STATUS_OK) {
        options->sampler.pid = run->target.pid;
        options->sampler.release_fd = run->target.release_fd;
        options->sampler.is_child = true;
        status = observe(run, answer);
    }
    return status;
}

static enum status sample_process(struct sampling *run, enum exit_status *answer)
{
    struct flame_options *options = run->options;
    run->title = names_process(options->pid);
    run->name = text_format("pid-%d", (int)options->pid);
    options->sampler.pid = options->pid;
    return run->title == NULL || run->name == NULL
               ? status_fail(STATUS_NO_MEMORY, "no memory for a name")
               : observe(run, answer);
}

/* Reads the lab and decides what to call. */
static enum status plan_lab(const struct flame_options *options, const char *lab_name,
                            const char *variant, struct lab *lab, struct plan *plan)
{
    struct worker reader = {0};
    char *folder = NULL;
    enum status status = lab_find(lab_name, &folder);
    if (status == STATUS_OK) {
        status = session_reader(&reader);
    }
    if (status == STATUS_OK) {
        status = lab_read(&reader, folder, lab);
    }
    worker_stop(&reader);
    free(folder);
    struct plan_request request = {.variants = variant, .sizes = options->size};
    /* Of an exercise: "start", "yours" and "solution", as `check` calls them. */
    if (status == STATUS_OK && lab->exercise.file != NULL &&
        lab_variant_index(lab, variant) == lab->variants_count) {
        status = exercise_arrange(lab, lab->exercise.file);
        request.preset = EXERCISE_PRESET;
    }
    return status == STATUS_OK ? plan_build(lab, &request, plan) : status;
}

static enum status call_lab(struct sampling *run, const struct lab *lab, struct plan *plan,
                            size_t variant, enum exit_status *answer)
{
    struct flame_options *options = run->options;
    const struct variant *chosen = &lab->variants[variant];
    size_t last = plan->sizes_count; /* the largest that the variant is fit for */
    while (options->size == NULL && last > 1 && chosen->max_size != 0 &&
           plan->sizes[last - 1] > chosen->max_size) {
        last--;
    }
    plan->sizes[0] = plan->sizes[last - 1];
    run->title = text_format("%s/%s, N = %zu", lab->name, chosen->name, plan->sizes[0]);
    run->name = text_format("%s-%s-%zu", lab->name, chosen->name, plan->sizes[0]);
    if (run->title == NULL || run->name == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a name");
    }
    enum status status = target_start_lab(lab, plan, variant, &run->target);
    if (status == STATUS_OK) {
        progress_start(&run->progress, stderr, "flame");
        status = target_wait_ready(&run->target, tick_waiting, &run->progress);
        progress_finish(&run->progress);
    }
    if (status == STATUS_OK) {
        struct sampler_options *sampler = &options->sampler;
        sampler->pid = run->target.pid;
        sampler->duration_s = sampler->duration_s > 0 ? sampler->duration_s : lab_duration_s;
        sampler->labels = (struct labels){lab->folder, TARGET_DRIVER_FILE, TARGET_DRIVER_CALL};
        status = observe(run, answer);
    }
    return status;
}

static enum status sample_lab(struct sampling *run, enum exit_status *answer)
{
    struct flame_options *options = run->options;
    char *lab_name = strdup(options->words[0]);
    char *slash = lab_name == NULL ? NULL : strrchr(lab_name, '/');
    struct lab lab = {0};
    struct plan plan = {0};
    enum status status;
    if (slash == NULL || options->words_count > 1) {
        free(lab_name);
        return status_fail(STATUS_BAD_INPUT,
                           "name a lab and its variant, as in `fortyfold flame mds/naive`, or a "
                           "program after \"--\", as in `fortyfold flame -- python3 program.py`");
    }
    *slash = '\0';
    status = plan_lab(run->options, lab_name, slash + 1, &lab, &plan);
    if (status == STATUS_OK) {
        status = call_lab(run, &lab, &plan, lab_variant_index(&lab, slash + 1), answer);
    }
    plan_free(&plan);
    lab_free(&lab);
    free(lab_name);
    return status;
}

static enum status sample(struct flame_options *options,
                          enum status (*how)(struct sampling *run, enum exit_status *answer),
                          enum exit_status *answer)
{
    struct sampling run = {.options = options, .target = {0, -1, -1, -1}};
    enum status status = how(&run, answer);
    target_end(&run.target);
    free(run.title);
    free(run.name);
    return status;
}

enum status flame_sample_command(struct flame_options *options, enum exit_status *answer)
{
    return sample(options, sample_command, answer);
}

enum status flame_sample_process(struct flame_options *options, enum exit_status *answer)
{
    return sample(options, sample_process, answer);
}

enum status flame_sample_lab(struct flame_options *options, enum exit_status *answer)
{
    return sample(options, sample_lab, answer);
}
