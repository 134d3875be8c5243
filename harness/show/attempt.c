#include "show/attempt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "base/words.h"
#include "model/exercise.h"
#include "show/clean.h"
#include "show/grid.h"
#include "show/notes.h"
#include "show/reproduce.h"

enum {
    REASON_LINES_MAX = 14,
    PRINTED_LINES_MAX = 10,
    REASON_COLUMNS_MAX = 300,
    TITLE_COLUMNS_MAX = 120
};

/* What to do about a failure: the first row that fits. */
static const struct {
    enum cell_status status;
    const char *needle; /* in the reason; NULL: any */
    const char *advice;
} remedies[] = {
    {CELL_WRONG, "nothing (None)", "a function without `return` gives None: is one missing?"},
    {CELL_WRONG, "the result is ",
     "return the same things, in the same shape, as the program you "
     "started from"},
    {CELL_WRONG, "larger than the oracle's",
     "return the same things, in the same shape, as the program you started from"},
    {CELL_ERROR, "IndentationError", "the lines of one block need the same indentation"},
    {CELL_ERROR, "SyntaxError",
     "Python cannot read the file; look at the marked line, and at the end of the one before"},
    {CELL_ERROR, "has no function", "keep the name of the function that you were given"},
    {CELL_ERROR, "positional argument", "keep the arguments of the function that you were given"},
    {CELL_ERROR, "ModuleNotFoundError",
     "this module is not installed for /usr/bin/python3: use another"},
    {CELL_ERROR, "File too large", "it prints without end: take the print() out"},
    {CELL_ERROR, NULL, "the last line says what went wrong, the lines above it where"},
    {CELL_TIMEOUT, NULL,
     "is there a loop that never ends? If it only is that slow, --timeout 60 waits longer"},
    {CELL_OUT_OF_MEMORY, NULL,
     "which list or array grows with each step, or is N times too large?"},
    {CELL_CRASHED, NULL, "Python itself was ended: by os._exit(), or by a fault in a C module"},
};

static const char *remedy_of(const struct attempt *attempt)
{
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++) {
        if (remedies[i].status == attempt->status &&
            (remedies[i].needle == NULL || strstr(attempt->reason, remedies[i].needle) != NULL)) {
            return remedies[i].advice;
        }
    }
    return NULL;
}

static void print_verdict(const char *word, enum grid_style style, bool colour, FILE *out)
{
    fprintf(out, "%s%s%s", colour ? grid_style_code(style) : "", word,
            colour ? grid_style_code(GRID_PLAIN) : "");
}

/* A traceback without the frames of the harness and of the import system, which nobody wrote, and
 * without faulthandler's list of modules. */
static char *shorten(const char *reason)
{
    static const char *const foreign[] = {"  File \"<fortyfold>\"", "  File \"<frozen ",
                                          "Extension modules: ", "Fatal Python error: Aborted"};
    char *text = malloc(strlen(reason) + 1), *at = text;
    for (const char *line = reason; text != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\n");
        length += line[length] == '\n';
        bool drop = false;
        for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
            drop = drop || strncmp(line, foreign[i], strlen(foreign[i])) == 0;
        }
        if (!drop) {
            memcpy(at, line, length);
            at += length;
        }
        line += length;
    }
    if (text != NULL) {
        *at = '\0';
    }
    return text;
}

static const char *baseline_name(const struct attempt *attempt)
{
    return attempt->lab->variants[attempt->lab->baseline].name;
}

static void print_sizes_so_far(const struct attempt *attempt, FILE *out)
{
    size_t right = attempt->trial.right_count;
    if (attempt->trial.status == CELL_OK) {
        fprintf(out, "  its %zu answers to smaller problems were right\n", right);
    } else if (right > 0) {
        fprintf(out,
                right == 1 ? "  the answer before this one was right\n"
                           : "  the %zu answers before this one were right\n",
                right);
    }
}

static void print_how_to_see(const struct attempt *attempt, FILE *out)
{
    const struct problem problem = {attempt->size, attempt->problem_seed, attempt->parameters};
    size_t yours = lab_variant_index(attempt->lab, EXERCISE_YOURS);
    if (attempt->size == 0 || attempt->problem_seed == 0) {
        return;
    }
    char *command = reproduce_command(attempt->lab, yours, &problem);
    if (command != NULL) {
        fprintf(out, "\nSee what it answers:\n  %s\n", command);
    }
    free(command);
}

