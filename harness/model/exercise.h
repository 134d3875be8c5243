/* Exercises: a lab as the plan of a check sees it, with the student's program beside the baseline
 * and the worked answer. It is a lab like any other, so the same plan, rounds and analysis serve.
 *
 * Ownership: the lab owns what is added to it.
 */
#ifndef FORTYFOLD_MODEL_EXERCISE_H
#define FORTYFOLD_MODEL_EXERCISE_H

#include "base/status.h"
#include "model/lab.h"

/* The names that a check gives its variants; a lab with an exercise has no others of that name. */
#define EXERCISE_START "start" /* the baseline, where it is a file of its own */
#define EXERCISE_YOURS "yours"
#define EXERCISE_SOLUTION "solution"

/* The preset that a check plans by. */
#define EXERCISE_PRESET "check"

/* The share of the worked answer's logarithmic speedup that is asked for where lab.toml says
 * nothing: a program that gains half of it has found what the exercise is about. */
#define EXERCISE_TARGET 0.5

/* Turns a lab into its exercise: adds the variants "yours" (from `file`: absolute, or relative to
 * the lab's folder) and "solution", makes the exercise's baseline the baseline, puts its problem,
 * oracle and tolerances in place of the lab's, and makes the first preset "quick" (or the first)
 * into "check", with one size. The lab has an exercise. STATUS_NO_MEMORY. */
enum status exercise_arrange(struct lab *lab, const char *file);

/* The sizes at which answers are checked before any timing, ascending: the lab's own, or 1, 2, 3
 * and 7 (those below the size that is measured). The lab was arranged. The caller frees *sizes.
 * STATUS_NO_MEMORY. */
enum status exercise_trials(const struct lab *lab, size_t **sizes, size_t *count);

#endif
