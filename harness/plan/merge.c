#include "plan/merge.h"

#include <jansson.h>

enum status merge_parameters(const char *base, const char *over, char **merged)
{
    json_t *all = json_loads(base, 0, NULL), *more = json_loads(over, 0, NULL);
    *merged = NULL;
    if (all != NULL && more != NULL && json_object_update(all, more) == 0) {
        *merged = json_dumps(all, JSON_SORT_KEYS);
    }
    json_decref(all);
    json_decref(more);
    return *merged != NULL ? STATUS_OK : status_fail(STATUS_NO_MEMORY, "cannot merge parameters");
}
