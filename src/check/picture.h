/*
 * What the two steps with pictures share: naming the uploads in a job's payload, reading them again in the
 * worker, and how a verdict is written down.
 */
#pragma once

#include "check/session.h"
#include "check/upload.h"
#include "doc/advice.h"
#include "store/document.h"

enum { PICTURE_UPLOADS_MAX = 5, PICTURE_BYTES_MAX = UPLOAD_FRAMES_BYTES_MAX };

/* A blob and the key that opens it. */
struct picture_ref {
        char id[RANDOM_ID_MAX];
        uint8_t key[SEAL_KEY_LEN];
};

enum { PICTURE_REFS_MAX = 2 };

struct picture_refs {
        struct picture_ref refs[PICTURE_REFS_MAX];
        size_t len;
        size_t frame_lens[FRAMES_MAX], frames; /* that lie in the last, where it is of frames */
};

/* Whether the session may take this step now. What session_may and consent_may say, and
 * RC_MAX_ATTEMPTS_EXCEEDED where it has failed for want of uploads. */
NODISCARD enum rc picture_may(struct tx *tx, struct service *svc, const struct session *session,
                              enum step step, int64_t now_ms);
/* The same, before the first byte of an image is stored. */
NODISCARD enum rc picture_ask(struct op *op, struct service *svc, struct str session_key, enum step step);

/* The payload of a job: the uploads and their keys. `second` may be NULL. In the op's arena; STR_NULL past
 * it. */
struct str picture_payload(struct op *op, const struct upload *first, const struct upload *second);
NODISCARD enum rc picture_payload_parse(struct op *op, const struct job *job, struct picture_refs *ret);
/* The key of a stored picture: its own, or, of one from before there were such, the session's. */
void picture_key(const struct session *session, struct str own, uint8_t ret[SEAL_KEY_LEN]);
/* Read one wholly into a secret buf. */
NODISCARD enum rc picture_read(struct op *op, struct service *svc, const struct picture_ref *ref,
                               struct buf *ret);
/* Delete the uploads of a job that is over. What cannot be deleted is logged: nobody has its key any more. */
void picture_remove(struct op *op, struct service *svc, const struct picture_refs *refs);

/* 429 with the reason that the session's uploads are used up. */
NODISCARD enum rc picture_no_uploads_left(struct op *op, const struct session *session, int64_t now_ms);

/* Nothing was judged, for the file is no picture or has a size that is not taken: the person has used no
 * attempt. The limits of calls hold. */
bool picture_is_no_attempt(enum check_status status, const struct doc_errors *errors);

/* ["GLARE","…"], or null where there are none. In the op's arena. */
struct str picture_errors(struct op *op, const struct doc_errors *errors);

/* As doc_advice_emit writes it, or null where there is none. In the op's arena. */
struct str picture_advice(struct op *op, const struct judgement *judgement, const struct doc_faults *faults);

/* How a step with pictures ended. Made of what was seen, then completed by picture_take_step, written into
 * the row of the picture, and settled: all in one transaction. */
struct picture_verdict {
        enum step step;
        enum check_status status;
        struct str errors;                 /* of picture_errors */
        struct str details;                /* of a document; the log is told the signs of forgery in it */
        const struct session_proof *proof; /* may be NULL */
        int64_t now_ms;
        bool took;    /* it was this picture that took the step */
        enum rc late; /* it would have, had the step still been there to take: why it was not; else RC_OK */
        /* What else belongs to the step, once it is taken; may be NULL. */
        enum rc (*taken)(void *ctx, struct tx *tx, struct session *session);
        void *ctx;
};

/* Take the step, where the verdict is success. A step is taken only while the session waits for it: where
 * another picture was quicker, the document of a face was withdrawn or the session has ended, the verdict
 * becomes failed, with the code of what session_may says, and `late`. */
NODISCARD enum rc picture_take_step(struct tx *tx, struct session *session, struct picture_verdict *verdict);
/* The rest of the transaction: end the job, tell the log, end the session where this was its last upload and
 * has not helped, commit. RC_UNAVAILABLE, and nothing written, where the lease was lost. */
NODISCARD enum rc picture_settle(struct tx *tx, const struct job *job, struct session *session,
                                 const struct picture_verdict *verdict);
/* The same for a job that is given up because of `why`. */
NODISCARD enum rc picture_settle_failed(struct tx *tx, const struct job *job, struct session *session,
                                        enum step step, enum rc why, int64_t now_ms);
/* What follows a committed verdict: the uploads go, and who watches the session is told. */
void picture_settled(struct op *op, struct service *svc, const struct session *session,
                     const struct picture_refs *refs);
/* As picture_settled, for a job whose payload nobody has parsed yet. */
void picture_settled_unread(struct op *op, struct service *svc, const struct session *session,
                            const struct job *job);
