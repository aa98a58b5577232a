/*
 * Identity documents of a session: what was uploaded, and what was read and judged. The images are blobs; the
 * row has their names. What was read is sealed.
 */
#pragma once

#include "base/emit.h"
#include "store/session.h"

/* Of documents and faces alike. */
enum check_status { CHECK_PENDING, CHECK_PROCESSING, CHECK_SUCCESS, CHECK_FAILED, CHECK_REJECTED };
enum tri { TRI_UNKNOWN = -1, TRI_NO = 0, TRI_YES = 1 };

const char *check_status_name(enum check_status status);
void tri_emit(struct emit *emit, const char *key, enum tri tri); /* TRI_UNKNOWN is null */

struct document {
        char id[ID_MAX];
        char session_id[ID_MAX];
        struct str type; /* "resident_card" … */
        enum check_status status;
        struct str front_blob, back_blob, portrait_blob; /* names; null where there is none */
        struct str job_id;
        int64_t created_at_ms, finished_at_ms;

        /* Once judged. */
        double confidence; /* 0 to 1; negative: none */
        enum tri name_match, birth_date_match;
        struct str errors; /* JSON array of machine codes, or null */
        struct str error_message;
        struct str advice;    /* JSON array of doc_advice_emit, or null */
        struct str extracted; /* JSON; sealed: null without the session, or once erased */
        struct str details;   /* JSON; sealed likewise */
        struct str
            portrait_key;   /* sealed likewise; null where the portrait has none of its own: the session's */
        struct str numbers; /* sealed likewise (store/people.h); null: none */
        int64_t duration_ms;
};

struct document_new {
        const char *id; /* made before by id_make, or NULL */
        struct str type;
        struct str front_blob, back_blob; /* back may be null */
        struct str job_id;
        int64_t uploads_max; /* of a session */
        int64_t now_ms;
};

/* *ret_allowed: the session had an upload left; else nothing is inserted. Atomic. */
NODISCARD enum rc document_insert(struct tx *tx, const struct session *session,
                                  const struct document_new *new, char ret_id[ID_MAX], bool *ret_allowed);
/* `session` may be NULL; where given, the document must be of it. RC_VERIFICATION_NOT_FOUND. */
NODISCARD enum rc document_load(struct tx *tx, const struct session *session, struct str id,
                                struct document *ret);
/* The session's latest document, or the one that took the step (session_advance): another may have been read
 * at the same time, and be somebody else's. RC_VERIFICATION_NOT_FOUND. */
NODISCARD enum rc document_load_latest(struct tx *tx, const struct session *session, struct document *ret);
NODISCARD enum rc document_load_accepted(struct tx *tx, const struct session *session, struct document *ret);

/* The upload does not count. Once a document, when it is judged. */
NODISCARD enum rc document_give_back(struct tx *tx, const struct session *session);

/* From pending to processing. A second attempt finds it so already: also fine. *ret_open: not yet judged. */
NODISCARD enum rc document_begin(struct tx *tx, const char *id, bool *ret_open);

struct document_outcome {
        enum check_status status; /* success, failed or rejected */
        double confidence;
        enum tri name_match, birth_date_match;
        struct str errors, error_message, advice, extracted, details;
        struct str portrait_blob, portrait_key;
        struct str numbers;
        struct str redacted_front_blob, redacted_back_blob; /* take the place of the uploads; null: leave */
        int64_t duration_ms;
        int64_t now_ms;
};

/* Judge it, once: *ret_moved tells whether this call did. Bumps the session's version. */
NODISCARD enum rc document_conclude(struct tx *tx, const struct session *session, const char *id,
                                    const struct document_outcome *outcome, bool *ret_moved);
