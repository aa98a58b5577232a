#include "base/emit.h"
#include "check/erasure.h"
#include "check/people.h"
#include "check/selfie.h"
#include "store/event.h"
#include "store/withdrawal.h"

/* Without two faces nothing was compared: failed. Otherwise both questions need their yes. */
static enum check_status status_of(const struct selfie_reading *reading)
{
        if (!reading->compared)
                return CHECK_FAILED;
        return reading->is_match && reading->is_live && reading->errors.len == 0 ? CHECK_SUCCESS
                                                                                 : CHECK_REJECTED;
}

/* Of one upload so many frames must be known before all are taken for a replay: who sits still has one or
 * another much like one of a minute ago. A replay has most of them known; or, among frames that are new, the
 * few that act, which are the very same. */
enum { REPEATED_MIN = 2, REPEATED_SHARE = 4 };

static bool is_replay(const struct face_pictures_seen *seen, size_t frames_len)
{
        return seen->frames >= MAX((size_t)REPEATED_MIN, frames_len / REPEATED_SHARE) ||
               seen->same >= REPEATED_MIN;
}

static void refuse_repeated(struct selfie_reading *reading)
{
        if (!doc_errors_have(&reading->errors, RC_FRAMES_REPEATED))
                doc_errors_add(&reading->errors, RC_FRAMES_REPEATED);
        reading->is_live = false;
        reading->liveness = 0;
}

/* Pictures are looked for and kept in the transaction that judges them: a job that is done again does not
 * meet its own. */
static enum rc see_pictures(struct tx *tx, const struct conf *conf, const struct session *session,
                            struct selfie_reading *reading, int64_t now_ms)
{
        const struct face_pictures pictures = {reading->selfie, reading->frames, reading->frames_len};
        struct face_pictures_seen seen;
        if (!reading->compared)
                return RC_OK;
        if (face_frames_see(tx, session, &pictures, now_ms, &seen) != RC_OK)
                return tx->op->rc;
        reading->selfie_repeated = seen.selfie ? TRI_YES : TRI_NO;
        if (seen.selfie && conf->repeated_selfie == CONF_REPEATED_REJECT)
                refuse_repeated(reading);
        if (is_replay(&seen, reading->frames_len))
                refuse_repeated(reading);
        return RC_OK;
}

static struct face_outcome outcome_of(struct op *op, const struct selfie_reading *reading,
                                      const struct picture_refs *made, int64_t now_ms)
{
        const struct picture_ref *selfie = &made->refs[0];
        return (struct face_outcome){
            .status = status_of(reading),
            .similarity = reading->compared ? reading->similarity : -1,
            .liveness = reading->compared ? reading->liveness : -1,
            .is_live = !reading->compared ? TRI_UNKNOWN
                       : reading->is_live ? TRI_YES
                                          : TRI_NO,
            .method = reading->compared ? reading->method : FACE_NOT_JUDGED,
            .selfie_repeated = reading->compared ? reading->selfie_repeated : TRI_UNKNOWN,
            .errors = picture_errors(op, &reading->errors),
            .details = reading->details,
            .selfie_blob = made->len ? str_from(selfie->id) : STR_NULL,
            .selfie_key = made->len ? str_from_bytes(selfie->key, sizeof(selfie->key)) : STR_NULL,
            .duration_ms = reading->duration_ms,
            .now_ms = now_ms,
        };
}

/* The person, on the way to those who were seen. */
struct encounter {
        struct service *svc;
        struct people_look *look;
        struct str template;
        int64_t now_ms;
};

static enum rc settle_person(void *ctx, struct tx *tx, struct session *session)
{
        struct encounter *encounter = ctx;
        return people_settle(tx, encounter->svc, session, encounter->look, encounter->template,
                             encounter->now_ms);
}

/* What is wrong with the portrait, of all that is wrong. */
static struct doc_errors faults_of_portrait(const struct doc_errors *errors)
{
        static const enum rc codes[] = {RC_NO_PORTRAIT, RC_PORTRAIT_TOO_SMALL, RC_PORTRAIT_TOO_BLURRY,
                                        RC_PORTRAIT_POOR_LIGHTING, RC_PORTRAIT_COVERED};
        struct doc_errors faults = {0};
        for (size_t i = 0; i < LEN(codes); i++)
                if (doc_errors_have(errors, codes[i]))
                        doc_errors_add(&faults, codes[i]);
        return faults;
}

static enum rc note_withdrawal(struct tx *tx, const char *session_id, struct str errors, int64_t now_ms)
{
        CLEANUP(buf_release) struct buf told;
        buf_init(&told, 1024);
        struct emit emit = emit_to(&told);
        emit_open(&emit, NULL);
        emit_raw(&emit, "errors", errors);
        emit_close(&emit);
        return event_append(tx, EVENT_ID_CARD_WITHDRAWN, session_id, buf_str(&told), now_ms);
}

