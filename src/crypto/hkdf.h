/*
 * HKDF-SHA256 (RFC 5869): keys for several uses from one secret.
 */
#pragma once

#include "base/str.h"

/* At most 255 * 32 bytes; false past that, or where the library fails. */
NODISCARD bool hkdf_sha256(struct str secret, struct str salt, struct str info, uint8_t *ret, size_t ret_len);
