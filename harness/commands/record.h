/* The record of a run: when, by which command, and in which folder. */
#ifndef FORTYFOLD_COMMANDS_RECORD_H
#define FORTYFOLD_COMMANDS_RECORD_H

#include "model/run.h"

/* Now, RFC 3339 with the zone as +hh:mm; new, NULL when there is no memory. */
char *record_timestamp(void);

/* The command line as it can be typed again; new, NULL when there is no memory. */
char *record_command(char **words, int count);

/* Makes the run's folder and id: the folder that was asked for, or (NULL) a new one in results/,
 * named by kind (NULL: none), lab and time. run->lab_name must be there. */
enum status record_folder(const char *output, const char *kind, struct run *run);

/* Points results/latest at the run; a failure loses nothing and is not told. */
void record_point_latest(const struct run *run);

#endif
