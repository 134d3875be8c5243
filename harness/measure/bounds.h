/* What the machine allows a variant that calls one of our kernels.
 *
 * A variant of lab.toml that requires "kernels:OPERATION/NAME" is taken to spend its call in that
 * kernel, and `work` in [problem] says how much of it, in the operation's units:
 *     work = { times = 4, power = 2, parameter = "epochs" }     4 · size² · epochs
 * A kernel that does not step does one unit for each element.
 */
#ifndef FORTYFOLD_MEASURE_BOUNDS_H
#define FORTYFOLD_MEASURE_BOUNDS_H

#include "kernels/kernel.h"
#include "model/lab.h"

/* The kernel that the variant requires by name and this machine runs, or NULL. */
const struct kernel *bounds_kernel(const struct variant *variant);

/* Units of work in a call at that size, or NAN where the lab does not say. `parameters` is the
 * plan's JSON object. */
double bounds_units(const struct lab *lab, const char *parameters, const struct kernel *kernel,
                    size_t size);

/* Seconds below which a call of so many units cannot be, by paces measured now on this thread, in
 * about 2 ms; NAN where nobody has counted the kernel's instructions. */
double bounds_call_s(const struct kernel *kernel, double units, const char **bound);

#endif
