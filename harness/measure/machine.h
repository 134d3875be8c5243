/* What the machine tells about itself while it measures. */
#ifndef FORTYFOLD_MEASURE_MACHINE_H
#define FORTYFOLD_MEASURE_MACHINE_H

/* Time that the hypervisor gave to other machines, over all processors since boot, seconds (in
 * steps of a clock tick, mostly 10 ms); NAN where the kernel does not tell. */
double machine_steal_s(void);

#endif
