#include "show/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "base/terminal.h"
#include "show/clean.h"

/* A job that is over at once needs no bar; ten pictures a second look continuous; and an estimate
 * from the first moments (start-up, imports) would only be wrong. */
static const double quiet_s = 0.5, pause_s = 0.1, estimate_after_s = 2.0, estimate_after = 0.02;

/* The pace follows what happened over about the last fifteen seconds, so that an estimate adapts
 * when the work turns from small sizes to large ones and still does not jump about. */
static const double memory_s = 15.0;

/* A line in a file is for jobs that one waits for. */
static const double announce_after_s = 3.0, announce_anyway_s = 10.0;

enum { BAR_COLUMNS_MAX = 30, BAR_COLUMNS_MIN = 8, TERMINAL_COLUMNS = 80 };

static size_t columns_now(FILE *out)
{
    return terminal_columns(out, TERMINAL_COLUMNS);
}

static double monotonic_s(void *context)
{
    struct timespec now;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double now_s(const struct progress *progress)
{
    return progress->world.now_s(progress->world.context);
}

static void keep(const char *text, char *kept)
{
    char *line = clean_line(text, PROGRESS_TEXT_SIZE / 4); /* a character has up to four bytes */
    snprintf(kept, PROGRESS_TEXT_SIZE, "%s", line != NULL ? line : "");
    free(line);
}

void progress_start_in(struct progress *progress, struct progress_world world, FILE *out,
                       const char *title)
{
    *progress = (struct progress){.out = out, .world = world};
    keep(title, progress->title);
    progress->began_s = now_s(progress);
    progress->pace_at_s = progress->began_s;
    progress->drawn_s = progress->began_s - pause_s;
}

void progress_start(struct progress *progress, FILE *out, const char *title)
{
    struct progress_world world = {
        .is_terminal = isatty(fileno(out)) == 1, .columns = columns_now, .now_s = monotonic_s};
    progress_start_in(progress, world, out, title);
}

static void update_pace(struct progress *progress, double now)
{
    double passed_s = now - progress->pace_at_s;
    if (passed_s < 0.25 || progress->fraction <= progress->pace_from) {
        return; /* too little happened; while the job stands still, the old pace is the best guess
                 */
    }
    double pace = (progress->fraction - progress->pace_from) / passed_s;
    double weight = 1.0 - exp(-passed_s / memory_s);
    progress->pace =
        progress->pace > 0.0 ? progress->pace + weight * (pace - progress->pace) : pace;
    progress->pace_at_s = now;
    progress->pace_from = progress->fraction;
}

static double rounded(double seconds)
{
    double step = seconds < 10.0 ? 1.0 : seconds < 120.0 ? 5.0 : seconds < 600.0 ? 30.0 : 60.0;
    return fmax(1.0, round(seconds / step) * step);
}

double progress_left_s(const struct progress *progress)
{
    double now = now_s(progress), passed_s = now - progress->began_s;
    if (progress->pace <= 0.0 || passed_s < estimate_after_s ||
        progress->fraction < estimate_after || progress->fraction >= 1.0) {
        return NAN;
    }
    /* The overall pace steadies the recent one: half of each. */
    double overall = progress->fraction / passed_s;
    double left = (1.0 - progress->fraction) / (0.5 * (overall + progress->pace));
    return rounded(fmax(0.0, left - (now - progress->pace_at_s)));
}

/* "mds ███████▌░░░░░  43 %  12 s · about 25 s left · block 2/5", as much of it as fits. */
static void draw(struct progress *progress, double now)
{
    static const char *const parts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    size_t columns = progress->world.columns(progress->out);
    size_t room = columns > 1 ? columns - 1 : 1; /* a full line would wrap and stay */
    size_t bar = columns / 4 > BAR_COLUMNS_MAX ? BAR_COLUMNS_MAX : columns / 4;
    bar = bar < BAR_COLUMNS_MIN ? BAR_COLUMNS_MIN : bar;
    double left_s = progress_left_s(progress);
    size_t eighths = (size_t)(progress->fraction * (double)bar * 8.0);
    char line[1024], left[64] = "";
    size_t at = (size_t)snprintf(line, sizeof line, "%s%s▕", progress->title,
                                 progress->title[0] != '\0' ? " " : "");
    for (size_t i = 0; i < bar; i++, eighths -= eighths < 8 ? eighths : 8) {
        at += (size_t)snprintf(line + at, sizeof line - at, "%s",
                               eighths >= 8 ? "█" : parts[eighths]);
    }
    if (!isnan(left_s)) {
        snprintf(left, sizeof left, " · about %s left", units_duration(left_s).text);
    }
    snprintf(line + at, sizeof line - at, "▏%3.0f %% · %s%s%s%s", floor(progress->fraction * 100.0),
             units_duration(floor(now - progress->began_s)).text, left,
             progress->detail[0] != '\0' ? " · " : "", progress->detail);
    char *fitted = clean_line(line, room);
    /* Drawn over the old line, then the rest of that is erased: no flicker. */
    fprintf(progress->out, "\r%s\033[K", fitted != NULL ? fitted : "");
    fflush(progress->out);
    free(fitted);
    progress->is_drawn = true;
    progress->drawn_s = now;
}

void progress_announce(struct progress *progress)
{
    progress->announces = !progress->world.is_terminal;
}

static void announce(struct progress *progress, double now)
{
    double passed_s = now - progress->began_s, left_s = progress_left_s(progress);
    if (passed_s < announce_after_s || (isnan(left_s) && passed_s < announce_anyway_s)) {
        return;
    }
    if (isnan(left_s)) {
        fprintf(progress->out, "%s: at work; nothing more is said until the end\n",
                progress->title);
    } else {
        fprintf(progress->out, "%s: about %s left\n", progress->title, units_duration(left_s).text);
    }
    fflush(progress->out);
    progress->announces = false;
}

void progress_set(struct progress *progress, double fraction, const char *detail)
{
    if (!progress->world.is_terminal && !progress->announces) {
        return;
    }
    double now = now_s(progress);
    if (!isnan(fraction)) {
        progress->fraction = fmin(1.0, fmax(0.0, fraction));
    }
    if (detail != NULL) {
        keep(detail, progress->detail);
    }
    update_pace(progress, now);
    if (progress->announces) {
        announce(progress, now);
    } else if (now - progress->began_s >= quiet_s && now - progress->drawn_s >= pause_s) {
        draw(progress, now);
    }
}

void progress_clear(struct progress *progress)
{
    if (progress->is_drawn) {
        fputs("\r\033[K", progress->out);
        fflush(progress->out);
        progress->is_drawn = false;
    }
}

void progress_finish(struct progress *progress)
{
    progress_clear(progress);
    progress->world.is_terminal = false;
    progress->announces = false;
}
