/* The picture of the boxes as it is without the script. */
#include "profile/svg_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "profile/escape.h"
#include "profile/letters.h"

unsigned svg_shade_of(const struct profile_frame *frame)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = frame->function; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    }
    return (hash >> 8) % SVG_SHADES;
}

struct svg_class svg_class_of_points(double points)
{
    static const double steps[] = SVG_STEPS;
    struct svg_class class = {"z"};
    unsigned step = 0;
    while (step < SVG_STEPS_COUNT && fabs(points) >= steps[step]) {
        step++;
    }
    if (step > 0) {
        snprintf(class.text, sizeof class.text, "%c%u", points > 0 ? 'p' : 'm', step);
    }
    return class;
}

struct svg_class svg_class_of(const struct picture *picture, uint32_t node)
{
    const struct boxes *boxes = picture->boxes;
    if (picture->old == NULL) {
        const struct profile_frame *frame = boxes_name(boxes, boxes->tree.nodes[node].frame);
        struct svg_class class;
        snprintf(class.text, sizeof class.text, "k%us%u", (unsigned)frame->kind,
                 svg_shade_of(frame));
        return class;
    }
    double shares[SIDES];
    for (size_t side = 0; side < SIDES; side++) {
        shares[side] = (double)boxes->totals[side][node] / (double)boxes->samples_count[side];
    }
    return svg_class_of_points(100 * (shares[SIDE_NEW] - shares[SIDE_OLD]));
}

struct svg_share svg_share_of(double share)
{
    struct svg_share text;
    snprintf(text.text, sizeof text.text, share > 0 && share < 0.001 ? "%.2f %%" : "%.1f %%",
             100 * share);
    return text;
}

double svg_width_px(const char *text)
{
    double width = 0;
    uint32_t letter;
    for (size_t size; (size = letters_next(text, &letter)) > 0; text += size) {
        width += SVG_FONT * letters_width_em(letter);
    }
    return width;
}

double svg_print_fitting(const char *text, double room_px, FILE *out)
{
    double width = svg_width_px(text);
    if (width <= room_px) {
        escape_xml(text, out);
        return width;
    }
    const double ellipsis = SVG_FONT * letters_width_em(0x2026);
    double cut = 0;
    size_t end = 0, letters = 0;
    uint32_t letter;
    for (size_t size; (size = letters_next(text + end, &letter)) > 0; end += size, letters++) {
        double wider = cut + SVG_FONT * letters_width_em(letter);
        if (wider + ellipsis > room_px) {
            break;
        }
        cut = wider;
    }
    char *beginning = letters < 3 ? NULL : strndup(text, end);
    if (beginning == NULL) {
        return 0;
    }
    escape_xml(beginning, out);
    fputs("…", out);
    free(beginning);
    return cut + ellipsis;
}

/* The words on a box: its function, and where there is room its file and its share. A nested svg
 * clips them, should a reader's font be wider than ours. */
static void print_words(const struct picture *picture, const struct profile_frame *frame,
                        double share, double x, double y, double width, FILE *out)
{
    double room = width - 8;
    if (width < SVG_TEXT_FROM_PX) {
        return;
    }
    fprintf(out, "<svg x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%d\"><text x=\"4\" y=\"14\">",
            x, y, width, SVG_ROW);
    if (width >= SVG_SHARE_FROM) {
        room -= 64;
    }
    double used = svg_print_fitting(frame->function, room, out);
    char place[32] = "";
    if (picture->lines && frame->line > 0) {
        snprintf(place, sizeof place, ":%d", frame->line);
    }
    char *file = NULL;
    if (asprintf(&file, "%s%s", frame->file, place) > 0 && used + 10 + svg_width_px(file) <= room) {
        fputs("<tspan class=\"file\" dx=\"7\">", out);
        escape_xml(file, out);
        fputs("</tspan>", out);
    }
    free(file);
    fputs("</text>", out);
    if (width >= SVG_SHARE_FROM) {
        fprintf(out, "<text class=\"share\" x=\"%.2f\" y=\"14\">%s</text>", width - 5,
                svg_share_of(share).text);
    }
    fputs("</svg>", out);
}

/* Where boxes too narrow to be drawn alone have been joined so far, by row. */
struct run {
    double begin, end;
    struct svg_class class;
};

static void print_run(const struct run *run, double y, FILE *out)
{
    if (run->end > run->begin) {
        fprintf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%d\"/>\n",
                run->class.text, run->begin, y, run->end - run->begin, SVG_ROW - 1);
    }
}

static double row_y(const struct picture *picture, size_t row)
{
    size_t from_top = picture->icicle ? row : picture->rows_count - 1 - row;
    return picture->top_px + (double)(SVG_ROW * from_top);
}

static void print_box(const struct picture *picture, const struct profile_frame *frame,
                      const char *class, double share, double x, double y, double width, FILE *out)
{
    double gap = width > 4 ? 1 : 0;
    fprintf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%d\"/>", class,
            x, y, width - gap, SVG_ROW - 1);
    print_words(picture, frame, share, x, y, width - gap, out);
    putc('\n', out);
}

/* Draws what is called by others, each box from where those before it on its row have ended. */
static void print_called(const struct picture *picture, double *nexts, struct run *runs, FILE *out)
{
    const struct boxes *boxes = picture->boxes;
    const double all = (double)boxes->samples_count[SIDE_NEW];
    const double scale = (SVG_WIDTH - 2 * SVG_MARGIN) / all;
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->items[i];
        double total = (double)boxes->totals[SIDE_NEW][box->node], width = total * scale;
        double x = nexts[box->level];
        nexts[box->level] += width;
        nexts[box->level + 1] = x;
        if (width < SVG_LEAST_PX) {
            continue;
        }
        struct svg_class class = svg_class_of(picture, box->node);
        double y = row_y(picture, box->level + 1);
        if (width >= SVG_ALONE_PX) {
            const struct profile_frame *frame =
                boxes_name(boxes, boxes->tree.nodes[box->node].frame);
            print_box(picture, frame, class.text, total / all, x, y, width, out);
            continue;
        }
        struct run *run = &runs[box->level];
        if (x - run->end > 0.5 || strcmp(run->class.text, class.text) != 0) {
            print_run(run, y, out);
            *run = (struct run){x, x + width, class};
        }
        run->end = x + width;
    }
    for (size_t level = 0; level + 1 < picture->rows_count; level++) {
        print_run(&runs[level], row_y(picture, level + 1), out);
    }
}

enum status svg_print_boxes(const struct picture *picture, FILE *out)
{
    const struct boxes *boxes = picture->boxes;
    double *nexts = calloc(boxes->levels_count + 2, sizeof *nexts);
    struct run *runs = calloc(boxes->levels_count + 1, sizeof *runs);
    enum status status = STATUS_OK;
    if (nexts == NULL || runs == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory to draw the profile");
        goto out;
    }
    nexts[0] = SVG_MARGIN;
    const struct profile_frame all = {"", "all", 0, FRAME_MARK};
    fputs("<g class=\"boxes\">\n", out);
    print_box(picture, &all, "all", 1, SVG_MARGIN, row_y(picture, 0), SVG_WIDTH - 2 * SVG_MARGIN,
              out);
    print_called(picture, nexts, runs, out);
    fputs("</g>\n", out);
out:
    free(nexts);
    free(runs);
    return status;
}
