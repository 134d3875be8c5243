#include "measure/orphans.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

/* Each sweep may hand us the children of those that it killed. */
enum { ORPHAN_SWEEPS = 8 };

/* Workers that are alive, so that a sweep for orphans spares them. */
static pid_t living[1024];
static size_t living_count;

void orphans_spare(pid_t pid)
{
    if (living_count < sizeof living / sizeof *living) {
        living[living_count++] = pid;
    }
}

static bool living_has(pid_t pid)
{
    for (size_t i = 0; i < living_count; i++) {
        if (living[i] == pid) {
            return true;
        }
    }
    return false;
}

void orphans_unspare(pid_t pid)
{
    for (size_t i = 0; i < living_count; i++) {
        if (living[i] == pid) {
            living[i] = living[--living_count];
            return;
        }
    }
}

void orphans_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Kills the children of ours that are no workers: what a worker left behind in a session of its
 * own, which a kill of its group does not reach. Each kill may hand us that child's children. */
void orphans_end(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    for (int sweep = 0; sweep < ORPHAN_SWEEPS; sweep++) {
        char *text = text_read_file(path, 1 << 16);
        bool found = false;
        for (char *at = text, *end; at != NULL && *at != '\0'; at = end) {
            pid_t pid = (pid_t)strtol(at, &end, 10);
            if (end == at) {
                break;
            }
            if (!living_has(pid)) {
                found = true;
                kill(pid, SIGKILL);
                waitpid(pid, NULL, 0);
            }
        }
        free(text);
        if (!found) {
            return;
        }
    }
}
