/*
 * Sessions: one verification from creation to completed, failed or expired. The session key is known only to
 * the applicant; the row holds a keyed hash of it. `struct session` carries the session's data key: wipe it
 * with session_release (fits CLEANUP). Its text lies in the op's arena.
 */
#pragma once

#include "store/store.h"

enum session_status {
        SESSION_PENDING,
        SESSION_PHONE_VERIFIED,
        SESSION_EMAIL_VERIFIED,
        SESSION_ID_CARD_VERIFIED,
        SESSION_FACE_VERIFIED,
        SESSION_COMPLETED,
        SESSION_FAILED,
        SESSION_EXPIRED,
        SESSION_STATUS_COUNT
};

/* A set of states: SESSION_IN(SESSION_PENDING) | SESSION_IN(…). */
#define SESSION_IN(status) (1u << (status))
#define SESSION_UNFINISHED                                                                                   \
        (SESSION_IN(SESSION_PENDING) | SESSION_IN(SESSION_PHONE_VERIFIED) |                                  \
         SESSION_IN(SESSION_EMAIL_VERIFIED) | SESSION_IN(SESSION_ID_CARD_VERIFIED) |                         \
         SESSION_IN(SESSION_FACE_VERIFIED))

struct session {
        char id[ID_MAX];
        enum session_status status;
        bool full; /* all four steps; else phone and e-mail */
        enum lang lang;
        struct str rp_id; /* the API key that asked; null where sessions are public */
        struct str ip;
        int64_t version; /* grows with every change that /status shows */
        int64_t created_at_ms, expires_at_ms, phone_verified_at_ms, email_verified_at_ms,
            id_card_verified_at_ms, face_verified_at_ms, completed_at_ms, failed_at_ms, erased_at_ms,
            faces_destroyed_at_ms;
        int64_t token_expires_at_ms;
        struct str failure; /* machine code of why it failed, or null */

        /* Sealed in the row; all null once erased. */
        struct str expected_name, expected_birth_date, metadata;
        struct str phone, email; /* as given at creation */
        struct str verified_phone, verified_email, verified_name, verified_birth_date;
        struct str result;       /* JSON, as session_complete was given it */
        struct str risk_signals; /* JSON array, as session_set_signals was given it; null: not looked for */

        bool erased;
        bool damaged;         /* in a list: what is sealed does not open, and is left out */
        uint8_t data_key[32]; /* zero once erased, or damaged */
};

void session_release(struct session *session);

/* "pending" …; static. */
const char *session_status_name(enum session_status status);
NODISCARD bool session_status_parse(struct str name, enum session_status *ret);

struct session_new {
        struct str key; /* the session key in clear; only its hash is stored */
        bool full;
        enum lang lang;
        struct str rp_id;
        struct str expected_name, expected_birth_date, metadata, phone, email;
        struct str ip;
        int64_t now_ms, expires_at_ms;
};

/* Makes id and data key. */
NODISCARD enum rc session_insert(struct tx *tx, const struct session_new *new, struct session *ret);

/* RC_SESSION_NOT_FOUND where there is none. Whatever status: callers judge. */
NODISCARD enum rc session_load(struct tx *tx, struct str id, struct session *ret);
NODISCARD enum rc session_load_by_key(struct tx *tx, struct str key, struct session *ret);
NODISCARD enum rc session_load_by_token(struct tx *tx, struct str token, struct session *ret);

/* What a step proved; null views leave what is there. `document_id`: of the document that proved it, or that
 * the face was compared with. */
struct session_proof {
        struct str phone, email, name, birth_date, document_id;
};

/*
 * Move to `to` and note the time of that step, where the status is in `from` and the session has not run out;
 * *ret_moved tells whether it was this call that moved it. On success *session has the new status, times and
 * proofs. `proof` may be NULL. A document is taken only where the session has none; a face only while its
 * document is the session's.
 */
NODISCARD enum rc session_advance(struct tx *tx, struct session *session, unsigned from,
                                  enum session_status to, const struct session_proof *proof, int64_t now_ms,
                                  bool *ret_moved);

struct session_result {
        struct str token; /* in clear; only its hash is stored */
        int64_t token_expires_at_ms;
        struct str json; /* the whole answer, sealed; a repeated complete answers from it */
};

/* As session_advance to SESSION_COMPLETED. Where another was first, load again and answer from its result. */
NODISCARD enum rc session_complete(struct tx *tx, struct session *session, unsigned from,
                                   const struct session_result *result, int64_t now_ms, bool *ret_moved);
/* From any unfinished status. `failure`: machine code. */
NODISCARD enum rc session_fail(struct tx *tx, struct session *session, const char *failure, int64_t now_ms,
                               bool *ret_moved);
/* From any unfinished status, where its time is over. */
NODISCARD enum rc session_expire(struct tx *tx, struct session *session, int64_t now_ms, bool *ret_moved);

/* What is known of the person from other sessions; *session has it too. */
NODISCARD enum rc session_set_signals(struct tx *tx, struct session *session, struct str risk_signals);

/* Something that /status shows has changed elsewhere. */
NODISCARD enum rc session_touch(struct tx *tx, const char *id);

struct session_filter {
        bool by_status;
        enum session_status status;
        int64_t from_ms, to_ms;  /* created at or after, before; 0: open */
        struct str phone, email; /* normalised; as given or as verified */
        struct str rp_id;        /* null: of all */
};

/* Newest first; an array in the arena. *ret_total counts all pages. Release each. */
NODISCARD enum rc session_list(struct tx *tx, const struct session_filter *filter, struct page page,
                               struct session **ret, size_t *ret_len, int64_t *ret_total);

/* Cleanup, up to `max` at a time: expire those past their time; the ids, an array in the arena. */
NODISCARD enum rc session_expire_due(struct tx *tx, int64_t now_ms, int64_t max, struct str **ret_ids,
                                     size_t *ret_len);