/* No selfie helps where the document's portrait will not do: another document is wanted, and nothing of this
 * one stays. */
static enum rc withdraw_document(struct tx *tx, struct selfie_task *task, const struct doc_errors *faults,
                                 int64_t now_ms, struct blob_names *ret_blobs)
{
        struct str errors = picture_errors(tx->op, faults);
        bool withdrawn;
        if (document_withdraw(tx, &task->session, task->face.document_id, errors, ret_blobs, &withdrawn) !=
            RC_OK)
                return tx->op->rc;
        return withdrawn ? note_withdrawal(tx, task->session.id, errors, now_ms) : RC_OK;
}

/* Where nothing was compared by a fault of the file or of the document, or it was too late to count. */
static bool is_no_attempt(const struct picture_verdict *verdict, const struct doc_errors *errors)
{
        return verdict->late || picture_is_no_attempt(verdict->status, errors) ||
               (verdict->status == CHECK_FAILED && doc_errors_have(errors, RC_NO_PORTRAIT));
}

static enum rc write_verdict(struct op *op, struct service *svc, const struct job *job,
                             struct selfie_task *task, struct selfie_reading *reading,
                             const struct picture_refs *made, struct people_look *look,
                             struct blob_names *ret_blobs)
{
        int64_t now = clock_wall_ms();
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool judged;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            see_pictures(&tx, svc->conf, &task->session, reading, now) != RC_OK)
                return op->rc;
        struct face_outcome outcome = outcome_of(op, reading, made, now);
        struct encounter encounter = {svc, look, reading->template, now};
        struct session_proof proof = {.document_id = str_from(task->face.document_id)};
        struct picture_verdict verdict = {.step = STEP_FACE,
                                          .status = outcome.status,
                                          .errors = outcome.errors,
                                          .proof = &proof,
                                          .now_ms = now,
                                          .taken = settle_person,
                                          .ctx = &encounter};
        if (picture_take_step(&tx, &task->session, &verdict) != RC_OK)
                return op->rc;
        outcome.status = verdict.status;
        outcome.errors = verdict.errors;
        if (face_conclude(&tx, &task->session, task->face.id, &outcome, &judged) != RC_OK)
                return op->rc;
        if (!judged)
                return op_fail(op, RC_UNAVAILABLE, "it was judged already");
        if (is_no_attempt(&verdict, &reading->errors) && face_give_back(&tx, &task->session) != RC_OK)
                return op->rc;
        struct doc_errors faults = faults_of_portrait(&reading->errors);
        if (outcome.status != CHECK_SUCCESS && faults.len > 0 &&
            withdraw_document(&tx, task, &faults, now, ret_blobs) != RC_OK)
                return op->rc;
        if (picture_settle(&tx, job, &task->session, &verdict) == RC_OK)
                verdicts_count_face(&svc->verdicts, verdict.status, verdict.late, outcome.is_live,
                                    &reading->errors);
        return op->rc;
}

enum rc selfie_conclude(struct op *op, struct service *svc, const struct job *job, struct selfie_task *task,
                        struct selfie_reading *reading)
{
        struct picture_refs made = {0};
        struct people_look look CLEANUP(people_look_release) = {0};
        struct blob_names withdrawn = {0};
        if (status_of(reading) == CHECK_SUCCESS &&
            people_look(op, svc, &task->session, task->face.document_id, reading->template, &look) != RC_OK)
                return op->rc;
        if (reading->selfie_jpeg.len > 0) {
                struct picture_ref *ref = &made.refs[0];
                random_bytes(ref->key, sizeof(ref->key));
                if (blob_put(op, svc->blobs, ref->key, reading->selfie_jpeg, ref->id) != RC_OK)
                        return op->rc;
                made.len = 1;
        }
        if (write_verdict(op, svc, job, task, reading, &made, &look, &withdrawn) == RC_OK) {
                picture_settled(op, svc, &task->session, &task->refs);
                erasure_remove_blobs(op, svc, &withdrawn);
                op_forgive(op); /* no row names them: cleanup sweeps what could not be removed */
        } else {
                picture_remove(op, svc, &made);
        }
        explicit_bzero(&made, sizeof(made));
        return op->rc;
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
                                       .selfie_repeated = TRI_UNKNOWN,
                                       .errors = picture_errors(op, &errors),
                                       .duration_ms = took_ms,
                                       .now_ms = clock_wall_ms()};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_load(&tx, job->session_id, &task.session) != RC_OK ||
            face_load(&tx, NULL, job->subject_id, &task.face) != RC_OK ||
            face_conclude(&tx, &task.session, task.face.id, &outcome, &judged) != RC_OK ||
            picture_settle_failed(&tx, job, &task.session, STEP_FACE, why, outcome.now_ms) != RC_OK)
                return op->rc;
        verdicts_count_face(&svc->verdicts, outcome.status, RC_OK, outcome.is_live, &errors);
        picture_settled_unread(op, svc, &task.session, job);
        return RC_OK;
}
