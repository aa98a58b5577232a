#include "check/chains.h"

#include <stdio.h>

enum { FIRST_CAP = 256 };

void chains_release(struct chains *chains)
{
        x_free(chains->slots);
        *chains = (struct chains){0};
}

/* Where the session is, or would be. */
static struct chain *slot_of(const struct chains *chains, struct str session_id)
{
        size_t hash = 14695981039346656037u; /* FNV-1a */
        for (size_t i = 0; i < session_id.len; i++)
                hash = (hash ^ (uint8_t)session_id.ptr[i]) * 1099511628211u;
        for (size_t i = hash & (chains->cap - 1);; i = (i + 1) & (chains->cap - 1)) {
                struct chain *slot = &chains->slots[i];
                if (*slot->session_id == '\0' || str_equal(str_from(slot->session_id), session_id))
                        return slot;
        }
}

const struct hash *chains_find(const struct chains *chains, struct str session_id)
{
        if (chains->cap == 0)
                return NULL;
        const struct chain *slot = slot_of(chains, session_id);
        return *slot->session_id ? &slot->leaf : NULL;
}

static void grow(struct chains *chains)
{
        struct chains larger = {.cap = chains->cap ? chains->cap * 2 : FIRST_CAP, .len = chains->len};
        larger.slots = x_new(larger.cap, sizeof(*larger.slots));
        for (size_t i = 0; i < chains->cap; i++)
                if (*chains->slots[i].session_id)
                        *slot_of(&larger, str_from(chains->slots[i].session_id)) = chains->slots[i];
        x_free(chains->slots);
        *chains = larger;
}

void chains_set(struct chains *chains, struct str session_id, const struct hash *leaf)
{
        if (chains->len * 2 >= chains->cap)
                grow(chains);
        struct chain *slot = slot_of(chains, session_id);
        if (*slot->session_id == '\0') {
                snprintf(slot->session_id, sizeof(slot->session_id), "%.*s", STR_FMT(session_id));
                chains->len++;
        }
        slot->leaf = *leaf;
}
