#include "reference/oracle.h"

#include "reference/mds.h"
#include "reference/particles.h"

#include <string.h>

static const struct oracle oracles[] = {
    {"mds",
     "(d_goal (N, N), xs (N, 2), epochs) → (xs (N, 2), error, epochs done): pattern search MDS",
     oracle_mds},
    {"particles", "(x (N), y (N), w (N), duration) → (x (N), y (N)): particles turning in steps",
     oracle_particles},
};

const struct oracle *oracle_find(const char *name)
{
    for (size_t i = 0; i < sizeof oracles / sizeof oracles[0]; i++)
        if (strcmp(oracles[i].name, name) == 0)
            return &oracles[i];
    return NULL;
}

const struct oracle *oracle_all(size_t *count)
{
    *count = sizeof oracles / sizeof oracles[0];
    return oracles;
}
