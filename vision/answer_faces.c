#include "vision/roles.h"

enum { SELFIE_QUALITY = 88 };

/* A face is judged at far fewer pixels than print; a smaller picture is also what is kept. */
static struct image_limits selfie_limits(void)
{
        struct image_limits limits = image_limits_default;
        limits.decode_side_min = 1280;
        return limits;
}

static void emit_view(struct emit *emit, const char *key, const struct face_view *view)
{
        emit_open(emit, key);
        emit_bool(emit, "found", view->found);
        emit_int(emit, "faces", (int64_t)view->faces_len);
        if (view->found) {
                emit_open_array(emit, "box");
                emit_double(emit, NULL, view->box.x, 1);
                emit_double(emit, NULL, view->box.y, 1);
                emit_double(emit, NULL, view->box.width, 1);
                emit_double(emit, NULL, view->box.height, 1);
                emit_close_array(emit);
        }
        emit_close(emit);
}

static void emit_comparison(struct emit *emit, const struct face_comparison *comparison)
{
        emit_view(emit, "reference", &comparison->reference);
        emit_view(emit, "selfie", &comparison->selfie);
        emit_bool(emit, "compared", comparison->compared);
        emit_double(emit, "similarity_score", comparison->similarity_score, 6);
        emit_double(emit, "liveness_score", comparison->liveness_score, 6);
        emit_bool(emit, "is_match", comparison->is_match);
        emit_bool(emit, "is_live_person", comparison->is_live_person);
        emit_double(emit, "match_threshold", comparison->thresholds.match, 6);
        emit_double(emit, "liveness_threshold", comparison->thresholds.liveness, 6);
        emit_open_array(emit, "errors");
        for (size_t i = 0; i < comparison->errors_len; i++)
                emit_text(emit, NULL, rc_code(comparison->errors[i]));
        emit_close_array(emit);
}

/* A picture that cannot be decoded is told by the same members as one without a face. */
static enum rc emit_refusal(struct op *op, struct emit *emit, enum rc rc)
{
        if (rc != RC_INVALID_IMAGE && rc != RC_UNSUPPORTED_IMAGE_FORMAT && rc != RC_FILE_TOO_LARGE)
                return rc;
        op_forgive(op);
        emit_comparison(emit, &(struct face_comparison){.errors = {RC_INVALID_IMAGE}, .errors_len = 1});
        return RC_OK;
}

/* Of a selfie that was accepted, and no other: what may be compared with those of other sessions. */
static enum rc emit_template(struct roles *roles, struct op *op, struct emit *emit,
                             const struct image *selfie, const struct face_comparison *comparison)
{
        CLEANUP(face_print_release) struct face_print print = {0};
        CLEANUP(template_wipe) struct face_template template = {0};
        CLEANUP(buf_release) struct buf bytes, text;
        if (comparison->errors_len > 0 || !comparison->is_match || !comparison->is_live_person)
                return RC_OK;
        if (face_print_take(roles->faces, op, selfie, &comparison->selfie, &print) != RC_OK)
                return op->rc;
        face_template_make(roles->faces, &print, &template);
        buf_init_secret(&bytes, TEMPLATE_MAX);
        buf_init_secret(&text, 2 * TEMPLATE_MAX);
        template_format(&template, &bytes);
        buf_add_base64(&text, bytes.ptr, bytes.len);
        emit_str(emit, "template", buf_str(&text));
        return RC_OK;
}

enum rc answer_faces(struct roles *roles, struct op *op, const json_t *request, const struct frame *frame,
                     struct emit *emit, struct answer *ret)
{
        if (roles->faces == NULL)
                return op_fail(op, RC_MODEL_MISSING, "%s", roles->why);
        struct face_thresholds thresholds = {0};
        if (!json_get_double(request, "match_threshold", 0, 1, &thresholds.match) ||
            !json_get_double(request, "liveness_threshold", 0, 1, &thresholds.liveness))
                return op_fail(op, RC_INTERNAL, "request without thresholds");

        CLEANUP(image_release) struct image reference = {0};
        CLEANUP(image_release) struct image selfie = {0};
        struct image_limits limits = selfie_limits();
        enum rc rc = image_decode(op, frame->parts[1], &limits, &reference);
        if (rc == RC_OK)
                rc = image_decode(op, frame->parts[2], &limits, &selfie);
        if (rc != RC_OK)
                return emit_refusal(op, emit, rc);

        struct face_comparison comparison;
        rc = face_compare(roles->faces, op, &reference, &selfie, thresholds, &comparison);
        if (rc != RC_OK)
                return rc;
        emit_comparison(emit, &comparison);
        if (json_get_bool(request, "template") &&
            emit_template(roles, op, emit, &selfie, &comparison) != RC_OK)
                return op->rc;
        return image_encode_jpeg(op, &selfie, SELFIE_QUALITY, &ret->pictures[0]);
}
