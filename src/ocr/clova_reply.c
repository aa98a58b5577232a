#include "ocr/clova.h"

#include "ocr/clova_field.h"

#include <math.h>

enum {
        ENTRIES_MAX = 16,  /* of a field */
        POLYGONS_MAX = 16, /* of an entry */
        VERTICES_MAX = 16, /* of a polygon */
        PLACE_MAX = 100000 /* of a vertex, in pixels to either side */
};

static const struct {
        enum doc_kind kind;
        struct str idtype;
        const char *member; /* of the result, with the fields */
} kinds[] = {
    {DOC_RESIDENT_CARD, STR("ID Card"), "ic"},
    {DOC_DRIVER_LICENSE, STR("Driver's License"), "dl"},
    {DOC_PASSPORT, STR("Passport"), "pp"},
    {DOC_ALIEN_CARD, STR("Alien Registration Card"), "ac"},
};

static enum rc nonsense(struct op *op)
{
        return op_fail(op, RC_UNAVAILABLE, "CLOVA: an answer that is none");
}

void clova_reading_wipe(struct clova_reading *reading)
{
        explicit_bzero(reading, sizeof(*reading));
}

/* The box around a polygon. */
static bool parse_polygon(const json_t *polygon, struct vision_box *ret)
{
        const json_t *vertices = json_object_get(polygon, "vertices");
        size_t len = json_array_size(vertices);
        double low[2] = {PLACE_MAX, PLACE_MAX}, high[2] = {-PLACE_MAX, -PLACE_MAX};
        if (!json_is_array(vertices) || len < 3 || len > VERTICES_MAX)
                return false;
        for (size_t i = 0; i < len; i++) {
                double at[2];
                const json_t *vertex = json_array_get(vertices, i);
                if (!json_get_double(vertex, "x", -PLACE_MAX, PLACE_MAX, &at[0]) ||
                    !json_get_double(vertex, "y", -PLACE_MAX, PLACE_MAX, &at[1]))
                        return false;
                for (size_t k = 0; k < 2; k++) {
                        low[k] = fmin(low[k], at[k]);
                        high[k] = fmax(high[k], at[k]);
                }
        }
        ret->x = (int64_t)floor(low[0]);
        ret->y = (int64_t)floor(low[1]);
        ret->width = (int64_t)ceil(high[0]) - ret->x;
        ret->height = (int64_t)ceil(high[1]) - ret->y;
        return true;
}

static struct vision_box around(struct vision_box a, struct vision_box b)
{
        if (a.width == 0)
                return b;
        int64_t right = MAX(a.x + a.width, b.x + b.width), bottom = MAX(a.y + a.height, b.y + b.height);
        struct vision_box box = {.x = MIN(a.x, b.x), .y = MIN(a.y, b.y)};
        box.width = right - box.x;
        box.height = bottom - box.y;
        return box;
}

/* Absent or null is fine: then there is none. */
static bool parse_polygons(const json_t *polygons, bool mask, struct clova_reading *ret)
{
        size_t index;
        json_t *polygon;
        if (polygons == NULL || json_is_null(polygons))
                return true;
        if (!json_is_array(polygons) || json_array_size(polygons) > POLYGONS_MAX)
                return false;
        json_array_foreach(polygons, index, polygon)
        {
                struct vision_box box;
                if (!parse_polygon(polygon, &box) || (mask && ret->masks_len == CLOVA_MASKS_MAX))
                        return false;
                if (mask)
                        ret->masks[ret->masks_len++] = box;
                else
                        ret->number = around(ret->number, box);
        }
        return true;
}

/* The first entry tells; all that show the number are masked. */
static bool parse_field(const struct clova_field *field, const json_t *entries, struct clova_reading *ret)
{
        size_t index;
        json_t *entry;
        if (entries == NULL || json_is_null(entries))
                return true;
        if (!json_is_array(entries) || json_array_size(entries) > ENTRIES_MAX)
                return false;
        json_array_foreach(entries, index, entry)
        {
                if (!json_is_object(entry))
                        return false;
                if (index == 0)
                        clova_field_set(field, entry, ret);
                if (field->form == FORM_ID_NUMBER &&
                    (!parse_polygons(json_object_get(entry, "maskingPolys"), true, ret) ||
                     !parse_polygons(json_object_get(entry, "boundingPolys"), false, ret)))
                        return false;
        }
        return true;
}

static bool parse_result(const json_t *result, struct clova_reading *ret)
{
        struct str idtype = json_get_str(result, "idtype");
        const json_t *document = NULL;
        for (size_t i = 0; i < LEN(kinds); i++)
                if (str_equal(idtype, kinds[i].idtype)) {
                        ret->kind = kinds[i].kind;
                        document = json_object_get(result, kinds[i].member);
                }
        if (!json_is_object(document))
                return false;
        ret->seen = true;
        ret->confident = json_get_bool(result, "isConfident");
        for (size_t i = 0; i < clova_fields_len; i++) {
                const struct clova_field *field = &clova_fields[i];
                if ((field->kind == DOC_UNKNOWN || field->kind == ret->kind) &&
                    !parse_field(field, json_object_get(document, field->member), ret))
                        return false;
        }
        return true;
}

enum rc clova_reply_parse(struct op *op, struct str reply, struct str request_id, struct clova_reading *ret)
{
        json_auto_t *json = NULL;
        if (!json_parse(reply, CLOVA_REPLY_MAX, &json) ||
            !str_equal(json_get_str(json, "requestId"), request_id))
                return nonsense(op);
        const json_t *images = json_object_get(json, "images");
        const json_t *image = json_array_get(images, 0);
        struct str said = json_get_str(image, "inferResult");
        if (json_array_size(images) != 1)
                return nonsense(op);
        CLEANUP(clova_reading_wipe) struct clova_reading reading = {0};
        if (str_equal(said, STR("SUCCESS"))) {
                const json_t *card = json_object_get(image, "idCard");
                if (!parse_result(json_object_get(card, "result"), &reading))
                        return nonsense(op);
        } else if (str_equal(said, STR("ERROR"))) {
                return op_fail(op, RC_UNAVAILABLE, "CLOVA: an error over a picture");
        } else if (!str_equal(said, STR("FAILURE"))) {
                return nonsense(op);
        }
        *ret = reading;
        return RC_OK;
}
