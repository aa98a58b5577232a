#include "vision/active.h"
#include "vision/roles.h"

enum { SELFIE_QUALITY = 88 };

/* What is asked to be judged beside the selfie. */
struct sequence {
        struct challenge challenge; /* without actions: nothing */
        struct image frames[FRAMES_MAX];
        size_t len;
};

static void sequence_release(struct sequence *sequence)
{
        for (size_t i = 0; i < sequence->len; i++)
                image_release(&sequence->frames[i]);
}

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
        bool small = rc == RC_IMAGE_TOO_SMALL;
        if (!small && rc != RC_INVALID_IMAGE && rc != RC_UNSUPPORTED_IMAGE_FORMAT && rc != RC_FILE_TOO_LARGE)
                return rc;
        op_forgive(op);
        emit_comparison(emit,
                        &(struct face_comparison){.errors = {small ? RC_IMAGE_TOO_SMALL : RC_INVALID_IMAGE},
                                                  .errors_len = 1});
        return RC_OK;
}

/* As bonin writes them; absent: the selfie alone. */
static bool parse_actions(const json_t *actions, struct challenge *ret)
{
        if (actions && (!json_is_array(actions) || json_array_size(actions) > CHALLENGE_ACTIONS_MAX))
                return false;
        for (; ret->len < json_array_size(actions); ret->len++) {
                const char *name = json_string_value(json_array_get(actions, ret->len));
                ret->actions[ret->len] = name ? face_action_of(str_from(name)) : FACE_ACTION_COUNT;
                if (ret->actions[ret->len] == FACE_ACTION_COUNT)
                        return false;
        }
        return actions == NULL || ret->len > 0;
}

/* Many are in memory at once, so each is small: shrunk as it is decoded, and refused where it cannot be. */
static enum rc decode_frames(struct op *op, const struct frame *frame, struct sequence *ret)
{
        struct image_limits limits = image_limits_default;
        limits.decode_side_min = 640;
        limits.pixels_max = 10 * 1000 * 1000;
        for (size_t i = 0; i < FRAMES_MAX && frame->parts[FRAME_OF_CHALLENGE + i].len > 0; i++) {
                if (image_decode(op, frame->parts[FRAME_OF_CHALLENGE + i], &limits, &ret->frames[i]) != RC_OK)
                        return op->rc;
                ret->len++;
        }
        return ret->len >= FRAMES_MIN ? RC_OK : op_fail(op, RC_INTERNAL, "too few frames");
}

static void emit_hash(struct emit *emit, const char *key, const uint8_t hash[FRAME_HASH_LEN])
{
        CLEANUP(buf_release) struct buf hex;
        buf_init(&hex, 2 * FRAME_HASH_LEN);
        buf_add_hex(&hex, hash, FRAME_HASH_LEN);
        emit_str(emit, key, buf_str(&hex));
}

/* A frame without the face has a hash of zeros, by which none is known again. */
static void emit_active(struct emit *emit, const struct sequence *sequence,
                        const struct active_verdict *verdict)
{
        emit_open(emit, "active");
        emit_bool(emit, "passed", verdict->passed);
        emit_double(emit, "score", verdict->score, 6);
        emit_open_array(emit, "errors");
        for (size_t i = 0; i < verdict->errors_len; i++)
                emit_text(emit, NULL, rc_code(verdict->errors[i]));
        emit_close_array(emit);
        emit_open_array(emit, "hashes");
        for (size_t i = 0; i < sequence->len; i++) {
                uint8_t hash[FRAME_HASH_LEN] = {0};
                if (verdict->tracked[i])
                        frame_hash(&sequence->frames[i], &verdict->points[i], hash);
                emit_hash(emit, NULL, hash);
        }
        emit_close_array(emit);
        emit_close(emit);
}

/* The selfie's; and whether it is the portrait itself, which whoever has a picture of the document has. */
static void emit_hashes(struct emit *emit, const struct image *reference, const struct image *selfie,
                        const struct face_comparison *comparison)
{
        uint8_t portrait[FRAME_HASH_LEN], hash[FRAME_HASH_LEN];
        frame_hash(reference, &comparison->reference.box.points, portrait);
        frame_hash(selfie, &comparison->selfie.box.points, hash);
        emit_hash(emit, "selfie_hash", hash);
        emit_bool(emit, "is_portrait", frame_hash_is_known(portrait, hash));
}

static bool is_accepted(const struct face_comparison *comparison)
{
        return comparison->errors_len == 0 && comparison->is_match && comparison->is_live_person;
}

/* What may be compared with the faces of other sessions: of a selfie that was accepted with its frames. */
static void emit_template(struct emit *emit, const struct faces *faces, const struct face_print *print)
{
        CLEANUP(template_wipe) struct face_template template = {0};
        CLEANUP(buf_release) struct buf bytes, text;
        face_template_make(faces, print, &template);
        buf_init_secret(&bytes, TEMPLATE_MAX);
        buf_init_secret(&text, 2 * TEMPLATE_MAX);
        template_format(&template, &bytes);
        buf_add_base64(&text, bytes.ptr, bytes.len);
        emit_str(emit, "template", buf_str(&text));
}

/* Whose face the selfie's is decides whose head must have moved before the frames; where it was that one, the
 * portrait is compared with all that they show of it. */
static enum rc judge_sequence(struct roles *roles, struct op *op, const struct sequence *sequence,
                              const struct face_pair *pair, struct face_comparison *comparison,
                              struct active_verdict *ret)
{
        CLEANUP(face_print_release) struct face_print person = {0};
        const struct active_task task = {sequence->frames, sequence->len, &sequence->challenge, &pair->selfie,
                                         comparison->thresholds};
        enum rc rc = face_active(roles->faces, op, &task, ret, &person);
        if (rc == RC_OK && person.len > 0)
                face_compare_anew(roles->faces, pair, &person, comparison);
        return rc;
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
        CLEANUP(sequence_release) struct sequence sequence = {0};
        if (!parse_actions(json_object_get(request, "actions"), &sequence.challenge))
                return op_fail(op, RC_INTERNAL, "request with actions that are none");

        CLEANUP(image_release) struct image reference = {0};
        CLEANUP(image_release) struct image selfie = {0};
        struct image_limits limits = selfie_limits();
        enum rc rc = image_decode(op, frame->parts[1], &limits, &reference);
        if (rc == RC_OK)
                rc = image_decode(op, frame->parts[2], &limits, &selfie);
        if (rc == RC_OK && sequence.challenge.len > 0)
                rc = decode_frames(op, frame, &sequence);
        if (rc != RC_OK)
                return emit_refusal(op, emit, rc);

        struct face_comparison comparison;
        struct active_verdict verdict = {.passed = true};
        CLEANUP(face_pair_release) struct face_pair pair = {0};
        rc = face_compare_keeping(roles->faces, op, &reference, &selfie, thresholds, &pair, &comparison);
        bool acted = rc == RC_OK && comparison.compared && sequence.len > 0;
        if (acted)
                rc = judge_sequence(roles, op, &sequence, &pair, &comparison, &verdict);
        if (rc != RC_OK)
                return rc;
        emit_comparison(emit, &comparison);
        if (comparison.compared)
                emit_hashes(emit, &reference, &selfie, &comparison);
        if (acted)
                emit_active(emit, &sequence, &verdict);
        if (json_get_bool(request, "template") && is_accepted(&comparison) && verdict.passed)
                emit_template(emit, roles->faces, &pair.selfie);
        return image_encode_jpeg(op, &selfie, SELFIE_QUALITY, &ret->pictures[0]);
}
