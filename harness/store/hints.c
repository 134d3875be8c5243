#include "store/hints.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum { FILE_BYTES_MAX = 1 << 20 };

/* The object in the file, an empty one where there is none; NULL only without memory. */
static json_t *read_all(const char *path)
{
    char *text = text_read_file(path, FILE_BYTES_MAX);
    json_t *json = text == NULL ? NULL : json_loads(text, 0, NULL);
    free(text);
    if (json_is_object(json)) {
        return json;
    }
    json_decref(json);
    return json_object();
}

size_t hints_seen(const char *path, const char *lab_folder)
{
    json_t *json = read_all(path);
    size_t count = (size_t)json_get_u64(json, lab_folder);
    json_decref(json);
    return count;
}

/* The folder that a path lies in must be there. */
static enum status make_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? NULL : strndup(path, (size_t)(slash - path));
    enum status status = folder == NULL ? STATUS_OK : text_make_folders(folder);
    free(folder);
    return status;
}

enum status hints_remember(const char *path, const char *lab_folder, size_t count)
{
    json_t *json = read_all(path);
    json_set_u64(json, lab_folder, count);
    char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS);
    enum status status =
        text == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for hints") : make_folder(path);
    if (status == STATUS_OK) {
        status = text_write_file(path, text, strlen(text));
    }
    free(text);
    json_decref(json);
    return status;
}
