/*
 * A document that took its step and then turned out to be of no use: its portrait cannot be compared with
 * anybody. What it proved is taken back, and the session waits for another. The status stays where it is;
 * that a document is wanted shows in id_card_verified_at_ms, which is 0 again.
 */
#pragma once

#include "store/erasure.h"

/*
 * Within a write: where `document_id` took the session's step, and the face has not taken its own, forget
 * what it proved, its pictures, what was read of it and the hashes of its numbers; it becomes rejected, with
 * `errors` (JSON). *ret_withdrawn tells whether it was this call that did so. Names of its blobs in *ret, to
 * be deleted once the transaction is committed; marks the store for scrubbing.
 */
NODISCARD enum rc document_withdraw(struct tx *tx, struct session *session, const char *document_id,
                                    struct str errors, struct blob_names *ret, bool *ret_withdrawn);
