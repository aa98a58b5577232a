/*
 * A view of bytes that somebody else owns: pointer and length, by value, not NUL-terminated. The empty view
 * may have a NULL pointer; that is how "absent" is told from "empty" where it matters (str_is_null).
 */
#pragma once

#include "base/util.h"

#include <string.h>

struct str {
        const char *ptr;
        size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NULL     ((struct str){NULL, 0})
/* For printf's "%.*s". Only for text that may be shown: never a key, a code or personal data. */
#define STR_FMT(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct str str_from(const char *text)
{
        return (struct str){text, text ? strlen(text) : 0};
}

static inline struct str str_from_bytes(const void *bytes, size_t len)
{
        return (struct str){(const char *)bytes, len};
}

static inline bool str_is_null(struct str s)
{
        return s.ptr == NULL;
}

static inline bool str_equal(struct str a, struct str b)
{
        return a.len == b.len && (a.len == 0 || (a.ptr && b.ptr && memcmp(a.ptr, b.ptr, a.len) == 0));
}

bool str_equal_nocase(struct str a, struct str b); /* ASCII only */
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
/* Offset of the first `c` or `needle`, or -1. */
ssize_t str_find(struct str s, char c);
ssize_t str_find_str(struct str s, struct str needle);
/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str s);
/* From `from`, `len` bytes at most; clipped to what there is. */
struct str str_sub(struct str s, size_t from, size_t len);
/* Cut at the first `sep`: true and the part before it in *ret_head with the rest left in *rest, or, where
 * there is no `sep`, everything in *ret_head and a null rest. False when *rest is null: nothing left. */
bool str_split(struct str *rest, char sep, struct str *ret_head);
/* A whole decimal number within [min, max], no sign but '-', no blanks, no overflow; false otherwise. */
NODISCARD bool str_to_int(struct str s, int64_t min, int64_t max, int64_t *ret);
NODISCARD bool str_to_double(struct str s, double min, double max, double *ret);
/* Exactly `len` bytes from 2 * len hex digits. */
NODISCARD bool str_unhex(struct str s, void *ret, size_t len);
/* Bytes of base64 with padding (RFC 4648 section 4), at most `max`. To the letter: no blanks, no line breaks,
 * no bits that no byte takes, so that one value has one text. */
NODISCARD bool str_unbase64(struct str s, void *ret, size_t max, size_t *ret_len);
