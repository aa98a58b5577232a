/*
 * Who does something with a person's data on purpose, as the log tells it: the holder of an API key, an
 * operator at the machine, or bonin itself.
 */
#pragma once

#include "base/emit.h"

struct actor {
        const char *kind;    /* "api_key", "operator" or "bonin" */
        struct str id, name; /* of the key or the user; null: bonin */
        const char *role;    /* of the key; NULL: none */
        struct str host;     /* where the operator sits; null: the entry's IP tells */
};

extern const struct actor actor_bonin;

/* The member `who`. */
void actor_emit(struct emit *emit, const struct actor *actor);
