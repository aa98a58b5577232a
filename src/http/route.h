/*
 * Which route a path belongs to.
 */
#pragma once

#include "http/server.h"

struct route_match {
        const struct http_route *route; /* NULL: no route for this path, or not with this method */
        unsigned methods;               /* bits (1 << method) that the path knows; 0: unknown path */
        struct str params[HTTP_PARAMS_MAX];
};

/* Raw segments in ret->params, still percent-encoded. The first row that fits wins. */
void route_find(const struct http_route *routes, size_t len, enum http_method method, struct str path,
                struct route_match *ret);
/* Position of the parameter in the pattern, -1 where it has none. */
int route_param_index(const char *pattern, struct str name);
/* "GET, HEAD, POST" of the bits. */
void route_allow(unsigned methods, struct buf *buf);
