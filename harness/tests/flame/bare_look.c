/* The least that a sampler from outside can do, so that bench_flame.py can say what of flame's cost
 * is the system's: it sleeps, stops the process, reads some bytes of it and lets it go; without a
 * stop it sleeps and reads. No stack, no name, no count.
 *
 * Usage: bare-look PID RATE [no-stop]     ends when it is killed */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

enum { BYTES = 512 };

/* Where the process keeps its first stack, 0 if that cannot be told. */
static uintptr_t stack_of(pid_t pid)
{
    char path[64], line[512];
    uintptr_t begin, end, found = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strstr(line, "[stack]") != NULL && sscanf(line, "%lx-%lx", &begin, &end) == 2) {
            found = end - BYTES;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

static bool look(pid_t pid, uintptr_t from, bool is_stopping)
{
    char bytes[BYTES];
    struct iovec here = {bytes, BYTES}, there = {(void *)from, BYTES};
    int status;
    if (is_stopping && (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0 ||
                        waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))) {
        return false;
    }
    ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
    return (!is_stopping || ptrace(PTRACE_CONT, pid, NULL, NULL) == 0) && got == BYTES;
}

int main(int argc, char **argv)
{
    pid_t pid = argc > 2 ? atoi(argv[1]) : 0;
    double rate = argc > 2 ? atof(argv[2]) : 0;
    bool is_stopping = argc < 4;
    uintptr_t from = stack_of(pid);
    if (pid <= 0 || rate < 1) {
        fprintf(stderr, "usage: bare-look PID RATE [no-stop]\n");
        return 2;
    }
    if (from == 0) {
        fprintf(stderr, "bare-look: cannot see the stack of process %d\n", (int)pid);
        return 1;
    }
    if (is_stopping && ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) {
        perror("bare-look: ptrace");
        return 1;
    }
    struct timespec pause = {.tv_nsec = (long)(1e9 / rate) - 1};
    do {
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    } while (look(pid, from, is_stopping));
    perror("bare-look");
    return 1;
}
