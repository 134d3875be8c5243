#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "model/exercise.h"
#include "show/attempt.h"
#include "show/reproduce.h"

/* What is printed for a right program is tested with the program itself (e2e/test_check.py). */

static struct variant variants[] = {
    {.name = "naive", .file = "naive.py", .function = "solve"},
    {.name = EXERCISE_YOURS, .file = "/home/o'neil/my \"own\".py", .function = "solve"},
    {.name = EXERCISE_SOLUTION, .file = "solution.py", .function = "solve"},
};
static char *hints[] = {"think"};
static const struct lab lab = {
    .name = "mds",
    .title = "Evil \033[31mtitle",
    .folder = "/labs/my mds",
    .problem_file = "problem.py",
    .variants = variants,
    .variants_count = 3,
    .exercise = {.solution = "solution.py", .hints = hints, .hints_count = 1}};

static char *print(const struct attempt *attempt,
                   enum status (*printer)(const struct attempt *attempt, FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    cr_assert_eq(printer(attempt, out), STATUS_OK);
    fclose(out);
    return text;
}

static enum status print_plain(const struct attempt *attempt, FILE *out)
{
    return attempt_print(attempt, false, out);
}

static struct attempt failed(enum cell_status status, const char *reason)
{
    return (struct attempt){.lab_name = "mds",
                            .file = "mine.py",
                            .lab = &lab,
                            .parameters = "{\"epochs\": 3, \"deep\": [true, null, \"x\"]}",
                            .answer = status == CELL_WRONG ? ATTEMPT_WRONG : ATTEMPT_FAILED,
                            .status = status,
                            .reason = reason,
                            .size = 3,
                            .problem_seed = 17,
                            .trial = {.status = status, .right_count = 4}};
}

Test(attempt, nothing_that_a_program_says_reaches_the_terminal_as_it_is)
{
    struct attempt attempt = failed(CELL_WRONG, "element \033[2J[0] is 1, the oracle says 2");
    char printed[] = "\033]0;title\007 and text";
    attempt.trial.printed = printed;
    char *text = print(&attempt, print_plain);
    cr_expect_null(strchr(text, '\033'), "%s", text);
    cr_expect_null(strchr(text, '\007'), "%s", text);
    cr_expect_not_null(strstr(text, "WRONG at N = 3: element"), "%s", text);
    cr_expect_not_null(strstr(text, "It printed:"), "%s", text);
    cr_expect_null(strstr(text, "×"), "no time: %s", text);
    free(text);
}

Test(attempt, the_frames_of_the_harness_are_left_out)
{
    struct attempt attempt =
        failed(CELL_ERROR, "Traceback (most recent call last):\n"
                           "  File \"<fortyfold>\", line 57, in load\n"
                           "  File \"<frozen importlib._bootstrap>\", line 2, in call\n"
                           "  File \"/home/mine.py\", line 4, in solve\n    return x\n"
                           "NameError: name 'x' is not defined\n");
    char *text = print(&attempt, print_plain);
    cr_expect_null(strstr(text, "<fortyfold>"), "%s", text);
    cr_expect_null(strstr(text, "<frozen"), "%s", text);
    cr_expect_not_null(strstr(text, "/home/mine.py\", line 4"), "%s", text);
    cr_expect_not_null(strstr(text, "NameError"), "%s", text);
    cr_expect_not_null(strstr(text, "What to do: "), "%s", text);
    cr_expect_not_null(strstr(text, "Stuck? bin/fortyfold hint mds\n"), "%s", text);
    free(text);
}

Test(attempt, every_failure_has_a_remedy)
{
    for (int status = CELL_CRASHED; status < CELL_SKIPPED; status++) {
        struct attempt attempt = failed((enum cell_status)status, "whatever it was");
        char *text = print(&attempt, print_plain);
        cr_expect_not_null(strstr(text, "What to do: "), "%s: %s",
                           cell_status_name((enum cell_status)status), text);
        free(text);
    }
}

Test(attempt, is_json_for_scripts)
{
    struct attempt attempt = failed(CELL_TIMEOUT, "no \"answer\"\nat all");
    attempt.problem_seed = 0;
    attempt.seed = 42;
    char *text = print(&attempt, attempt_print_json);
    json_t *json = json_loads(text, 0, NULL);
    cr_assert_not_null(json, "%s", text);
    json_t *failure = json_object_get(json, "failure");
    cr_expect_str_eq(json_string_value(json_object_get(json, "schema")), ATTEMPT_SCHEMA);
    cr_expect_str_eq(json_string_value(json_object_get(json, "answer")), "failed");
    cr_expect_eq(json_integer_value(json_object_get(json, "seed")), 42);
    cr_expect(json_is_null(json_object_get(json, "score")));
    cr_expect(json_is_null(json_object_get(json, "run")));
    cr_expect_str_eq(json_string_value(json_object_get(failure, "status")), "timeout");
    cr_expect_str_eq(json_string_value(json_object_get(failure, "reason")), attempt.reason);
    cr_expect_eq(json_integer_value(json_object_get(failure, "size")), 3);
    cr_expect(json_is_null(json_object_get(failure, "seed")), "not known");
    json_decref(json);
    free(text);
}

Test(reproduce, the_command_is_quoted_for_the_shell_and_for_python)
{
    const struct problem problem = {3, 17, "{\"deep\": [true, null, \"x\"], \"epochs\": 3}"};
    char *line = reproduce_command(&lab, 1, &problem);
    cr_assert_not_null(line);
    cr_expect_str_eq(line,
                     "cd '/labs/my mds' && /usr/bin/python3 -c 'from runpy import run_path as "
                     "load; print(load(\"/home/o'\\''neil/my \\\"own\\\".py\")[\"solve\"]"
                     "(*load(\"problem.py\")[\"make\"](3, 17, deep=[True, None, \"x\"], "
                     "epochs=3)))'");
    free(line);
}

Test(reproduce, parameters_that_are_none_give_no_command)
{
    const struct problem problem = {3, 17, "not JSON"};
    cr_expect_null(reproduce_command(&lab, 1, &problem));
}
