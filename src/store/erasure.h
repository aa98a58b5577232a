/*
 * Destroying what is held about a person: the key that everything of the session is sealed with, and beside
 * it every sealed column, every look-up hash, the names of the pictures, and what was measured of the person:
 * scores, and whether name, birth date and selfie were known ones. What stays is that there was a session,
 * its steps, and how they ended (status and codes).
 *
 * Whatever destroys marks the store as due for scrubbing in the same transaction: call store_scrub once it is
 * committed. A process that dies in between leaves the mark, and cleanup does it.
 */
#pragma once

#include "store/session.h"

/* Names of blobs to delete once the transaction is committed. */
struct blob_names {
        struct str *names;
        size_t len;
};

struct erased {
        struct blob_names blobs;
        int64_t codes, documents, faces, templates, consents, jobs,
            log_entries; /* rows that held something */
};

/*
 * Destroy the personal data of a session; an unfinished one fails (ERASED). The rows stay.
 * RC_SESSION_NOT_FOUND. Twice is fine.
 */
NODISCARD enum rc session_erase(struct tx *tx, struct str id, int64_t now_ms, struct erased *ret);

/* Whether that was done. Opens nothing, so that a session whose key or columns are damaged can be destroyed
 * too. Until the tx ends the session is the caller's alone. RC_SESSION_NOT_FOUND. */
NODISCARD enum rc session_is_erased(struct tx *tx, struct str id, bool *ret);

/* Forget the names and keys of the session's pictures, and nothing else. */
NODISCARD enum rc session_drop_pictures(struct tx *tx, struct str id, struct blob_names *ret);
/* The same of its pictures of faces, the selfie and the portrait of the document, with the hashes of the
 * document's numbers; that there were pictures is noted. A selfie that is still being judged stays. */
NODISCARD enum rc session_drop_faces(struct tx *tx, struct str id, int64_t now_ms, struct blob_names *ret);

/* Cleanup, up to `max` at a time, the ids in an array in the arena: finished sessions that were created
 * before `before_ms` and are not yet erased; those that have a picture from before `before_ms`. */
NODISCARD enum rc session_find_old(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids,
                                   size_t *ret_len);
NODISCARD enum rc session_find_pictured(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids,
                                        size_t *ret_len);

/* Ended at or before `before_ms`, with something that session_drop_faces would destroy. */
NODISCARD enum rc session_find_faces(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids,
                                     size_t *ret_len);

/* Which of `names` some row speaks of: at most BLOB_NAMES_MAX of them. */
enum { BLOB_NAMES_MAX = 32 };
NODISCARD enum rc blobs_find_named(struct tx *tx, const struct str *names, size_t len,
                                   bool ret_named[BLOB_NAMES_MAX]);

/* What this transaction destroys is to be made unreadable on disk too. */
NODISCARD enum rc store_mark_scrub(struct tx *tx);
/* Do it, where it is due (db_scrub). RC_UNAVAILABLE where somebody reads from before the erasure: the mark
 * stays, call again. */
NODISCARD enum rc store_scrub(struct store *store, struct op *op);
