/*
 * Ed25519 signatures (RFC 8032) under a key that the caller holds, as its 32 bytes of seed. Verification is
 * strict: no signature or key that is not in its one canonical form, and no key of small order, which would
 * verify anything. Thread-safe.
 */
#pragma once

#include "base/str.h"

enum { ED25519_SEED_LEN = 32, ED25519_PUBLIC_LEN = 32, ED25519_SIGNATURE_LEN = 64 };

void ed25519_public(const uint8_t seed[ED25519_SEED_LEN], uint8_t ret[ED25519_PUBLIC_LEN]);
void ed25519_sign(const uint8_t seed[ED25519_SEED_LEN], struct str text, uint8_t ret[ED25519_SIGNATURE_LEN]);
bool ed25519_verify(const uint8_t public_key[ED25519_PUBLIC_LEN], struct str text, struct str signature);
