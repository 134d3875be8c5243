#include "measure/machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

double machine_steal_s(void)
{
    char *line = text_first_line("/proc/stat");
    unsigned long long steal = 0;
    int found = line == NULL ? 0 : sscanf(line, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &steal);
    free(line);
    return found == 1 ? (double)steal / (double)sysconf(_SC_CLK_TCK) : NAN;
}
