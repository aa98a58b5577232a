#include "check/id_card.h"

#include "base/emit.h"
#include "check/people.h"
#include "doc/mask.h"
#include "store/event.h"

const char id_card_job[] = "read_document";

enum { EXTRACTED_MAX = 16 * 1024 };

static enum rc validate(struct op *op, struct str type, const struct upload *front)
{
        enum doc_kind kind = doc_kind_from_name(type);
        if (kind != DOC_RESIDENT_CARD && kind != DOC_DRIVER_LICENSE && kind != DOC_PASSPORT)
                return op_fail_field(op, RC_INVALID_ID_CARD_TYPE, "id_card_type",
                                     "resident_card, driver_license, passport 중 하나입니다.",
                                     "One of resident_card, driver_license, passport.");
        if (front == NULL || front->len == 0)
                return op_fail_field(op, RC_MISSING_FILE, "front_image", "앞면 이미지를 첨부해 주세요.",
                                     "Attach the picture of the front.");
        return RC_OK;
}

static enum rc insert(struct op *op, struct service *svc, struct str session_key, struct str type,
                      const struct upload *front, const struct upload *back, int64_t now,
                      struct errand *errand, char ret_id[ID_MAX])
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool allowed;
        id_make(ret_id);
        struct job_new job = {.kind = id_card_job,
                              .subject_id = str_from(ret_id),
                              .payload = picture_payload(op, front, back),
                              .now_ms = now};
        if (str_is_null(job.payload))
                return op_fail(op, RC_UNAVAILABLE, "request memory is full");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_find(&tx, session_key, &session) != RC_OK ||
            picture_may(&tx, svc, &session, STEP_ID_CARD, now) != RC_OK ||
            errand_insert(&tx, svc, LANE_IMAGE, &session, &job, errand) != RC_OK)
                return op->rc;
        struct document_new document = {.id = ret_id,
                                        .type = type,
                                        .front_blob = str_from(front->id),
                                        .back_blob = back ? str_from(back->id) : STR_NULL,
                                        .job_id = str_from(errand->job.id),
                                        .uploads_max = PICTURE_UPLOADS_MAX,
                                        .now_ms = now};
        if (document_insert(&tx, &session, &document, ret_id, &allowed) != RC_OK)
                return op->rc;
        if (!allowed)
                return picture_no_uploads_left(op, &session, now);
        if (event_append(&tx, EVENT_ID_CARD_UPLOADED, session.id,
                         arena_printf(&op->arena, "{\"type\":\"%.*s\"}", STR_FMT(type)), now) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc id_card_submit(struct op *op, struct service *svc, struct str session_key, struct str type,
                       struct upload *front, struct upload *back, char ret_id[ID_MAX])
{
        struct errand errand CLEANUP(errand_release) = {0};
        if (validate(op, type, front) != RC_OK || upload_commit(op, front, "front_image") != RC_OK ||
            (back && upload_commit(op, back, "back_image") != RC_OK) ||
            insert(op, svc, session_key, type, front, back, clock_wall_ms(), &errand, ret_id) != RC_OK)
                return op->rc;
        upload_keep(front);
        if (back)
                upload_keep(back);
        errand_send_off(&errand);
        return RC_OK;
}

enum rc id_card_task_load(struct op *op, struct service *svc, const struct job *job, struct id_card_task *ret,
                          bool *ret_open)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        const char *id = arena_copy(&op->arena, job->subject_id).ptr;
        *ret = (struct id_card_task){0};
        if (id == NULL)
                return op_fail(op, RC_INTERNAL, "a job to read without its document");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_load(&tx, job->session_id, &ret->session) != RC_OK ||
            document_load(&tx, NULL, job->subject_id, &ret->document) != RC_OK ||
            document_begin(&tx, id, ret_open) != RC_OK)
                return op->rc;
        if (ret->session.erased)
                *ret_open = false;
        if (*ret_open && picture_payload_parse(op, job, &ret->refs) != RC_OK)
                return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        if (*ret_open)
                service_changed(svc, ret->session.id);
        return RC_OK;
}

