#include "check/selfie.h"

#include "check/people.h"
#include "store/event.h"

const char selfie_job[] = "compare_face";

/* Within the transaction that has made sure of the session. */
static enum rc insert_face(struct tx *tx, const struct session *session, const struct upload *selfie,
                           const struct challenge_answer *answer, struct face_new *face, bool *ret_allowed)
{
        char id[ID_MAX];
        if (answer->frames && challenge_use(tx, session, answer, face->now_ms, &face->actions) != RC_OK)
                return tx->op->rc;
        face->selfie_blob = str_from(selfie->id);
        face->frames_blob = answer->frames ? str_from(answer->frames->id) : STR_NULL;
        return face_insert(tx, session, face, id, ret_allowed);
}

static enum rc insert(struct op *op, struct service *svc, struct str session_key, const struct upload *selfie,
                      const struct challenge_answer *answer, struct errand *errand, char ret_id[ID_MAX])
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct document document;
        int64_t now = clock_wall_ms();
        bool allowed = false;
        id_make(ret_id);
        struct job_new job = {.kind = selfie_job,
                              .subject_id = str_from(ret_id),
                              .payload = picture_payload(op, selfie, answer->frames),
                              .now_ms = now};
        if (str_is_null(job.payload))
                return op_fail(op, RC_UNAVAILABLE, "request memory is full");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_find(&tx, session_key, &session) != RC_OK ||
            picture_may(&tx, svc, &session, STEP_FACE, now) != RC_OK ||
            document_load_accepted(&tx, &session, &document) != RC_OK ||
            errand_insert(&tx, svc, LANE_IMAGE, &session, &job, errand) != RC_OK)
                return op->rc;
        struct face_new face = {.id = ret_id,
                                .document_id = document.id,
                                .job_id = str_from(errand->job.id),
                                .uploads_max = PICTURE_UPLOADS_MAX,
                                .now_ms = now};
        if (insert_face(&tx, &session, selfie, answer, &face, &allowed) != RC_OK)
                return op->rc;
        if (!allowed)
                return picture_no_uploads_left(op, &session, now);
        struct str told = str_is_null(face.actions)
                              ? STR_NULL
                              : arena_printf(&op->arena, "{\"frames\":%zu}", answer->frames->images);
        if (event_append(&tx, EVENT_FACE_UPLOADED, session.id, told, now) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc selfie_submit(struct op *op, struct service *svc, struct str session_key, struct upload *selfie,
                      struct challenge_answer *answer, char ret_id[ID_MAX])
{
        struct errand errand CLEANUP(errand_release) = {0};
        bool active;
        if (selfie == NULL || selfie->len == 0)
                return op_fail_field(op, RC_MISSING_FILE, "selfie_image", "얼굴 사진을 첨부해 주세요.",
                                     "Attach the picture of the face.");
        if (challenge_check(op, svc, answer, &active) != RC_OK ||
            upload_commit(op, selfie, "selfie_image") != RC_OK ||
            (active && upload_commit(op, answer->frames, "frames") != RC_OK) ||
            insert(op, svc, session_key, selfie, answer, &errand, ret_id) != RC_OK)
                return op->rc;
        upload_keep(selfie);
        if (active)
                upload_keep(answer->frames);
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
                picture_key(&task->session, document.portrait_key, task->portrait.key);
        }
        return RC_OK;
}

/* What the frames answer is told by the row, how many there are by the payload: one without the other is no
 * job of ours. */
static enum rc load_refs(struct op *op, const struct job *job, struct selfie_task *task)
{
        if (picture_payload_parse(op, job, &task->refs) != RC_OK)
                return op->rc;
        bool active = !str_is_null(task->face.actions);
        if (active != (task->refs.frames > 0) ||
            (active && !challenge_parse(task->face.actions, &task->challenge)))
                return op_fail(op, RC_INTERNAL, "frames without their challenge");
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
        if (*ret_open && (load_refs(op, job, ret) != RC_OK || find_portrait(&tx, ret) != RC_OK ||
                          people_agreed(&tx, svc, &ret->session, &ret->agreed) != RC_OK))
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
