#include "plan/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/fields.h"
#include "plan/lab.h"

static const struct field fields[] = {
    {"id", FIELD_STRING, true, offsetof(struct claim, id), 0},
    {"title", FIELD_STRING, true, offsetof(struct claim, title), 0},
    {"lab", FIELD_STRING, true, offsetof(struct claim, lab), 0},
    {"preset", FIELD_STRING, true, offsetof(struct claim, preset), 0},
    {"size", FIELD_COUNT, true, offsetof(struct claim, size), 0},
    {"quantity", FIELD_STRING, true, offsetof(struct claim, quantity_name), 0},
    {"baseline", FIELD_STRING, false, offsetof(struct claim, baseline), 0},
    {"candidate", FIELD_STRING, true, offsetof(struct claim, candidate), 0},
    {"low", FIELD_NUMBER, true, offsetof(struct claim, low), 0},
    {"high", FIELD_NUMBER, true, offsetof(struct claim, high), 0},
    {"source", FIELD_STRING, true, offsetof(struct claim, source), 0},
    {"configuration", FIELD_STRING, true, offsetof(struct claim, configuration), 0},
    {"note", FIELD_STRING, false, offsetof(struct claim, note), 0},
};

static enum status check(const struct field_place *place, struct claim *claim)
{
    if (strcmp(claim->quantity_name, "ratio") == 0) {
        claim->quantity = CLAIM_RATIO;
    } else if (strcmp(claim->quantity_name, "seconds") == 0) {
        claim->quantity = CLAIM_SECONDS;
    } else {
        return fields_complain(place, "quantity", "\"%s\" must be \"ratio\" or \"seconds\"",
                               claim->quantity_name);
    }
    if (claim->quantity == CLAIM_RATIO && claim->baseline == NULL) {
        return fields_complain(place, "baseline", "this key is missing: a ratio to what?");
    }
    if (!(claim->low > 0) || claim->high < claim->low) {
        return fields_complain(place, "low", "low and high must be above 0, low first");
    }
    return STATUS_OK;
}

enum status claims_read(struct worker *worker, const char *path, struct claim **claims,
                        size_t *count)
{
    char *text = NULL;
    json_t *root = NULL;
    *claims = NULL;
    *count = 0;
    enum status status = lab_read_toml(worker, path, &text);
    if (status != STATUS_OK) {
        return status;
    }
    root = json_loads(text, 0, NULL);
    const json_t *array = json_object_get(root, "claim");
    const struct field_place top = {path, ""};
    if (!json_is_array(array) || json_array_size(array) == 0) {
        status = fields_complain(&top, "claim", "there must be [[claim]] tables, at least one");
        goto out;
    }
    *claims = calloc(json_array_size(array), sizeof **claims);
    if (*claims == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for the claims");
        goto out;
    }
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(array); i++) {
        char name[32];
        snprintf(name, sizeof name, "claim[%zu]", i);
        const struct field_place place = {path, name};
        struct claim *claim = &(*claims)[(*count)++];
        status = fields_read(&place, json_array_get(array, i), fields,
                             sizeof fields / sizeof *fields, claim);
        if (status == STATUS_OK) {
            status = check(&place, claim);
        }
    }
out:
    json_decref(root);
    free(text);
    return status;
}