void id_card_task_release(struct id_card_task *task)
{
        session_release(&task->session);
        explicit_bzero(&task->refs, sizeof(task->refs));
}

void id_card_expectations(const struct id_card_task *task, const struct conf *conf, struct judge_input *ret)
{
        ret->declared = doc_kind_from_name(task->document.type);
        ret->expected_name = task->session.expected_name;
        ret->confidence_min = conf->id_card_min_confidence;
        ret->signs_reject = conf->document_authenticity == CONF_AUTHENTICITY_REJECT;
        if (task->session.expected_birth_date.ptr &&
            !date_parse(task->session.expected_birth_date, &ret->expected_birth_date))
                ret->expected_birth_date = (struct date){0};
}

/* extracted_data: what was read, the identity number masked unless the operator has a statute to keep it; so
 * is its half in a passport's zone, which with the birth date is the whole number. */
static struct str extracted(struct op *op, const struct conf *conf, const struct judgement *judgement)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init_secret(&buf, EXTRACTED_MAX);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        for (int i = 0; i < DOC_FIELD_COUNT; i++) {
                struct str text = doc_text(&judgement->fields, (enum doc_field)i);
                if (text.len == 0)
                        continue;
                struct masked masked = i == DOC_MRZ ? mask_mrz(text) : mask_id_number(text);
                bool mask =
                    (i == DOC_ID_NUMBER || i == DOC_MRZ) && conf->id_number_storage == CONF_ID_NUMBER_MASKED;
                emit_str(&emit, doc_field_name((enum doc_field)i), mask ? str_from(masked.text) : text);
        }
        if (judgement->fields.changes_len > 0)
                doc_emit_changes(&emit, &judgement->fields);
        emit_close(&emit);
        return buf_ok(&buf) ? arena_copy(&op->arena, buf_str(&buf)) : STR_NULL;
}

static enum tri tri_of(enum doc_match match)
{
        return match == DOC_MATCH_UNKNOWN ? TRI_UNKNOWN : match == DOC_MATCH_YES ? TRI_YES : TRI_NO;
}

static enum rc put(struct op *op, struct service *svc, const uint8_t key[SEAL_KEY_LEN], struct str jpeg,
                   struct picture_refs *made, struct str *ret_id)
{
        *ret_id = STR_NULL;
        if (jpeg.len == 0)
                return RC_OK;
        struct picture_ref *ref = &made->refs[made->len];
        if (blob_put(op, svc->blobs, key, jpeg, ref->id) != RC_OK)
                return op->rc;
        made->len++;
        *ret_id = str_from(ref->id);
        return RC_OK;
}

/* Null where there is none. A passport without a Korean name proves the Latin one. */
static struct str proved_name(struct op *op, const struct doc_fields *fields)
{
        struct str name = doc_text(fields, DOC_NAME), surname = doc_text(fields, DOC_SURNAME);
        if (name.len > 0)
                return name;
        if (surname.len == 0)
                return STR_NULL;
        return arena_printf(&op->arena, "%.*s %.*s", STR_FMT(surname),
                            STR_FMT(doc_text(fields, DOC_GIVEN_NAMES)));
}

