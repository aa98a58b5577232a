/*
 * A streaming parser of multipart/form-data (RFC 7578): bytes in, in pieces of any size, parts out. Strict
 * about form and bounded in everything: parts, head of a part, preamble. Content-Transfer-Encoding is not
 * undone, as the RFC retired it: such parts come as they are. Feed it until it fails, then ask
 * multipart_finish.
 */
#pragma once

#include "http/request.h"

enum {
        MULTIPART_BOUNDARY_MAX = 70, /* RFC 2046 */
        MULTIPART_HEAD_MAX = 2048,
        MULTIPART_PREAMBLE_MAX = 1024,
        MULTIPART_NAME_MAX = 64,
        MULTIPART_FILENAME_MAX = 512,
};

/* What a part's head said. Views into the parser, valid until `begin` returns. */
struct multipart_head {
        struct str name;
        struct str filename; /* null where the part has none */
        struct str type;     /* null where the part has none */
};

/* A failure that one of these returns ends the parsing with it. */
struct multipart_events {
        enum rc (*begin)(void *ctx, const struct multipart_head *head);
        enum rc (*data)(void *ctx, struct str bytes);
        enum rc (*end)(void *ctx);
};

struct multipart {
        const struct multipart_events *events;
        void *ctx;
        enum { MULTIPART_PREAMBLE, MULTIPART_HEAD, MULTIPART_DATA, MULTIPART_EPILOGUE } state;
        char delimiter[MULTIPART_BOUNDARY_MAX + 4]; /* CR LF - - boundary */
        size_t delimiter_len;
        size_t matched; /* bytes of the delimiter seen at the end of the bytes so far, one more for `tail` */
        size_t unsent;  /* of the matched ones, those that were only assumed */
        char tail;      /* behind the delimiter: '-' or CR */
        char head[MULTIPART_HEAD_MAX];
        size_t head_len;
        size_t parts;
        size_t preamble; /* bytes before the first delimiter */
        bool preamble_blank;
        const char *why; /* what was wrong, static words */
};

/* The boundary of a Content-Type. RC_UNSUPPORTED_MEDIA_TYPE where it is no multipart/form-data,
 * RC_INVALID_REQUEST where it has no proper boundary. */
NODISCARD enum rc multipart_boundary(struct str content_type, struct str *ret);
/* `boundary` is 1 to MULTIPART_BOUNDARY_MAX bytes. */
void multipart_init(struct multipart *parser, struct str boundary, const struct multipart_events *events,
                    void *ctx);
/* RC_INVALID_REQUEST where malformed (parser->why), or what an event returned. */
NODISCARD enum rc multipart_feed(struct multipart *parser, struct str bytes);
/* Whether the end came where it may: RC_INVALID_REQUEST otherwise. No bytes at all are an empty form. */
NODISCARD enum rc multipart_finish(struct multipart *parser);