static enum status print_failure(const struct attempt *attempt, bool colour, FILE *out)
{
    bool wrong = attempt->answer == ATTEMPT_WRONG;
    char *reason = shorten(attempt->reason);
    if (reason == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a reason");
    }
    print_verdict(wrong ? "WRONG" : "FAILED", GRID_BAD, colour, out);
    if (attempt->size != 0) {
        fprintf(out, " at N = %zu", attempt->size);
    }
    if (wrong) {
        fprintf(out, ": ");
        clean_print_block(reason, "", REASON_LINES_MAX, out);
    } else {
        fprintf(out, " (%s):\n", cell_status_name(attempt->status));
        clean_print_block(reason, "    ", REASON_LINES_MAX, out);
    }
    free(reason);
    print_sizes_so_far(attempt, out);
    if (attempt->trial.printed != NULL && *attempt->trial.printed != '\0' && wrong) {
        fprintf(out, "\nIt printed:\n");
        clean_print_block(attempt->trial.printed, "    ", PRINTED_LINES_MAX, out);
    }
    const char *advice = remedy_of(attempt);
    if (wrong || attempt->status == CELL_ERROR) {
        print_how_to_see(attempt, out);
    }
    if (advice != NULL) {
        bool asks = advice[strlen(advice) - 1] == '?';
        fprintf(out, "\nWhat to do: %s%s\n", advice, asks ? "" : ".");
    }
    return STATUS_OK;
}

static enum status fill_row(struct grid *grid, size_t row, const struct attempt *attempt,
                            const struct cell *cell, const struct ratio *ratio)
{
    const char *name = attempt->run->variants[cell->variant].name;
    char interval[100] = "";
    if (ratio != NULL && isfinite(ratio->low)) {
        snprintf(interval, sizeof interval, "[%s–%s]", units_factor(ratio->low).text,
                 units_factor(ratio->high).text);
    }
    const char *const texts[] = {name, units_seconds(cell->summary.median_s).text,
                                 ratio == NULL ? "1×" : units_ratio(ratio->ratio).text, interval};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof texts / sizeof *texts; i++) {
        status = grid_set(grid, row, i, GRID_PLAIN, texts[i]);
    }
    return status;
}

static enum status print_times(const struct attempt *attempt, bool colour, FILE *out)
{
    static const struct grid_column columns[] = {
        {"program", false}, {"time of a call", true}, {"speedup", true}, {"interval", false}};
    const struct run *run = attempt->run;
    const struct {
        size_t variant;
        const struct ratio *ratio;
    } rows[] = {
        {run->baseline, NULL},
        {lab_variant_index(attempt->lab, EXERCISE_YOURS), &attempt->score.yours},
        {lab_variant_index(attempt->lab, EXERCISE_SOLUTION), &attempt->score.solution},
    };
    struct grid grid;
    size_t count = 0;
    enum status status = grid_make(columns, 4, sizeof rows / sizeof *rows, &grid);
    for (size_t i = 0; status == STATUS_OK && i < sizeof rows / sizeof *rows; i++) {
        const struct cell *cell = run_cell(run, rows[i].variant, run->plan.sizes[0]);
        if (notes_has_time(cell)) {
            status = fill_row(&grid, count++, attempt, cell, rows[i].ratio);
        }
    }
    if (status == STATUS_OK) {
        grid.rows_count = count;
        fprintf(out, "\n");
        grid_print_text(&grid, colour, out);
        fprintf(out, "\n");
    }
    grid_free(&grid);
    return status;
}

/* Whole per cent of the way; a program slower than the baseline has come 0 % of it. */
static double percent(double fraction)
{
    return fmax(0, round(100 * fraction));
}

static void print_scale(const struct score *score, const char *baseline, FILE *out)
{
    if (!isfinite(score->fraction)) {
        return;
    }
    fprintf(out,
            "  target   %s: %.0f %% of the way from %s to solution here, counted in doublings\n",
            units_ratio(score->target_ratio).text, percent(score->target), baseline);
    fprintf(out, "  yours    %.0f %% of the way", percent(score->fraction));
    if (isfinite(score->low)) {
        fprintf(out, " [%.0f–%.0f %%]", percent(score->low), percent(score->high));
    }
    fprintf(out, "\n\n");
}

/* Beyond doubt: one without an interval was found so in its only block. */
static bool is_slower(const struct ratio *ratio)
{
    return isnan(ratio->high) ? ratio->ratio < 1 : ratio->high < 1;
}

