#include "api/field.h"

#include <stdlib.h>

enum { WORD_MAX = 64 };

static enum rc wrong(struct call *call, const struct field *field, const char *ko, const char *en)
{
        return op_fail_field(call->op, RC_VALIDATION_FAILED, field->name, ko, en);
}

static enum rc put_text(struct call *call, const struct field *field, const json_t *value, struct str *ret)
{
        if (!json_is_string(value))
                return wrong(call, field, "문자열이어야 합니다.", "Must be text.");
        struct str text = {json_string_value(value), json_string_length(value)};
        if (text.len > field->max)
                return wrong(call, field, "너무 깁니다.", "Too long.");
        *ret = arena_copy(&call->op->arena, text);
        return str_is_null(*ret) ? op_fail(call->op, RC_UNAVAILABLE, "request memory is full") : RC_OK;
}

static enum rc put_object(struct call *call, const struct field *field, const json_t *value, struct str *ret)
{
        if (!json_is_object(value))
                return wrong(call, field, "객체여야 합니다.", "Must be an object.");
        char *text = json_dumps(value, JSON_COMPACT);
        *ret = text ? arena_copy(&call->op->arena, str_from(text)) : STR_NULL;
        free(text);
        return str_is_null(*ret) ? op_fail(call->op, RC_UNAVAILABLE, "request memory is full") : RC_OK;
}

static enum rc put_words(struct call *call, const struct field *field, const json_t *value,
                         struct field_words *ret)
{
        const json_t *item;
        size_t index, len = json_array_size(value);
        if (!json_is_array(value) || len > field->max)
                return wrong(call, field, "문자열의 배열이어야 합니다.", "Must be a list of texts.");
        struct str *words = arena_alloc(&call->op->arena, MAX(len, (size_t)1) * sizeof(*words));
        if (words == NULL)
                return op_fail(call->op, RC_UNAVAILABLE, "request memory is full");
        json_array_foreach(value, index, item)
        {
                const struct field word = {.name = field->name, .max = WORD_MAX};
                if (put_text(call, &word, item, &words[index]) != RC_OK)
                        return call->op->rc;
        }
        *ret = (struct field_words){words, len};
        return RC_OK;
}

static enum rc put_int(struct call *call, const struct field *field, const json_t *value, int64_t *ret)
{
        json_int_t number = json_integer_value(value);
        if (!json_is_integer(value) || number < 0 || (uint64_t)number > field->max)
                return wrong(call, field, "범위 안의 정수여야 합니다.", "Must be a whole number in range.");
        *ret = number;
        return RC_OK;
}

static enum rc put(struct call *call, const struct field *field, const json_t *value, void *at)
{
        switch (field->type) {
        case FIELD_TEXT:
                return put_text(call, field, value, at);
        case FIELD_OBJECT:
                return put_object(call, field, value, at);
        case FIELD_WORDS:
                return put_words(call, field, value, at);
        case FIELD_INT:
                return put_int(call, field, value, at);
        case FIELD_BOOL:
                if (!json_is_boolean(value))
                        return wrong(call, field, "true 또는 false여야 합니다.", "Must be true or false.");
                *(bool *)at = json_is_true(value);
                return RC_OK;
        }
        return RC_INTERNAL;
}

enum rc field_decode_object(struct call *call, const json_t *object, const struct field *fields, size_t len,
                            void *ret)
{
        enum rc rc = RC_OK;
        for (size_t i = 0; i < len; i++) {
                const json_t *value = json_object_get(object, fields[i].name);
                enum rc one = RC_OK;
                if (value == NULL || json_is_null(value)) {
                        if (fields[i].required)
                                one = wrong(call, &fields[i], "필수 항목입니다.", "This field is required.");
                } else {
                        one = put(call, &fields[i], value, (char *)ret + fields[i].offset);
                }
                if (one != RC_OK)
                        rc = one;
        }
        return rc == RC_OK ? RC_OK : call->op->rc;
}

enum rc field_decode(struct call *call, const struct field *fields, size_t len, void *ret)
{
        json_auto_t *root = NULL;
        if (http_request_json(call->request, &root) != RC_OK)
                return call->op->rc;
        return field_decode_object(call, root, fields, len, ret);
}

enum rc field_of_query(struct http_request *request, const char *name, struct str *ret)
{
        size_t found = 0;
        for (size_t i = 0; i < request->query.len; i++)
                found += str_equal(request->query.items[i].name, str_from(name));
        if (found > 1)
                return op_fail_field(&request->op, RC_VALIDATION_FAILED, name,
                                     "주소에 이 항목이 두 번 들어 있습니다. 한 번만 보내 주세요.",
                                     "The query has this twice. Send it once.");
        *ret = http_request_query(request, name);
        return RC_OK;
}

enum rc field_of_form(struct http_request *request, const char *name, struct str *ret)
{
        struct str query = STR_NULL, part = http_request_text(request, name);
        if (field_of_query(request, name, &query) != RC_OK)
                return request->op.rc;
        if (query.ptr && part.ptr && !str_equal(query, part))
                return op_fail_field(&request->op, RC_VALIDATION_FAILED, name,
                                     "주소와 양식에 서로 다른 값이 들어 있습니다. 하나만 보내 주세요.",
                                     "The query and the form differ in this. Send one of them.");
        *ret = query.ptr ? query : part;
        return RC_OK;
}
