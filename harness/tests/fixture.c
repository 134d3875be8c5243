#include "tests/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/curves.h"

/* A variant's time is overhead_s + unit_s · size^power. */
struct law {
    const char *name, *label;
    double overhead_s, unit_s, power;
};

struct failure {
    size_t variant, size; /* size 0: at every size */
    enum cell_status status;
    const char *reason;
};

struct scene {
    const char *name;
    const struct law *laws;
    size_t laws_count;
    size_t sizes[6]; /* ends with 0 */
    size_t blocks_count;
    const struct failure *failures;
    size_t failures_count;
};

static const struct law usual[] = {{"naive", "plain Python", 1e-5, 9e-6, 2.0},
                                   {"numpy", "NumPy, vectorised", 6e-5, 4.5e-6, 1.2},
                                   {"c", "C, scalar", 1.2e-6, 9e-9, 2.0}};

static const struct law distant[] = {{"naive", "plain Python", 1e-4, 4e-5, 2.0},
                                     {"c", "C", 2e-7, 2.2e-11, 2.0},
                                     {"tied", "plain Python, again", 1e-4, 4.02e-5, 2.0}};

static const struct law crowd[] = {
    {"naive", "plain Python", 1e-5, 9e-6, 2.0},    {"numpy", "NumPy", 6e-5, 4.5e-6, 1.2},
    {"cython", "Cython", 2e-6, 1.0e-8, 2.0},       {"numba", "Numba", 3e-6, 9.6e-9, 2.0},
    {"c", "C, scalar", 1.2e-6, 9e-9, 2.0},         {"c-avx2", "C, AVX2", 1.2e-6, 2.4e-9, 2.0},
    {"c-avx512", "C, AVX-512", 1.2e-6, 2.3e-9, 2}, {"pythran", "Pythran", 2e-6, 9.3e-9, 2.0},
    {"slots", "with __slots__", 1e-5, 8.7e-6, 2.0}};

static const struct law hostile[] = {
    {"naive", "plain Python", 1e-5, 9e-6, 2.0},
    {"<b>'x'`|\\", "</td><script>alert(1)</script>`id` $(id) 'q' \"@x ]] [a](http://x) 名前", 1e-5,
     1e-6, 2.0},
    {"a_{2}^n & co", "*bold* _it_ {=html}", 1e-5, 2e-6, 2.0}};

static const char traceback[] =
    "Traceback (most recent call last):\n"
    "  File \"labs/mds/numpy_variant.py\", line 31, in solve\n"
    "    return positions @ weights\n"
    "ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0 (3 != 2)\n";

static const char escape[] =
    "\033[2J\033]0;owned\007</code></pre><script>alert('reason')</script>\n"
    "```\n~~~\n\n```{=html}\n<img src=x onerror=alert(2)>\n```\n"
    "| a | b |\n\t<script>alert(3)</script>\r\n\xff\xfe half \xe2\x82\n"
    "# Heading ![x](file:///etc/passwd) `rm -rf` \xe2\x80\xae!esrever <script>alert(4)</script>";

static const struct failure failures[] = {
    {1, 100, CELL_WRONG, "element 17 of 200: 0.5000001 where the oracle has 0.5 (tolerance 1e-09)"},
    {1, 200, CELL_ERROR, traceback},
    {2, 200, CELL_CRASHED, "segmentation fault (signal 11) in sample 3 of block 2"},
    {0, 800, CELL_TIMEOUT, "one sample took longer than 10 s"}};
static const struct failure baseline_failures[] = {{0, 0, CELL_ERROR, traceback}};
static const struct failure all_failures[] = {{0, 0, CELL_ERROR, traceback},
                                              {1, 0, CELL_SKIPPED, "needs numba, not installed"},
                                              {2, 0, CELL_OUT_OF_MEMORY, "more than 2.00 GiB"}};
static const struct failure hostile_failures[] = {{1, 200, CELL_ERROR, escape},
                                                  {1, 400, CELL_ERROR, escape}};
static const struct failure crowd_failures[] = {{3, 0, CELL_SKIPPED, "needs numba, not installed"}};

