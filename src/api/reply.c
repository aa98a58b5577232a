#include "api/api.h"
#include "api/message.h"

struct emit api_open_data(struct call *call)
{
        struct emit emit = emit_to(&call->reply->body);
        emit_open(&emit, NULL);
        emit_bool(&emit, "success", true);
        emit_text(&emit, "message", message_text(RC_OK, call->op->client.lang));
        emit_open(&emit, "data");
        return emit;
}

static void close_reply(struct call *call, struct emit *emit)
{
        emit_null(emit, "errors");
        emit_close(emit);
        call->reply->status = 200;
}

void api_close_data(struct call *call, struct emit *emit)
{
        emit_close(emit);
        close_reply(call, emit);
}

void api_data_raw(struct call *call, struct str json)
{
        struct emit emit = emit_to(&call->reply->body);
        emit_open(&emit, NULL);
        emit_bool(&emit, "success", true);
        emit_text(&emit, "message", message_text(RC_OK, call->op->client.lang));
        emit_raw(&emit, "data", json);
        close_reply(call, &emit);
}

static void emit_data(struct emit *emit, const struct op *op)
{
        if (op->rc != RC_INVALID_CODE || op->attempts_remaining < 0) {
                emit_null(emit, "data");
                return;
        }
        emit_open(emit, "data");
        emit_int(emit, "attempts_remaining", op->attempts_remaining);
        emit_close(emit);
}

/* A sharper 422 stands beside VALIDATION_FAILED. */
static void emit_codes(struct emit *emit, enum rc rc)
{
        emit_open_array(emit, "errors");
        if (rc_status(rc) == 422 && rc != RC_VALIDATION_FAILED)
                emit_text(emit, NULL, rc_code(RC_VALIDATION_FAILED));
        emit_text(emit, NULL, rc_code(rc));
        emit_close_array(emit);
}

static void emit_fields(struct emit *emit, const struct op *op)
{
        emit_open(emit, "field_errors");
        for (size_t i = 0; i < op->fields_len; i++) {
                const struct op_field_error *field = &op->fields[i];
                emit_open_array(emit, field->field);
                emit_text(emit, NULL, op->client.lang == LANG_KO ? field->text_ko : field->text_en);
                emit_close_array(emit);
        }
        emit_close(emit);
}

static bool is_of_file(enum rc rc)
{
        return rc == RC_FILE_TOO_LARGE || rc == RC_UNSUPPORTED_IMAGE_FORMAT;
}

/* Of a file that is refused, what is told of its field is the sharper word. */
static const char *message_of(const struct op *op, enum rc rc)
{
        if (!is_of_file(rc) || op->fields_len == 0)
                return message_text(rc, op->client.lang);
        return op->client.lang == LANG_KO ? op->fields[0].text_ko : op->fields[0].text_en;
}

static void emit_limit(struct emit *emit, struct http_request *request, struct http_reply *reply)
{
        struct op *op = &request->op;
        /* Its header comes with the status. */
        op->retry_after_s = MAX(op->retry_after_s, (int64_t)1);
        emit_int(emit, "retry_after", op->retry_after_s);
        emit_text(emit, "limit_type", op->limit_type ? op->limit_type : "ip");
}

void api_render_error(void *ctx, struct http_request *request, struct http_reply *reply)
{
        const struct api *api = ctx;
        struct op *op = &request->op;
        enum rc rc = op->rc == RC_OK ? RC_INTERNAL : op->rc;
        struct emit emit = emit_to(&reply->body);
        buf_clear(&reply->body);
        reply->content_type = NULL;
        reply->status = rc_status(rc);
        emit_open(&emit, NULL);
        emit_bool(&emit, "success", false);
        emit_text(&emit, "message", message_of(op, rc));
        emit_data(&emit, op);
        emit_codes(&emit, rc);
        if (reply->status == 422 || (is_of_file(rc) && op->fields_len > 0))
                emit_fields(&emit, op);
        if (reply->status == 429)
                emit_limit(&emit, request, reply);
        if (rc == RC_FILE_TOO_LARGE)
                emit_int(&emit, "max_bytes",
                         op->max_bytes ? op->max_bytes : api->svc->conf->id_card_max_file_size);
        if (rc == RC_SESSION_EXPIRED) {
                emit_time(&emit, "expired_at", op->expired_at_ms);
                emit_bool(&emit, "new_session_required", true);
        }
        emit_text(&emit, "request_id", op->id);
        emit_close(&emit);
}
