#include "show/csv.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "show/notes.h"
#include "show/rows.h"
#include "show/clean.h"

static void print_double(double value, FILE *out)
{
    if (isfinite(value)) { /* an empty field is what spreadsheets and pandas take for "none" */
        fprintf(out, "%.9g", value);
    }
    fputc(',', out);
}

static void print_row(const struct run *run, const struct cell *cell, FILE *out)
{
    static const struct ratio none = {NAN, NAN, NAN};
    bool time = notes_has_time(cell);
    const struct ratio *ratio = notes_ratio(cell);
    const struct summary *summary = &cell->summary;
    const double figures[] = {summary->median_s, summary->user_s, summary->sys_s, summary->best_s,
                              cell->residual.max_absolute};
    clean_print_csv(run->variants[cell->variant].name, out);
    fprintf(out, ",%zu,%zu,%s,%zu,", cell->size, run->variants[cell->variant].threads,
            cell->status == CELL_OK && !time ? "not measured" : cell_status_name(cell->status),
            cell->samples_count);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        print_double(time ? figures[i] : NAN, out);
    }
    const struct ratio *shown = ratio != NULL ? ratio : &none;
    print_double(shown->ratio, out);
    print_double(shown->low, out);
    print_double(shown->high, out);
    fprintf(out, "%s,%s,",
            ratio == NULL          ? ""
            : cell->speedup.by_cpu ? "cpu"
                                   : "real",
            ratio == NULL                    ? ""
            : cell->variant == run->baseline ? "baseline"
                                             : verdict_name(cell->speedup.verdict));
    char *last = clean_last_line(cell->status != CELL_OK ? cell->reason : NULL, 400);
    clean_print_csv(last, out);
    fputc('\n', out);
    free(last);
}

enum status csv_print(const struct run *run, FILE *out)
{
    struct rows rows = {0};
    enum status status = rows_make(run, &rows);
    fputs("variant,size,threads,status,samples_count,real_median_s,user_median_s,sys_median_s,"
          "real_best_s,residual_max_absolute,speedup_ratio,speedup_low,speedup_high,"
          "speedup_clock,verdict,reason\n",
          out);
    for (size_t row = 0; row < rows.count; row++) {
        print_row(run, rows.cells[row], out);
    }
    rows_free(&rows);
    return status;
}
