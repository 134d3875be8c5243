/* Progress: one line at the foot of a terminal, how far a job is and how long it will take.
 *
 * Units: seconds of any clock that does not go back; fractions 0 … 1.
 *
 * Ownership: the progress keeps `out` (which must outlive it) and copies of the texts; nothing is
 * allocated. Where `out` is no terminal nothing is ever printed but the one line of
 * progress_announce(). Nothing fails.
 */
#ifndef FORTYFOLD_SHOW_PROGRESS_H
#define FORTYFOLD_SHOW_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { PROGRESS_TEXT_SIZE = 256 };

/* What progress needs to know of the world; tests bring their own. */
struct progress_world {
    bool is_terminal;
    size_t (*columns)(FILE *out); /* width of the terminal now */
    double (*now_s)(void *context);
    void *context;
};

struct progress {
    FILE *out;
    struct progress_world world;
    char title[PROGRESS_TEXT_SIZE];
    char detail[PROGRESS_TEXT_SIZE];
    double fraction;
    double began_s;
    double drawn_s;   /* when the line was drawn last; before began_s: never */
    double pace_at_s; /* where the smoothed pace was measured last: time, */
    double pace_from; /* fraction, */
    double pace;      /* and the pace itself, fraction a second; 0: not known yet */
    bool is_drawn;    /* whether there is a line to clear */
    bool announces;   /* the one line for a file is still to be printed */
};

/* Begins. `out` is asked whether it is a terminal. `title` may be NULL. */
void progress_start(struct progress *progress, FILE *out, const char *title);

/* Begins in a world of the caller's. */
void progress_start_in(struct progress *progress, struct progress_world world, FILE *out,
                       const char *title);

/* Where `out` is no terminal: one line, once the job has lasted for three seconds and can say how
 * long it will take, or for ten and cannot; a reader of a log, or of what make says, then knows. */
void progress_announce(struct progress *progress);

/* Says how far the job is, and with what it is busy ("block 2/5 · N=100 · numpy"; NULL: as
 * before). Draws at most ten times a second, and not in the first half second. A fraction outside
 * 0 … 1 is brought inside; NAN leaves it as it was. */
void progress_set(struct progress *progress, double fraction, const char *detail);

/* The time that is left, smoothed, rounded as a person would; NAN while it cannot be known. */
double progress_left_s(const struct progress *progress);

/* Clears the line; call it before other output to the same terminal as well (the next
 * progress_set draws it again). */
void progress_clear(struct progress *progress);

/* Ends: clears the line. Legal twice, and on a progress that is all zero. */
void progress_finish(struct progress *progress);

#endif
