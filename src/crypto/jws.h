/*
 * Signed results: ES256 (RFC 7515, 7518) under P-256 keys, which are kept sealed by the vault. A signer is
 * one key and immutable. A keyring has the one that signs and, behind it, those that signed before and still
 * verify; it may be filled anew while others use it. Any thread.
 */
#pragma once

#include "crypto/vault.h"

struct signer;
struct keyring;

enum { KEYRING_MAX = 16 };

/* Make a key; its sealed form is appended to *ret_sealed, for whoever keeps it. */
NODISCARD enum rc signer_make(struct op *op, const struct vault *vault, struct buf *ret_sealed);
/* From the sealed form. RC_CONFIG where it is damaged or of another SECRET_KEY. */
NODISCARD enum rc signer_new(struct op *op, const struct vault *vault, struct str sealed,
                             struct signer **ret);
/* The sealed form anew, under the vault's current secret. Appends. */
NODISCARD enum rc signer_reseal(struct op *op, const struct vault *vault, struct str sealed,
                                struct buf *ret_sealed);
void signer_free(struct signer **signer);
/* RFC 7638 thumbprint of the public key; lives as long as the signer. */
const char *signer_kid(const struct signer *signer);

struct keyring *keyring_new(void);
void keyring_free(struct keyring **keyring);
/* Put these in the place of all that are there: the first signs. They are the keyring's from now on. */
void keyring_fill(struct keyring *keyring, struct signer *const *signers, size_t len);
/* The id of the key that signs, copied; "" where there is none. */
enum { KEYRING_KID_MAX = 64 };
void keyring_kid(struct keyring *keyring, char ret[KEYRING_KID_MAX]);

/* The public keys as a JWK set: {"keys":[…]}. */
void jws_jwks(struct keyring *keyring, struct buf *ret);
/* Sign `claims` (JSON): header.payload.signature, appended to *ret. `type` becomes the header's `typ`. */
NODISCARD enum rc jws_sign(struct op *op, struct keyring *keyring, const char *type, struct str claims,
                           struct buf *ret);
/* Whether `token` is a compact JWS with an ES256 signature by the public key `jwk` (P-256, and for signatures
 * by ES256 where it says what it is for); no other algorithm, no `crit`, no padding. Says nothing of its
 * claims. */
bool jws_signed_by(const char *jwk, struct str token);
/* The claims of a token that a key of the ring made; RC_UNAUTHORIZED for any other: algorithm ES256 and a key
 * id of ours are demanded, whatever the header asks for. Times are the caller's to judge. */
NODISCARD enum rc jws_verify(struct op *op, struct keyring *keyring, struct str token,
                             struct buf *ret_claims);
