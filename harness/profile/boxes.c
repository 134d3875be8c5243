#include "profile/boxes_order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PERIOD_MAX = 8, MARK_BYTES = 256 };

/* What is known of a profile's nodes while it is poured into the tree. */
struct pouring {
    uint32_t *names;  /* by frame of the profile: the name */
    uint32_t *nodes;  /* by node of the profile: the node of the tree */
    uint32_t *depths; /* by node of the profile: how many are above it */
    bool *again;      /* by node of the profile: it was folded */
};

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory to draw the profile");
}

static void pouring_free(struct pouring *pouring)
{
    free(pouring->names);
    free(pouring->nodes);
    free(pouring->depths);
    free(pouring->again);
}

static enum status pouring_make(const struct profile *profile, struct pouring *pouring)
{
    size_t nodes_count = profile->nodes_count + 1;
    *pouring = (struct pouring){
        .names = calloc(profile->frames_count + 1, sizeof *pouring->names),
        .nodes = calloc(nodes_count, sizeof *pouring->nodes),
        .depths = calloc(nodes_count, sizeof *pouring->depths),
        .again = calloc(nodes_count, sizeof *pouring->again),
    };
    bool made = pouring->names != NULL && pouring->nodes != NULL && pouring->depths != NULL &&
                pouring->again != NULL;
    return made ? STATUS_OK : no_memory();
}

/* What two frames must share to be one box; `mark` is room for the words of a mark. */
static struct profile_frame identity(const struct profile_frame *frame, bool lines, bool compared,
                                     char *mark)
{
    struct profile_frame same = *frame;
    if (!lines) {
        same.line = 0;
    }
    if (compared && frame->kind == FRAME_LAB) {
        same.file = "";
    }
    if (compared && frame->kind == FRAME_MARK && strlen(frame->function) < MARK_BYTES) {
        char *to = mark;
        for (const char *from = frame->function; *from != '\0'; from++) {
            bool digit = isdigit((unsigned char)*from);
            if (!digit || to == mark || to[-1] != '#') {
                *to++ = digit ? '#' : *from;
            }
        }
        *to = '\0';
        same.function = mark;
    }
    return same;
}

static enum status name_frames(const struct profile *profile, enum side side, bool lines,
                               bool compared, struct boxes *boxes, struct pouring *pouring)
{
    char mark[MARK_BYTES];
    for (size_t i = 0; i < profile->frames_count; i++) {
        struct profile_frame same = identity(&profile->frames[i], lines, compared, mark);
        enum status status = profile_intern(&boxes->tree, &same, &pouring->names[i]);
        if (status != STATUS_OK) {
            return status;
        }
        if (boxes->names[side][pouring->names[i]] == NULL) {
            boxes->names[side][pouring->names[i]] = &profile->frames[i];
        }
    }
    return STATUS_OK;
}

/* Whether a child with that name below `node` would complete a sequence of `period` names for the
 * second time in a row; then `*first` is where it stood the first time. */
static bool repeats(const struct profile *tree, uint32_t node, uint32_t name, size_t period,
                    uint32_t *first)
{
    uint32_t earlier = node;
    for (size_t i = 1; i < period && earlier != PROFILE_NO_NODE; i++) {
        earlier = tree->nodes[earlier].parent;
    }
    *first = earlier;
    uint32_t later = node;
    for (size_t i = 0; i < period; i++) {
        if (earlier == PROFILE_NO_NODE || tree->nodes[earlier].frame != name) {
            return false;
        }
        name = tree->nodes[later].frame;
        later = tree->nodes[later].parent;
        earlier = tree->nodes[earlier].parent;
    }
    return true;
}

