/*
 * The story of destroying: a whole session, or its pictures alone. What is written is overwritten, the files
 * go, the store is scrubbed, and a receipt stays in the log: that it was done, why, by whom, and how much.
 */
#pragma once

#include "check/actor.h"
#include "check/service.h"

/* Destroy what is held about the person of a session, down to the store's files. `why`: a word of ours.
 * RC_SESSION_NOT_FOUND. Twice is fine, and finishes what was left undone by a failure. */
NODISCARD enum rc erasure_session(struct op *op, struct service *svc, struct str session_id,
                                  const struct actor *who, const char *why);

/*
 * Retention, a batch at a time: sessions, and pictures, whose time is over. *ret_count: how many that were,
 * of at most `max`. Goes on past one that cannot be destroyed, and fails with the first of them at the end.
 */
NODISCARD enum rc erasure_retain_sessions(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                          int64_t *ret_count);
NODISCARD enum rc erasure_retain_pictures(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                          int64_t *ret_count);
