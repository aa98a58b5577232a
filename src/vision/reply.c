#include "vision/reply.h"

#include "base/json.h"
#include "vision/template.h"

enum { JSON_MAX = 64 * 1024, PIXELS_MAX = 100000 };

static enum rc nonsense(struct op *op)
{
        return op_fail(op, RC_INTERNAL, "bonin-vision answered what is no answer; it was started anew");
}

/* Parse the JSON; a failure that it tells of becomes the op's. */
static enum rc parse(struct op *op, const struct frame *frame, json_t **ret)
{
        static const struct {
                enum rc rc;
                const char *why;
        } known[] = {
            {RC_TIMED_OUT, "bonin-vision ran out of time over a picture; too many at once (WORKERS)?"},
            {RC_MODEL_MISSING, "bonin-vision lacks a model"},
            {RC_UNAVAILABLE, "bonin-vision cannot work here; `bonin doctor` tells why"},
        };
        json_auto_t *json = NULL;
        if (!json_parse(frame->parts[FRAME_JSON], JSON_MAX, &json) || !json_is_object(json))
                return nonsense(op);
        if (json_object_get(json, "failure")) {
                struct str code = json_get_str(json, "failure");
                for (size_t i = 0; i < LEN(known); i++)
                        if (str_equal(code, str_from(rc_code(known[i].rc))))
                                return op_fail(op, known[i].rc, "%s", known[i].why);
                return op_fail(op, RC_INTERNAL, "bonin-vision could not work on a picture");
        }
        *ret = json_incref(json);
        return RC_OK;
}

/* Empty, or a JPEG from its first marker to its last. */
static bool is_picture(struct str part)
{
        static const struct str first = {"\xff\xd8\xff", 3}, last = {"\xff\xd9", 2};
        return part.len == 0 || (str_starts_with(part, first) && str_ends_with(part, last));
}

static bool pictures_are_fine(const struct frame *frame, int pictures_max)
{
        for (int i = 1; i < FRAME_PARTS_MAX; i++)
                if (!is_picture(frame->parts[i]) || (i > pictures_max && frame->parts[i].len > 0))
                        return false;
        return true;
}

static bool parse_errors(const json_t *json, struct doc_errors *ret)
{
        const json_t *errors = json_object_get(json, "errors");
        if (!json_is_array(errors) || json_array_size(errors) > DOC_ERRORS_MAX)
                return false;
        for (size_t i = 0; i < json_array_size(errors); i++) {
                const char *code = json_string_value(json_array_get(errors, i));
                enum rc rc = code ? rc_from_code(code) : RC_COUNT;
                if (rc == RC_COUNT || rc < RC_INVALID_IMAGE)
                        return false;
                doc_errors_add(ret, rc);
        }
        return true;
}

/* A field that doc_set does not take is left out; an unknown one, or no field at all, is nonsense. */
static bool parse_fields(const json_t *fields, struct doc_fields *ret)
{
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)fields, key, value)
        {
                enum doc_field field = doc_field_from_name(str_from(key));
                double confidence;
                if (field == DOC_FIELD_COUNT || !json_get_double(value, "confidence", 0, 1, &confidence))
                        return false;
                (void)doc_set(ret, field, json_get_str(value, "text"), confidence);
        }
        return true;
}

/* Absent: there are none. One that doc_add_change does not take is left out. */
static bool parse_changes(const json_t *changes, struct doc_fields *ret)
{
        if (changes && (!json_is_array(changes) || json_array_size(changes) > DOC_CHANGES_MAX))
                return false;
        for (size_t i = 0; i < json_array_size(changes); i++) {
                const json_t *change = json_array_get(changes, i);
                double confidence;
                if (!json_get_double(change, "confidence", 0, 1, &confidence))
                        return false;
                (void)doc_add_change(ret, json_get_str(change, "date"), json_get_str(change, "address"),
                                     confidence);
        }
        return true;
}

/* Absent: there are none. */
static bool parse_obstacles(const json_t *obstacles, struct doc_obstacles *ret)
{
        const char *key;
        json_t *value;
        if (obstacles && !json_is_object(obstacles))
                return false;
        json_object_foreach((json_t *)obstacles, key, value)
        {
                enum doc_field field = doc_field_from_name(str_from(key));
                const char *code = json_string_value(value);
                enum rc rc = code ? rc_from_code(code) : RC_COUNT;
                if (field == DOC_FIELD_COUNT || !doc_is_obstacle(rc))
                        return false;
                ret->codes[field] = rc;
        }
        return true;
}

