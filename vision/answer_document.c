#include "vision/portrait.h"
#include "vision/roles.h"

#include <math.h>

enum { CARD_QUALITY = 88, PORTRAIT_QUALITY = 93, PLAIN_QUALITY = 95, REDACT_BOXES_MAX = 64 };

/* What is wrong with the file itself is an answer, not a failure. */
static enum doc_fault fault_of(enum rc rc)
{
        switch (rc) {
        case RC_INVALID_IMAGE:
                return DOC_FAULT_DAMAGED;
        case RC_UNSUPPORTED_IMAGE_FORMAT:
                return DOC_FAULT_FORMAT;
        case RC_FILE_TOO_LARGE:
                return DOC_FAULT_TOO_LARGE;
        case RC_IMAGE_TOO_SMALL:
                return DOC_FAULT_NARROW;
        default:
                return DOC_FAULT_NONE;
        }
}

static void emit_errors(struct emit *emit, const struct doc_errors *errors)
{
        emit_open_array(emit, "errors");
        for (size_t i = 0; i < errors->len; i++)
                emit_text(emit, NULL, rc_code(errors->codes[i]));
        emit_close_array(emit);
}

static void emit_fields(struct emit *emit, const struct doc_fields *fields)
{
        emit_open(emit, "fields");
        for (enum doc_field i = 0; i < DOC_FIELD_COUNT; i++) {
                if (!doc_has(fields, i))
                        continue;
                emit_open(emit, doc_field_name(i));
                emit_str(emit, "text", doc_text(fields, i));
                emit_double(emit, "confidence", fields->values[i].confidence, 4);
                emit_close(emit);
        }
        emit_close(emit);
}

static void emit_changes(struct emit *emit, const struct doc_fields *fields)
{
        emit_open_array(emit, "address_changes");
        for (size_t i = 0; i < fields->changes_len; i++) {
                emit_open(emit, NULL);
                emit_text(emit, "date", fields->changes[i].date);
                emit_text(emit, "address", fields->changes[i].address.text);
                emit_double(emit, "confidence", fields->changes[i].address.confidence, 4);
                emit_close(emit);
        }
        emit_close_array(emit);
}

static void emit_obstacles(struct emit *emit, const struct doc_obstacles *obstacles)
{
        emit_open(emit, "obstacles");
        for (enum doc_field i = 0; i < DOC_FIELD_COUNT; i++)
                if (obstacles->codes[i] != RC_OK)
                        emit_text(emit, doc_field_name(i), rc_code(obstacles->codes[i]));
        emit_close(emit);
}

static void emit_reading(struct emit *emit, const struct document_reading *reading, const struct image *front)
{
        const struct document_quality *quality = &reading->quality;
        emit_text(emit, "kind", doc_kind_name(reading->kind));
        emit_double(emit, "kind_confidence", reading->kind_confidence, 4);
        emit_errors(emit, &reading->errors);
        emit_fields(emit, &reading->fields);
        emit_changes(emit, &reading->fields);
        emit_obstacles(emit, &reading->obstacles);
        doc_faults_emit(emit, "unread", &reading->faults);
        emit_open(emit, "quality");
        emit_int(emit, "card_width_px", quality->card_width_px);
        emit_double(emit, "sharpness", quality->sharpness, 4);
        emit_double(emit, "brightness", quality->brightness, 2);
        emit_double(emit, "contrast", quality->contrast, 2);
        emit_double(emit, "glare_share", quality->glare_share, 4);
        emit_close(emit);
        doc_signs_emit(emit, "authenticity", &reading->signs);
        if (reading->card.pixels == NULL)
                return;
        emit_open_array(emit, "corners");
        for (int i = 0; i < 4; i++) {
                emit_double(emit, NULL, fmin(fmax(reading->corners[i][0] / front->width, 0), 1), 5);
                emit_double(emit, NULL, fmin(fmax(reading->corners[i][1] / front->height, 0), 1), 5);
        }
        emit_close_array(emit);
}

/* The face finder knows portraits better than the layout does; the layout helps where it finds none. The name
 * of one card with the portrait of another would prove nothing. */
static void settle_portrait(struct roles *roles, struct op *op, struct document_reading *reading)
{
        struct face_region face;
        bool several;
        if (roles->faces == NULL || reading->card.pixels == NULL)
                return;
        if (face_find_portrait(roles->faces, op, &reading->card, &face, &several) != RC_OK) {
                op_forgive(op);
                return;
        }
        if (several)
                doc_errors_add(&reading->errors, RC_SEVERAL_DOCUMENTS);
        struct box portrait = {face.x, face.y, face.width, face.height};
        if (!portrait_is_beside_number(reading, portrait)) {
                doc_errors_add(&reading->errors, RC_NO_PORTRAIT);
                return;
        }
        reading->portrait = portrait;
}

static enum rc encode_portrait(struct op *op, const struct image *card, struct box box, struct buf *ret)
{
        box = box_within(card, box);
        if (box.width < 1 || box.height < 1)
                return RC_OK;
        struct image part = *card; /* a view: the rows of the card, not released */
        part.pixels += (size_t)box.y * card->stride + (size_t)box.x * (size_t)card->channels;
        part.width = box.width;
        part.height = box.height;
        return image_encode_jpeg(op, &part, PORTRAIT_QUALITY, ret);
}

/* Better no picture than one with a number in it. A portrait is kept all the same on a passport, where
 * numbers stand far from it; a card without its number is not accepted and needs none. */
