/*
 * The story of an identity document: uploaded, read by the vision process, judged, and the step taken.
 */
#pragma once

#include "check/picture.h"
#include "check/session.h"

extern const char id_card_job[]; /* kind of job */

/* Submit the uploads for reading. `back` may be NULL. RC_INVALID_ID_CARD_TYPE, RC_MISSING_FILE, what
 * session_may says, RC_MAX_ATTEMPTS_EXCEEDED after five. The caller releases the uploads in any case. */
NODISCARD enum rc id_card_submit(struct op *op, struct service *svc, struct str session_key, struct str type,
                                 struct upload *front, struct upload *back, char ret_id[ID_MAX]);

/*
 * The worker's side.
 */
struct id_card_task {
        struct session session;
        struct document document;
        struct picture_refs refs;
};

/* Load what there is to do. *ret_open false: it was judged already, or its session is gone; end the job. */
NODISCARD enum rc id_card_task_load(struct op *op, struct service *svc, const struct job *job,
                                    struct id_card_task *ret, bool *ret_open);
void id_card_task_release(struct id_card_task *task);

/* What reading came to. The pictures are JPEGs: the straightened card with its numbers painted over, and the
 * portrait; empty where there is none. */
struct id_card_reading {
        struct judgement judgement;
        struct doc_faults faults;
        struct str details; /* JSON object for verification_details */
        struct str card_jpeg, portrait_jpeg;
        int64_t duration_ms;
};

/* Store the pictures, write the verdict and take the step, all or nothing, and end the job. */
NODISCARD enum rc id_card_conclude(struct op *op, struct service *svc, const struct job *job,
                                   struct id_card_task *task, const struct id_card_reading *reading);
/* It could not be judged and will not be tried again: failed, with `why`. */
NODISCARD enum rc id_card_give_up(struct op *op, struct service *svc, const struct job *job, enum rc why,
                                  int64_t took_ms);

/* What the judge is to compare the document with. */
void id_card_expectations(const struct id_card_task *task, const struct conf *conf, struct judge_input *ret);
