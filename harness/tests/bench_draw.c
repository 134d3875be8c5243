/* bench-draw CASE FILE [OPTION]...: writes a made-up profile (tests/profiles.h) as FILE, whose
 * ending says the format, for the tests that open it in a browser and for the measurement of how
 * soon it is open. Exits with 0, 2 (usage), or 1 after saying what failed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/folded.h"
#include "profile/save.h"
#include "tests/profiles.h"

static struct profile make_deep(void)
{
    return profiles_deep(5000);
}

static struct profile make_wide(void)
{
    return profiles_wide(50000);
}

static struct profile make_one(void)
{
    struct profile profile = {.title = strdup("one")};
    profiles_add(&profile, "one.py:only:1", 1);
    return profile;
}

static const struct {
    const char *name;
    struct profile (*make)(void);
} cases[] = {
    {"small", profiles_small}, {"improved", profiles_improved},
    {"crowd", profiles_crowd}, {"hostile", profiles_hostile},
    {"deep", make_deep},       {"wide", make_wide},
    {"one", make_one},
};

static bool find(const char *name, struct profile *profile)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(cases[i].name, name) == 0) {
            *profile = cases[i].make();
            return true;
        }
    }
    /* Or a file of folded stacks. */
    return strchr(name, '.') != NULL && folded_read(name, profile) == STATUS_OK;
}

int main(int argc, char **argv)
{
    struct svg_options options = {0};
    struct profile profile = {0}, old = {0};
    bool good = argc >= 3 && find(argv[1], &profile), compared = false;
    for (int i = 3; good && i < argc; i++) {
        if (strcmp(argv[i], "icicle") == 0) {
            options.icicle = true;
        } else if (strcmp(argv[i], "lines") == 0) {
            options.lines = true;
        } else if (strcmp(argv[i], "keep") == 0) {
            options.recursion = RECURSION_KEEP;
        } else {
            good = compared = find(argv[i], &old);
        }
    }
    if (!good) {
        fputs("usage: bench-draw CASE FILE [icicle] [lines] [keep] [OLD CASE]\n", stderr);
        return 2;
    }
    enum status status = compared ? profile_save_diff(argv[2], &old, &profile, &options)
                                  : profile_save(argv[2], &profile, &options);
    if (status != STATUS_OK) {
        fprintf(stderr, "bench-draw: %s\n", status_explanation(status));
    }
    profile_free(&profile);
    profile_free(&old);
    return status == STATUS_OK ? 0 : 1;
}
