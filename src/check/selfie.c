#include "check/selfie.h"

#include "check/consent.h"
#include "store/event.h"

const char selfie_job[] = "compare_face";

static enum rc insert(struct op *op, struct service *svc, struct str session_key, const struct upload *selfie,
                      int64_t now, struct errand *errand, char ret_id[ID_MAX])
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct document document;
        bool allowed;
        id_make(ret_id);
        struct job_new job = {.kind = selfie_job,
                              .subject_id = str_from(ret_id),
                              .payload = picture_payload(op, selfie, NULL),
                              .now_ms = now};
        if (str_is_null(job.payload))
                return op_fail(op, RC_UNAVAILABLE, "request memory is full");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_find(&tx, session_key, &session) != RC_OK ||
            session_may(op, &session, STEP_FACE, now) != RC_OK ||
            consent_may(&tx, svc, &session, STEP_FACE) != RC_OK ||
            document_load_accepted(&tx, &session, &document) != RC_OK ||
            errand_insert(&tx, svc, LANE_IMAGE, &session, &job, errand) != RC_OK)
                return op->rc;
        struct face_new face = {.id = ret_id,
                                .document_id = document.id,
                                .selfie_blob = str_from(selfie->id),
                                .job_id = str_from(errand->job.id),
                                .uploads_max = PICTURE_UPLOADS_MAX,
                                .now_ms = now};
        if (face_insert(&tx, &session, &face, ret_id, &allowed) != RC_OK)
                return op->rc;
        if (!allowed)
                return picture_no_uploads_left(op, &session, now);
        if (event_append(&tx, EVENT_FACE_UPLOADED, session.id, STR_NULL, now) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc selfie_submit(struct op *op, struct service *svc, struct str session_key, struct upload *selfie,
                      char ret_id[ID_MAX])
{
        struct errand errand CLEANUP(errand_release) = {0};
        if (selfie == NULL || selfie->len == 0)
                return op_fail_field(op, RC_MISSING_FILE, "selfie_image", "얼굴 사진을 첨부해 주세요.",
                                     "Attach the picture of the face.");
        if (upload_commit(op, selfie, "selfie_image") != RC_OK ||
            insert(op, svc, session_key, selfie, clock_wall_ms(), &errand, ret_id) != RC_OK)
                return op->rc;
        upload_keep(selfie);
        errand_send_off(&errand);
        return RC_OK;
}

static enum rc find_portrait(struct tx *tx, struct selfie_task *task)
{
        struct document document;
        if (document_load(tx, &task->session, str_from(task->face.document_id), &document) != RC_OK)
                return tx->op->rc;
        task->has_portrait = random_id_valid(document.portrait_blob);
        if (task->has_portrait) {
                memcpy(task->portrait.id, document.portrait_blob.ptr, document.portrait_blob.len);
                memcpy(task->portrait.key, task->session.data_key, sizeof(task->portrait.key));
        }
        return RC_OK;
}

enum rc selfie_task_load(struct op *op, struct service *svc, const struct job *job, struct selfie_task *ret,
                         bool *ret_open)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        const char *id = arena_copy(&op->arena, job->subject_id).ptr;
        *ret = (struct selfie_task){0};
        if (id == NULL)
                return op_fail(op, RC_INTERNAL, "a job to compare without its face");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_load(&tx, job->session_id, &ret->session) != RC_OK ||
            face_load(&tx, NULL, job->subject_id, &ret->face) != RC_OK ||
            face_begin(&tx, id, ret_open) != RC_OK)
                return op->rc;
        if (ret->session.erased)
                *ret_open = false;
        if (*ret_open &&
            (picture_payload_parse(op, job, &ret->refs) != RC_OK || find_portrait(&tx, ret) != RC_OK))
                return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        if (*ret_open)
                service_changed(svc, ret->session.id);
        return RC_OK;
}

void selfie_task_release(struct selfie_task *task)
{
        session_release(&task->session);
        explicit_bzero(&task->refs, sizeof(task->refs));
        explicit_bzero(&task->portrait, sizeof(task->portrait));
}

static enum rc write_verdict(struct op *op, struct service *svc, const struct job *job,
                             struct selfie_task *task, const struct face_outcome *outcome)
{
        struct picture_verdict verdict = {.step = STEP_FACE,
                                          .status = outcome->status,
                                          .errors = outcome->errors,
                                          .now_ms = outcome->now_ms};
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool judged;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            face_conclude(&tx, &task->session, task->face.id, outcome, &judged) != RC_OK)
                return op->rc;
        if (!judged)
                return op_fail(op, RC_UNAVAILABLE, "it was judged already");
        return picture_settle(&tx, job, &task->session, &verdict);
}

/* Without two faces nothing was compared: failed. Otherwise both questions need their yes. */
static enum check_status status_of(const struct selfie_reading *reading)
{
        if (!reading->compared)
                return CHECK_FAILED;
        return reading->is_match && reading->is_live && reading->errors.len == 0 ? CHECK_SUCCESS
                                                                                 : CHECK_REJECTED;
}

enum rc selfie_conclude(struct op *op, struct service *svc, const struct job *job, struct selfie_task *task,
                        const struct selfie_reading *reading)
{
        struct picture_refs made = {0};
        struct face_outcome outcome = {
            .status = status_of(reading),
            .similarity = reading->compared ? reading->similarity : -1,
            .liveness = reading->compared ? reading->liveness : -1,
            .is_live = !reading->compared ? TRI_UNKNOWN
                       : reading->is_live ? TRI_YES
                                          : TRI_NO,
            .errors = picture_errors(op, &reading->errors),
            .details = reading->details,
            .duration_ms = reading->duration_ms,
            .now_ms = clock_wall_ms(),
        };
        if (reading->selfie_jpeg.len > 0) {
                if (blob_put(op, svc->blobs, task->session.data_key, reading->selfie_jpeg, made.refs[0].id) !=
                    RC_OK)
                        return op->rc;
                made.len = 1;
                outcome.selfie_blob = str_from(made.refs[0].id);
        }
        if (write_verdict(op, svc, job, task, &outcome) != RC_OK) {
                picture_remove(op, svc, &made);
                return op->rc;
        }
        picture_settled(op, svc, &task->session, &task->refs);
        return RC_OK;
}

enum rc selfie_give_up(struct op *op, struct service *svc, const struct job *job, enum rc why,
                       int64_t took_ms)
{
        struct selfie_task task CLEANUP(selfie_task_release) = {0};
        struct doc_errors errors = {0};
        doc_errors_add(&errors, why);
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool judged;
        struct face_outcome outcome = {.status = CHECK_FAILED,
                                       .similarity = -1,
                                       .liveness = -1,
                                       .is_live = TRI_UNKNOWN,
                                       .errors = picture_errors(op, &errors),
                                       .duration_ms = took_ms,
                                       .now_ms = clock_wall_ms()};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_load(&tx, job->session_id, &task.session) != RC_OK ||
            face_load(&tx, NULL, job->subject_id, &task.face) != RC_OK ||
            face_conclude(&tx, &task.session, task.face.id, &outcome, &judged) != RC_OK ||
            picture_settle_failed(&tx, job, &task.session, STEP_FACE, why, outcome.now_ms) != RC_OK)
                return op->rc;
        picture_settled_unread(op, svc, &task.session, job);
        return RC_OK;
}
