#include "profile/save.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "profile/folded.h"
#include "profile/speedscope.h"

struct saving {
    const struct profile *old, *profile;
    const struct svg_options *options;
};

static enum status print_svg(const void *context, FILE *out)
{
    const struct saving *saving = context;
    return svg_write(saving->profile, saving->options, out);
}

static enum status print_svg_diff(const void *context, FILE *out)
{
    const struct saving *saving = context;
    return svg_write_diff(saving->old, saving->profile, saving->options, out);
}

static enum status print_folded(const void *context, FILE *out)
{
    const struct saving *saving = context;
    return folded_write(saving->profile, out);
}

static enum status print_speedscope(const void *context, FILE *out)
{
    const struct saving *saving = context;
    return speedscope_write(saving->profile, out);
}

static const struct {
    const char *ending;
    enum status (*print)(const void *context, FILE *out);
} formats[SAVE_FORMATS] = {
    [SAVE_SVG] = {".svg", print_svg},
    [SAVE_FOLDED] = {".folded", print_folded},
    [SAVE_SPEEDSCOPE] = {".speedscope.json", print_speedscope},
};

enum status save_format(const char *path, enum save_format *format)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < SAVE_FORMATS; i++) {
        size_t ending = strlen(formats[i].ending);
        if (size > ending && strcmp(path + size - ending, formats[i].ending) == 0 &&
            path[size - ending - 1] != '/') {
            *format = (enum save_format)i;
            return STATUS_OK;
        }
    }
    return status_fail(STATUS_BAD_INPUT,
                       "%s: the file's ending says its format: NAME.svg (picture for a browser), "
                       "NAME.folded (stacks as text) or NAME.speedscope.json (for speedscope)",
                       path);
}

static enum status has_samples(const struct profile *profile)
{
    return profile->samples_count > 0
               ? STATUS_OK
               : status_fail(STATUS_BAD_INPUT,
                             "the profile has no samples; let the program run longer, or sample "
                             "it more often (--rate)");
}

enum status profile_save(const char *path, const struct profile *profile,
                         const struct svg_options *options)
{
    enum save_format format;
    enum status status = save_format(path, &format);
    if (status == STATUS_OK) {
        status = has_samples(profile);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return text_print_file(path, formats[format].print, &(struct saving){NULL, profile, options});
}

enum status profile_save_diff(const char *path, const struct profile *old,
                              const struct profile *new, const struct svg_options *options)
{
    enum save_format format;
    enum status status = save_format(path, &format);
    if (status == STATUS_OK && format != SAVE_SVG) {
        status = status_fail(STATUS_BAD_INPUT,
                             "%s: a comparison of two profiles can be saved as "
                             "NAME.svg only",
                             path);
    }
    if (status != STATUS_OK || (status = has_samples(old)) != STATUS_OK ||
        (status = has_samples(new)) != STATUS_OK) {
        return status;
    }
    return text_print_file(path, print_svg_diff, &(struct saving){old, new, options});
}
