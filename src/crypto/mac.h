/*
 * Keyed hashes of one-time codes. A hash is bound to its row and to the address that the code was sent to:
 * it is worth nothing in another row or for another address. Comparison takes the same time whatever the
 * bytes are. Thread-safe.
 */
#pragma once

#include "crypto/vault.h"

enum { MAC_LEN = 32 };

void mac_code(const struct vault *vault, struct str row_id, struct str address, struct str code,
              uint8_t ret[MAC_LEN]);
/* Whether `code` is the one that `stored` was made of, under the current secret or a previous one. */
bool mac_code_matches(const struct vault *vault, struct str row_id, struct str address, struct str code,
                      struct str stored);
/* Constant-time comparison. */
bool mac_equal(const void *a, const void *b, size_t len);
/* HMAC-SHA1 and HMAC-SHA256, for protocols of others. */
void mac_hmac_sha1(struct str key, struct str text, uint8_t ret[20]);
void mac_hmac_sha256(struct str key, struct str text, uint8_t ret[32]);
