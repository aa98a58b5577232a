#include "http/request.h"

#include "base/json.h"
#include "http/media.h"
#include "http/query.h"
#include "http/route.h"

static const char *const method_names[HTTP_METHODS] = {"GET",   "HEAD",   "POST",   "PUT",
                                                       "PATCH", "DELETE", "OPTIONS"};

const char *http_method_name(enum http_method method)
{
        return method < HTTP_METHODS ? method_names[method] : "OTHER";
}

enum http_method http_method_parse(struct str name)
{
        for (size_t i = 0; i < HTTP_METHODS; i++)
                if (str_equal(name, str_from(method_names[i])))
                        return (enum http_method)i;
        return HTTP_METHODS;
}

struct str http_pairs_get(const struct http_pairs *pairs, const char *name)
{
        for (size_t i = 0; i < pairs->len; i++)
                if (str_equal(pairs->items[i].name, str_from(name)))
                        return pairs->items[i].value;
        return STR_NULL;
}

struct str http_request_query(const struct http_request *request, const char *name)
{
        return http_pairs_get(&request->query, name);
}

struct str http_request_header(const struct http_request *request, const char *name)
{
        for (size_t i = 0; i < request->headers.len; i++)
                if (str_equal_nocase(request->headers.items[i].name, str_from(name)))
                        return request->headers.items[i].value;
        return STR_NULL;
}

struct str http_request_param(const struct http_request *request, const char *name)
{
        int at = request->route ? route_param_index(request->route->pattern, str_from(name)) : -1;
        return at < 0 || at >= HTTP_PARAMS_MAX ? STR_NULL : request->params[at];
}

struct str http_request_bearer(const struct http_request *request)
{
        struct str value = http_request_header(request, "Authorization");
        if (value.len < 7 || !str_equal_nocase(str_sub(value, 0, 7), STR("Bearer ")))
                return STR_NULL;
        return str_trim(str_sub(value, 7, value.len));
}

struct http_part *http_request_part(struct http_request *request, const char *name)
{
        for (size_t i = 0; i < request->parts_len; i++)
                if (str_equal(request->parts[i].name, str_from(name)))
                        return &request->parts[i];
        return NULL;
}

struct str http_request_text(struct http_request *request, const char *name)
{
        struct http_part *part = http_request_part(request, name);
        return part && str_is_null(part->filename) ? part->value : STR_NULL;
}

/* Whether the body is declared as `type`, in UTF-8 or without a charset. */
static bool declared_as(const struct http_request *request, const char *type)
{
        struct media media;
        if (!media_parse(http_request_header(request, "Content-Type"), &media) ||
            !str_equal_nocase(media.type, str_from(type)))
                return false;
        struct str charset = media_param(&media, "charset");
        return str_is_null(charset) || str_equal_nocase(charset, STR("utf-8"));
}

enum rc http_request_json(struct http_request *request, json_t **ret)
{
        struct op *op = &request->op;
        if (!declared_as(request, "application/json"))
                return op_fail(op, RC_UNSUPPORTED_MEDIA_TYPE, "the body is not declared as application/json");
        json_t *json;
        if (!json_parse(request->body, HTTP_BODY_MAX, &json))
                return op_fail(op, RC_INVALID_JSON, "the body is no JSON");
        if (!json_is_object(json)) {
                json_decref(json);
                return op_fail(op, RC_INVALID_JSON, "the body is no JSON object");
        }
        *ret = json;
        return RC_OK;
}

enum rc http_request_form(struct http_request *request, struct http_pairs *ret)
{
        struct op *op = &request->op;
        if (!declared_as(request, "application/x-www-form-urlencoded"))
                return op_fail(op, RC_UNSUPPORTED_MEDIA_TYPE, "the body is not declared as a form");
        if (!query_parse(&op->arena, request->body, ret))
                return op_fail(op, RC_INVALID_REQUEST, "the body is no well-formed form");
        return RC_OK;
}
