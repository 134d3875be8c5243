#include "analyze/alike.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char other_problem[] = "another problem takes another time";
static const char other_machine[] = "another machine takes another time";
static const char other_python[] = "another interpreter runs the same code at another speed";
static const char other_build[] = "perhaps this is what made the difference";

static enum status add(struct alike *alike, const char *what, const char *because, bool forbids,
                       const char *before, const char *after)
{
    const char *a = before == NULL ? "unknown" : before, *b = after == NULL ? "unknown" : after;
    if (strcmp(a, b) == 0) {
        return STATUS_OK;
    }
    struct difference *difference = &alike->differences[alike->count++];
    *difference = (struct difference){what, because, strdup(a), strdup(b), forbids};
    alike->forbidding_count += forbids;
    return difference->before == NULL || difference->after == NULL
               ? status_fail(STATUS_NO_MEMORY, "no memory to compare two runs")
               : STATUS_OK;
}

static enum status add_number(struct alike *alike, const char *what, const char *because,
                              bool forbids, uint64_t before, uint64_t after)
{
    char a[24], b[24];
    snprintf(a, sizeof a, "%llu", (unsigned long long)before);
    snprintf(b, sizeof b, "%llu", (unsigned long long)after);
    return add(alike, what, because, forbids, a, b);
}

static enum status find_forbidding(const struct run *a, const struct run *b, struct alike *alike)
{
    const struct {
        const char *what, *because, *before, *after;
    } texts[] = {
        {"lab.name", other_problem, a->lab_name, b->lab_name},
        {"plan.parameters", other_problem, a->plan.parameters, b->plan.parameters},
        {"host.hostname", other_machine, a->host.hostname, b->host.hostname},
        {"host.cpu", other_machine, a->host.cpu, b->host.cpu},
        {"software.python", other_python, a->software.python, b->software.python},
        {"software.python_executable", other_python, a->software.python_executable,
         b->software.python_executable},
        {"software.python_host", other_python, a->software.python_host, b->software.python_host},
        {"software.numpy", other_python, a->software.numpy, b->software.numpy},
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == STATUS_OK; i++) {
        status = add(alike, texts[i].what, texts[i].because, true, texts[i].before, texts[i].after);
    }
    return status != STATUS_OK ? status
                               : add_number(alike, "host.cores_count", other_machine, true,
                                            a->host.cores_count, b->host.cores_count);
}

static enum status find_explaining(const struct run *a, const struct run *b, struct alike *alike)
{
    const struct {
        const char *what, *before, *after;
    } texts[] = {
        {"software.git_commit", a->software.git_commit, b->software.git_commit},
        {"software.fortyfold", a->software.fortyfold, b->software.fortyfold},
        {"software.compiler", a->software.compiler, b->software.compiler},
        {"software.cflags", a->software.cflags, b->software.cflags},
        {"host.kernel", a->host.kernel, b->host.kernel},
        {"host.governor", a->host.governor, b->host.governor},
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == STATUS_OK; i++) {
        status = add(alike, texts[i].what, other_build, false, texts[i].before, texts[i].after);
    }
    return status != STATUS_OK ? status
                               : add_number(alike, "plan.seed",
                                            "other problems of the same size: work that depends on "
                                            "the data differs",
                                            false, a->plan.seed, b->plan.seed);
}

enum status alike_find(const struct run *before, const struct run *after, struct alike *alike)
{
    *alike = (struct alike){0};
    enum status status = find_forbidding(before, after, alike);
    return status == STATUS_OK ? find_explaining(before, after, alike) : status;
}

void alike_free(struct alike *alike)
{
    for (size_t i = 0; alike != NULL && i < alike->count; i++) {
        free(alike->differences[i].before);
        free(alike->differences[i].after);
    }
    if (alike != NULL) {
        *alike = (struct alike){0};
    }
}