#define LAWS(laws) laws, sizeof(laws) / sizeof *(laws)

static const struct scene scenes[FIXTURE_COUNT] = {
    [FIXTURE_CURVE] = {"curve", LAWS(usual), {25, 50, 100, 200, 400}, 5, NULL, 0},
    [FIXTURE_SINGLE] = {"single", LAWS(usual), {500}, 5, NULL, 0},
    [FIXTURE_FAILED] = {"failed", LAWS(usual), {50, 100, 200, 400, 800}, 5, LAWS(failures)},
    [FIXTURE_LONE] = {"lone", usual, 1, {25, 50, 100, 200, 400}, 5, NULL, 0},
    [FIXTURE_HUGE] = {"huge", LAWS(distant), {10, 100, 1000, 10000}, 5, NULL, 0},
    [FIXTURE_CROWD] = {"crowd", LAWS(crowd), {25, 50, 100, 200, 400}, 5, NULL, 0},
    [FIXTURE_ONE_BLOCK] = {"one-block", LAWS(usual), {100, 200}, 1, NULL, 0},
    [FIXTURE_BASELINE_FAILED] =
        {"baseline-failed", LAWS(usual), {100, 200, 400}, 5, LAWS(baseline_failures)},
    [FIXTURE_ALL_FAILED] = {"all-failed", LAWS(usual), {100, 200}, 5, LAWS(all_failures)},
    [FIXTURE_HOSTILE] = {"hostile", LAWS(hostile), {100, 200, 400}, 5, LAWS(hostile_failures)},
    [FIXTURE_SINGLE_CROWD] = {"single-crowd", LAWS(crowd), {200}, 5, LAWS(crowd_failures)},
    [FIXTURE_EMPTY] = {"empty", LAWS(usual), {100, 200}, 0, NULL, 0},
};

enum { SAMPLES_COUNT = 5 };

const char *fixture_name(enum fixture kind)
{
    return scenes[kind].name;
}

/* −1 … 1, from a 64-bit linear congruential generator. */
static double noise(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 33) / (double)(1u << 30) - 1.0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum status add_samples(const struct law *law, size_t blocks, struct cell *cell,
                               uint64_t *state)
{
    double middle_s = law->overhead_s + law->unit_s * pow((double)cell->size, law->power);
    for (uint32_t block = 0; block < blocks; block++) {
        double block_s = middle_s * (1.0 + 0.02 * noise(state));
        for (uint32_t round = 0; round < SAMPLES_COUNT; round++) {
            double real_s = block_s * (1.0 + 0.01 * fabs(noise(state)));
            struct sample sample = {.block = block,
                                    .round = round,
                                    .real_s = real_s,
                                    .user_s = real_s * 0.985,
                                    .sys_s = real_s * 0.012,
                                    .cpu_s = real_s * 0.997,
                                    .steal_s = 0.0,
                                    .residual = cell->variant == 0 ? 0.0 : 3.1e-15};
            enum status status = cell_add_sample(cell, &sample);
            if (status != STATUS_OK) {
                return status;
            }
        }
    }
    return cell_add_worker(cell, &(struct worker_times){0.05, 0.08, middle_s * 3.0, 0.2});
}

static void summarise(struct cell *cell)
{
    double times_s[64], sum_s = 0.0;
    size_t n = cell->samples_count;
    for (size_t i = 0; i < n; i++) {
        times_s[i] = cell->samples[i].real_s;
        sum_s += times_s[i];
    }
    qsort(times_s, n, sizeof *times_s, ascending);
    cell->summary = (struct summary){.best_s = times_s[0],
                                     .median_s = times_s[n / 2],
                                     .mean_s = sum_s / (double)n,
                                     .stddev_s = 0.012 * times_s[n / 2],
                                     .mad_s = 0.008 * times_s[n / 2],
                                     .user_s = times_s[n / 2] * 0.985,
                                     .sys_s = times_s[n / 2] * 0.012,
                                     .cpu_s = times_s[n / 2] * 0.997,
                                     .peak_rss_bytes = 52428800};
    cell->peak_rss_bytes = cell->summary.peak_rss_bytes;
    cell->times = cell->workers[0];
    cell->residual.max_absolute = cell->variant == 0 ? 0.0 : 3.1e-15;
    cell->residual.max_relative = cell->variant == 0 ? 0.0 : 4.0e-14;
}

