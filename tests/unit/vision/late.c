/*
 * A back for which the time does not suffice: the front counts without it.
 */
#include "base/clock.h"
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/watched.h"

#include <stdio.h>

/* As vision/document.c has them: what another look must find left, and what concluding costs at least. */
enum { ATTEMPT_MS = 2500, CONCLUDE_MS = 1000, SHORT_MS = 200, TRIES = 5 };

static void read_front(struct buf *ret)
{
        json_auto_t *manifest = data_json("cards_with_faces/manifest.json");
        char name[256] = "";
        for (size_t i = 0; i < json_array_size(manifest) && !name[0]; i++) {
                const json_t *entry = json_array_get(manifest, i);
                int64_t level;
                if (str_equal(json_get_str(entry, "type"), STR("resident")) &&
                    json_get_int(entry, "level", 0, 0, &level))
                        snprintf(name, sizeof(name), "cards_with_faces/%.*s",
                                 STR_FMT(json_get_str(entry, "file")));
        }
        buf_init(ret, image_limits_default.bytes_max);
        data_read(name, ret);
}

/* With so much time that the front is read, and no back: whether it was answered so. */
static bool is_read_without_back(struct watched *watched, struct str front)
{
        CLEANUP(vision_document_release) struct vision_document document = {0};
        if (watched_read(watched, DOC_RESIDENT_CARD, front, front, &document) != RC_OK)
                return false;
        CHECK(document.kind == DOC_RESIDENT_CARD && doc_has(&document.fields, DOC_NAME));
        bool late = document.faults.of[DOC_BACK] == DOC_FAULT_LATE;
        CHECK(late != doc_errors_have(&document.errors, RC_WRONG_BACK));
        return late && document.card_jpeg.len > 0;
}

/* A front laid behind itself is WRONG_BACK, where there is time to look. How long a front takes is measured
 * first; on a machine that is busy one moment and idle the next, that may have to be done again. Negative
 * control: read_behind without its `late`. */
TEST(document_counts_without_a_back_that_is_late)
{
        struct watched watched;
        CLEANUP(buf_release) struct buf front;
        CLEANUP(vision_document_release) struct vision_document whole = {0};
        read_front(&front);
        watched_start(&watched);
        CHECK(watched_read(&watched, DOC_RESIDENT_CARD, buf_str(&front), buf_str(&front), &whole) == RC_OK);
        CHECK(whole.faults.of[DOC_BACK] == DOC_FAULT_NONE);
        CHECK(doc_errors_have(&whole.errors, RC_WRONG_BACK));

        bool late = false;
        for (int i = 0; i < TRIES && !late; i++) {
                CLEANUP(vision_document_release) struct vision_document alone = {0};
                int64_t started_ms = clock_mono_ms();
                watched.left_ms = 0;
                CHECK(watched_read(&watched, DOC_RESIDENT_CARD, buf_str(&front), STR_NULL, &alone) == RC_OK);
                int64_t front_ms = clock_mono_ms() - started_ms;
                watched.left_ms = front_ms + MAX(front_ms, (int64_t)CONCLUDE_MS) + ATTEMPT_MS - SHORT_MS;
                late = is_read_without_back(&watched, buf_str(&front));
        }
        watched_end(&watched);
        CHECK(late);
}
