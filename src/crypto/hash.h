/*
 * SHA-256 of bytes that are no secret: names of keys, leaves and nodes of trees.
 */
#pragma once

#include "base/str.h"

enum { HASH_LEN = 32 };

struct hash {
        uint8_t bytes[HASH_LEN];
};

/* Of the parts, one behind another. */
struct hash hash_sha256(const struct str *parts, size_t parts_len);
/* A hash that arrives as bytes; false unless there are exactly HASH_LEN. */
NODISCARD bool hash_parse(struct str bytes, struct hash *ret);

static inline struct str hash_str(const struct hash *hash)
{
        return str_from_bytes(hash->bytes, HASH_LEN);
}

static inline bool hash_equal(const struct hash *a, const struct hash *b)
{
        return memcmp(a->bytes, b->bytes, HASH_LEN) == 0;
}
