#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

static const struct {
    const char *text;
    const char *words[5];
} split_cases[] = {
    {"true", {"true"}},
    {"  a  b\tc ", {"a", "b", "c"}},
    {"python3 -c 'print(1); x = \"y\"'", {"python3", "-c", "print(1); x = \"y\""}},
    {"a\"b c\"'d e' f", {"ab cd e", "f"}},
    {"'' \"\"", {"", ""}},
    {"a\\ b \\' \"\\\"\\$\\n\"", {"a b", "'", "\"$\\n"}},
    {"grep * ~ $HOME", {"grep", "*", "~", "$HOME"}}, /* nothing is expanded */
    {"été 'ü'", {"été", "ü"}},
    {"a b\\", {"a", "b\\"}},
};

Test(words, split_as_a_shell_does)
{
    for (size_t i = 0; i < sizeof split_cases / sizeof *split_cases; i++) {
        char **words = NULL;
        size_t count = 0;
        cr_assert_eq(words_split(split_cases[i].text, &words), STATUS_OK, "%s",
                     split_cases[i].text);
        for (; words[count] != NULL && split_cases[i].words[count] != NULL; count++) {
            cr_expect_str_eq(words[count], split_cases[i].words[count]);
        }
        cr_expect_null(words[count]);
        cr_expect_null(split_cases[i].words[count], "%s", split_cases[i].text);
        words_free(words);
    }
}

Test(words, what_needs_a_shell_is_refused)
{
    static const char *const refused[] = {"",         "  ",    "a | b",   "a > b", "a;b",
                                          "a &",      "(a)",   "a\nb",    "'a",    "a \"b",
                                          "a 'b\" c", "a < b", "b 'c' \""};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char **words = NULL;
        cr_expect_eq(words_split(refused[i], &words), STATUS_BAD_INPUT, "%s", refused[i]);
    }
}

Test(words, joined_words_are_split_into_themselves)
{
    char *const words[] = {
        "sh", "-c", "a 'b' | \"c\" > $d", "", "it's", "x=1,2:@%", "*", "\\back", "tab\t", NULL};
    char *line = words_join(words);
    char **again = NULL;
    cr_assert_eq(words_split(line, &again), STATUS_OK, "%s", line);
    for (size_t i = 0; i < sizeof words / sizeof *words - 1; i++) {
        cr_assert_not_null(again[i]);
        cr_expect_str_eq(again[i], words[i]);
    }
    words_free(again);
    free(line);
}

Test(words, a_copy_is_as_long_as_asked)
{
    char *const words[] = {"a", "b", "c", NULL};
    char **copy = words_copy(words, 2);
    cr_expect_str_eq(copy[1], "b");
    cr_expect_null(copy[2]);
    words_free(copy);
    words_free(NULL);
}
