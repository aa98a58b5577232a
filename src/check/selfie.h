/*
 * The story of the face: a selfie uploaded, compared with the portrait of the accepted document, judged for
 * liveness, and the last step taken.
 */
#pragma once

#include "check/picture.h"
#include "check/session.h"
#include "store/face.h"

extern const char selfie_job[]; /* kind of job */

/* As id_card_submit. */
NODISCARD enum rc selfie_submit(struct op *op, struct service *svc, struct str session_key,
                                struct upload *selfie, char ret_id[ID_MAX]);

/*
 * The worker's side.
 */
struct selfie_task {
        struct session session;
        struct face face;
        struct picture_refs refs;
        struct picture_ref portrait; /* of the accepted document, under the session's key */
        bool has_portrait;
};

NODISCARD enum rc selfie_task_load(struct op *op, struct service *svc, const struct job *job,
                                   struct selfie_task *ret, bool *ret_open);
void selfie_task_release(struct selfie_task *task);

struct selfie_reading {
        double similarity, liveness; /* 0 to 1; negative: none */
        bool is_match, is_live, compared;
        struct doc_errors errors;
        struct str details;     /* JSON object */
        struct str selfie_jpeg; /* re-encoded; empty where there is none */
        int64_t duration_ms;
};

NODISCARD enum rc selfie_conclude(struct op *op, struct service *svc, const struct job *job,
                                  struct selfie_task *task, const struct selfie_reading *reading);
NODISCARD enum rc selfie_give_up(struct op *op, struct service *svc, const struct job *job, enum rc why,
                                 int64_t took_ms);
