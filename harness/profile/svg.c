#include "profile/svg.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "base/text.h"
#include "base/units.h"
#include "profile/escape.h"
#include "profile/svg_parts.h"

/* Our style and script are some ten thousand bytes. */
enum { OWN_FILE_BYTES_MAX = 1 << 20 };

/* What the colours mean. A class stands in flame.css. */
struct meaning {
    const char *class, *words;
};

static const struct meaning kinds[FRAME_KINDS] = {
    [FRAME_LAB] = {"k0s0", "your program"},
    [FRAME_LIBRARY] = {"k1s0", "Python library"},
    [FRAME_NATIVE] = {"k2s0", "compiled code"},
    [FRAME_MARK] = {"k3s0", "thread, waiting"},
};

/* Of SVG_STEPS, beside each other. */
static const struct meaning directions[] = {
    {"m4", NULL},
    {"m3", NULL},
    {"m2", NULL},
    {"m1", "smaller share than before"},
    {"z", "the same (within half a point)"},
    {"p1", NULL},
    {"p2", NULL},
    {"p3", NULL},
    {"p4", "larger share than before"},
};

/* The parts of the script, in their order. */
static const char *const scripts[] = {"flame_profile.js", "flame_draw.js", "flame_use.js"};

/* Prints a file of ours, in a CDATA section: "]]>" does not stand in it. */
static enum status print_own_file(const char *name, FILE *out)
{
    char *relative = text_format("harness/profile/%s", name);
    char *path = relative == NULL ? NULL : paths_in_root(relative);
    char *text = path == NULL ? NULL : text_read_file(path, OWN_FILE_BYTES_MAX);
    enum status status = STATUS_OK;
    if (text == NULL) {
        status = status_fail(STATUS_IO,
                             "cannot read %s, which belongs to fortyfold; keep bin/ inside its "
                             "checkout",
                             path != NULL ? path : name);
    } else {
        fputs(text, out);
    }
    free(text);
    free(path);
    free(relative);
    return status;
}

static void print_legend(const struct picture *picture, FILE *out)
{
    bool seen[FRAME_KINDS] = {false};
    bool compared = picture->old != NULL;
    for (size_t i = 0; i < picture->boxes->tree.frames_count; i++) {
        seen[picture->boxes->tree.frames[i].kind] = true;
    }
    const struct meaning *meanings = compared ? directions : kinds;
    size_t count = compared ? sizeof directions / sizeof *directions : FRAME_KINDS;
    double x = SVG_MARGIN;
    fputs("<g class=\"legend\">\n", out);
    for (size_t i = 0; i < count; i++) {
        if (!compared && !seen[i]) {
            continue;
        }
        fprintf(out, "<rect class=\"%s\" x=\"%.0f\" y=\"44\" width=\"16\" height=\"12\"/>",
                meanings[i].class, x);
        if (meanings[i].words != NULL) {
            fprintf(out, "<text x=\"%.0f\" y=\"54\">%s</text>", x + 22, meanings[i].words);
            x += svg_width_px(meanings[i].words) + 20;
        }
        putc('\n', out);
        x += 20;
    }
    fputs("</g>\n", out);
}

static void print_head(const struct picture *picture, FILE *out)
{
    fputs("<g class=\"head\">\n<rect class=\"paper\" width=\"100%\" height=\"", out);
    fprintf(out, "%d\"/>\n<text class=\"title\" x=\"%d\" y=\"28\">", SVG_HEAD, SVG_MARGIN);
    /* The title's letters are half as large again as those that svg_print_fitting() measures. */
    svg_print_fitting(picture->title, (SVG_WIDTH - 2 * SVG_MARGIN) / 1.6, out);
    fputs("</text>\n", out);
    print_legend(picture, out);
    fprintf(
        out,
        "<text class=\"way\" x=\"%d\" y=\"78\">The wider a box, the more of the samples%s; a box "
        "stands %s the one that called it.</text>\n</g>\n",
        SVG_MARGIN, picture->old != NULL ? " of NEW" : "", picture->icicle ? "below" : "on top of");
}

