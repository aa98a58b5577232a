/*
 * Reading JSON, by jansson, as strictly as it goes: UTF-8 only, no duplicate keys, no NUL in strings, one
 * value and nothing behind it. Release the root with json_decref, or declare it json_auto_t.
 */
#pragma once

#include "base/str.h"

#include <jansson.h>

/* Parse `text`, at most `max` bytes and 32 levels deep. False where it is not JSON or too large. */
NODISCARD bool json_parse(struct str text, size_t max, json_t **ret);
/* The string member `key` of an object; STR_NULL where it is absent, null or no string. Owned by the object.
 */
struct str json_get_str(const json_t *object, const char *key);
/* Number members; false where absent or of another type or range. */
NODISCARD bool json_get_int(const json_t *object, const char *key, int64_t min, int64_t max, int64_t *ret);
NODISCARD bool json_get_double(const json_t *object, const char *key, double min, double max, double *ret);
/* True only where the member is `true`. */
bool json_get_bool(const json_t *object, const char *key);
