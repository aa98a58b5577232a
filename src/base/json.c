#include "base/json.h"

#include <malloc.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

static void *take(size_t size)
{
        return x_new(1, size);
}

/* Names, numbers and keys pass through here. */
static void give_back(void *ptr)
{
        if (ptr)
                explicit_bzero(ptr, malloc_usable_size(ptr));
        x_free(ptr);
}

/* By itself jansson goes on where memory fails, and a text comes out a letter short: let that end the program
 * here as it does elsewhere. */
__attribute__((constructor)) static void set_memory(void)
{
        json_set_alloc_funcs(take, give_back);
}

/* jansson allows 2,048 levels and spends stack on each: refuse before it starts. Brackets inside strings
 * count for nothing. */
static bool too_deep(struct str text)
{
        int depth = 0;
        bool in_string = false;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.ptr[i];
                if (in_string) {
                        if (c == '\\')
                                i++;
                        else if (c == '"')
                                in_string = false;
                } else if (c == '"') {
                        in_string = true;
                } else if (c == '[' || c == '{') {
                        if (++depth > DEPTH_MAX)
                                return true;
                } else if (c == ']' || c == '}') {
                        depth--;
                }
        }
        return false;
}

bool json_parse(struct str text, size_t max, json_t **ret)
{
        if (text.len > max || text.len == 0 || too_deep(text))
                return false;
        /* jansson passes over a NUL behind a number, as if it were a blank */
        if (memchr(text.ptr, '\0', text.len))
                return false;
        json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
        if (root == NULL)
                return false;
        *ret = root;
        return true;
}

struct str json_get_str(const json_t *object, const char *key)
{
        const json_t *value = json_object_get(object, key);
        if (!json_is_string(value))
                return STR_NULL;
        return (struct str){json_string_value(value), json_string_length(value)};
}

bool json_get_int(const json_t *object, const char *key, int64_t min, int64_t max, int64_t *ret)
{
        const json_t *value = json_object_get(object, key);
        if (!json_is_integer(value))
                return false;
        int64_t number = json_integer_value(value);
        if (number < min || number > max)
                return false;
        *ret = number;
        return true;
}

bool json_get_double(const json_t *object, const char *key, double min, double max, double *ret)
{
        const json_t *value = json_object_get(object, key);
        if (!json_is_number(value))
                return false;
        double number = json_number_value(value);
        if (!(number >= min && number <= max))
                return false;
        *ret = number;
        return true;
}

bool json_get_bool(const json_t *object, const char *key)
{
        return json_is_true(json_object_get(object, key));
}
