#include "profile/speedscope.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "profile/boxes.h"
#include "profile/escape.h"

static void print_frames(const struct profile *profile, FILE *out)
{
    fputs("\"shared\":{\"frames\":[", out);
    for (size_t i = 0; i < profile->frames_count; i++) {
        const struct profile_frame *frame = &profile->frames[i];
        fputs(i == 0 ? "\n{\"name\":" : ",\n{\"name\":", out);
        escape_json(frame->function, out);
        if (*frame->file != '\0') {
            fputs(",\"file\":", out);
            escape_json(frame->file, out);
        }
        if (frame->line > 0) {
            fprintf(out, ",\"line\":%d", frame->line);
        }
        putc('}', out);
    }
    fputs("\n]}", out);
}

/* A reader's order: boxes, not merged by function and with nothing folded, give it; but a box is
 * made of names, so the stacks are those of the boxes' tree, whose frames are the same. */
static enum status print_samples(const struct profile *profile, const struct boxes *boxes,
                                 const uint32_t *frames, FILE *out)
{
    uint32_t *stack = calloc(boxes->levels_count + 1, sizeof *stack);
    if (stack == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to write the stacks");
    }
    const char *before = "\n[";
    fputs("\"samples\":[", out);
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->items[i];
        stack[box->level] = frames[boxes->tree.nodes[box->node].frame];
        if (boxes->selves[SIDE_NEW][box->node] == 0) {
            continue;
        }
        fputs(before, out);
        for (uint32_t level = 0; level <= box->level; level++) {
            fprintf(out, level == 0 ? "%" PRIu32 : ",%" PRIu32, stack[level]);
        }
        putc(']', out);
        before = ",\n[";
    }
    free(stack);
    before = "";
    fputs("\n],\n\"weights\":[", out);
    for (size_t i = 0; i < boxes->count; i++) {
        uint64_t self = boxes->selves[SIDE_NEW][boxes->items[i].node];
        if (self > 0) {
            fprintf(out, "%s%" PRIu64, before, self);
            before = ",";
        }
    }
    fprintf(out, "],\n\"startValue\":0,\"endValue\":%" PRIu64, profile->samples_count);
    return STATUS_OK;
}

enum status speedscope_write(const struct profile *profile, FILE *out)
{
    struct boxes boxes = {0};
    uint32_t *frames = NULL;
    enum status status = boxes_make(NULL, profile, true, RECURSION_KEEP, &boxes);
    if (status != STATUS_OK) {
        return status;
    }
    frames = calloc(boxes.tree.frames_count + 1, sizeof *frames);
    if (frames == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory to write the stacks");
        goto out;
    }
    for (uint32_t name = 0; name < boxes.tree.frames_count; name++) {
        frames[name] = (uint32_t)(boxes_name(&boxes, name) - profile->frames);
    }
    const char *title = profile->title == NULL ? "profile" : profile->title;
    fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n\"exporter\":"
          "\"fortyfold@" FORTYFOLD_VERSION "\",\n\"name\":",
          out);
    escape_json(title, out);
    fputs(",\n\"activeProfileIndex\":0,\n", out);
    print_frames(profile, out);
    fputs(",\n\"profiles\":[{\"type\":\"sampled\",\"name\":", out);
    escape_json(title, out);
    fputs(",\"unit\":\"none\",\n", out);
    status = print_samples(profile, &boxes, frames, out);
    fputs("}]}\n", out);
    if (status == STATUS_OK && ferror(out)) {
        status = status_fail(STATUS_IO, "cannot write the stacks: %s", strerror(errno));
    }
out:
    free(frames);
    boxes_free(&boxes);
    return status;
}
