/*
 * What a request's head must be, before anything else looks at it. libmicrohttpd reads heads leniently; what
 * two readers could understand differently is refused here. Pure: bytes in, verdict out.
 */
#pragma once

#include "http/request.h"

enum { GUARD_HEADERS_MAX = 64 };

struct guard_head {
        struct str method;
        struct str uri; /* as it came, query included */
        struct str version;
        const struct http_pair *headers;
        size_t headers_len;
};

struct guard_verdict {
        enum http_method method;
        uint64_t content_length; /* 0 where there is no body */
        bool expects_continue;
};

/* NULL: well-formed, and *ret is written. Otherwise what is wrong, static words. An unknown method is no
 * fault of form: ret->method is then HTTP_METHODS. */
const char *guard_check(const struct guard_head *head, struct guard_verdict *ret);

/*
 * Where the parts of the head lie in the receive buffer. libmicrohttpd before 1.0 writes zeros over the ends
 * of lines and takes a bare LF, folded lines, blanks and NULs on the way: each leaves a trace in the
 * distances.
 */
struct guard_layout {
        const char *method;
        const char *uri;
        size_t uri_len;
        const char *version;
        const struct http_pair *headers;
        size_t headers_len;
        size_t head_len; /* from the method to the end of the blank line */
};

bool guard_layout_canonical(const struct guard_layout *layout);