/* The table of the largest changes. */
static void print_changes(const struct picture *picture, double y, FILE *out)
{
    fprintf(
        out,
        "<g class=\"changes\" transform=\"translate(%d %.0f)\">\n<text class=\"strong\" x=\"0\" "
        "y=\"14\">%s</text>\n",
        SVG_MARGIN, y,
        picture->changes_count > 0
            ? "Functions whose share of the samples has changed most (with what they call)"
            : "No function's share of the samples has changed by half a point.");
    for (size_t i = 0; i < picture->changes_count; i++) {
        const struct change *change = &picture->changes[i];
        const struct profile_frame *frame = boxes_name(picture->boxes, change->name);
        double old = change->shares[SIDE_OLD], new = change->shares[SIDE_NEW];
        double points = 100 * (new - old);
        double row = (double)((i + 1) * SVG_CHANGES_ROW);
        fprintf(out,
                "<rect class=\"%s\" x=\"0\" y=\"%.0f\" width=\"16\" height=\"12\"/><text "
                "class=\"right\" x=\"120\" y=\"%.0f\">%s%.1f points</text><text class=\"right\" "
                "x=\"190\" y=\"%.0f\">%s</text><text x=\"198\" y=\"%.0f\">→</text><text "
                "class=\"right\" x=\"274\" y=\"%.0f\">%s</text><text x=\"290\" y=\"%.0f\">",
                svg_class_of_points(points).text, row + 4, row + 14, points < 0 ? "−" : "+",
                fabs(points), row + 14, old > 0 ? svg_share_of(old).text : "none", row + 14,
                row + 14, new > 0 ? svg_share_of(new).text : "none", row + 14);
        double used = svg_print_fitting(frame->function, 500, out);
        fputs("<tspan class=\"file\" dx=\"8\">", out);
        svg_print_fitting(frame->file, 800 - used, out);
        fputs("</tspan></text>\n", out);
    }
    fputs("</g>\n", out);
}

/* "1,000 samples in 1.03 s, asked for: 1,000 a second". */
static void print_counts(const struct profile *profile, FILE *out)
{
    fprintf(out, "%s %s", units_count(profile->samples_count).text,
            profile->samples_count == 1 ? "sample" : "samples");
    if (profile->elapsed_s > 0) {
        fprintf(out, " in %s", units_seconds(profile->elapsed_s).text);
    }
    if (profile->rate_hz > 0) {
        fprintf(out, ", asked for: %s a second", units_setting(profile->rate_hz).text);
    }
    if (profile->missed_count > 0) {
        fprintf(out, ", %s missed", units_count(profile->missed_count).text);
    }
    if (profile->rejected_count > 0) {
        fprintf(out, ", %s rejected", units_count(profile->rejected_count).text);
    }
    if (profile->interpreter != NULL) {
        fputs(" · ", out);
        escape_xml(profile->interpreter, out);
    }
}

/* A line of the foot: how one profile came about. */
static void print_side(const char *side, const struct profile *profile, double y, FILE *out)
{
    fprintf(out, "<text y=\"%.0f\">", y);
    if (side != NULL) {
        fprintf(out, "<tspan class=\"strong\">%s</tspan> ", side);
        svg_print_fitting(profile->title != NULL ? profile->title : "profile", 480, out);
        fputs(": ", out);
    }
    print_counts(profile, out);
}

static void print_foot(const struct picture *picture, FILE *out)
{
    const struct boxes *boxes = picture->boxes;
    fprintf(out, "<g class=\"foot\" transform=\"translate(%d %.0f)\">", SVG_MARGIN,
            picture->height_px - 14);
    if (picture->old != NULL) {
        print_side("OLD", picture->old, -SVG_FOOT_ROW, out);
        fputs("</text>\n", out);
    }
    print_side(picture->old != NULL ? "NEW" : NULL, picture->profile, 0, out);
    if (boxes->is_folded) {
        fprintf(out, " · repeated calls are drawn once; the deepest stack has %s frames",
                units_count(boxes->deepest_count).text);
    }
    if (boxes->is_cut) {
        fprintf(out, " · frames deeper than %s are not drawn", units_count(BOXES_LEVELS_MAX).text);
    }
    fputs("</text></g>\n", out);
}

