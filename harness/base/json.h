/* JSON, for the few things that jansson leaves to us: NAN is written as null and read back as NAN,
 * NULL strings likewise, and a missing key reads like null. */
#ifndef FORTYFOLD_BASE_JSON_H
#define FORTYFOLD_BASE_JSON_H

#include <jansson.h>
#include <stdint.h>

/* Setters: object.key = value. A failure (no memory) leaves the key out; writers check the whole
 * by dumping it. */
void json_set_double(json_t *object, const char *key, double number);
void json_set_u64(json_t *object, const char *key, uint64_t number);
void json_set_text(json_t *object, const char *key, const char *text);

/* New: {"ratio": …, "low": …, "high": …}, the shape of every ratio in our files. */
json_t *json_ratio(double ratio, double low, double high);

double json_get_double(const json_t *object, const char *key);
uint64_t json_get_u64(const json_t *object, const char *key);      /* 0 when it is missing or < 0 */
char *json_get_text(const json_t *object, const char *key);        /* new, or NULL */
const char *json_peek_text(const json_t *object, const char *key); /* "" when missing */

#endif
