/* Controls: a program measured against itself, to see what this machine can resolve now. */
#ifndef FORTYFOLD_COMMANDS_CONTROL_H
#define FORTYFOLD_COMMANDS_CONTROL_H

#include "model/lab.h"
#include "model/run.h"

/* Measures a variant against itself: 5 blocks of 10 samples, of a preset (NULL: the first) at a
 * size. Nothing is written. The lab gets the copy that it is measured against. *ratio is all NAN
 * when the variant fails or the user interrupts. */
enum status control_measure(struct lab *lab, const char *variant, const char *preset, size_t size,
                            struct ratio *ratio);

/* The control at the end of a long run: of the fastest variant at the largest size that it was
 * measured at; run->control is filled. */
enum status control_of_run(struct lab *lab, struct run *run);

#endif
