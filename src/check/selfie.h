/*
 * The story of the face: a selfie uploaded, compared with the portrait of the accepted document, judged for
 * liveness, and the last step taken.
 */
#pragma once

#include "check/challenge.h"
#include "check/picture.h"
#include "store/face.h"
#include "store/face_frame.h"

extern const char selfie_job[]; /* kind of job */

/* As id_card_submit. `answer`: to the session's challenge, which it uses up; zeroed: a selfie alone. What
 * challenge_check and challenge_use say. */
NODISCARD enum rc selfie_submit(struct op *op, struct service *svc, struct str session_key,
                                struct upload *selfie, struct challenge_answer *answer, char ret_id[ID_MAX]);

/*
 * The worker's side.
 */
struct selfie_task {
        struct session session;
        struct face face;
        struct picture_refs refs;    /* the selfie; the frames, where there are any */
        struct challenge challenge;  /* that they answer; without actions: a selfie alone */
        struct picture_ref portrait; /* of the accepted document */
        bool has_portrait;
        bool agreed; /* people_agreed: a template is made */
};

NODISCARD enum rc selfie_task_load(struct op *op, struct service *svc, const struct job *job,
                                   struct selfie_task *ret, bool *ret_open);
void selfie_task_release(struct selfie_task *task);

struct selfie_reading {
        double similarity, liveness;      /* 0 to 1; negative: none */
        bool is_match, is_live, compared; /* is_live: by the selfie, and the frames */
        enum face_method method;
        struct doc_errors errors;
        struct face_frame selfie, frames[FRAMES_MAX]; /* that were judged */
        size_t frames_len;
        enum tri selfie_repeated; /* it was seen in another session; told by selfie_conclude */
        struct str details;       /* JSON object */
        struct str selfie_jpeg;   /* re-encoded; empty where there is none */
        struct str template;      /* of the face, where people are compared; else empty */
        int64_t duration_ms;
};

/* Rejects what was accepted where frames were seen before, or the selfie was and that is to reject: then
 * `reading` says so too. Where the document's portrait is to blame, the document is withdrawn: id_card_submit
 * takes another. */
NODISCARD enum rc selfie_conclude(struct op *op, struct service *svc, const struct job *job,
                                  struct selfie_task *task, struct selfie_reading *reading);
NODISCARD enum rc selfie_give_up(struct op *op, struct service *svc, const struct job *job, enum rc why,
                                 int64_t took_ms);
