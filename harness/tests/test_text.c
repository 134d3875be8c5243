#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static char folder[] = "/tmp/fortyfold-text-XXXXXX";

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    char *command = text_format("rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
    free(command);
}

TestSuite(files, .init = make_folder, .fini = remove_folder);

static size_t entries_count(void)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(open);
    return count;
}

Test(files, a_file_is_written_and_read_back)
{
    char *path = text_format("%s/a", folder);
    cr_assert_eq(text_write_file(path, "one\ntwo\n", 8), STATUS_OK);
    char *text = text_read_file(path, 100), *line = text_first_line(path);
    cr_expect_str_eq(text, "one\ntwo\n");
    cr_expect_str_eq(line, "one");
    cr_expect_eq(entries_count(), 1, "no temporary file is left");
    free(text);
    free(line);
    text = text_read_file(path, 3);
    cr_expect_str_eq(text, "one", "at most so many bytes");
    free(text);
    free(path);
}

Test(files, large_files_are_read_whole)
{
    enum { SIZE = 100000 };
    char *path = text_format("%s/large", folder), *letters = malloc(SIZE);
    memset(letters, 'x', SIZE);
    cr_assert_eq(text_write_file(path, letters, SIZE), STATUS_OK);
    char *text = text_read_file(path, SIZE * 2);
    cr_expect_eq(strlen(text), SIZE);
    free(text);
    text = text_read_file(path, SIZE - 1);
    cr_expect_eq(strlen(text), SIZE - 1);
    free(text);
    free(letters);
    free(path);
}

Test(files, what_cannot_be_read_is_null)
{
    char *path = text_format("%s/none", folder);
    cr_expect_null(text_read_file(path, 10));
    cr_expect_null(text_read_file(folder, 10), "a folder is no file");
    cr_expect_null(text_first_line(path));
    free(path);
}

Test(files, a_failed_write_keeps_what_was_there)
{
    char *below = text_format("%s/none/a", folder), *kept = text_format("%s/kept", folder);
    cr_expect_eq(text_write_file(below, "x", 1), STATUS_IO);
    cr_expect(strstr(status_explanation(STATUS_IO), below) != NULL);
    /* A folder in its place: the rename fails, and nothing of the attempt stays. */
    cr_assert_eq(mkdir(kept, 0777), 0);
    cr_expect_eq(text_write_file(kept, "x", 1), STATUS_IO);
    cr_expect_eq(entries_count(), 1);
    free(below);
    free(kept);
}

Test(files, when_there_is_no_room_the_old_contents_stay)
{
    enum { SIZE = 4000 };
    char *path = text_format("%s/a", folder), *letters = malloc(SIZE);
    memset(letters, 'x', SIZE);
    cr_assert_eq(text_write_file(path, "old", 3), STATUS_OK);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, small;
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){1000, before.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum status status = text_write_file(path, letters, SIZE);
    setrlimit(RLIMIT_FSIZE, &before);
    cr_expect_eq(status, STATUS_IO);
    char *text = text_read_file(path, 100);
    cr_expect_str_eq(text, "old");
    cr_expect_eq(entries_count(), 1, "no half of it is left");
    free(text);
    free(letters);
    free(path);
}

Test(files, folders_are_made_with_those_above)
{
    char *deep = text_format("%s/a/b//c", folder);
    struct stat info;
    cr_expect_eq(text_make_folders(deep), STATUS_OK);
    cr_expect(stat(deep, &info) == 0 && S_ISDIR(info.st_mode));
    cr_expect_eq(text_make_folders(deep), STATUS_OK, "they may be there");
    free(deep);
    char *blocked = text_format("%s/file/b", folder), *file = text_format("%s/file", folder);
    cr_assert_eq(text_write_file(file, "", 0), STATUS_OK);
    cr_expect_eq(text_make_folders(blocked), STATUS_IO);
    free(blocked);
    free(file);
}

Test(files, no_path_is_no_folder)
{
    cr_expect_eq(text_make_folders(""), STATUS_IO);
    cr_expect_eq(text_make_folders("/"), STATUS_OK);
}

Test(text, white_space_is_cut_off_both_ends)
{
    char both[] = " \t a b \n", blank[] = "  ", none[] = "";
    cr_expect_str_eq(text_trim(both), "a b");
    cr_expect_str_eq(text_trim(blank), "");
    cr_expect_str_eq(text_trim(none), "");
}

static void expect_split(const char *text, size_t count, const char *const parts[])
{
    size_t got = 0;
    char **split = text_split(text, ',', &got);
    cr_assert_not_null(split);
    cr_assert_eq(got, count, "\"%s\" gave %zu parts", text, got);
    for (size_t i = 0; i < got; i++) {
        cr_expect_str_eq(split[i], parts[i]);
        free(split[i]);
    }
    free(split);
}

Test(text, splitting_drops_empty_parts)
{
    expect_split("a,b,c", 3, (const char *const[]){"a", "b", "c"});
    expect_split("a", 1, (const char *const[]){"a"});
    expect_split(",a,,b,", 2, (const char *const[]){"a", "b"});
    expect_split("", 0, NULL);
    expect_split(",,", 0, NULL);
}

Test(text, only_whole_numbers_are_whole_numbers)
{
    static const char *const bad[] = {"",     "-1",  "+1",  " 1",  "1 ",
                                      "0x10", "1.0", "1e3", "abc", "18446744073709551616"};
    uint64_t number;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(text_parse_u64(bad[i], &number), "\"%s\"", bad[i]);
    }
    cr_expect(text_parse_u64("0", &number) && number == 0);
    cr_expect(text_parse_u64("18446744073709551615", &number) && number == UINT64_MAX);
    cr_expect(text_parse_u64("007", &number) && number == 7, "decimal, not octal");
}

Test(text, only_finite_numbers_are_numbers)
{
    static const char *const bad[] = {"", "x", "1x", "nan", "inf", "-inf", "1e999", "1 "};
    double number;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(text_parse_double(bad[i], &number), "\"%s\"", bad[i]);
    }
    cr_expect(text_parse_double("-2.5e-3", &number) && number == -2.5e-3);
}
