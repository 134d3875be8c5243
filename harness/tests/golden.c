#include "tests/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static size_t line_of_difference(const char *a, const char *b)
{
    size_t line = 1;
    for (; *a != '\0' && *a == *b; a++, b++) {
        line += *a == '\n';
    }
    return line;
}

bool golden_matches(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "harness/tests/golden/%s", name);
    const char *update = getenv("UPDATE_GOLDEN");
    if (update != NULL && strcmp(update, "1") == 0) {
        return text_write_file(path, text, strlen(text)) == STATUS_OK;
    }
    char *golden = text_read_file(path, (size_t)1 << 24);
    bool same = golden != NULL && strcmp(golden, text) == 0;
    if (!same) {
        fprintf(stderr,
                "%s: %s in line %zu; see the change with: UPDATE_GOLDEN=1 make test, git diff\n",
                path, golden != NULL ? "differs" : "is missing",
                golden != NULL ? line_of_difference(golden, text) : 1);
    }
    free(golden);
    return same;
}
