/*
 * Selfies of a session and how they were judged.
 */
#pragma once

#include "store/document.h"

/* How it was judged whether the face is a living person's. */
enum face_method { FACE_NOT_JUDGED, FACE_PASSIVE, FACE_ACTIVE };

/* "passive", "active", NULL where it was not; static. */
const char *face_method_name(enum face_method method);

struct face {
        char id[ID_MAX];
        char session_id[ID_MAX];
        char document_id[ID_MAX]; /* that it is compared with */
        enum check_status status;
        struct str actions; /* that its frames answer; null: a selfie alone */
        struct str selfie_blob;
        struct str job_id;
        int64_t created_at_ms, finished_at_ms;

        /* Once judged. */
        enum face_method method;
        double similarity, liveness; /* 0 to 1; negative: none */
        enum tri is_live;
        enum tri selfie_repeated; /* the selfie was seen in another session */
        struct str errors;        /* JSON array of machine codes, or null */
        struct str error_message;
        struct str details; /* JSON; sealed: null without the session, or once erased */
        struct str
            selfie_key; /* sealed likewise; null where the picture has none of its own: the session's */
        int64_t duration_ms;
};

struct face_new {
        const char *id; /* made before by id_make, or NULL */
        const char *document_id;
        struct str actions; /* null: a selfie alone */
        struct str selfie_blob;
        struct str frames_blob; /* or null; forgotten once it is judged */
        struct str job_id;
        int64_t uploads_max; /* of a session */
        int64_t now_ms;
};

/* *ret_allowed: the session had an upload left; else nothing is inserted. Atomic. */
NODISCARD enum rc face_insert(struct tx *tx, const struct session *session, const struct face_new *new,
                              char ret_id[ID_MAX], bool *ret_allowed);
/* `session` may be NULL; where given, the face must be of it. RC_VERIFICATION_NOT_FOUND. */
NODISCARD enum rc face_load(struct tx *tx, const struct session *session, struct str id, struct face *ret);
/* That which took the session's step. */
NODISCARD enum rc face_load_accepted(struct tx *tx, const struct session *session, struct face *ret);
NODISCARD enum rc face_load_latest(struct tx *tx, const struct session *session, struct face *ret);
/* As document_give_back, document_begin. */
NODISCARD enum rc face_give_back(struct tx *tx, const struct session *session);
NODISCARD enum rc face_begin(struct tx *tx, const char *id, bool *ret_open);

struct face_outcome {
        enum check_status status; /* success, failed or rejected */
        double similarity, liveness;
        enum tri is_live, selfie_repeated;
        enum face_method method;
        struct str errors, error_message, details;
        struct str selfie_blob, selfie_key; /* take the place of the upload; null: leave */
        int64_t duration_ms;
        int64_t now_ms;
};

/* Judge it, once: *ret_moved tells whether this call did. Bumps the session's version. */
NODISCARD enum rc face_conclude(struct tx *tx, const struct session *session, const char *id,
                                const struct face_outcome *outcome, bool *ret_moved);
