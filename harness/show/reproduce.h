/* Reproduce: the command line with which a person sees a wrong answer for herself.
 *
 * Ownership: the text is new; the caller frees it.
 */
#ifndef FORTYFOLD_SHOW_REPRODUCE_H
#define FORTYFOLD_SHOW_REPRODUCE_H

#include "model/lab.h"
#include "model/problem.h"

/* A line for a shell that prints what a variant (an index) answers to a problem. NULL when there is
 * no memory, or the parameters cannot be written as Python. */
char *reproduce_command(const struct lab *lab, size_t variant, const struct problem *problem);

#endif
