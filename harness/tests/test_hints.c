#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/hints.h"

static char folder[] = "/tmp/fortyfold-hints-XXXXXX";
static char *path;

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(folder));
    path = text_format("%s/new/hints.json", folder);
}

static void tear_down(void)
{
    char *inner = text_format("%s/new", folder);
    unlink(path);
    rmdir(inner);
    rmdir(folder);
    free(inner);
    free(path);
}

TestSuite(hints, .init = set_up, .fini = tear_down);

Test(hints, none_were_seen_where_there_is_no_file)
{
    cr_expect_eq(hints_seen(path, "/labs/mds"), 0);
}

Test(hints, are_remembered_lab_by_lab)
{
    cr_assert_eq(hints_remember(path, "/labs/mds", 2), STATUS_OK);
    cr_assert_eq(hints_remember(path, "/labs/particles", 1), STATUS_OK);
    cr_assert_eq(hints_remember(path, "/labs/mds", 3), STATUS_OK);
    cr_expect_eq(hints_seen(path, "/labs/mds"), 3);
    cr_expect_eq(hints_seen(path, "/labs/particles"), 1);
    cr_expect_eq(hints_seen(path, "/elsewhere/mds"), 0, "another lab of the same name");
}

Test(hints, a_spoilt_file_means_none_and_is_replaced)
{
    static const char *const spoilt[] = {
        "", "{", "[1]", "{\"/l\": \"two\"}", "{\"/l\": -1}", "\xff\xfe", "{\"/l\": 2"};
    cr_assert_eq(hints_remember(path, "/l", 1), STATUS_OK);
    for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
        cr_assert_eq(text_write_file(path, spoilt[i], strlen(spoilt[i])), STATUS_OK);
        cr_expect_eq(hints_seen(path, "/l"), 0, "%s", spoilt[i]);
        cr_assert_eq(hints_remember(path, "/l", 4), STATUS_OK);
        cr_expect_eq(hints_seen(path, "/l"), 4);
    }
}

Test(hints, what_cannot_be_written_is_said)
{
    cr_expect_eq(hints_remember("/proc/none/hints.json", "/l", 1), STATUS_IO);
}
