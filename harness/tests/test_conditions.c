#include <criterion/criterion.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "measure/conditions.h"

/* Each test has a machine of its own: a folder with the files of /proc and /sys. */
static char root[] = "/tmp/fortyfold-machine-XXXXXX";

static void begin(void)
{
    cr_assert_not_null(mkdtemp(root));
}

static int drop(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

static void end(void)
{
    cr_expect_eq(nftw(root, drop, 8, FTW_DEPTH | FTW_PHYS), 0);
}

TestSuite(conditions, .init = begin, .fini = end);

static void put(const char *path, const char *text)
{
    char *whole = text_format("%s%s", root, path), *folder = strdup(whole);
    *strrchr(folder, '/') = '\0';
    cr_assert_eq(text_make_folders(folder), STATUS_OK);
    FILE *file = fopen(whole, "w");
    cr_assert_not_null(file, "%s", whole);
    fputs(text, file);
    fclose(file);
    free(folder);
    free(whole);
}

/* A file, and what it holds before and after ten seconds of measuring. */
struct change {
    const char *path, *before, *after;
};

enum { CHANGES_MAX = 4 };

#define CPU "/sys/devices/system/cpu/"
#define STAT(busy, steal) "cpu  " busy " 0 0 5000 0 0 0 " steal " 0 0\ncpu0 1 2 3\n"

static const struct change idle[] = {
    {CPU "cpu0/cpufreq/scaling_governor", "performance\n", NULL},
    {CPU "cpu1/cpufreq/scaling_governor", "performance\n", NULL},
    {CPU "intel_pstate/no_turbo", "1\n", NULL},
    {CPU "cpufreq/boost", "0\n", NULL},
    {CPU "smt/active", "0\n", NULL},
    {CPU "cpu0/thermal_throttle/core_throttle_count", "3\n", "3\n"},
    {"/sys/class/power_supply/BAT0/status", "Full\n", NULL},
    {"/sys/class/power_supply/AC/online", "1\n", NULL},
    {"/sys/fs/cgroup/cpu.stat", "usage_usec 9\nthrottled_usec 500\n", "throttled_usec 500\n"},
    {"/proc/stat", STAT("100", "0"), STAT("110", "0")}, /* ticks of 10 ms: 0.01 processors */
    {"/proc/loadavg", "0.10 0.20 0.30 1/100 1234\n", NULL},
    {"/proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable:    4000000 kB\n", NULL},
    {"/proc/vmstat", "pswpin 10\npswpout 20\n", "pswpin 10\npswpout 20\n"},
};

/* Observes a quiet machine that differs in some files (a path of NULL ends them); with `seconds` 0
 * no time passes. */
static void observe(const struct change *changes, double seconds, size_t threads,
                    struct surroundings *at)
{
    const struct change *const lists[] = {idle, changes};
    for (size_t after = 0; after < 2; after++) {
        for (size_t i = 0; i < 2; i++) {
            size_t count = i == 0 ? sizeof idle / sizeof *idle : CHANGES_MAX;
            for (size_t j = 0; lists[i] != NULL && j < count && lists[i][j].path != NULL; j++) {
                const struct change *change = &lists[i][j];
                const char *text = after ? change->after : change->before;
                if (text != NULL) {
                    put(change->path, text);
                }
            }
        }
        if (!after) {
            conditions_begin(root, threads, at);
            at->processors_count = 4;
            at->begin.at_s -= seconds;
        } else if (seconds > 0) {
            conditions_end(at);
        }
    }
}

/* The codes of the warnings, each followed by a blank. */
static const char *warnings(const struct surroundings *at)
{
    static char codes[512], message[CONDITION_MESSAGE_SIZE];
    *codes = '\0';
    for (size_t i = 0; i < conditions_count; i++) {
        if (conditions_judge(&conditions[i], at, message) == CONDITION_WARNING) {
            cr_expect(*message != '\0', "%s has no words", conditions[i].code);
            strcat(strcat(codes, conditions[i].code), " ");
        }
    }
    return codes;
}

Test(conditions, a_quiet_machine_has_no_warnings)
{
    struct surroundings at;
    observe(NULL, 10, 4, &at);
    cr_expect_str_eq(warnings(&at), "");
    char message[CONDITION_MESSAGE_SIZE];
    for (size_t i = 0; i < conditions_count; i++) {
        bool second_switch = strcmp(conditions[i].code, "turbo") == 0 && i > 1;
        cr_expect_eq(conditions_judge(&conditions[i], &at, message),
                     second_switch ? CONDITION_UNKNOWN : CONDITION_FINE, "%s", conditions[i].code);
    }
}

static const struct {
    const char *codes;
    struct change changes[CHANGES_MAX];
    size_t threads;
} cases[] = {
    /* One processor that is set otherwise is enough: the sample may run there. */
    {"governor ", {{CPU "cpu1/cpufreq/scaling_governor", "schedutil\n", NULL}}, 1},
    {"governor ",
     {{CPU "cpu0/cpufreq/scaling_governor", "powersave\n", NULL},
      {CPU "cpu1/cpufreq/scaling_governor", "userspace\n", NULL}},
     1},
    {"turbo ", {{CPU "intel_pstate/no_turbo", "0\n", NULL}}, 1},
    {"turbo ", {{CPU "intel_pstate/no_turbo", "\n", NULL}, {CPU "cpufreq/boost", "1\n", NULL}}, 1},
    {"battery ", {{"/sys/class/power_supply/BAT0/status", "Discharging\n", NULL}}, 1},
    {"", /* the mouse's */
     {{"/sys/class/power_supply/hidpp_battery_0/status", "Discharging\n", NULL},
      {"/sys/class/power_supply/hidpp_battery_0/scope", "Device\n", NULL}},
     1},
    {"memory ", {{"/proc/meminfo", "MemAvailable: 100000 kB\n", NULL}}, 1},
    {"threads ", {{NULL, NULL, NULL}}, 5},
    {"load ", {{"/proc/stat", STAT("100", "0"), STAT("500", "0")}}, 1},
    {"load smt ",
     {{"/proc/stat", STAT("100", "0"), STAT("500", "0")}, {CPU "smt/active", "1\n", NULL}},
     1},
    {"", {{CPU "smt/active", "1\n", NULL}}, 1}, /* nobody is there to disturb */
    {"steal ", {{"/proc/stat", STAT("100", "7"), STAT("100", "20")}}, 1},
    {"", {{"/proc/stat", STAT("100", "7"), STAT("100", "16")}}, 1},
    {"quota ", {{"/sys/fs/cgroup/cpu.stat", "throttled_usec 500\n", "throttled_usec 200500\n"}}, 1},
    {"quota ", /* the first version of control groups */
     {{"/sys/fs/cgroup/cpu.stat", "usage_usec 1\n", "usage_usec 2\n"},
      {"/sys/fs/cgroup/cpu/cpu.stat", "throttled_time 0\n", "throttled_time 200000000\n"}},
     1},
    {"swap ", {{"/proc/vmstat", "pswpin 10\npswpout 20\n", "pswpin 300\npswpout 400\n"}}, 1},
    {"heat ", {{CPU "cpu0/thermal_throttle/core_throttle_count", "3\n", "4\n"}}, 1},
};

Test(conditions, each_has_its_code)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct surroundings at;
        observe(cases[i].changes, 10, cases[i].threads, &at);
        /* A file that only this case has would be there in the next. */
        cr_expect_str_eq(warnings(&at), cases[i].codes, "case %zu (%s): %s", i,
                         cases[i].changes[0].path, warnings(&at));
        end();
        cr_assert_eq(mkdir(root, 0700), 0);
    }
}

