/* Table: a run as rows of figures, for a terminal, for Markdown, for a spreadsheet.
 *
 * Units: texts carry their units; CSV has seconds, and names them in its header.
 *
 * Ownership: nothing is kept; `out` stays open.
 */
#ifndef FORTYFOLD_SHOW_TABLE_H
#define FORTYFOLD_SHOW_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

enum table_format { TABLE_TEXT, TABLE_MARKDOWN, TABLE_CSV, TABLE_FORMAT_COUNT };

/* Finds a format by the word of --format: "table", "markdown", "csv". False: none of these. */
bool table_format_find(const char *name, enum table_format *format);

/* Prints a run. TABLE_TEXT and TABLE_MARKDOWN have, around the table, a title, footnotes, the
 * reasons of failed cells (their last lines) and the warnings with their remedies; TABLE_CSV has
 * one line a cell. A cell that failed shows its status in place of times. `colour` (TABLE_TEXT
 * only) allows terminal colours. STATUS_NO_MEMORY; STATUS_IO when `out` cannot be written. */
enum status table_print(const struct run *run, enum table_format format, bool colour, FILE *out);

/* Prints the figures alone as a Markdown table. STATUS_NO_MEMORY. */
enum status table_print_figures(const struct run *run, FILE *out);

/* Prints the lines that name the pictures, the report and run.json of the run's folder, those
 * that are there. Nothing when run->folder is NULL. */
void table_print_files(const struct run *run, FILE *out);

#endif
