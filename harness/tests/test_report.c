#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "show/plot.h"
#include "show/report.h"
#include "tests/fixture.h"
#include "tests/golden.h"

static const char assets[] = "harness/show";

Test(report, markdown_is_golden)
{
    const enum fixture kinds[] = {FIXTURE_CURVE, FIXTURE_FAILED, FIXTURE_HOSTILE, FIXTURE_ONE_BLOCK,
                                  FIXTURE_EMPTY};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct run run;
        char *text = NULL, name[64];
        size_t size = 0;
        cr_assert_eq(fixture_run(kinds[i], &run), STATUS_OK);
        FILE *out = open_memstream(&text, &size);
        cr_assert_eq(report_print(&run, "/proc/nonexistent", out), STATUS_OK);
        fclose(out);
        snprintf(name, sizeof name, "report_%s.md", fixture_name(kinds[i]));
        cr_expect(golden_matches(name, text), "%s", text);
        free(text);
        run_free(&run);
    }
}

static char *written(enum fixture kind, bool with_pictures)
{
    struct run run;
    char folder[] = "/tmp/fortyfold report's-XXXXXX", path[256];
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(fixture_run(kind, &run), STATUS_OK);
    if (with_pictures) {
        cr_assert_eq(plot_write(&run, assets, folder), STATUS_OK);
    }
    cr_assert_eq(report_write(&run, assets, folder), STATUS_OK, "%s",
                 status_explanation(STATUS_TOOL));
    snprintf(path, sizeof path, "%s/report.html", folder);
    char *html = text_read_file(path, (size_t)1 << 26);
    static const char *const names[] = {"report.html", "speedup.png", "speedup.svg", "time.png",
                                        "time.svg",    "total.png",   "total.svg",   "spread.png",
                                        "spread.svg",  "drift.png",   "drift.svg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(folder), 0, "a draft was left in %s", folder);
    run_free(&run);
    cr_assert_not_null(html);
    return html;
}

/* Whether anything in the page would be fetched: a source or link that is not in the page. */
static bool fetches(const char *html)
{
    static const char *const ways[] = {"src=\"http", "href=\"http", "src=\"//",
                                       "href=\"//",  "@import",     "url(http"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strstr(html, ways[i]) != NULL) {
            return true;
        }
    }
    return false;
}

Test(report, is_one_file, .timeout = 120)
{
    char *html = written(FIXTURE_CURVE, true);
    cr_expect_not(fetches(html));
    cr_expect_not_null(strstr(html, "data:image/svg+xml;base64,"));
    cr_expect_not_null(strstr(html, "c is 1,010× [983–1,040] faster than naive at N=400"));
    cr_expect_not_null(strstr(html, "<details>"));
    cr_expect_not_null(strstr(html, ".summary {"), "the style sheet is inside");
    cr_expect_not_null(strstr(html, "<title>Multidimensional scaling"));
    free(html);
}

Test(report, nothing_breaks_out, .timeout = 120)
{
    char *html = written(FIXTURE_HOSTILE, true);
    cr_expect_not_null(strstr(html, "&lt;script&gt;alert("), "it is shown");
    cr_expect_null(strstr(html, "<script>alert"), "but is not a script");
    cr_expect_null(strstr(html, "<img src=x"));
    cr_expect_null(strstr(html, "href=\"http://x\""));
    cr_expect_null(strstr(html, "file:///etc/passwd\""));
    cr_expect_not(fetches(html));
    free(html);
}

Test(report, is_written_without_pictures, .timeout = 120)
{
    char *html = written(FIXTURE_EMPTY, false);
    cr_expect_not_null(strstr(html, "There are no pictures"));
    cr_expect_not_null(strstr(html, "Nothing was measured"));
    free(html);
}

Test(report, leaves_the_old_one_when_it_fails, .timeout = 120)
{
    struct run run;
    char folder[] = "/tmp/fortyfold-XXXXXX", path[256];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/report.html", folder);
    cr_assert_eq(text_write_file(path, "old", 3), STATUS_OK);
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    char before[4096];
    snprintf(before, sizeof before, "%s", getenv("PATH") != NULL ? getenv("PATH") : "");
    setenv("PATH", "/proc/nonexistent", 1);
    cr_expect_eq(report_write(&run, assets, folder), STATUS_TOOL);
    setenv("PATH", before, 1);
    char *html = text_read_file(path, 16);
    cr_expect_str_eq(html, "old");
    free(html);
    unlink(path);
    cr_expect_eq(rmdir(folder), 0);
    run_free(&run);
}
