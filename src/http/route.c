#include "http/route.h"

static bool is_param(struct str segment)
{
        return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
}

static bool takes_rest(struct str segment)
{
        return is_param(segment) && segment.ptr[segment.len - 2] == '*';
}

static bool pattern_fits(const char *pattern, struct str path, struct str params[HTTP_PARAMS_MAX])
{
        struct str wanted = str_from(pattern), given = path, want, have;
        size_t n = 0;
        while (str_split(&wanted, '/', &want)) {
                if (takes_rest(want) && !str_is_null(given) && n < HTTP_PARAMS_MAX) {
                        params[n] = given;
                        return true;
                }
                if (!str_split(&given, '/', &have))
                        return false;
                if (!is_param(want)) {
                        if (!str_equal(want, have))
                                return false;
                } else {
                        if (have.len == 0 || n == HTTP_PARAMS_MAX)
                                return false;
                        params[n++] = have;
                }
        }
        return str_is_null(given);
}

void route_find(const struct http_route *routes, size_t len, enum http_method method, struct str path,
                struct route_match *ret)
{
        *ret = (struct route_match){0};
        enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
        for (size_t i = 0; i < len; i++) {
                struct str params[HTTP_PARAMS_MAX] = {0};
                if (!pattern_fits(routes[i].pattern, path, params))
                        continue;
                ret->methods |= 1u << routes[i].method;
                if (ret->route == NULL && routes[i].method == wanted) {
                        ret->route = &routes[i];
                        memcpy(ret->params, params, sizeof(params));
                        return;
                }
        }
        if (ret->methods & (1u << HTTP_GET))
                ret->methods |= 1u << HTTP_HEAD;
        if (ret->methods)
                ret->methods |= 1u << HTTP_OPTIONS;
}

int route_param_index(const char *pattern, struct str name)
{
        struct str rest = str_from(pattern), segment;
        int n = 0;
        while (str_split(&rest, '/', &segment)) {
                if (!is_param(segment))
                        continue;
                size_t len = segment.len - (takes_rest(segment) ? 3 : 2);
                if (str_equal(str_sub(segment, 1, len), name))
                        return n;
                n++;
        }
        return -1;
}

void route_allow(unsigned methods, struct buf *buf)
{
        const char *comma = "";
        for (unsigned i = 0; i < HTTP_METHODS; i++) {
                if ((methods & (1u << i)) == 0)
                        continue;
                buf_addf(buf, "%s%s", comma, http_method_name((enum http_method)i));
                comma = ", ";
        }
}
