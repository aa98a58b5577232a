/*
 * One HTTP request as a handler sees it: checked by the guard, its path matched, its query decoded, its body
 * collected. All views live in the request's op (op.arena) or in the server's buffers, both until the request
 * ends. A request belongs to one thread at a time: the server's thread for HTTP_INLINE routes, a story thread
 * otherwise.
 */
#pragma once

#include "base/op.h"

#include <jansson.h>

enum http_method {
        HTTP_GET,
        HTTP_HEAD,
        HTTP_POST,
        HTTP_PUT,
        HTTP_PATCH,
        HTTP_DELETE,
        HTTP_OPTIONS,
        HTTP_METHODS
};

enum {
        HTTP_PARAMS_MAX = 4,       /* `{name}` segments in a pattern */
        HTTP_BODY_MAX = 64 * 1024, /* bodies collected in memory */
        HTTP_FIELD_MAX = 4096,     /* a text field of a form, decoded */
        HTTP_PARTS_MAX = 32,       /* parts of a multipart body */
        HTTP_PAIRS_MAX = 64,       /* fields of a query or form */
};

/* A name and a value: a header line, a query parameter, a form field. */
struct http_pair {
        struct str name;
        struct str value;
};

struct http_pairs {
        struct http_pair *items;
        size_t len;
};

/* A part of a multipart body. Text parts (without file name) are collected in `value`; file parts go to the
 * route's sink, which keeps what it needs in `file`. */
struct http_part {
        struct str name;
        struct str filename; /* what the client chose: never a path of ours; null for a text part */
        struct str type;     /* Content-Type of the part, null where it has none */
        struct str value;    /* text parts only */
        uint64_t size;       /* bytes that have come */
        void *file;          /* the sink's own */
        bool opened;         /* the sink's `open` accepted it */
        bool whole;          /* the part has come to its end */
};

struct http_route;
struct http_exchange;

struct http_request {
        struct op op;
        enum http_method method;
        struct str path;                /* as sent, without the query; never log it: keys stand in it */
        const struct http_route *route; /* NULL where no route matched */
        struct str params[HTTP_PARAMS_MAX];
        struct http_pairs query;
        struct http_pairs headers;
        struct str body; /* whole, where the route is no upload */
        struct http_part parts[HTTP_PARTS_MAX];
        size_t parts_len;
        void *upload;                   /* the sink's own, for the whole request */
        struct http_exchange *exchange; /* the server's own */
};

/* Value of the `{name}` segment of the route's pattern, decoded; null where the pattern has none. */
struct str http_request_param(const struct http_request *request, const char *name);
/* First query parameter of that name, decoded; null where absent. */
struct str http_request_query(const struct http_request *request, const char *name);
/* Value of the header, name without regard to case; null where absent. Two lines of one name: the first. */
struct str http_request_header(const struct http_request *request, const char *name);
/* The token of `Authorization: Bearer TOKEN`; null where there is none. */
struct str http_request_bearer(const struct http_request *request);
/* First part of that name in a multipart body; NULL where absent. */
struct http_part *http_request_part(struct http_request *request, const char *name);
/* Value of the first text part of that name; null where absent or a file. */
struct str http_request_text(struct http_request *request, const char *name);

/* The body as a JSON object. RC_UNSUPPORTED_MEDIA_TYPE where Content-Type is not application/json (with
 * charset utf-8 or none), RC_INVALID_JSON where it is no object or breaks base/json's rules. The caller
 * releases it with json_decref. */
NODISCARD enum rc http_request_json(struct http_request *request, json_t **ret);
/* The body as application/x-www-form-urlencoded. RC_UNSUPPORTED_MEDIA_TYPE, or RC_INVALID_REQUEST where it is
 * malformed. In the op's arena. */
NODISCARD enum rc http_request_form(struct http_request *request, struct http_pairs *ret);

/* First pair of that name; null where absent. */
struct str http_pairs_get(const struct http_pairs *pairs, const char *name);
/* "GET" … ; static. */
const char *http_method_name(enum http_method method);
/* HTTP_METHODS where it is none of ours. Methods are upper case. */
enum http_method http_method_parse(struct str name);