/* The box of node `i`, whose parent has one. `levels` is by node of the tree. */
static enum status place(const struct profile *profile, uint32_t i, bool fold, struct boxes *boxes,
                         struct pouring *pouring, uint32_t *levels)
{
    const struct profile_node *node = &profile->nodes[i];
    bool first = node->parent == PROFILE_NO_NODE;
    uint32_t above = first ? PROFILE_NO_NODE : pouring->nodes[node->parent];
    uint32_t name = pouring->names[node->frame], *box = &pouring->nodes[i];
    pouring->depths[i] = first ? 0 : pouring->depths[node->parent] + 1;
    if (pouring->depths[i] >= boxes->deepest_count) {
        boxes->deepest_count = pouring->depths[i] + 1;
    }
    for (size_t period = 1; fold && period <= PERIOD_MAX && !pouring->again[i]; period++) {
        pouring->again[i] = repeats(&boxes->tree, above, name, period, box);
    }
    if (pouring->again[i]) {
        uint32_t more = pouring->depths[i] - levels[*box];
        boxes->folded[*box] = more > boxes->folded[*box] ? more : boxes->folded[*box];
        boxes->is_folded = true;
        return STATUS_OK;
    }
    if (!first && levels[above] + 1 == BOXES_LEVELS_MAX) {
        *box = above;
        pouring->again[i] = boxes->is_cut = true;
        return STATUS_OK;
    }
    enum status status = profile_child(&boxes->tree, above, name, box);
    if (status == STATUS_OK) {
        levels[*box] = first ? 0 : levels[above] + 1;
        if (levels[*box] >= boxes->levels_count) {
            boxes->levels_count = levels[*box] + 1;
        }
    }
    return status;
}

/* Each node's samples with those of the nodes below it. */
static uint64_t *sum_up(const struct profile *tree, const uint64_t *selves)
{
    uint64_t *totals = calloc(tree->nodes_count + 1, sizeof *totals);
    for (size_t i = tree->nodes_count; totals != NULL && i-- > 0;) {
        totals[i] += selves == NULL ? tree->nodes[i].samples_count : selves[i];
        if (tree->nodes[i].parent != PROFILE_NO_NODE) {
            totals[tree->nodes[i].parent] += totals[i];
        }
    }
    return totals;
}

static int compare_lines(const void *a, const void *b)
{
    const struct box_line *left = a, *right = b;
    if (left->node != right->node) {
        return left->node < right->node ? -1 : 1;
    }
    return (left->line > right->line) - (left->line < right->line);
}

/* Splits each box's samples by the line of its function. */
static enum status split_lines(const struct profile *profile, const struct pouring *pouring,
                               struct boxes *boxes)
{
    uint64_t *totals = sum_up(profile, NULL);
    struct box_line *lines = calloc(profile->nodes_count + 1, sizeof *lines);
    size_t count = 0, kept = 0;
    for (size_t i = 0; totals != NULL && lines != NULL && i < profile->nodes_count; i++) {
        int line = profile->frames[profile->nodes[i].frame].line;
        if (line > 0 && !pouring->again[i] && totals[i] > 0) {
            lines[count++] = (struct box_line){pouring->nodes[i], line, totals[i]};
        }
    }
    if (totals == NULL || lines == NULL) {
        free(totals);
        free(lines);
        return no_memory();
    }
    free(totals);
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && compare_lines(&lines[kept - 1], &lines[i]) == 0) {
            lines[kept - 1].samples_count += lines[i].samples_count;
        } else {
            lines[kept++] = lines[i];
        }
    }
    struct box_line *shrunk = realloc(lines, (kept + 1) * sizeof *lines);
    boxes->lines = shrunk == NULL ? lines : shrunk;
    boxes->lines_count = kept;
    return STATUS_OK;
}

