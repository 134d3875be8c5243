/* The docstrings of the module `kernels`: shapes, units and exceptions of each function, for help()
 * in the interpreter. The lines up to "--" are the signatures that inspect.signature() reads. */
#ifndef FORTYFOLD_KERNELS_PYDOCS_H
#define FORTYFOLD_KERNELS_PYDOCS_H

#include "kernels/dispatch.h"

static const char module_doc[] =
    "C kernels of the labs, on arrays of doubles, written in place.\n\n"
    "The instruction set is the best of this machine; the environment variable\n" DISPATCH_VARIABLE
    "\n(avx2, avx512, …; describe() lists the names) forces another before the import, and the\n"
    "keyword `kernel` of a function another for one call.";

#define OPTIONS_DOC                                                                                \
    "kernel: the name of a kernel or an instruction set, see describe(); ValueError when this\n"   \
    "    machine cannot run it. None: the best.\n"                                                 \
    "threads: how many, for the kernels that take more than one; a child of os.fork() gets one\n"  \
    "    if threads were at work before.\n"

static const char particles_evolve_doc[] =
    "particles_evolve(x, y, w, duration, timestep=1e-05, /, *, kernel=None, threads=1)\n--\n\n"
    "Move particles about the origin, in place; return the number of steps.\n\n"
    "x, y: float64 (N), positions, overwritten with the final ones.\n"
    "w: float64 (N), speed of each in lengths per unit of time; w > 0 turns\n"
    "    counter-clockwise.\n"
    "duration, timestep: units of time. The number of steps is their quotient,\n"
    "    rounded to the nearest integer, half to even.\n" OPTIONS_DOC "\n"
    "Each step adds (-y/r, x/r) * (timestep * w) to a position, r = sqrt(x*x + y*y).\n"
    "Raises ZeroDivisionError, nothing changed, when a particle to be moved is at the origin;\n"
    "ValueError for numbers that are not finite, a negative duration, more than\n"
    "2**53 steps, arrays that differ in length, share memory or are read-only;\n"
    "TypeError for anything but C-contiguous float64 arrays.";

static const char mds_solve_doc[] =
    "mds_solve(d_goal, xs, epochs, /, *, kernel=None, threads=1)\n--\n\n"
    "Search for points whose distances are d_goal, in place; return (error, epochs done).\n"
    "\n"
    "d_goal: float64 (N, N), symmetric, zero diagonal, no entry negative.\n"
    "xs: float64 (N, 2), the starting points, overwritten with the final ones.\n"
    "epochs: the most epochs to do, at least 0.\n" OPTIONS_DOC "\n"
    "error is the sum over all i and j of (d_goal[i, j] - distance of xs[i], xs[j])**2,\n"
    "of the final points. Pattern search with radius 1, halved down to 1e-3.\n"
    "Raises ValueError, nothing changed, for a d_goal that is not as above, numbers that\n"
    "are not finite, negative epochs, shapes that do not fit, arrays that share memory or\n"
    "are read-only; TypeError for anything but C-contiguous float64 arrays.";

static const char mds_update_distances_doc[] =
    "mds_update_distances(xs, d_current, i, /)\n--\n\n"
    "Write the distances of point i from all points to row i and column i of d_current.\n\n"
    "xs: float64 (N, 2). d_current: float64 (N, N), overwritten. i: 0 to N - 1.\n"
    "Raises IndexError for another i, ValueError for shapes that do not fit, arrays that\n"
    "share memory or are read-only, TypeError for anything but C-contiguous float64\n"
    "arrays.";

static const char mds_row_error_doc[] =
    "mds_row_error(d_goal, d_current, i, /)\n--\n\n"
    "Return the sum over j of (d_goal[i, j] - d_current[i, j])**2.\n\n"
    "d_goal, d_current: float64 (N, N). i: 0 to N - 1.\n"
    "Raises IndexError for another i, ValueError for shapes that do not fit, TypeError for\n"
    "anything but C-contiguous float64 arrays.";

static const char describe_doc[] =
    "describe()\n--\n\n"
    "Return a list of dicts, one a kernel that was built: operation, name, isa, supported\n"
    "(by this machine), chosen (the one that its function calls), threaded, unit, flops_per_unit, "
    "bytes_per_unit.";

#endif
