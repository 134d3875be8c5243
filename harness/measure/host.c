#include "measure/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/command.h"
#include "base/paths.h"
#include "base/text.h"
#include "measure/ask.h"

/* The value of the first "key : value" line of a file, new, or NULL. */
static char *keyed_line(const char *path, const char *key, char separator)
{
    char *text = text_read_file(path, 1 << 20), *found = NULL;
    char *rest = text;
    for (char *line; text != NULL && found == NULL && (line = strsep(&rest, "\n")) != NULL;) {
        char *at = strchr(line, separator);
        if (at != NULL && strncmp(line, key, strlen(key)) == 0) {
            found = strdup(text_trim(at + 1));
        }
    }
    free(text);
    return found;
}

static bool has_flag(const char *flags, const char *flag)
{
    size_t length = strlen(flag);
    for (const char *at = flags; (at = strstr(at, flag)) != NULL; at += length) {
        bool begins = at == flags || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* The vector extensions that matter to the kernels, by the kernel's names for them. */
static char *read_isa(void)
{
    static const char *const wanted[] = {"sse4_2",  "avx",      "avx2",     "fma",
                                         "avx512f", "avx512dq", "avx512vl", "asimd"};
    char *flags = keyed_line("/proc/cpuinfo", "flags", ':');
    if (flags == NULL) {
        flags = keyed_line("/proc/cpuinfo", "Features", ':');
    }
    char *isa = strdup("");
    for (size_t i = 0; flags != NULL && isa != NULL && i < sizeof wanted / sizeof *wanted; i++) {
        if (has_flag(flags, wanted[i])) {
            char *longer = text_format("%s%s%s", isa, *isa == '\0' ? "" : " ", wanted[i]);
            free(isa);
            isa = longer;
        }
    }
    free(flags);
    return isa;
}

/* "kvm", "vmware"… from DMI or the hypervisor flag; "none" on bare metal. */
static char *read_virtualised(void)
{
    char *product = text_first_line("/sys/hypervisor/type");
    if (product != NULL) {
        return product;
    }
    char *flags = keyed_line("/proc/cpuinfo", "flags", ':');
    bool hypervisor = flags != NULL && has_flag(flags, "hypervisor");
    free(flags);
    product = hypervisor ? text_first_line("/sys/class/dmi/id/sys_vendor") : NULL;
    return product != NULL ? product : strdup(hypervisor ? "unnamed hypervisor" : "none");
}

static char *read_os(void)
{
    char *name = keyed_line("/etc/os-release", "PRETTY_NAME", '=');
    if (name != NULL && name[0] == '"') {
        size_t length = strlen(name);
        memmove(name, name + 1, length);
        name[strcspn(name, "\"")] = '\0';
    }
    return name;
}

enum status host_read(struct host *host)
{
    struct utsname names;
    memset(host, 0, sizeof *host);
    if (uname(&names) == 0) {
        host->hostname = strdup(names.nodename);
        host->kernel = text_format("%s %s %s", names.sysname, names.release, names.machine);
    }
    host->cpu = keyed_line("/proc/cpuinfo", "model name", ':');
    host->isa = read_isa();
    host->os = read_os();
    host->governor = text_first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    host->virtualised = read_virtualised();
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    host->cores_count = cores > 0 ? (size_t)cores : 0;
    host->memory_bytes = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
    return STATUS_OK;
}

/* The commit of the checkout, with "+" when tracked files were changed; NULL without git. */
static char *read_commit(void)
{
    char *root = paths_root(), *commit = NULL;
    const char *const command[] = {"git",       "-C",          root,       "describe", "--always",
                                   "--dirty=+", "--abbrev=12", "--match=", NULL};
    if (root != NULL && command_run(command, NULL, &commit) == STATUS_OK && commit != NULL) {
        commit[strcspn(commit, "\n")] = '\0';
    }
    status_clear();
    free(root);
    return commit;
}

enum status software_read(struct worker *worker, struct software *software)
{
    memset(software, 0, sizeof *software);
    enum status status = ask_describe(worker, &software->numpy);
    if (status != STATUS_OK) {
        return status;
    }
    software->fortyfold = strdup(FORTYFOLD_VERSION);
    software->git_commit = read_commit();
    software->python = strdup(worker->python);
    software->python_executable = strdup(worker->executable);
    char *real = realpath(worker->executable, NULL), *host = realpath(worker->host, NULL);
    bool same = real != NULL && host != NULL && strcmp(real, host) == 0;
    free(real);
    free(host);
    software->python_host = strdup(same ? "executable" : "shared library");
    software->compiler = strdup(FORTYFOLD_CC);
    software->cflags = strdup(FORTYFOLD_CFLAGS);
    return STATUS_OK;
}