static void print_answer(const struct attempt *attempt, bool colour, FILE *out)
{
    const struct score *score = &attempt->score;
    const char *baseline = baseline_name(attempt);
    const struct units_text yours = units_ratio(score->yours.ratio);
    const struct units_text target = units_ratio(score->target_ratio);
    switch (attempt->answer) {
    case ATTEMPT_REACHED:
        print_verdict("YES", GRID_GOOD, colour, out);
        fprintf(out, ": right, and %s as fast as %s.\n", yours.text, baseline);
        break;
    case ATTEMPT_NOT_REACHED:
        print_verdict("NOT YET", GRID_BAD, colour, out);
        fprintf(out, ": right, but %s %s as fast as %s; the target is %s.\n",
                is_slower(&score->yours) ? "slower:" : "only", yours.text, baseline, target.text);
        break;
    default:
        print_verdict("NOT RESOLVED", GRID_UNSURE, colour, out);
        fprintf(out, ": right, but whether it is fast enough cannot be told.\n");
    }
}

static void print_why_not_resolved(const struct attempt *attempt, FILE *out)
{
    const struct run *run = attempt->run;
    size_t solution = lab_variant_index(attempt->lab, EXERCISE_SOLUTION);
    const struct cell *cell = run_cell(run, solution, run->plan.sizes[0]);
    if (cell == NULL || cell->status != CELL_OK) {
        char *line = clean_last_line(cell == NULL ? "" : cell->reason, REASON_COLUMNS_MAX);
        fprintf(out, "The worked answer does not run here, so there is nothing to measure by: %s\n",
                line == NULL ? "" : line);
        free(line);
    } else if (attempt->score.verdict == SCORE_NO_SCALE) {
        fprintf(out, "On this machine the worked answer is no faster than %s at N = %zu.\n",
                baseline_name(attempt), run->plan.sizes[0]);
        fprintf(out, "What to do: check at a larger size, --size %zu.\n", 4 * run->plan.sizes[0]);
    } else {
        for (size_t i = 0; i < run->warnings_count; i++) {
            fprintf(out, "Warning: %s.\n", run->warnings[i].message);
        }
        fprintf(out, "What to do: close other programs and check again, or measure longer: "
                     "--budget 60.\n");
    }
}

static enum status print_measured(const struct attempt *attempt, bool colour, FILE *out)
{
    fprintf(out, "  right    %zu of %zu answers to small problems, and all that were timed\n",
            attempt->trial.right_count, attempt->trial.right_count);
    enum status status = print_times(attempt, colour, out);
    if (status != STATUS_OK) {
        return status;
    }
    print_scale(&attempt->score, baseline_name(attempt), out);
    print_answer(attempt, colour, out);
    if (attempt->answer == ATTEMPT_NOT_RESOLVED) {
        print_why_not_resolved(attempt, out);
    }
    if (attempt->trial.printed != NULL && *attempt->trial.printed != '\0') {
        fprintf(out, "It prints something; that takes time too.\n");
    }
    return STATUS_OK;
}

enum status attempt_print(const struct attempt *attempt, bool colour, FILE *out)
{
    bool measured = attempt->answer != ATTEMPT_WRONG && attempt->answer != ATTEMPT_FAILED;
    char *title = clean_line(attempt->lab->title, TITLE_COLUMNS_MAX);
    char *file = clean_line(attempt->file, TITLE_COLUMNS_MAX);
    fprintf(out, "%s", title == NULL ? "" : title);
    if (measured) {
        fprintf(out, ", N = %zu", attempt->run->plan.sizes[0]);
    }
    fprintf(out, ": %s\n\n", file == NULL ? "" : file);
    free(title);
    free(file);
    enum status status =
        measured ? print_measured(attempt, colour, out) : print_failure(attempt, colour, out);
    if (status != STATUS_OK) {
        return status;
    }
    if (attempt->answer == ATTEMPT_REACHED) {
        fprintf(out, "Compare it with the worked answer: %s/%s\n", attempt->lab->folder,
                attempt->lab->exercise.solution);
    } else if (attempt->lab->exercise.hints_count > 0) {
        char *words[] = {"bin/fortyfold", "hint", (char *)attempt->lab_name, NULL}; /* only read */
        char *command = words_join(words);
        fprintf(out, "Stuck? %s\n", command == NULL ? "" : command);
        free(command);
    }
    return STATUS_OK;
}
