#include "vision/roles.h"

#include "vision/cv_shim.h"

#include <stdio.h>

enum { PICTURE_MAX = 10 * 1024 * 1024, JSON_MAX = 64 * 1024, REQUEST_MS_MAX = 600 * 1000 };

static void note(struct roles *roles, const struct op *op)
{
        size_t len = strlen(roles->why);
        snprintf(roles->why + len, sizeof(roles->why) - len, "%s%s", len > 0 ? "; " : "", op->why);
}

void roles_open(const struct roles_options *options, struct roles *ret)
{
        *ret = (struct roles){0};
        cv_start();
        struct op op;
        op_init(&op, "load", JSON_MAX, REQUEST_MS_MAX);
        if (options->documents &&
            reader_open(&op, options->tessdata_dir, options->model_dir, &ret->reader) != RC_OK) {
                note(ret, &op);
                op_forgive(&op);
        }
        if (options->faces && options->model_dir == NULL)
                (void)op_fail(&op, RC_MODEL_MISSING, "no folder of models");
        else if (options->faces)
                (void)!faces_open(&op, options->model_dir, options->manifest, &ret->faces);
        if (op.rc != RC_OK)
                note(ret, &op);
        op_release(&op);
}

void roles_close(struct roles *roles)
{
        if (roles->reader)
                reader_close(roles->reader);
        faces_close(roles->faces);
        *roles = (struct roles){0};
}

void answer_init(struct answer *answer)
{
        buf_init_secret(&answer->json, JSON_MAX);
        for (size_t i = 0; i < LEN(answer->pictures); i++)
                buf_init_secret(&answer->pictures[i], PICTURE_MAX);
}

void answer_release(struct answer *answer)
{
        buf_release(&answer->json);
        for (size_t i = 0; i < LEN(answer->pictures); i++)
                buf_release(&answer->pictures[i]);
}

static void answer_failure(enum rc rc, const char *why, struct answer *ret)
{
        answer_release(ret);
        answer_init(ret);
        struct emit emit = emit_to(&ret->json);
        emit_open(&emit, NULL);
        emit_text(&emit, "failure", rc_code(rc));
        emit_text(&emit, "why", why);
        emit_close(&emit);
}

void answer_request(struct roles *roles, const struct frame *request, struct answer *ret)
{
        struct op op;
        json_auto_t *json = NULL;
        int64_t left_ms;
        answer_init(ret);
        if (!json_parse(request->parts[FRAME_JSON], JSON_MAX, &json) ||
            !json_get_int(json, "left_ms", 1, REQUEST_MS_MAX, &left_ms)) {
                answer_failure(RC_INTERNAL, "not a request", ret);
                return;
        }
        op_init(&op, "request", 1024 * 1024, left_ms);
        struct emit emit = emit_to(&ret->json);
        emit_open(&emit, NULL);
        enum rc rc;
        if (request->kind == FRAME_DOCUMENT)
                rc = answer_document(roles, &op, json, request, &emit, ret);
        else if (request->kind == FRAME_REDACT)
                rc = answer_redact(&op, json, request, &emit, ret);
        else if (request->kind == FRAME_FACES)
                rc = answer_faces(roles, &op, json, request, &emit, ret);
        else
                rc = op_fail(&op, RC_INTERNAL, "not a request");
        emit_close(&emit);
        if (rc != RC_OK)
                answer_failure(rc, op.why, ret);
        else if (!buf_ok(&ret->json))
                answer_failure(RC_INTERNAL, "answer too long", ret);
        op_release(&op);
}
