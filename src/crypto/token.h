/*
 * Opaque credentials: a prefix that tells what they are, and 256 random bits in base64url. Only their hash is
 * stored; no key is needed for it, since nothing can be guessed.
 */
#pragma once

#include "base/str.h"

enum token_kind {
        TOKEN_SESSION, /* bns_: the applicant's session_key */
        TOKEN_API_KEY, /* bnk_: of a relying party, reviewer or admin */
        TOKEN_RESULT,  /* bnt_: verification_token */
        TOKEN_CONFIRM, /* bnc_: the link in a mail */
        TOKEN_KIND_COUNT
};

enum { TOKEN_MAX = 48, TOKEN_LEN = 47, TOKEN_HASH_LEN = 32 };

void token_new(enum token_kind kind, char ret[TOKEN_MAX]);
/* Whether `text` has the form of such a token: asked before it is looked up. */
bool token_valid(enum token_kind kind, struct str text);
void token_hash(struct str text, uint8_t ret[TOKEN_HASH_LEN]);
