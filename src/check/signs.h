/*
 * The signs of forgery that a document showed (doc/authenticity.h), for those who decide by them: its relying
 * party, the office, the operator, the log. Applicants are not told, for who forges would learn by them.
 */
#pragma once

#include "base/emit.h"

/* The member `key` out of a document's details; null where these are, as before it is judged, after erasing,
 * and to who loads it without its session. */
void signs_emit(struct emit *emit, const char *key, struct str details);
