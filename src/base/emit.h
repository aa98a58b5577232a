/*
 * Writes JSON (RFC 8259) into a buf, one value after another. Members take a key; array elements take NULL.
 * Strings must be UTF-8: bytes that are not become U+FFFD, so that what is emitted is always JSON.
 */
#pragma once

#include "base/buf.h"

struct emit {
        struct buf *buf;
        bool comma;
};

static inline struct emit emit_to(struct buf *buf)
{
        return (struct emit){.buf = buf};
}

void emit_open(struct emit *emit, const char *key);       /* { */
void emit_close(struct emit *emit);                       /* } */
void emit_open_array(struct emit *emit, const char *key); /* [ */
void emit_close_array(struct emit *emit);                 /* ] */

void emit_str(struct emit *emit, const char *key, struct str value); /* a null str becomes null */
void emit_text(struct emit *emit, const char *key, const char *value);
void emit_int(struct emit *emit, const char *key, int64_t value);
/* At most `decimals` digits after the point. NaN and infinity become null. */
void emit_double(struct emit *emit, const char *key, double value, int decimals);
/* 0 to 1, with at most four digits; below 0, which says that there is none, becomes null. */
void emit_score(struct emit *emit, const char *key, double score);
void emit_bool(struct emit *emit, const char *key, bool value);
void emit_null(struct emit *emit, const char *key);
/* RFC 3339 in UTC; 0 becomes null. */
void emit_time(struct emit *emit, const char *key, int64_t wall_ms);
/* JSON that is known to be valid. */
void emit_raw(struct emit *emit, const char *key, struct str json);
