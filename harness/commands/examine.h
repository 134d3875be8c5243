/* Examine: one student's program for one lab's exercise, from the file to the verdict. What `check`
 * does once, and whoever looks at many programs does for each.
 */
#ifndef FORTYFOLD_COMMANDS_EXAMINE_H
#define FORTYFOLD_COMMANDS_EXAMINE_H

#include <sys/stat.h>

#include "commands/session.h"
#include "model/attempt.h"

struct examine_request {
    const char *lab;  /* name or folder */
    const char *file; /* NULL: the lab's own exercise file */
    /* The plan (whose preset is EXERCISE_PRESET), the output, and the command for the record. */
    struct session_request session;
};

/* One examination; whoever began it frees it with examine_free(). */
struct examination {
    const struct examine_request *request;
    char *folder;  /* of the lab */
    char *program; /* the student's file: absolute, or relative to the lab's folder */
    char *shown;   /* the same as a person would name it */
    struct lab lab;
    struct plan plan;
    size_t yours, solution; /* indices into the lab's variants */
    struct stat before;     /* the file when it began */
    struct run run;         /* empty where it came to no measurement */
    struct attempt attempt; /* the result */
};

/* Finds lab and file, has small problems answered, and measures what answered them rightly, with
 * progress on standard error. What the program does wrong is no failure: see the attempt.
 * STATUS_BAD_INPUT: there is no such lab or file, the lab has no exercise, or is itself at fault.
 * STATUS_INTERRUPTED. `request` outlives the examination. */
enum status examine(const struct examine_request *request, struct examination *examination);

/* Whether the student's file is another one than when the examination began. */
bool examine_file_changed(const struct examination *examination);

/* `examination` may be all zero; it is legal after a failure. */
void examine_free(struct examination *examination);

#endif
