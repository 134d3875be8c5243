#include "base/terminal.h"

#include <sys/ioctl.h>

size_t terminal_columns(FILE *out, size_t otherwise)
{
    struct winsize size;
    return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : otherwise;
}