/* Absent: stays as it is. */
static bool parse_numbers(const json_t *array, size_t len, double max, double *ret)
{
        if (array == NULL)
                return true;
        if (!json_is_array(array) || json_array_size(array) != len)
                return false;
        for (size_t i = 0; i < len; i++) {
                const json_t *number = json_array_get(array, i);
                double value = json_number_value(number);
                if (!json_is_number(number) || !(value >= -max && value <= max))
                        return false;
                ret[i] = value;
        }
        return true;
}

static bool parse_quality(const json_t *quality, struct vision_document *ret)
{
        return json_get_int(quality, "card_width_px", 0, PIXELS_MAX, &ret->quality.card_width_px) &&
               json_get_double(quality, "sharpness", 0, 1e9, &ret->quality.sharpness) &&
               json_get_double(quality, "brightness", 0, 255, &ret->quality.brightness) &&
               json_get_double(quality, "contrast", 0, 255, &ret->quality.contrast) &&
               json_get_double(quality, "glare_share", 0, 1, &ret->quality.glare_share);
}

static struct vision_box box_of(const double number[4])
{
        return (struct vision_box){(int64_t)number[0], (int64_t)number[1], (int64_t)number[2],
                                   (int64_t)number[3]};
}

/* Only beside a plain card. */
static bool parse_plain(const json_t *plain, struct vision_plain *ret)
{
        double numbers[4 * VISION_PAINT_MAX] = {0}, portrait[4] = {0};
        const json_t *paint = json_object_get(plain, "paint");
        size_t len = json_array_size(paint);
        if (!json_get_int(plain, "width", 1, PIXELS_MAX, &ret->width) ||
            !json_get_int(plain, "height", 1, PIXELS_MAX, &ret->height) || !json_is_array(paint) ||
            len > LEN(numbers) || len % 4 != 0 || !parse_numbers(paint, len, PIXELS_MAX, numbers) ||
            !parse_numbers(json_object_get(plain, "portrait"), 4, PIXELS_MAX, portrait))
                return false;
        for (size_t i = 0; i < len / 4; i++)
                ret->paint[i] = box_of(&numbers[4 * i]);
        ret->paint_len = len / 4;
        ret->portrait = box_of(portrait);
        ret->number_missed = !json_is_false(json_object_get(plain, "number_missed"));
        return true;
}

static bool parse_document(const json_t *json, struct vision_document *ret)
{
        struct str kind = json_get_str(json, "kind");
        ret->kind = doc_kind_from_name(kind);
        if (ret->kind == DOC_UNKNOWN && !str_equal(kind, str_from(doc_kind_name(DOC_UNKNOWN))))
                return false;
        if (!parse_errors(json, &ret->errors))
                return false;
        if (!doc_faults_parse(json_object_get(json, "unread"), &ret->faults))
                return false;
        /* A picture that could not be decoded has nothing else to tell. */
        const json_t *fields = json_object_get(json, "fields");
        if (fields == NULL)
                return ret->errors.len > 0;
        return json_is_object(fields) && parse_fields(fields, &ret->fields) &&
               parse_changes(json_object_get(json, "address_changes"), &ret->fields) &&
               parse_obstacles(json_object_get(json, "obstacles"), &ret->obstacles) &&
               json_get_double(json, "kind_confidence", 0, 1, &ret->kind_confidence) &&
               parse_quality(json_object_get(json, "quality"), ret) &&
               doc_signs_parse(json_object_get(json, "authenticity"), &ret->signs) &&
               parse_numbers(json_object_get(json, "corners"), 8, 1, &ret->corners[0][0]);
}

enum rc reply_parse_document(struct op *op, struct frame *frame, struct vision_document *ret)
{
        json_auto_t *json = NULL;
        enum rc rc = parse(op, frame, &json);
        if (rc != RC_OK)
                return rc;
        struct vision_document document = {0};
        const json_t *plain = json_object_get(json, "plain");
        if (!pictures_are_fine(frame, 3) || !parse_document(json, &document) ||
            (plain != NULL) != (frame->parts[3].len > 0) || (plain && !parse_plain(plain, &document.plain))) {
                doc_fields_wipe(&document.fields);
                return nonsense(op);
        }
        *ret = document;
        doc_fields_wipe(&document.fields);
        ret->card_jpeg = frame->parts[1];
        ret->portrait_jpeg = frame->parts[2];
        ret->plain.jpeg = frame->parts[3];
        ret->frame = *frame;
        *frame = (struct frame){0};
        return RC_OK;
}

