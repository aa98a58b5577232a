/*
 * API keys of relying parties, reviewers and administrators. The key is shown once; the row has a keyed hash.
 */
#pragma once

#include "store/store.h"

enum apikey_role { APIKEY_RP, APIKEY_REVIEWER, APIKEY_ADMIN };

const char *apikey_role_name(enum apikey_role role);
NODISCARD bool apikey_role_parse(struct str name, enum apikey_role *ret);

struct apikey {
        char id[ID_MAX];
        struct str name;
        enum apikey_role role;
        int64_t created_at_ms, last_used_at_ms, revoked_at_ms;
};

/* `key` in clear; only its hash is stored. */
NODISCARD enum rc apikey_insert(struct tx *tx, struct str name, enum apikey_role role, struct str key,
                                int64_t now_ms, struct apikey *ret);
/* RC_UNAUTHORIZED where there is no such key, or it was revoked. */
NODISCARD enum rc apikey_find(struct tx *tx, struct str key, struct apikey *ret);
/* Noting that it was used is due once a minute: ask first, so that not every request writes. */
bool apikey_touch_due(const struct apikey *apikey, int64_t now_ms);
NODISCARD enum rc apikey_touch(struct tx *tx, const struct apikey *apikey, int64_t now_ms);
/* All, oldest first; an array in the arena. */
NODISCARD enum rc apikey_list(struct tx *tx, struct apikey **ret, size_t *ret_len);
/* RC_NOT_FOUND; twice is fine. */
NODISCARD enum rc apikey_revoke(struct tx *tx, struct str id, int64_t now_ms);