static enum status print(const struct picture *picture, FILE *out)
{
    double rows_px = SVG_ROW * (double)picture->rows_count;
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
            "class=\"fortyfold-flame\" width=\"%d\" height=\"%.0f\" viewBox=\"0 0 %d %.0f\" "
            "role=\"img\">\n<title>",
            SVG_WIDTH, picture->height_px, SVG_WIDTH, picture->height_px);
    escape_xml(picture->title, out);
    fputs("</title>\n<style><![CDATA[\n", out);
    enum status status = print_own_file("flame.css", out);
    fputs("]]></style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", out);
    if (status == STATUS_OK) {
        status = svg_print_boxes(picture, out);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (picture->old != NULL) {
        print_changes(picture, picture->top_px + rows_px + 10, out);
    }
    print_head(picture, out);
    print_foot(picture, out);
    fputs("<script type=\"application/json\" class=\"profile\">", out);
    svg_print_data(picture, out);
    fputs("</script>\n<script><![CDATA[\n(() => {\n\"use strict\";\n", out);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts && status == STATUS_OK; i++) {
        status = print_own_file(scripts[i], out);
    }
    fputs("})();\n]]></script>\n</svg>\n", out);
    if (status == STATUS_OK && ferror(out)) {
        status = status_fail(STATUS_IO, "cannot write the picture: %s", strerror(errno));
    }
    return status;
}

/* How many rows have a box that can be seen, and the row of everything. */
static size_t count_rows(const struct boxes *boxes)
{
    double least = SVG_LEAST_PX / (SVG_WIDTH - 2 * SVG_MARGIN);
    size_t rows = 1;
    for (size_t i = 0; i < boxes->count; i++) {
        double total = (double)boxes->totals[SIDE_NEW][boxes->items[i].node];
        if (boxes->items[i].level + 2 > rows &&
            total >= least * (double)boxes->samples_count[SIDE_NEW]) {
            rows = boxes->items[i].level + 2;
        }
    }
    return rows;
}

static enum status draw(const struct profile *old, const struct profile *new, const char *title,
                        const struct svg_options *options, FILE *out)
{
    static const struct svg_options usual = {0};
    options = options == NULL ? &usual : options;
    struct boxes boxes = {0};
    if (new->samples_count == 0 || (old != NULL && old->samples_count == 0)) {
        return status_fail(STATUS_BAD_INPUT, "a profile without samples cannot be drawn; sample "
                                             "for a longer time (--duration)");
    }
    enum status status = boxes_make(old, new, options->lines, options->recursion, &boxes);
    if (status != STATUS_OK) {
        return status;
    }
    struct picture picture = {.boxes = &boxes,
                              .old = old,
                              .profile = new,
                              .title = options->title != NULL ? options->title : title,
                              .lines = options->lines &&old == NULL,
                              .icicle = options->icicle,
                              .rows_count = count_rows(&boxes),
                              .top_px = SVG_HEAD};
    double changes_px = 0;
    if (old != NULL) {
        static const double steps[] = SVG_STEPS;
        status = changes_find(&boxes, steps[0] / 100, picture.changes, SVG_CHANGES_MAX,
                              &picture.changes_count);
        changes_px = 10 + SVG_CHANGES_ROW * (double)(picture.changes_count + 1) + SVG_FOOT_ROW;
    }
    picture.height_px = SVG_HEAD + SVG_ROW * (double)picture.rows_count + changes_px + SVG_FOOT;
    if (status == STATUS_OK) {
        status = print(&picture, out);
    }
    boxes_free(&boxes);
    return status;
}

enum status svg_write(const struct profile *profile, const struct svg_options *options, FILE *out)
{
    return draw(NULL, profile, profile->title != NULL ? profile->title : "Flame graph", options,
                out);
}

enum status svg_write_diff(const struct profile *old, const struct profile *new,
                           const struct svg_options *options, FILE *out)
{
    char *title = text_format("%s → %s", old->title != NULL ? old->title : "OLD",
                              new->title != NULL ? new->title : "NEW");
    if (title == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to draw the profiles");
    }
    enum status status = draw(old, new, title, options, out);
    free(title);
    return status;
}
