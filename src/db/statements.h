/*
 * Prepared statements of one connection, kept by their text.
 */
#pragma once

#include "base/util.h"

enum { STATEMENTS_SLOTS = 512, STATEMENTS_MAX = 256 };

struct statements {
        struct statement {
                char *sql; /* NULL: free */
                uint64_t hash;
                void *handle;
        } * slots;
        size_t len;
};

/* NULL where there is none. */
void *statements_get(const struct statements *statements, const char *sql);
/* Keep a handle for a text that is not yet kept. At the maximum all others are handed to `drop` first. */
void statements_put(struct statements *statements, const char *sql, void *handle,
                    void (*drop)(void *drop_user, void *handle), void *drop_user);
void statements_release(struct statements *statements, void (*drop)(void *drop_user, void *handle),
                        void *drop_user);