static void compare(const struct run *run, struct cell *cell)
{
    const struct cell *baseline = run_cell(run, run->baseline, cell->size);
    cell->speedup.confidence = 0.95;
    cell->speedup.present = cell->status == CELL_OK && baseline->status == CELL_OK;
    if (!cell->speedup.present || cell->samples_count == 0) {
        cell->speedup.present = false;
        return;
    }
    double ratio = baseline->summary.median_s / cell->summary.median_s;
    double spread = cell == baseline ? 0.0 : 0.025;
    bool interval = run->blocks_done > 1;
    cell->speedup.real = (struct ratio){.ratio = ratio,
                                        .low = interval ? ratio * (1.0 - spread) : NAN,
                                        .high = interval ? ratio * (1.0 + spread * 1.2) : NAN};
    cell->speedup.cpu = cell->speedup.real;
    cell->speedup.verdict = !interval                       ? VERDICT_NOT_RESOLVED
                            : cell->speedup.real.low > 1.0  ? VERDICT_FASTER
                            : cell->speedup.real.high < 1.0 ? VERDICT_SLOWER
                                                            : VERDICT_NOT_RESOLVED;
}

static enum status fail_cells(const struct scene *scene, struct run *run)
{
    enum status status = STATUS_OK;
    for (size_t f = 0; f < scene->failures_count; f++) {
        const struct failure *failure = &scene->failures[f];
        for (size_t i = 0; i < run->cells_count && status == STATUS_OK; i++) {
            struct cell *cell = &run->cells[i];
            if (cell->variant == failure->variant &&
                (failure->size == 0 || failure->size == cell->size)) {
                status = cell_fail(cell, failure->status, failure->reason);
                cell->samples_count = 0;
            }
        }
    }
    return status;
}

static enum status add_order(struct run *run, uint64_t *state)
{
    for (uint32_t block = 0; block < run->blocks_done; block++) {
        for (size_t s = 0; s < run->plan.sizes_count; s++) {
            for (uint32_t round = 0; round < SAMPLES_COUNT; round++) {
                size_t turn[16], first = noise(state) > 0 ? 1 : 0;
                for (size_t v = 0; v < run->variants_count; v++) {
                    turn[v] = (v + first) % run->variants_count;
                }
                enum status status =
                    run_add_order(run, block, round, run->plan.sizes[s], turn, run->variants_count);
                if (status != STATUS_OK) {
                    return status;
                }
            }
        }
    }
    return STATUS_OK;
}

static void describe(const struct scene *scene, struct run *run)
{
    run->id = strdup("2025-03-14T09-26-53-mds");
    run->started = strdup("2025-03-14T09:26:53+01:00");
    run->finished = scene->blocks_count > 0 ? strdup("2025-03-14T09:27:31+01:00") : NULL;
    run->command = strdup("fortyfold run mds --preset quick");
    run->host = (struct host){.hostname = strdup("lecture"),
                              .cpu = strdup("AMD Ryzen 7 7840U w/ Radeon 780M Graphics"),
                              .isa = strdup("x86-64 avx2 avx512f"),
                              .kernel = strdup("6.1.0-31-amd64"),
                              .os = strdup("Debian GNU/Linux 12 (bookworm)"),
                              .governor = NULL,
                              .virtualised = strdup("kvm"),
                              .cores_count = 2,
                              .memory_bytes = (uint64_t)16 << 30};
    run->software = (struct software){.fortyfold = strdup("0.1.0"),
                                      .git_commit = strdup("39e0ccc"),
                                      .python = strdup("3.11.2"),
                                      .python_executable = strdup("/usr/bin/python3.11"),
                                      .python_host = strdup("executable"),
                                      .numpy = strdup("1.24.2"),
                                      .compiler = strdup("gcc (Debian 12.2.0-14) 12.2.0"),
                                      .cflags = strdup("-O2 -g")};
    run->lab_name = strdup("mds");
    run->lab_title = strdup("Multidimensional scaling by pattern search");
    run->lab_summary = strdup("Finds points in the plane whose distances match a given matrix.");
    run->tolerance_absolute = 1e-9;
    run->tolerance_relative = 1e-9;
    run->ended_by = scene->blocks_count > 0 ? "plan" : "interrupt";
    run->blocks_done = scene->blocks_count;
    run->plan.seed = 42;
    run->plan.preset = strdup("quick");
    run->plan.parameters = strdup("{\"epochs\": 4}");
    run->plan.blocks_count = scene->blocks_count > 0 ? scene->blocks_count : 5;
    run->plan.samples_count = SAMPLES_COUNT;
    run->plan.timeout_s = 10;
    run->plan.memory_bytes = (uint64_t)2 << 30;
}

