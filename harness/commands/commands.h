/* The subcommands of fortyfold. Each parses its own options, strings the stages together, prints
 * its results on standard output and what went wrong through status_fail(). */
#ifndef FORTYFOLD_COMMANDS_COMMANDS_H
#define FORTYFOLD_COMMANDS_COMMANDS_H

#include "base/status.h"

struct command {
    const char *name;
    const char *summary; /* one line for `fortyfold --help` */
    /* argv[0] is "fortyfold NAME". On success *answer is the exit status (EXIT_YES, EXIT_NO, …);
     * on failure the status's own is used and its explanation printed by main. */
    enum status (*run)(int argc, char **argv, enum exit_status *answer);
};

enum status command_flame(int argc, char **argv, enum exit_status *answer);
enum status command_list(int argc, char **argv, enum exit_status *answer);
enum status command_measure(int argc, char **argv, enum exit_status *answer);
enum status command_check(int argc, char **argv, enum exit_status *answer);
enum status command_hint(int argc, char **argv, enum exit_status *answer);
enum status command_claims(int argc, char **argv, enum exit_status *answer);
enum status command_compare(int argc, char **argv, enum exit_status *answer);
enum status command_doctor(int argc, char **argv, enum exit_status *answer);
enum status command_export(int argc, char **argv, enum exit_status *answer);
enum status command_report(int argc, char **argv, enum exit_status *answer);
enum status command_roofline(int argc, char **argv, enum exit_status *answer);
enum status command_time(int argc, char **argv, enum exit_status *answer);
enum status command_timeit(int argc, char **argv, enum exit_status *answer);

#endif
