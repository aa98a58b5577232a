/*
 * What SECRET_KEY protects. From the secret one key is derived for each use (HKDF-SHA256), so that no key
 * does two things. Keys live in guarded, locked, read-only memory and are wiped by vault_free. Previous
 * secrets still open what they sealed, and still recognise hashes that they made, but make nothing new.
 * A vault is immutable after vault_new: any thread may use it.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

enum { VAULT_SECRET_MIN = 32, VAULT_KEY_LEN = 32, VAULT_INDEX_LEN = 32, VAULT_PREVIOUS_MAX = 8 };
/* Bytes that vault_seal adds: version, key id, nonce, tag. */
enum { VAULT_OVERHEAD = 1 + 8 + 24 + 16, VAULT_WRAPPED_LEN = VAULT_OVERHEAD + VAULT_KEY_LEN };

/* What a keyed hash is for. The same text hashes differently for each use. */
enum vault_use {
        VAULT_PHONE, /* find a phone number */
        VAULT_EMAIL, /* find an e-mail address */
        VAULT_LIMIT, /* names of counters */
        VAULT_CODE,  /* one-time codes; by mac_code */
        VAULT_FRAME, /* find a frame that was seen before */
        VAULT_USE_COUNT
};

struct vault;

/* RC_CONFIG where a secret is shorter than VAULT_SECRET_MIN. */
NODISCARD enum rc vault_new(struct op *op, struct str secret, const struct str *previous, size_t previous_len,
                            struct vault **ret);
/* Wipes. For CLEANUP too; a NULL vault is fine. */
void vault_free(struct vault **vault);

/* Seal and open small secrets of the program itself. `aad` names the place where the sealed bytes are kept:
 * bytes moved to another place do not open. RC_INTERNAL where they are damaged, moved, or of a key that the
 * vault does not have. */
void vault_seal(const struct vault *vault, struct str aad, struct str plain, struct buf *ret);
NODISCARD enum rc vault_open(struct op *op, const struct vault *vault, struct str aad, struct str sealed,
                             struct buf *ret);
/* Whether sealed bytes are of the current secret; false: seal them anew when the row is written next. */
bool vault_is_current(const struct vault *vault, struct str sealed);

/* What everything that the current secret has sealed begins with. */
enum { VAULT_PREFIX_LEN = 1 + 8 };
void vault_prefix(const struct vault *vault, uint8_t ret[VAULT_PREFIX_LEN]);

/* A session's data key, wrapped. VAULT_WRAPPED_LEN bytes are appended. */
void vault_wrap_key(const struct vault *vault, struct str session_id, const uint8_t key[VAULT_KEY_LEN],
                    struct buf *ret);
NODISCARD enum rc vault_unwrap_key(struct op *op, const struct vault *vault, struct str session_id,
                                   struct str wrapped, uint8_t ret[VAULT_KEY_LEN]);

/* Keyed hash of `text`, for equality look-ups of what is stored sealed. */
void vault_index(const struct vault *vault, enum vault_use use, struct str text,
                 uint8_t ret[VAULT_INDEX_LEN]);
/* The same under every secret, 0 the current one: rows from before a rotation are found by trying all. */
size_t vault_generations(const struct vault *vault);
void vault_index_of(const struct vault *vault, size_t generation, enum vault_use use, struct str text,
                    uint8_t ret[VAULT_INDEX_LEN]);

/* A value to keep beside the data, that tells at the start whether the secret is the one that the data was
 * sealed with. RC_CONFIG: it is not, and the program must not run. */
void vault_check_make(const struct vault *vault, struct buf *ret);
NODISCARD enum rc vault_check(struct op *op, const struct vault *vault, struct str sealed);