static enum status make_room(const struct scene *scene, struct run *run)
{
    size_t sizes = 0;
    while (scene->sizes[sizes] != 0) {
        sizes++;
    }
    run->variants_count = run->plan.variants_count = scene->laws_count;
    run->plan.sizes_count = sizes;
    run->cells_count = sizes * scene->laws_count;
    run->variants = calloc(scene->laws_count, sizeof *run->variants);
    run->plan.variants = calloc(scene->laws_count, sizeof *run->plan.variants);
    run->plan.sizes = calloc(sizes, sizeof *run->plan.sizes);
    run->cells = calloc(run->cells_count, sizeof *run->cells);
    if (run->variants == NULL || run->plan.variants == NULL || run->plan.sizes == NULL ||
        run->cells == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a fixture");
    }
    memcpy(run->plan.sizes, scene->sizes, sizes * sizeof *run->plan.sizes);
    for (size_t v = 0; v < scene->laws_count; v++) {
        run->plan.variants[v] = v;
        run->variants[v] = (struct run_variant){.name = strdup(scene->laws[v].name),
                                                .label = strdup(scene->laws[v].label),
                                                .threads = 1};
    }
    return STATUS_OK;
}

/* What a long run on a machine with company adds. */
static enum status observe(struct run *run)
{
    run->control = (struct control){2, 400, {1.004, 0.996, 1.012}};
    enum status status = run_observe(run, "governor", "the governor is \"powersave\"", "set it");
    return status == STATUS_OK
               ? run_observe(run, "load", "other programs used 0.80 of 2 processors",
                             "close other programs")
               : status;
}

enum status fixture_run(enum fixture kind, struct run *run)
{
    const struct scene *scene = &scenes[kind];
    uint64_t state = 2025;
    *run = (struct run){0};
    enum status status = make_room(scene, run);
    if (status != STATUS_OK) {
        goto out;
    }
    describe(scene, run);
    for (size_t i = 0; i < run->cells_count; i++) {
        struct cell *cell = &run->cells[i];
        cell->variant = i / run->plan.sizes_count;
        cell->size = run->plan.sizes[i % run->plan.sizes_count];
        cell->calls_per_sample_count = 1;
        status = add_samples(&scene->laws[cell->variant], run->blocks_done, cell, &state);
        if (status != STATUS_OK) {
            goto out;
        }
        if (cell->samples_count > 0) {
            summarise(cell);
        }
    }
    if ((status = fail_cells(scene, run)) != STATUS_OK ||
        (status = add_order(run, &state)) != STATUS_OK) {
        goto out;
    }
    for (size_t i = 0; i < run->cells_count; i++) {
        compare(run, &run->cells[i]);
    }
    if ((status = curves_find(run)) != STATUS_OK) {
        goto out;
    }
    if (kind == FIXTURE_CURVE && (status = observe(run)) != STATUS_OK) {
        goto out;
    }
    if (run->blocks_done == 1) {
        status = run_warn(run, "one-block", "one block gives no interval",
                          "measure again with --blocks 5");
    }
out:
    if (status != STATUS_OK) {
        run_free(run);
    }
    return status;
}
