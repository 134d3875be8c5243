#include "commands/checks.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/stats.h"
#include "base/json.h"
#include "commands/control.h"
#include "commands/session.h"
#include "measure/probe.h"
#include "plan/lab.h"
#include "show/progress.h"

static const char *const words[CHECK_STATES] = {"ok", "note", "FAIL"};
static const char *const colours[CHECK_STATES] = {"\033[32m", "\033[33m", "\033[31m"};

void checks_say(struct checks *checks, enum check_state state, const char *code, const char *remedy,
                const char *format, ...)
{
    char message[512];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    json_t *check = json_object();
    json_set_text(check, "state", words[state]);
    json_set_text(check, "code", code);
    json_set_text(check, "message", message);
    json_set_text(check, "remedy", state == CHECK_FIT ? NULL : remedy);
    json_array_append_new(checks->list, check);
    checks->unfit_count += state == CHECK_UNFIT;
}

static void print_check(const json_t *check, bool colour, FILE *out)
{
    const char *word = json_peek_text(check, "state");
    size_t state = 0;
    while (state + 1 < CHECK_STATES && strcmp(words[state], word) != 0) {
        state++;
    }
    fprintf(out, "%s%-4s%s  %s\n", colour ? colours[state] : "", word, colour ? "\033[0m" : "",
            json_peek_text(check, "message"));
    if (*json_peek_text(check, "remedy") != '\0') {
        fprintf(out, "      → %s\n", json_peek_text(check, "remedy"));
    }
}

void checks_print(const struct checks *checks, size_t first, FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(fileno(out)) && (no_colour == NULL || *no_colour == '\0');
    for (size_t i = first; i < json_array_size(checks->list); i++) {
        print_check(json_array_get(checks->list, i), colour, out);
    }
    fflush(out);
}

void checks_conditions(struct checks *checks, const struct surroundings *at, bool over_time)
{
    for (size_t i = 0; i < conditions_count; i++) {
        const struct condition *condition = &conditions[i];
        char message[CONDITION_MESSAGE_SIZE];
        enum condition_state state = conditions_judge(condition, at, message);
        if (condition->is_over_time == over_time && *message != '\0') {
            checks_say(checks, state == CONDITION_WARNING ? CHECK_NOTE : CHECK_FIT, condition->code,
                       condition->remedy, "%s", message);
        }
    }
}

static void move_bar(void *context, double fraction)
{
    progress_set(context, fraction, "measuring this machine's noise");
}

/* How far samples lie from their median: the middle one, and the worst of twenty; shares. */
static enum status spread(double *times, size_t count, double *middle, double *worst)
{
    double median, mad;
    enum status status = stats_median(times, count, &median);
    if (status == STATUS_OK) {
        status = stats_mad(times, count, &mad);
    }
    if (status == STATUS_OK) {
        stats_sort(times, count);
        *middle = mad / median;
        *worst = times[count - 1 - count / 20] / median - 1;
    }
    return status;
}

enum status checks_noise(struct checks *checks, double seconds)
{
    struct progress bar;
    struct probe probe;
    double real = NAN, real_worst = NAN, cpu = NAN, cpu_worst = NAN;
    progress_start(&bar, stderr, "doctor");
    enum status status = probe_run(seconds, move_bar, &bar, &probe);
    progress_finish(&bar);
    if (status == STATUS_OK && probe.count > 0) {
        status = spread(probe.real_s, probe.count, &real, &real_worst);
    }
    if (status == STATUS_OK && probe.count > 0) {
        status = spread(probe.cpu_s, probe.count, &cpu, &cpu_worst);
    }
    if (status == STATUS_OK && isfinite(real)) {
        /* Above a tenth in the worst sample of twenty, something else is at work. */
        bool noisy = real_worst > 0.1;
        checks_say(
            checks, noisy ? CHECK_NOTE : CHECK_FIT, "noise",
            "close other programs; CPU time, which speedups use where they can, suffers less",
            "samples of 5 ms, for %.0f s: half are within ±%.2f %% of their median by real "
            "time (one in 20 is off by %.1f %% or more), within ±%.2f %% by CPU time (%.1f %%)",
            probe.lasted_s, real * 100, real_worst * 100, cpu * 100, cpu_worst * 100);
        /* Pressure: with one program a processor nobody waits. */
        double waited = probe.taken.pressure_s / probe.lasted_s;
        if (isfinite(waited)) {
            checks_say(checks, waited > 0.05 ? CHECK_NOTE : CHECK_FIT, "pressure",
                       "close other programs, or measure at another hour",
                       "meanwhile some program had to wait for a processor %.1f %% of the time",
                       waited * 100);
        }
    }
    probe_free(&probe);
    return status;
}

/* One variant of the particles against itself. */
static enum status control(const char *variant, struct ratio *ratio)
{
    struct worker reader = {0};
    struct lab lab = {0};
    char *folder = NULL;
    enum status status = session_reader(&reader);
    if (status == STATUS_OK) {
        status = lab_find("particles", &folder);
    }
    if (status == STATUS_OK) {
        status = lab_read(&reader, folder, &lab);
    }
    worker_stop(&reader);
    if (status == STATUS_OK) {
        status = control_measure(&lab, variant, NULL, 100, ratio);
    }
    lab_free(&lab);
    free(folder);
    return status;
}

/* How much narrower an interval is over 20 blocks than over 5: t(19)/√20 over t(4)/√5. */
static const double width_20_over_5 = 0.377;

enum status checks_control(struct checks *checks)
{
    static const struct {
        const char *variant, *words;
    } subjects[] = {{"naive", "plain Python"}, {"numpy", "NumPy"}, {"c", "a C kernel"}};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof subjects / sizeof *subjects; i++) {
        struct ratio ratio = {NAN, NAN, NAN};
        status = control(subjects[i].variant, &ratio);
        if (status != STATUS_OK || !isfinite(ratio.low)) {
            continue;
        }
        double smallest = ratio_smallest(&ratio) - 1;
        bool holds = ratio.low <= 1 && ratio.high >= 1;
        checks_say(checks, holds ? CHECK_FIT : CHECK_NOTE, "control",
                   "one in twenty does so by chance; if it happens again, the machine is unsteady",
                   "%s against itself: %.4f [%.4f–%.4f]%s; with 5 blocks a speedup of %.1f %% or "
                   "more shows, with 20 blocks of about %.1f %%",
                   subjects[i].words, ratio.ratio, ratio.low, ratio.high,
                   holds ? "" : ", which leaves 1 out", smallest * 100,
                   smallest * 100 * width_20_over_5);
    }
    return status;
}
