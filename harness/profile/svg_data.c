/* The profile as the script reads it: {look, names, boxes, …}. `boxes` is a flat list of numbers,
 * so that 50,000 stacks are read in a fraction of a second. */
#include "profile/svg_parts.h"

#include <inttypes.h>

#include "profile/escape.h"

static void print_look(const struct picture *picture, FILE *out)
{
    static const double steps[] = SVG_STEPS;
    fprintf(out,
            "\"look\":{\"margin\":%d,\"head\":%d,\"top\":%.0f,\"row\":%d,\"font\":%d,"
            "\"shareFrom\":%d,\"alone\":%g,\"least\":%g,\"textFrom\":%g,\"steps\":[",
            SVG_MARGIN, SVG_HEAD, picture->top_px, SVG_ROW, SVG_FONT, SVG_SHARE_FROM, SVG_ALONE_PX,
            SVG_LEAST_PX, SVG_TEXT_FROM_PX);
    for (size_t i = 0; i < SVG_STEPS_COUNT; i++) {
        fprintf(out, i == 0 ? "%g" : ",%g", steps[i]);
    }
    fputs("]},\n", out);
}

/* [function, file, line, kind, shade; in a comparison also: the file in OLD]. */
static void print_names(const struct picture *picture, FILE *out)
{
    const struct boxes *boxes = picture->boxes;
    fputs("\"names\":[", out);
    for (uint32_t name = 0; name < boxes->tree.frames_count; name++) {
        const struct profile_frame *frame = boxes_name(boxes, name);
        const struct profile_frame *old = boxes->names[SIDE_OLD][name];
        fputs(name == 0 ? "\n[" : ",\n[", out);
        escape_json(frame->function, out);
        putc(',', out);
        escape_json(frame->file, out);
        fprintf(out, ",%d,%d,%u", picture->lines ? frame->line : 0, (int)frame->kind,
                svg_shade_of(frame));
        if (picture->old != NULL) {
            putc(',', out);
            escape_json(old != NULL ? old->file : frame->file, out);
        }
        putc(']', out);
    }
    fputs("],\n", out);
}

/* The line of a box that has one only; 0. */
static int only_line(const struct boxes *boxes, uint32_t node)
{
    size_t count;
    const struct box_line *lines = boxes_lines(boxes, node, &count);
    return count == 1 ? lines->line : 0;
}

/* Of each box: level, name, samples in itself, and its only line; in a comparison, the samples of
 * OLD instead. */
static void print_items(const struct picture *picture, FILE *out)
{
    const struct boxes *boxes = picture->boxes;
    fputs("\"boxes\":[", out);
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->items[i];
        fprintf(out, "%s%" PRIu32 ",%" PRIu32 ",%" PRIu64,
                i == 0        ? ""
                : i % 16 == 0 ? ",\n"
                              : ",",
                box->level, boxes->tree.nodes[box->node].frame, boxes->selves[SIDE_NEW][box->node]);
        if (picture->old != NULL) {
            fprintf(out, ",%" PRIu64, boxes->selves[SIDE_OLD][box->node]);
        } else {
            fprintf(out, ",%d", only_line(boxes, box->node));
        }
    }
    fputs("],\n", out);
}

/* By box, where there is something to say: how many calls were folded, and [line, samples …] of
 * those with several. */
static void print_notes(const struct picture *picture, FILE *out)
{
    const struct boxes *boxes = picture->boxes;
    const char *before = "";
    fputs("\"folded\":{", out);
    for (size_t i = 0; i < boxes->count; i++) {
        uint32_t folded = boxes->folded[boxes->items[i].node];
        if (folded > 0) {
            fprintf(out, "%s\"%zu\":%" PRIu32, before, i, folded);
            before = ",";
        }
    }
    fputs("},\n\"lines\":{", out);
    before = "";
    for (size_t i = 0; i < boxes->count; i++) {
        size_t count;
        const struct box_line *lines = boxes_lines(boxes, boxes->items[i].node, &count);
        for (size_t j = 0; count > 1 && j < count; j++) {
            if (j == 0) {
                fprintf(out, "%s\"%zu\":[", before, i);
            }
            fprintf(out, j == 0 ? "%d,%" PRIu64 : ",%d,%" PRIu64, lines[j].line,
                    lines[j].samples_count);
        }
        if (count > 1) {
            putc(']', out);
            before = ",\n";
        }
    }
    fputs("},\n", out);
}

void svg_print_data(const struct picture *picture, FILE *out)
{
    const struct boxes *boxes = picture->boxes;
    fputs("{\n", out);
    print_look(picture, out);
    print_names(picture, out);
    print_items(picture, out);
    print_notes(picture, out);
    fprintf(out, "\"rows\":%zu,\"icicle\":%s,\"rate\":%g,\"samples\":%" PRIu64, picture->rows_count,
            picture->icicle ? "true" : "false", picture->profile->rate_hz,
            boxes->samples_count[SIDE_NEW]);
    if (picture->old != NULL) {
        fprintf(out, ",\"rateOld\":%g,\"samplesOld\":%" PRIu64, picture->old->rate_hz,
                boxes->samples_count[SIDE_OLD]);
    }
    fputs("}\n", out);
}
