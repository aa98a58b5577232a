/*
 * The story of destroying: a whole session, or its pictures alone. What is written is overwritten, the files
 * go, the store is scrubbed, and a receipt stays in the log: that it was done, why, by whom, and how much.
 */
#pragma once

#include "check/actor.h"
#include "check/service.h"
#include "store/erasure.h"

/* Destroy what is held about the person of a session, down to the store's files. `why`: a word of ours.
 * RC_SESSION_NOT_FOUND. Twice is fine, and finishes what was left undone by a failure. */
NODISCARD enum rc erasure_session(struct op *op, struct service *svc, struct str session_id,
                                  const struct actor *who, const char *why);

/* Within the transaction that ends a session: destroy its pictures of faces there and then, where
 * FACE_RETENTION_DAYS is 0. *ret_blobs: call erasure_remove_blobs once that is committed. */
NODISCARD enum rc erasure_faces_at_end(struct tx *tx, struct service *svc, const char *session_id,
                                       int64_t now_ms, struct blob_names *ret_blobs);
/* Their key is gone already: a file that stays behind by a failure here cannot be opened by anybody, and
 * cleanup sweeps it. */
void erasure_remove_blobs(struct op *op, struct service *svc, const struct blob_names *blobs);

/*
 * Retention, a batch at a time: sessions, pictures and templates whose time is over. *ret_count: how many
 * that were, of at most `max`. Goes on past one that cannot be destroyed, and fails with the first of them at
 * the end.
 */
NODISCARD enum rc erasure_retain_sessions(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                          int64_t *ret_count);
NODISCARD enum rc erasure_retain_pictures(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                          int64_t *ret_count);
/* Pictures of faces, of sessions that ended FACE_RETENTION_DAYS ago. */
NODISCARD enum rc erasure_retain_faces(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                       int64_t *ret_count);
/* Templates of people who were seen, all of them where DUPLICATE_FACE_DAYS is 0. */
NODISCARD enum rc erasure_retain_people(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                        int64_t *ret_count);