static enum rc write_verdict(struct op *op, struct service *svc, const struct job *job,
                             struct id_card_task *task, const struct judgement *judgement,
                             struct document_outcome *outcome)
{
        struct str birth_date = doc_text(&judgement->fields, DOC_BIRTH_DATE);
        struct session_proof proof = {.name = proved_name(op, &judgement->fields),
                                      .birth_date = birth_date.len > 0 ? birth_date : STR_NULL,
                                      .document_id = str_from(task->document.id)};
        struct picture_verdict verdict = {.step = STEP_ID_CARD,
                                          .status = outcome->status,
                                          .errors = outcome->errors,
                                          .details = outcome->details,
                                          .proof = &proof,
                                          .now_ms = outcome->now_ms};
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool judged;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            people_numbers(&tx, svc, &task->session, &judgement->fields, &outcome->numbers) != RC_OK ||
            picture_take_step(&tx, &task->session, &verdict) != RC_OK)
                return op->rc;
        outcome->status = verdict.status;
        outcome->errors = verdict.errors;
        if (document_conclude(&tx, &task->session, task->document.id, outcome, &judged) != RC_OK)
                return op->rc;
        if (!judged)
                return op_fail(op, RC_UNAVAILABLE, "it was judged already");
        if ((verdict.late || picture_is_no_attempt(outcome->status, &judgement->errors)) &&
            document_give_back(&tx, &task->session) != RC_OK)
                return op->rc;
        if (picture_settle(&tx, job, &task->session, &verdict) == RC_OK)
                verdicts_count_document(&svc->verdicts, verdict.status, verdict.late, &judgement->errors);
        return op->rc;
}

enum rc id_card_conclude(struct op *op, struct service *svc, const struct job *job, struct id_card_task *task,
                         const struct id_card_reading *reading)
{
        static const enum check_status statuses[] = {
            [DOC_SUCCESS] = CHECK_SUCCESS, [DOC_REJECTED] = CHECK_REJECTED, [DOC_FAILED] = CHECK_FAILED};
        const struct judgement *judgement = &reading->judgement;
        struct picture_refs made = {0};
        uint8_t portrait_key[SEAL_KEY_LEN];
        random_bytes(portrait_key, sizeof(portrait_key));
        struct document_outcome outcome = {
            .status = statuses[judgement->verdict],
            .confidence = judgement->confidence,
            .name_match = tri_of(judgement->name_match),
            .birth_date_match = tri_of(judgement->birth_date_match),
            .errors = picture_errors(op, &judgement->errors),
            .advice = picture_advice(op, judgement, &reading->faults),
            .extracted = extracted(op, svc->conf, judgement),
            .details = reading->details,
            .portrait_key = reading->portrait_jpeg.len > 0
                                ? str_from_bytes(portrait_key, sizeof(portrait_key))
                                : STR_NULL,
            .duration_ms = reading->duration_ms,
            .now_ms = clock_wall_ms(),
        };
        if (put(op, svc, task->session.data_key, reading->card_jpeg, &made, &outcome.redacted_front_blob) ==
                RC_OK &&
            put(op, svc, portrait_key, reading->portrait_jpeg, &made, &outcome.portrait_blob) == RC_OK &&
            write_verdict(op, svc, job, task, judgement, &outcome) == RC_OK)
                picture_settled(op, svc, &task->session, &task->refs);
        else
                picture_remove(op, svc, &made);
        explicit_bzero(portrait_key, sizeof(portrait_key));
        return op->rc;
}

enum rc id_card_give_up(struct op *op, struct service *svc, const struct job *job, enum rc why,
                        int64_t took_ms)
{
        struct id_card_task task CLEANUP(id_card_task_release) = {0};
        struct doc_errors errors = {0};
        doc_errors_add(&errors, why);
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool judged;
        struct document_outcome outcome = {.status = CHECK_FAILED,
                                           .confidence = -1,
                                           .name_match = TRI_UNKNOWN,
                                           .birth_date_match = TRI_UNKNOWN,
                                           .errors = picture_errors(op, &errors),
                                           .duration_ms = took_ms,
                                           .now_ms = clock_wall_ms()};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_load(&tx, job->session_id, &task.session) != RC_OK ||
            document_load(&tx, NULL, job->subject_id, &task.document) != RC_OK ||
            document_conclude(&tx, &task.session, task.document.id, &outcome, &judged) != RC_OK ||
            picture_settle_failed(&tx, job, &task.session, STEP_ID_CARD, why, outcome.now_ms) != RC_OK)
                return op->rc;
        verdicts_count_document(&svc->verdicts, outcome.status, RC_OK, &errors);
        picture_settled_unread(op, svc, &task.session, job);
        return RC_OK;
}