static enum rc encode_pictures(struct op *op, struct document_reading *reading, struct answer *ret)
{
        if (reading->card.pixels == NULL)
                return RC_OK;
        bool hidden = document_redact(reading);
        enum rc rc = hidden ? image_encode_jpeg(op, &reading->card, CARD_QUALITY, &ret->pictures[0]) : RC_OK;
        if (rc != RC_OK || (!hidden && reading->kind != DOC_PASSPORT))
                return rc;
        return encode_portrait(op, &reading->card, reading->portrait, &ret->pictures[1]);
}

static void emit_box(struct emit *emit, struct box box)
{
        emit_int(emit, NULL, box.x);
        emit_int(emit, NULL, box.y);
        emit_int(emit, NULL, box.width);
        emit_int(emit, NULL, box.height);
}

/* The card as another reader is to see it, and what is needed to paint it over later. */
static enum rc encode_plain(struct op *op, const struct document_reading *reading, struct emit *emit,
                            struct answer *ret)
{
        if (reading->card.pixels == NULL)
                return RC_OK;
        emit_open(emit, "plain");
        emit_int(emit, "width", reading->card.width);
        emit_int(emit, "height", reading->card.height);
        emit_open_array(emit, "paint");
        for (size_t i = 0; i < reading->paint_len; i++)
                emit_box(emit, reading->paint[i]);
        emit_close_array(emit);
        emit_bool(emit, "number_missed", reading->number_missed);
        emit_open_array(emit, "portrait");
        emit_box(emit, reading->portrait);
        emit_close_array(emit);
        emit_close(emit);
        return image_encode_jpeg(op, &reading->card, PLAIN_QUALITY, &ret->pictures[2]);
}

static enum rc emit_refusal(struct op *op, struct emit *emit, enum doc_side side)
{
        struct doc_faults faults = {0};
        faults.of[side] = fault_of(op->rc);
        if (faults.of[side] == DOC_FAULT_NONE)
                return op->rc;
        op_forgive(op);
        emit_text(emit, "kind", doc_kind_name(DOC_UNKNOWN));
        emit_open_array(emit, "errors");
        emit_text(emit, NULL, rc_code(doc_fault_code(faults.of[side])));
        emit_close_array(emit);
        doc_faults_emit(emit, "unread", &faults);
        return RC_OK;
}

enum rc answer_document(struct roles *roles, struct op *op, const json_t *request, const struct frame *frame,
                        struct emit *emit, struct answer *ret)
{
        if (roles->reader == NULL)
                return op_fail(op, RC_MODEL_MISSING, "%s", roles->why);
        struct document_request ask = {.declared = doc_kind_from_name(json_get_str(request, "type"))};
        if (!date_parse(json_get_str(request, "today"), &ask.today))
                return op_fail(op, RC_INTERNAL, "request without a date");

        CLEANUP(image_release) struct image front = {0};
        CLEANUP(image_release) struct image back = {0};
        /* Nothing is wanted of the back of a passport: it need not even be a picture. */
        bool two_sided = frame->parts[2].len > 0 && !doc_kind_has_zone(ask.declared);
        if (image_decode(op, frame->parts[1], &image_limits_default, &front) != RC_OK)
                return emit_refusal(op, emit, DOC_FRONT);
        if (two_sided && image_decode(op, frame->parts[2], &image_limits_default, &back) != RC_OK)
                return emit_refusal(op, emit, DOC_BACK);

        CLEANUP(document_reading_release) struct document_reading reading = {0};
        enum rc rc = document_read(roles->reader, op, &ask, &front, two_sided ? &back : NULL, &reading);
        if (rc != RC_OK)
                return emit_refusal(op, emit, DOC_FRONT);
        settle_portrait(roles, op, &reading);
        authenticity_judge(&front, &reading);
        emit_reading(emit, &reading, &front);
        image_release(&front);
        image_release(&back);
        if (json_get_bool(request, "plain"))
                rc = encode_plain(op, &reading, emit, ret);
        return rc == RC_OK ? encode_pictures(op, &reading, ret) : rc;
}

/* The next four numbers of an array, as a box. */
static bool take_box(const json_t *array, size_t from, struct box *ret)
{
        int *const at[4] = {&ret->x, &ret->y, &ret->width, &ret->height};
        for (size_t i = 0; i < LEN(at); i++) {
                const json_t *number = json_array_get(array, from + i);
                json_int_t value = json_integer_value(number);
                if (!json_is_integer(number) || value < -image_limits_default.side_max ||
                    value > image_limits_default.side_max)
                        return false;
                *at[i] = (int)value;
        }
        return true;
}

enum rc answer_redact(struct op *op, const json_t *request, const struct frame *frame, struct emit *emit,
                      struct answer *ret)
{
        const json_t *paint = json_object_get(request, "paint");
        size_t len = json_array_size(paint);
        CLEANUP(document_reading_release) struct document_reading reading = {0};
        if (!json_is_array(paint) || len % 4 != 0 || len > 4 * REDACT_BOXES_MAX ||
            !take_box(json_object_get(request, "portrait"), 0, &reading.portrait))
                return op_fail(op, RC_INTERNAL, "not a request");
        struct image_limits limits = image_limits_default;
        limits.decode_side_min = 0; /* never smaller than the boxes were measured on */
        if (image_decode(op, frame->parts[1], &limits, &reading.card) != RC_OK)
                return op->rc;
        reading.paint_len = 1;
        for (size_t i = 0; i < len; i += 4) {
                if (!take_box(paint, i, &reading.paint[0]))
                        return op_fail(op, RC_INTERNAL, "not a request");
                document_paint(&reading);
        }
        enum rc rc = image_encode_jpeg(op, &reading.card, CARD_QUALITY, &ret->pictures[0]);
        return rc == RC_OK ? encode_portrait(op, &reading.card, reading.portrait, &ret->pictures[1]) : rc;
}
