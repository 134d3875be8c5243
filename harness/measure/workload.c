/* Kernels with a load of the labs' size: as fast as a caller can have them. */
#include "measure/roofline.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "kernels/dispatch.h"
#include "kernels/room.h"
#include "measure/limits.h"

/* Particles: the lab's claim has 1000; 1000 steps are enough to forget the start of a call. Points:
 * their rows of 8·N bytes come from the second-level cache, as in the lab. */
enum { PARTICLES = 1000, STEPS = 1000, POINTS = 500, EPOCHS = 4 };

struct load {
    const struct kernel *kernel;
    double *x, *y, *w;        /* PARTICLES each */
    double *goal, *distances; /* POINTS × POINTS */
    double *start, *xs;       /* POINTS × 2 */
    void *workspace;
    double units; /* of the last call */
};

static double random_unit(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

static double *make_array(size_t count)
{
    return room_make(count * sizeof(double));
}

static void free_load(struct load *load)
{
    room_free(load->workspace);
    room_free(load->xs);
    room_free(load->start);
    room_free(load->distances);
    room_free(load->goal);
    room_free(load->w);
    room_free(load->y);
    room_free(load->x);
}

/* As the labs' problem.py: particles at 0.1 to 1 from the origin; distances in ten dimensions. */
static void fill_load(struct load *load)
{
    uint64_t state = 1;
    for (size_t i = 0; i < PARTICLES; i++) {
        double radius = 0.1 + 0.9 * random_unit(&state), angle = 6.28 * random_unit(&state);
        load->x[i] = radius * cos(angle);
        load->y[i] = radius * sin(angle);
        load->w[i] = 0.1 + 0.9 * random_unit(&state);
    }
    for (size_t i = 0; i < (size_t)POINTS * POINTS; i++) {
        size_t row = i / POINTS, column = i % POINTS;
        load->distances[i] = 1;
        load->goal[i] = row > column ? 0.5 + random_unit(&state) : row == column ? 0 : NAN;
    }
    for (size_t i = 0; i < (size_t)POINTS * POINTS; i++) {
        size_t row = i / POINTS, column = i % POINTS;
        load->goal[i] = row < column ? load->goal[column * POINTS + row] : load->goal[i];
    }
    for (size_t i = 0; i < (size_t)2 * POINTS; i++) {
        load->start[i] = random_unit(&state);
    }
}

static enum status make_load(const struct kernel *kernel, struct load *load)
{
    size_t points = kernel->workspace_bytes == NULL ? 0 : kernel->workspace_bytes(POINTS);
    *load = (struct load){.kernel = kernel,
                          .x = make_array(PARTICLES),
                          .y = make_array(PARTICLES),
                          .w = make_array(PARTICLES),
                          .goal = make_array((size_t)POINTS * POINTS),
                          .distances = make_array((size_t)POINTS * POINTS),
                          .start = make_array((size_t)2 * POINTS),
                          .xs = make_array((size_t)2 * POINTS),
                          .workspace = make_array(points / sizeof(double) + 1)};
    if (load->x == NULL || load->y == NULL || load->w == NULL || load->goal == NULL ||
        load->distances == NULL || load->start == NULL || load->xs == NULL ||
        load->workspace == NULL) {
        free_load(load);
        return status_fail(STATUS_NO_MEMORY, "no memory for a kernel's load");
    }
    fill_load(load);
    return STATUS_OK;
}

/* Of a kernel's rounds. */
static const double round_s = 0.0003;

/* Results, so that nobody can leave the work out. */
static volatile double sink;

static void evolve(struct load *load)
{
    load->kernel->function.particles_evolve(load->x, load->y, load->w, PARTICLES, STEPS, 1e-5, 1);
    load->units = load->kernel->stepless ? PARTICLES : (double)PARTICLES * STEPS;
}

static void check(struct load *load)
{
    sink = load->kernel->function.particles_check(load->x, load->y, load->w, PARTICLES);
    load->units = PARTICLES;
}

static void solve(struct load *load)
{
    struct mds_outcome outcome;
    memcpy(load->xs, load->start, (size_t)2 * POINTS * sizeof *load->xs);
    load->kernel->function.mds_solve(load->goal, load->xs, POINTS, EPOCHS, 1, load->workspace,
                                     &outcome);
    sink = outcome.error;
    load->units = 4.0 * POINTS * POINTS * (double)outcome.epochs_done;
}

static void update_distances(struct load *load)
{
    load->kernel->function.mds_update_distances(load->start, load->distances, POINTS, 1);
    load->units = POINTS;
}

static void row_error(struct load *load)
{
    sink = load->kernel->function.mds_row_error(load->goal, load->distances, POINTS);
    load->units = POINTS;
}

static void (*const calls[KERNEL_OPERATION_COUNT])(struct load *load) = {
    [KERNEL_PARTICLES_EVOLVE] = evolve, [KERNEL_PARTICLES_CHECK] = check,
    [KERNEL_MDS_SOLVE] = solve,         [KERNEL_MDS_UPDATE_DISTANCES] = update_distances,
    [KERNEL_MDS_ROW_ERROR] = row_error,
};

/* The seconds of a unit, over so many calls in a row. */
static double round_unit_s(struct load *load, size_t repeats)
{
    uint64_t begin_ns = clock_now_ns();
    double units = 0;
    for (size_t i = 0; i < repeats; i++) {
        calls[load->kernel->operation](load);
        units += load->units;
    }
    return clock_s_from_ns(clock_now_ns() - begin_ns) / units;
}

/* The best of many short rounds, for the kernel as for the paces, which take turns: what other
 * programs take away shows in single rounds, and the processor's clock is the same for both. */
enum status workload_measure(const struct kernel *kernel, double seconds,
                             struct roofline_kernel *out)
{
    const struct pace_set *set = limits_set(kernel->isa);
    struct limits_paces best, paces;
    bool wanted[PACE_KINDS];
    struct load load;
    enum status status = make_load(kernel, &load);
    if (status != STATUS_OK) {
        return status;
    }
    double first_s = round_unit_s(&load, 1) * load.units; /* a call, with cold caches */
    double repeats = fmax(1, round_s / fmax(first_s, 1e-8));
    uint64_t end_ns = clock_now_ns() + clock_ns_from_s(seconds);
    limits_wanted(&kernel->demand, wanted);
    limits_measure(set, wanted, 0, &best);
    out->unit_s = INFINITY;
    do {
        out->unit_s = fmin(out->unit_s, round_unit_s(&load, (size_t)repeats));
        limits_measure(set, wanted, 0, &paces);
        limits_best(&best, &paces);
    } while (clock_now_ns() < end_ns);
    out->limit_s = limits_unit_s(&kernel->demand, &best, &out->bound);
    free_load(&load);
    return STATUS_OK;
}
