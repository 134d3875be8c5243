#include "plan/lab_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory to read a lab");
}

enum status lab_need_file(const struct lab *lab, const struct field_place *place, const char *key,
                          const char *file)
{
    char *path = text_format("%s/%s", lab->folder, file);
    if (path == NULL) {
        return no_memory();
    }
    bool there = access(path, R_OK) == 0;
    free(path);
    return there ? STATUS_OK : fields_complain(place, key, "the file %s does not exist", file);
}

enum status lab_need_table(const struct field_place *place, json_t *root, const char *key,
                           json_t **table)
{
    *table = json_object_get(root, key);
    return json_is_object(*table) ? STATUS_OK
                                  : fields_complain(place, key, "this must be a table: [%s]", key);
}

enum status lab_need_string(const struct field_place *place, json_t *object, const char *key,
                            const char **text)
{
    *text = json_string_value(json_object_get(object, key));
    return *text != NULL ? STATUS_OK : fields_complain(place, key, "this must be a string");
}

enum status lab_read_oracle(const struct field_place *place, json_t *table, const struct lab *lab,
                            enum oracle_kind *kind, char **oracle)
{
    static const struct {
        const char *prefix;
        enum oracle_kind kind;
    } kinds[] = {
        {"reference:", ORACLE_REFERENCE}, {"file:", ORACLE_FILE}, {"variant:", ORACLE_VARIANT}};
    const char *text;
    enum status status = lab_need_string(place, table, "oracle", &text);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = strlen(kinds[i].prefix);
        if (strncmp(text, kinds[i].prefix, length) == 0 && text[length] != '\0') {
            *kind = kinds[i].kind;
            *oracle = strdup(text + length);
            status = *oracle == NULL ? no_memory() : STATUS_OK;
            return status == STATUS_OK && *kind == ORACLE_FILE
                       ? lab_need_file(lab, place, "oracle", *oracle)
                       : status;
        }
    }
    return fields_complain(place, "oracle",
                           "\"%s\" must be \"reference:NAME\", \"file:FILE.py\" or "
                           "\"variant:NAME\"",
                           text);
}