enum rc reply_parse_redacted(struct op *op, struct frame *frame, struct vision_document *document)
{
        json_auto_t *json = NULL;
        enum rc rc = parse(op, frame, &json);
        if (rc != RC_OK)
                return rc;
        if (!pictures_are_fine(frame, 2) || frame->parts[1].len == 0)
                return nonsense(op);
        frame_release(&document->redacted);
        document->redacted = *frame;
        document->card_jpeg = frame->parts[1];
        document->portrait_jpeg = frame->parts[2];
        *frame = (struct frame){0};
        return RC_OK;
}

static bool parse_view(const json_t *view, struct vision_face_view *ret)
{
        ret->found = json_get_bool(view, "found");
        return json_get_int(view, "faces", 0, 100000, &ret->faces) &&
               parse_numbers(json_object_get(view, "box"), 4, PIXELS_MAX, ret->box);
}

static bool parse_hash(const json_t *hash, uint8_t ret[VISION_HASH_LEN])
{
        const char *hex = json_string_value(hash);
        return hex && str_unhex(str_from(hex), ret, VISION_HASH_LEN);
}

static bool parse_hashes(const json_t *hashes, struct vision_active *ret)
{
        if (!json_is_array(hashes) || json_array_size(hashes) > FRAMES_MAX)
                return false;
        for (; ret->hashes_len < json_array_size(hashes); ret->hashes_len++)
                if (!parse_hash(json_array_get(hashes, ret->hashes_len), ret->hashes[ret->hashes_len]))
                        return false;
        return true;
}

/* Absent: no frames were judged. The verdict must follow from the errors. */
static bool parse_active(const json_t *active, struct vision_active *ret)
{
        if (active == NULL)
                return true;
        ret->judged = true;
        ret->passed = json_get_bool(active, "passed");
        return json_get_double(active, "score", 0, 1, &ret->score) && parse_errors(active, &ret->errors) &&
               parse_hashes(json_object_get(active, "hashes"), ret) && ret->passed == (ret->errors.len == 0);
}

static bool parse_faces(const json_t *json, struct vision_faces *ret)
{
        ret->compared = json_get_bool(json, "compared");
        ret->is_match = json_get_bool(json, "is_match");
        ret->is_live_person = json_get_bool(json, "is_live_person");
        ret->is_portrait = json_get_bool(json, "is_portrait");
        const json_t *hash = json_object_get(json, "selfie_hash"); /* absent: none */
        return parse_errors(json, &ret->errors) && (hash == NULL || parse_hash(hash, ret->selfie_hash)) &&
               parse_active(json_object_get(json, "active"), &ret->active) &&
               parse_view(json_object_get(json, "reference"), &ret->reference) &&
               parse_view(json_object_get(json, "selfie"), &ret->selfie) &&
               json_get_double(json, "similarity_score", 0, 1, &ret->similarity_score) &&
               json_get_double(json, "liveness_score", 0, 1, &ret->liveness_score) &&
               json_get_double(json, "match_threshold", 0, 1, &ret->match_threshold) &&
               json_get_double(json, "liveness_threshold", 0, 1, &ret->liveness_threshold);
}

/* Absent: there is none. */
static bool parse_template(struct op *op, const json_t *json, struct str *ret)
{
        uint8_t bytes[TEMPLATE_MAX];
        size_t len;
        struct face_template template;
        if (json_object_get(json, "template") == NULL)
                return true;
        bool good = str_unbase64(json_get_str(json, "template"), bytes, sizeof(bytes), &len) &&
                    template_parse(str_from_bytes(bytes, len), &template);
        if (good)
                *ret = arena_copy(&op->arena, str_from_bytes(bytes, len));
        template_wipe(&template);
        explicit_bzero(bytes, sizeof(bytes));
        return good && !str_is_null(*ret);
}

/* The verdicts must follow from the scores that they came with. */
static bool is_consistent(const struct vision_faces *faces)
{
        bool accepted = faces->is_match && faces->is_live_person;
        return !(faces->is_match && (!faces->compared || faces->similarity_score < faces->match_threshold)) &&
               !(faces->is_live_person && faces->liveness_score < faces->liveness_threshold) &&
               (accepted || faces->errors.len > 0);
}

enum rc reply_parse_faces(struct op *op, struct frame *frame, struct vision_faces *ret)
{
        json_auto_t *json = NULL;
        enum rc rc = parse(op, frame, &json);
        if (rc != RC_OK)
                return rc;
        struct vision_faces faces = {0};
        if (!pictures_are_fine(frame, 1) || !parse_faces(json, &faces) || !is_consistent(&faces) ||
            !parse_template(op, json, &faces.template))
                return nonsense(op);
        *ret = faces;
        ret->selfie_jpeg = frame->parts[1];
        ret->frame = *frame;
        *frame = (struct frame){0};
        return RC_OK;
}
