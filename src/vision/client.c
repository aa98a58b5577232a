#include "vision/client.h"

#include "base/emit.h"
#include "vision/pool.h"
#include "vision/reply.h"

/* An image has this long in any case, and the child is asked to give up a little before it is killed. */
enum { CALL_MS_MAX = 30 * 1000, HEAD_START_MS = 400, REDACT_JSON_MAX = 4096 };

bool vision_sniff(struct str bytes)
{
        static const struct str jpeg = {"\xff\xd8\xff", 3}, png = {"\x89PNG\r\n\x1a\n", 8};
        return str_starts_with(bytes, jpeg) || str_starts_with(bytes, png);
}

/* A child that has no model told which at its start, before it saw a picture; of what it says later no word
 * is passed on. */
static enum rc name_model(struct op *op, const struct child *child, enum rc rc)
{
        if (rc != RC_MODEL_MISSING || !child->status.why[0])
                return rc;
        op_forgive(op);
        return op_fail(op, rc, "%s; run `tools/models`, or set MODEL_DIR", child->status.why);
}

static void emit_left(struct emit *emit, const struct op *op)
{
        emit_open(emit, NULL);
        emit_int(emit, "left_ms", MAX(op_left_ms(op) - HEAD_START_MS, 1));
}

enum rc vision_read_document(struct vision_pool *pool, struct op *op,
                             const struct vision_document_request *request, struct vision_document *ret)
{
        int64_t deadline_ms = op->deadline_ms;
        struct child *child;
        enum rc rc = vision_pool_take(pool, op, &child);
        if (rc != RC_OK)
                return rc;
        op->deadline_ms = MIN(deadline_ms, clock_mono_ms() + CALL_MS_MAX);
        CLEANUP(buf_release) struct buf json;
        char today[DATE_TEXT_MAX];
        buf_init(&json, 1024);
        date_format(request->today, today);
        struct emit emit = emit_to(&json);
        emit_left(&emit, op);
        emit_text(&emit, "type", doc_kind_name(request->declared));
        emit_text(&emit, "today", today);
        emit_bool(&emit, "plain", request->plain);
        emit_close(&emit);
        struct frame ask = {.kind = FRAME_DOCUMENT, .parts = {buf_str(&json), request->front, request->back}};
        CLEANUP(frame_release) struct frame reply = {0};
        rc = child_ask(op, child, &ask, &reply);
        bool answered = rc == RC_OK;
        if (answered)
                rc = name_model(op, child, reply_parse_document(op, &reply, ret));
        vision_pool_give(pool, child, answered && rc != RC_INTERNAL);
        op->deadline_ms = deadline_ms;
        return rc;
}

static void emit_boxes(struct emit *emit, const struct vision_box *boxes, size_t len)
{
        for (size_t i = 0; i < len; i++) {
                const int64_t numbers[4] = {boxes[i].x, boxes[i].y, boxes[i].width, boxes[i].height};
                for (size_t k = 0; k < LEN(numbers); k++)
                        emit_int(emit, NULL, numbers[k]);
        }
}

enum rc vision_redact(struct vision_pool *pool, struct op *op, struct vision_document *document,
                      const struct vision_box *also, size_t len)
{
        const struct vision_plain *plain = &document->plain;
        struct child *child;
        enum rc rc = vision_pool_take(pool, op, &child);
        if (rc != RC_OK)
                return rc;
        CLEANUP(buf_release) struct buf json;
        buf_init(&json, REDACT_JSON_MAX);
        struct emit emit = emit_to(&json);
        emit_left(&emit, op);
        emit_open_array(&emit, "paint");
        emit_boxes(&emit, plain->paint, plain->paint_len);
        emit_boxes(&emit, also, len);
        emit_close_array(&emit);
        emit_open_array(&emit, "portrait");
        emit_boxes(&emit, &plain->portrait, 1);
        emit_close_array(&emit);
        emit_close(&emit);
        struct frame ask = {.kind = FRAME_REDACT, .parts = {buf_str(&json), plain->jpeg}};
        CLEANUP(frame_release) struct frame reply = {0};
        rc = buf_ok(&json) ? child_ask(op, child, &ask, &reply)
                           : op_fail(op, RC_INTERNAL, "vision: too much to paint over");
        bool answered = rc == RC_OK;
        if (answered)
                rc = reply_parse_redacted(op, &reply, document);
        vision_pool_give(pool, child, answered && rc != RC_INTERNAL);
        return rc;
}

void vision_document_release(struct vision_document *document)
{
        doc_fields_wipe(&document->fields);
        frame_release(&document->frame);
        frame_release(&document->redacted);
        *document = (struct vision_document){0};
}

static void emit_challenge(struct emit *emit, const struct challenge *challenge)
{
        emit_open_array(emit, "actions");
        for (size_t i = 0; i < challenge->len; i++)
                emit_text(emit, NULL, face_action_name(challenge->actions[i]));
        emit_close_array(emit);
}

/* Frames are judged where faces were compared, all of them, and where there are any; a template is given to
 * who asks for it. */
static enum rc check_asked(struct op *op, const struct vision_face_request *request,
                           const struct vision_faces *faces)
{
        const struct vision_active *active = &faces->active;
        bool due = request->challenge && faces->compared;
        if (active->judged != due || (due && active->hashes_len != request->frames_len) ||
            (faces->template.len > 0 && !request->template))
                return op_fail(op, RC_INTERNAL, "vision: an answer to something else");
        return RC_OK;
}

enum rc vision_compare_faces(struct vision_pool *pool, struct op *op,
                             const struct vision_face_request *request, struct vision_faces *ret)
{
        int64_t deadline_ms = op->deadline_ms;
        struct child *child;
        enum rc rc = vision_pool_take(pool, op, &child);
        if (rc != RC_OK)
                return rc;
        op->deadline_ms = MIN(deadline_ms, clock_mono_ms() + CALL_MS_MAX);
        CLEANUP(buf_release) struct buf json;
        buf_init(&json, 1024);
        struct emit emit = emit_to(&json);
        emit_left(&emit, op);
        emit_double(&emit, "match_threshold", request->match_threshold, 6);
        emit_double(&emit, "liveness_threshold", request->liveness_threshold, 6);
        if (request->challenge)
                emit_challenge(&emit, request->challenge);
        if (request->template)
                emit_bool(&emit, "template", true);
        emit_close(&emit);
        struct frame ask = {.kind = FRAME_FACES,
                            .parts = {buf_str(&json), request->reference, request->selfie}};
        for (size_t i = 0; i < request->frames_len; i++)
                ask.parts[FRAME_OF_CHALLENGE + i] = request->frames[i];
        CLEANUP(frame_release) struct frame reply = {0};
        rc = child_ask(op, child, &ask, &reply);
        bool answered = rc == RC_OK;
        if (answered)
                rc = name_model(op, child, reply_parse_faces(op, &reply, ret));
        if (rc == RC_OK && check_asked(op, request, ret) != RC_OK) {
                vision_faces_release(ret);
                rc = op->rc;
        }
        vision_pool_give(pool, child, answered && rc != RC_INTERNAL);
        op->deadline_ms = deadline_ms;
        return rc;
}

void vision_faces_release(struct vision_faces *faces)
{
        frame_release(&faces->frame);
        *faces = (struct vision_faces){0};
}
