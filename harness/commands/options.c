#include "commands/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "base/units.h"

bool options_count(const char *text, const char *name, size_t *out)
{
    uint64_t number;
    if (!text_parse_u64(text, &number) || number == 0 || number > 1000000) {
        (void)status_fail(STATUS_BAD_INPUT, "--%s takes a whole number above 0, not \"%s\"", name,
                          text);
        return false;
    }
    *out = (size_t)number;
    return true;
}

bool options_share(const char *text, const char *name, double *out)
{
    char *end;
    *out = strtod(text, &end);
    if (end != text && strcmp(end, "%") == 0) {
        *out /= 100;
        end++;
    }
    if (end == text || *end != '\0' || !(*out > 0) || *out >= 1) {
        (void)status_fail(STATUS_BAD_INPUT, "--%s takes a share, as in 2%% or 0.02, not \"%s\"",
                          name, text);
        return false;
    }
    return true;
}

bool options_time(const char *text, const char *name, double *out)
{
    if (units_parse_seconds(text, out) != STATUS_OK || *out <= 0) {
        (void)status_fail(STATUS_BAD_INPUT,
                          "--%s takes seconds above 0, as in 90 or 1.5s, not \"%s\"", name, text);
        return false;
    }
    return true;
}

bool options_seed(const char *text, uint64_t *out)
{
    if (!text_parse_u64(text, out) || *out > INT64_MAX) {
        (void)status_fail(STATUS_BAD_INPUT, "--seed takes a whole number, not \"%s\"", text);
        return false;
    }
    return true;
}
