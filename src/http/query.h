/*
 * application/x-www-form-urlencoded, as it stands in a query or a body, and percent-encoding in a path.
 * Strict: a broken escape, a NUL or bytes that are no UTF-8 fail the whole.
 */
#pragma once

#include "http/request.h"

/* Decode into the arena; '+' becomes a blank where `plus`. False where malformed or the arena is full. */
NODISCARD bool query_decode(struct arena *arena, struct str raw, bool plus, struct str *ret);
/* All pairs in order, at most HTTP_PAIRS_MAX. An empty text has none. False as above, or for more pairs. */
NODISCARD bool query_parse(struct arena *arena, struct str raw, struct http_pairs *ret);
