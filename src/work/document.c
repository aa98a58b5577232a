#include "work/kind.h"

#include "base/emit.h"
#include "check/id_card.h"

enum { DETAILS_MAX = 8192 };

/* verification_details: how it was read, for reviewers; no personal data. */
static struct str details_of(struct op *op, const char *reader, const struct vision_document *document,
                             const struct judgement *judgement)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, DETAILS_MAX);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_text(&emit, "reader", reader);
        emit_text(&emit, "recognised_type", doc_kind_name(document->kind));
        emit_double(&emit, "type_confidence", document->kind_confidence, 3);
        emit_open(&emit, "quality");
        emit_int(&emit, "card_width_px", document->quality.card_width_px);
        emit_double(&emit, "sharpness", document->quality.sharpness, 3);
        emit_double(&emit, "brightness", document->quality.brightness, 1);
        emit_double(&emit, "contrast", document->quality.contrast, 1);
        emit_double(&emit, "glare_share", document->quality.glare_share, 4);
        emit_close(&emit);
        doc_signs_emit(&emit, "authenticity", &document->signs);
        emit_open(&emit, "field_confidence");
        for (int i = 0; i < DOC_FIELD_COUNT; i++)
                if (doc_has(&judgement->fields, (enum doc_field)i))
                        emit_double(&emit, doc_field_name((enum doc_field)i),
                                    judgement->fields.values[i].confidence, 3);
        emit_close(&emit);
        emit_close(&emit);
        return buf_ok(&buf) ? arena_copy(&op->arena, buf_str(&buf)) : STR_NULL;
}

static void release_fields(struct judge_input *input)
{
        doc_fields_wipe(&input->fields);
}

static enum rc judge_and_conclude(const struct workers_deps *deps, struct op *op, const struct job *job,
                                  struct id_card_task *task, const struct vision_document *document,
                                  int64_t started_ms)
{
        struct judge_input input CLEANUP(release_fields) = {.recognised = document->kind,
                                                            .kind_confidence = document->kind_confidence,
                                                            .fields = document->fields,
                                                            .errors = document->errors,
                                                            .obstacles = document->obstacles,
                                                            .signs = document->signs,
                                                            .today = date_of_korea(clock_wall_ms())};
        struct id_card_reading reading = {.faults = document->faults,
                                          .card_jpeg = document->card_jpeg,
                                          .portrait_jpeg = document->portrait_jpeg};
        id_card_expectations(task, deps->svc->conf, &input);
        judge_document(&input, &reading.judgement);
        reading.details = details_of(op, deps->ocr->name, document, &reading.judgement);
        reading.duration_ms = clock_mono_ms() - started_ms;
        enum rc rc = id_card_conclude(op, deps->svc, job, task, &reading);
        doc_fields_wipe(&reading.judgement.fields);
        return rc;
}

static enum rc read(const struct workers_deps *deps, struct op *op, const struct id_card_task *task,
                    struct vision_document *ret)
{
        CLEANUP(buf_release) struct buf front = {0}, back = {0};
        if (picture_read(op, deps->svc, &task->refs.refs[0], &front) != RC_OK ||
            (task->refs.len > 1 && picture_read(op, deps->svc, &task->refs.refs[1], &back) != RC_OK))
                return op->rc;
        struct vision_document_request request = {.declared = doc_kind_from_name(task->document.type),
                                                  .today = date_of_korea(clock_wall_ms()),
                                                  .front = buf_str(&front),
                                                  .back = buf_str(&back)};
        return ocr_provider_read(op, deps->ocr, deps->vision, &request, ret);
}

enum rc document_run(const struct workers_deps *deps, struct op *op, const struct job *job)
{
        struct id_card_task task CLEANUP(id_card_task_release) = {0};
        struct vision_document document = {0};
        int64_t started_ms = clock_mono_ms();
        bool open;
        if (id_card_task_load(op, deps->svc, job, &task, &open) != RC_OK)
                return op->rc;
        if (!open)
                return kind_drop(op, deps->svc, job);
        if (read(deps, op, &task, &document) != RC_OK)
                return op->rc;
        enum rc rc = judge_and_conclude(deps, op, job, &task, &document, started_ms);
        vision_document_release(&document);
        return rc;
}

enum rc document_give_up(const struct workers_deps *deps, struct op *op, const struct job *job, enum rc why,
                         int64_t took_ms)
{
        return id_card_give_up(op, deps->svc, job, kind_verdict(why), took_ms);
}
