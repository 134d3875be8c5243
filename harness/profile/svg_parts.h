/* The parts of an SVG and their measures; for svg*.c only. The script takes the measures from the
 * file, so that they stand here alone. Units: px of the picture as it is drawn without the script.
 */
#ifndef FORTYFOLD_PROFILE_SVG_PARTS_H
#define FORTYFOLD_PROFILE_SVG_PARTS_H

#include "profile/changes.h"
#include "profile/svg.h"

enum {
    SVG_WIDTH = 1200,
    SVG_MARGIN = 12,
    SVG_HEAD = 88, /* title, legend, and a line for the way down to the zoomed box */
    SVG_ROW = 20,  /* a box with the gap below it */
    SVG_FONT = 12, /* letters in boxes */
    SVG_FOOT = 34, /* how the profile came about */
    SVG_FOOT_ROW = 17,
    SVG_CHANGES_ROW = 20,
    SVG_CHANGES_MAX = 8,
    SVG_SHADES = 4,      /* of a kind's colour, so that neighbours can be told apart */
    SVG_SHARE_FROM = 190 /* a box as wide shows its share, too */
};

/* A box narrower than SVG_ALONE_PX is drawn together with those beside it; narrower than
 * SVG_LEAST_PX, it is drawn only by the script, zoomed. Text needs SVG_TEXT_FROM_PX. */
#define SVG_ALONE_PX 1.0
#define SVG_LEAST_PX 0.3
#define SVG_TEXT_FROM_PX 26.0

/* A share of the samples changed by so many points gets one more step of colour. Below half a
 * point, 1,000 samples cannot tell a change from chance (standard error of a share of 3 %). */
#define SVG_STEPS                                                                                  \
    {                                                                                              \
        0.5, 2, 5, 15                                                                              \
    }
enum { SVG_STEPS_COUNT = 4 };

struct picture {
    const struct boxes *boxes;
    const struct profile *old, *profile; /* `old` NULL: no comparison */
    const char *title;
    bool lines, icicle;
    struct change changes[SVG_CHANGES_MAX];
    size_t changes_count;
    size_t rows_count; /* that have a box wide enough to be drawn, "all" included */
    double top_px;     /* of the graph */
    double height_px;  /* of everything */
};

/* The class that colours a box: "k0s2" by kind and shade, "m3", "z", "p1" by change. */
struct svg_class {
    char text[8];
};
/* For the steps of "grew" and "shrank" alone: by how many points of a hundred. */
struct svg_class svg_class_of_points(double points);
struct svg_class svg_class_of(const struct picture *picture, uint32_t node);

/* Which shade of its kind's colour a function has, below SVG_SHADES: the same in every graph. */
unsigned svg_shade_of(const struct profile_frame *frame);

/* A share as people read it, with "%". */
struct svg_share {
    char text[24];
};
struct svg_share svg_share_of(double share);

/* The boxes as rectangles with their names. STATUS_NO_MEMORY. */
enum status svg_print_boxes(const struct picture *picture, FILE *out);

/* How wide the text is at most, in the letters of a box. */
double svg_width_px(const char *text);

/* As much of the text as fits into `room_px` with an ellipsis, escaped; nothing if less than three
 * letters would remain. Returns its width at most. */
double svg_print_fitting(const char *text, double room_px, FILE *out);

/* The profile as JSON for the script. */
void svg_print_data(const struct picture *picture, FILE *out);

#endif
