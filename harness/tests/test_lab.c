#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "plan/lab.h"

/* Reading a lab.toml takes a worker: harness/tests/e2e/test_bad_lab.py. */

Test(lab, the_labs_of_the_project_are_listed_in_order)
{
    char **names = NULL;
    size_t count = 0;
    cr_assert_eq(lab_names(&names, &count), STATUS_OK);
    cr_expect(count >= 2);
    bool mds = false;
    for (size_t i = 0; i < count; i++) {
        cr_expect(i == 0 || strcmp(names[i - 1], names[i]) < 0);
        mds = mds || strcmp(names[i], "mds") == 0;
        char *folder = NULL;
        cr_expect_eq(lab_find(names[i], &folder), STATUS_OK);
        cr_expect_eq(folder[0], '/');
        free(folder);
    }
    cr_expect(mds);
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
}

Test(lab, any_folder_with_a_lab_toml_is_a_lab)
{
    char folder[] = "/tmp/fortyfold-lab-XXXXXX", *found = NULL;
    cr_assert_not_null(mkdtemp(folder));
    cr_expect_eq(lab_find(folder, &found), STATUS_BAD_INPUT, "it has no lab.toml yet");
    cr_expect_null(found);
    char *file = text_format("%s/lab.toml", folder), *slash = text_format("%s/.//", folder);
    cr_assert_eq(text_write_file(file, "", 0), STATUS_OK);
    cr_assert_eq(lab_find(slash, &found), STATUS_OK);
    cr_expect_str_eq(found, folder);
    free(found);
    free(slash);
    unlink(file);
    rmdir(folder);
    free(file);
}

Test(lab, an_unknown_lab_is_told_the_known_ones)
{
    static const char *const unknown[] = {"nosuch", "", ".", "..", "../labs", "mds/../../none"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        char *folder = NULL;
        cr_expect_eq(lab_find(unknown[i], &folder), STATUS_BAD_INPUT, "\"%s\"", unknown[i]);
        cr_expect_null(folder);
        const char *message = status_explanation(STATUS_BAD_INPUT);
        cr_expect(strstr(message, unknown[i]) != NULL, "%s", message);
        cr_expect(strstr(message, "mds") != NULL && strstr(message, "particles") != NULL, "%s",
                  message);
    }
}

Test(lab, names_are_looked_up)
{
    struct variant variants[] = {{.name = "a"}, {.name = "b"}};
    struct preset presets[] = {{.name = "quick"}};
    const struct lab lab = {
        .variants = variants, .variants_count = 2, .presets = presets, .presets_count = 1};
    cr_expect_eq(lab_variant_index(&lab, "b"), 1);
    cr_expect_eq(lab_variant_index(&lab, "c"), 2);
    cr_expect_eq(lab_preset(&lab, "quick"), &presets[0]);
    cr_expect_null(lab_preset(&lab, "Quick"));
    lab_free(NULL);
}