/* Adds one side's samples. */
static enum status pour(const struct profile *profile, enum side side, bool lines, bool compared,
                        bool fold, struct boxes *boxes, uint32_t *levels)
{
    struct pouring pouring;
    enum status status = pouring_make(profile, &pouring);
    if (status == STATUS_OK) {
        status = name_frames(profile, side, lines, compared, boxes, &pouring);
    }
    for (uint32_t i = 0; status == STATUS_OK && i < profile->nodes_count; i++) {
        status = place(profile, i, fold, boxes, &pouring, levels);
        if (status == STATUS_OK) {
            boxes->selves[side][pouring.nodes[i]] += profile->nodes[i].samples_count;
        }
    }
    boxes->samples_count[side] = profile->samples_count;
    if (status == STATUS_OK && !lines && !compared) {
        status = split_lines(profile, &pouring, boxes);
    }
    pouring_free(&pouring);
    return status;
}

/* As boxes_make(), with folding decided. */
static enum status make(const struct profile *old, const struct profile *new, bool lines, bool fold,
                        struct boxes *boxes)
{
    const struct profile *sides[SIDES] = {[SIDE_OLD] = old, [SIDE_NEW] = new};
    size_t nodes = new->nodes_count + (old == NULL ? 0 : old->nodes_count) + 1;
    size_t names = new->frames_count + (old == NULL ? 0 : old->frames_count) + 1;
    uint32_t *levels = calloc(nodes, sizeof *levels);
    *boxes = (struct boxes){.folded = calloc(nodes, sizeof *boxes->folded)};
    enum status status = levels == NULL || boxes->folded == NULL ? no_memory() : STATUS_OK;
    for (size_t side = 0; side < SIDES && status == STATUS_OK; side++) {
        boxes->names[side] = calloc(names, sizeof *boxes->names[side]);
        boxes->selves[side] = sides[side] == NULL ? NULL : calloc(nodes, sizeof(uint64_t));
        if (boxes->names[side] == NULL || (sides[side] != NULL && boxes->selves[side] == NULL)) {
            status = no_memory();
        } else if (sides[side] != NULL) {
            status = pour(sides[side], (enum side)side, lines, old != NULL, fold, boxes, levels);
        }
    }
    for (size_t side = 0; side < SIDES && status == STATUS_OK; side++) {
        if (sides[side] != NULL) {
            boxes->totals[side] = sum_up(&boxes->tree, boxes->selves[side]);
            status = boxes->totals[side] == NULL ? no_memory() : STATUS_OK;
        }
    }
    free(levels);
    return status != STATUS_OK ? status : boxes_arrange(boxes);
}

enum status boxes_make(const struct profile *old, const struct profile *new, bool lines,
                       enum recursion recursion, struct boxes *boxes)
{
    lines = lines && old == NULL;
    bool fold = recursion == RECURSION_FOLD || (recursion == RECURSION_AUTO && old != NULL);
    enum status status = make(old, new, lines, fold, boxes);
    if (status == STATUS_OK && recursion == RECURSION_AUTO && !fold &&
        boxes->levels_count > BOXES_DEEP) {
        boxes_free(boxes);
        status = make(old, new, lines, true, boxes);
    }
    if (status != STATUS_OK) {
        boxes_free(boxes);
    }
    return status;
}

const struct profile_frame *boxes_name(const struct boxes *boxes, uint32_t name)
{
    const struct profile_frame *new = boxes->names[SIDE_NEW][name];
    return new != NULL ? new : boxes->names[SIDE_OLD][name];
}

const struct box_line *boxes_lines(const struct boxes *boxes, uint32_t node, size_t *count)
{
    size_t low = 0, high = boxes->lines_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (boxes->lines[middle].node < node) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (high = low; high < boxes->lines_count && boxes->lines[high].node == node; high++) {
    }
    *count = high - low;
    return boxes->lines + low;
}

void boxes_free(struct boxes *boxes)
{
    if (boxes == NULL) {
        return;
    }
    for (size_t side = 0; side < SIDES; side++) {
        free(boxes->names[side]);
        free(boxes->totals[side]);
        free(boxes->selves[side]);
    }
    free(boxes->items);
    free(boxes->folded);
    free(boxes->lines);
    profile_free(&boxes->tree);
    *boxes = (struct boxes){0};
}
