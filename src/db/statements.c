#include "db/statements.h"

#include <string.h>

static uint64_t hash_of(const char *sql)
{
        uint64_t hash = 14695981039346656037u; /* FNV-1a */
        for (; *sql; sql++)
                hash = (hash ^ (uint8_t)*sql) * 1099511628211u;
        return hash;
}

/* Where it is, or the free slot where it would be. There is always one, since at most half are taken. */
static struct statement *slot_of(const struct statements *statements, const char *sql, uint64_t hash)
{
        for (size_t i = hash % STATEMENTS_SLOTS;; i = (i + 1) % STATEMENTS_SLOTS) {
                struct statement *slot = &statements->slots[i];
                if (slot->sql == NULL || (slot->hash == hash && strcmp(slot->sql, sql) == 0))
                        return slot;
        }
}

void *statements_get(const struct statements *statements, const char *sql)
{
        return statements->slots ? slot_of(statements, sql, hash_of(sql))->handle : NULL;
}

void statements_put(struct statements *statements, const char *sql, void *handle,
                    void (*drop)(void *drop_user, void *handle), void *drop_user)
{
        if (statements->len == STATEMENTS_MAX)
                statements_release(statements, drop, drop_user);
        if (statements->slots == NULL)
                statements->slots = x_new(STATEMENTS_SLOTS, sizeof(*statements->slots));
        uint64_t hash = hash_of(sql);
        *slot_of(statements, sql, hash) =
            (struct statement){.sql = x_copy(sql), .hash = hash, .handle = handle};
        statements->len++;
}

void statements_release(struct statements *statements, void (*drop)(void *drop_user, void *handle),
                        void *drop_user)
{
        for (size_t i = 0; statements->slots && i < STATEMENTS_SLOTS; i++) {
                if (statements->slots[i].sql == NULL)
                        continue;
                drop(drop_user, statements->slots[i].handle);
                x_free(statements->slots[i].sql);
        }
        x_free(statements->slots);
        *statements = (struct statements){0};
}