Test(conditions, every_code_has_a_case_a_remedy_and_a_line_in_the_documentation)
{
    char *path = paths_in_root("results/FORMAT.md");
    char *documentation = path == NULL ? NULL : text_read_file(path, 1 << 20);
    cr_assert_not_null(documentation, "%s", path);
    for (size_t i = 0; i < conditions_count; i++) {
        char *padded = text_format("%s ", conditions[i].code);
        char *row = text_format("| `%s` |", conditions[i].code);
        bool tested = false;
        for (size_t j = 0; j < sizeof cases / sizeof *cases; j++) {
            const char *found = strstr(cases[j].codes, padded);
            tested = tested || (found != NULL && (found == cases[j].codes || found[-1] == ' '));
        }
        cr_expect(tested, "%s", conditions[i].code);
        cr_expect(strlen(conditions[i].remedy) > 0 && strlen(conditions[i].because) > 0);
        cr_expect(strstr(documentation, row) != NULL, "FORMAT.md has no %s", row);
        free(row);
        free(padded);
    }
    free(documentation);
    free(path);
}

Test(conditions, a_machine_that_tells_nothing_has_no_warnings)
{
    struct surroundings at;
    conditions_begin(root, 0, &at);
    at.begin.at_s -= 10;
    conditions_end(&at);
    cr_expect_str_eq(warnings(&at), "");
    cr_expect(isnan(at.others_processors) && isnan(at.steal_processors));
}

Test(conditions, a_moment_tells_nothing)
{
    static const struct change loud[CHANGES_MAX] = {
        {"/proc/stat", STAT("100", "0"), STAT("900", "500")},
        {"/proc/vmstat", "pswpin 1\npswpout 2\n", "pswpin 90000\npswpout 2\n"}};
    struct surroundings at;
    observe(loud, 0.1, 1, &at);
    cr_expect_str_eq(warnings(&at), "");
}

Test(conditions, without_a_window_the_load_of_the_last_minute_counts)
{
    static const struct change loud[CHANGES_MAX] = {{"/proc/loadavg", "2.10 1 1 1/1 1\n", NULL}};
    struct surroundings at;
    observe(loud, 0, 1, &at);
    cr_expect_str_eq(warnings(&at), "load ");
    observe(NULL, 0, 1, &at);
    cr_expect_str_eq(warnings(&at), "");
}

Test(conditions, what_is_no_number_is_no_warning)
{
    static const char *const garbage[] = {"",
                                          "\n",
                                          "-1\n",
                                          "nan\n",
                                          "inf\n",
                                          "99999999999999999999999999999999999999\n",
                                          "x\x01\n",
                                          "cpu a b",
                                          "\xff",
                                          "cpu  1 2 3 4 5 6 7",
                                          "MemAvailable:\npswpin -4\n",
                                          "pswpin\nthrottled_usec\nMemAvailable",
                                          "Discharging?",
                                          "performance powersave\n"};
    for (size_t g = 0; g < sizeof garbage / sizeof *garbage; g++) {
        for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
            put(idle[i].path, garbage[g]);
        }
        struct surroundings at;
        conditions_begin(root, 1, &at);
        at.begin.at_s -= 10;
        conditions_end(&at);
        cr_expect_str_eq(warnings(&at), "", "garbage %zu: %s", g, warnings(&at));
    }
}

Test(conditions, a_counter_that_goes_back_is_no_warning)
{
    static const struct change back[CHANGES_MAX] = {
        {"/proc/stat", STAT("900", "50"), STAT("100", "0")},
        {"/proc/vmstat", "pswpin 900\npswpout 900\n", "pswpin 1\npswpout 1\n"}};
    struct surroundings at;
    observe(back, 10, 1, &at);
    cr_expect_str_eq(warnings(&at), "");
}
