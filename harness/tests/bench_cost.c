/* What the harness itself costs: a command to a worker with its bookkeeping, and a call inside a
 * sample. Printed as JSON for bench_cost.py.
 * Usage: bench_cost LAB-FOLDER */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "measure/ask.h"
#include "measure/machine.h"
#include "measure/process.h"
#include "model/run.h"

enum { COMMANDS = 4000, BATCHES = 25, BATCH_CALLS = 400000 };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, compare);
    return numbers[count / 2];
}

/* Reading the machine's counters, which the harness does once for all samples of a clock tick. */
static double reading_cost(void)
{
    static double took_s[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        struct machine_reading reading;
        uint64_t begin_ns = clock_now_ns();
        machine_read(&reading);
        took_s[i] = clock_s_from_ns(clock_now_ns() - begin_ns);
    }
    return median(took_s, COMMANDS);
}

/* One command and what is kept of it: the round trip, the machine's counters when they are due, the
 * sample. */
static enum status command_cost(struct worker *worker, const struct problem *problem,
                                double *median_s)
{
    static double took_s[COMMANDS];
    struct machine_reading reading;
    struct cell cell = {0};
    struct value values[2] = {{0}, {0}};
    struct wire_times times = {0};
    size_t count = 0;
    enum status status = STATUS_OK;
    machine_read(&reading);
    for (size_t i = 0; status == STATUS_OK && i < COMMANDS; i++) {
        status = ask_prepare(worker, problem, 1);
        uint64_t begin_ns = clock_now_ns();
        if (status == STATUS_OK) {
            status = ask_run(worker, 0, 4096, &times, values, &count);
        }
        if (machine_due(&reading)) {
            machine_read(&reading);
        }
        struct sample sample = {.real_s = (double)times.real_ns * 1e-9, .steal_s = reading.steal_s};
        if (status == STATUS_OK) {
            status = cell_add_sample(&cell, &sample);
        }
        took_s[i] = clock_s_from_ns(clock_now_ns() - begin_ns);
        value_free(&values[0]);
    }
    *median_s = median(took_s, COMMANDS);
    free(cell.samples);
    return status;
}

static enum status call_cost(struct worker *worker, const struct problem *problem, double *call_s)
{
    double took_s[BATCHES];
    struct value values[2] = {{0}, {0}};
    struct wire_times times = {0};
    size_t count = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < BATCHES; i++) {
        status = ask_prepare(worker, problem, BATCH_CALLS);
        if (status == STATUS_OK) {
            status = ask_run(worker, 0, 4096, &times, values, &count);
        }
        took_s[i] = (double)times.real_ns * 1e-9 / BATCH_CALLS;
        value_free(&values[0]);
        value_free(&values[1]);
    }
    *call_s = median(took_s, BATCHES);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: bench_cost LAB-FOLDER\n");
        return 2;
    }
    char parameters[] = "{}";
    const struct problem problem = {1, 1, parameters};
    const int cpu = machine_measuring_cpu();
    const struct worker_limits limits = {1, 0, 60, cpu};
    struct worker worker = {0};
    double import_s, command_s = 0, call_s = 0;
    machine_pin(cpu); /* as rounds_run() does */
    enum status status = worker_start(1, &limits, &worker);
    if (status == STATUS_OK) {
        status = ask_load(&worker, argv[1], "nothing.py", "nothing", &import_s);
    }
    if (status == STATUS_OK) {
        status = ask_problem(&worker, argv[1], "problem.py");
    }
    if (status == STATUS_OK) {
        status = command_cost(&worker, &problem, &command_s);
    }
    if (status == STATUS_OK) {
        status = call_cost(&worker, &problem, &call_s);
    }
    if (status == STATUS_OK) {
        printf("{\"command_s\": %.9g, \"reading_s\": %.9g, \"call_s\": %.9g}\n", command_s,
               reading_cost(), call_s);
    } else {
        fprintf(stderr, "bench_cost: %s\n", status_explanation(status));
    }
    worker_stop(&worker);
    return status == STATUS_OK ? 0 : 1;
}
