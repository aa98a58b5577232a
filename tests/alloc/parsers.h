/*
 * What parses bytes of others, each with an input that is well formed and meets all of it.
 */
#pragma once

#include "base/op.h"

struct parser {
        const char *name;
        /* Whether it came to what it should. */
        bool (*parse)(struct op *op);
        /* libjose forgets what it has of a key where OpenSSL has no memory for the rest. */
        bool library_leaks;
};

extern const struct parser parsers[];
extern const size_t parsers_len;

/* Make what the inputs need (a token, and the key that it is signed with), and release it. */
void parsers_prepare(void);
void parsers_release(void);
