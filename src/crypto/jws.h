/*
 * Signed results: ES256 (RFC 7515, 7518) under one P-256 key, made at the first start and kept sealed by the
 * vault. A signer is immutable: any thread may use it.
 */
#pragma once

#include "crypto/vault.h"

struct signer;

/* Make a key; its sealed form is appended to *ret_sealed, for whoever keeps it. */
NODISCARD enum rc signer_make(struct op *op, const struct vault *vault, struct buf *ret_sealed);
/* From the sealed form. RC_CONFIG where it is damaged or of another SECRET_KEY. */
NODISCARD enum rc signer_new(struct op *op, const struct vault *vault, struct str sealed,
                             struct signer **ret);
/* From a file (mode 0600), made where it is missing. */
NODISCARD enum rc signer_load_or_make(struct op *op, const struct vault *vault, const char *path,
                                      struct signer **ret);
void signer_free(struct signer **signer);

/* RFC 7638 thumbprint of the public key; lives as long as the signer. */
const char *signer_kid(const struct signer *signer);
/* The public key as a JWK set: {"keys":[…]}. */
void jws_jwks(const struct signer *signer, struct buf *ret);
/* Sign `claims` (JSON): header.payload.signature, appended to *ret. `type` becomes the header's `typ`. */
NODISCARD enum rc jws_sign(struct op *op, const struct signer *signer, const char *type, struct str claims,
                           struct buf *ret);
/* Whether `token` is a compact JWS with an ES256 signature by the public key `jwk` (a P-256 JWK for
 * signatures); no other algorithm, no `crit`, no padding. Says nothing of its claims. */
bool jws_signed_by(const char *jwk, struct str token);
/* The claims of a token that this signer made; RC_UNAUTHORIZED for any other: algorithm ES256 and our own
 * key id are demanded, whatever the header asks for. Times are the caller's to judge. */
NODISCARD enum rc jws_verify(struct op *op, const struct signer *signer, struct str token,
                             struct buf *ret_claims);
