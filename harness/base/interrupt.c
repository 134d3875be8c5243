#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t pending;
static int ends[2] = {-1, -1};

static void on_signal(int signal_number)
{
    (void)signal_number;
    int kept = errno;
    pending = 1;
    ssize_t ignored = write(ends[1], "", 1);
    (void)ignored;
    errno = kept;
}

enum status interrupt_install(void)
{
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return status_fail(STATUS_IO, "cannot make a pipe: %s", strerror(errno));
    }
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    return STATUS_OK;
}

bool interrupt_pending(void)
{
    return pending != 0;
}

int interrupt_fd(void)
{
    return ends[0];
}
