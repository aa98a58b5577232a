#include "vision/document.h"

#include "doc/printed.h"
#include "vision/document_card.h"
#include "vision/document_field.h"
#include "vision/document_search.h"
#include "vision/elsewhere.h"
#include "vision/obstacle.h"
#include "vision/portrait.h"

enum {
        PICTURE_LONG_MIN = 300,
        PICTURE_SHORT_MIN = 150,
        ZONE_LONG_MIN = 250, /* of a picture whose zone proves what was read of it */
        CONCLUDE_MS = 1000   /* what is to be done once all is read costs at least */
};

/* Why no document was seen, if the picture is to blame. */
static void blame_picture(const struct page *page, const struct image *picture, struct document_reading *ret)
{
        const struct document_quality *quality = &ret->quality;
        enum rc code = picture_obstacle(page, picture, quality->sharpness, ret);
        if (code != RC_OK)
                doc_errors_add(&ret->errors, code);
        if (quality->glare_share > 0.03)
                doc_errors_add(&ret->errors, RC_GLARE);
}

/* Read the back with these corners, where it is one. Above 0 where it is, below where it is a front or
 * another card's back: such go with no card. 0: it does not look like the back of this kind of card. */
static int look_at_back(struct search *search, const double corners[4][2], struct document_reading *ret)
{
        struct page behind;
        if (op_left_ms(search->op) <= ATTEMPT_MS)
                return 0;
        page_init(&behind, search->reader->ocr, search->reader->detector, search->op, search->request->today,
                  search->picture, corners);
        page_read_lines(&behind);
        int like = back_likeness(&behind, ret->kind);
        if (like > 0 && !read_back(&behind, ret))
                like = -1;
        page_release(&behind);
        return like;
}

/* The same as it lies and upside down. */
static int look_both_ways(struct search *search, double corners[4][2], struct document_reading *ret)
{
        int like = look_at_back(search, corners, ret);
        if (like != 0)
                return like;
        card_turn(corners);
        return look_at_back(search, corners, ret);
}

/* Read the back where its outline is seen, else where its text is. */
static int look_behind(const struct search *front, const struct image *back, struct document_reading *ret)
{
        enum { LOOKS = 2 };
        struct search search = {
            .reader = front->reader, .op = front->op, .request = front->request, .picture = back};
        struct card_guess guesses[CARD_GUESSES_MAX];
        size_t count = card_guess(back, guesses);
        int like = 0;
        for (size_t i = 0; i < MIN(count, LOOKS) && like == 0; i++)
                like = look_both_ways(&search, guesses[i].corners, ret);
        for (int turned = 0; turned < 2 && like == 0; turned++) {
                double corners[4][2];
                bool has_zone;
                if (search_all(&search, turned, corners, &has_zone))
                        like = look_both_ways(&search, corners, ret);
        }
        return like;
}

/* Read the back in the time that is left beside that for concluding, which costs no more than the front did.
 * Where that does not suffice, nothing of the back counts: half a list of addresses would make an old one the
 * newest. */
static void read_behind(struct search *search, const struct image *back, struct document_reading *ret)
{
        struct op *op = search->op;
        int64_t deadline_ms = op->deadline_ms, front_ms = clock_mono_ms() - search->started_ms;
        struct document_reading before = *ret;
        op->deadline_ms -= MAX(front_ms, (int64_t)CONCLUDE_MS);
        int like = look_behind(search, back, ret);
        bool late = op_left_ms(op) <= ATTEMPT_MS;
        op->deadline_ms = deadline_ms;
        if (late) {
                *ret = before;
                ret->faults.of[DOC_BACK] = DOC_FAULT_LATE;
        } else if (like < 0 || (like == 0 && ret->kind != DOC_ALIEN_CARD)) {
                /* What alien cards have on their backs is not known. */
                doc_errors_add(&ret->errors, RC_WRONG_BACK);
        }
        doc_fields_wipe(&before.fields);
}

static void read_fields(struct search *search, const struct image *back, struct document_reading *ret)
{
        struct page *page = &search->best;
        if (doc_kind_has_zone(ret->kind))
                read_passport(page, ret);
        else
                read_card(page, ret->kind, ret);
        if (back && !doc_kind_has_zone(ret->kind))
                read_behind(search, back, ret);
}

/* What was seen best, if it is a document. */
static void read_best(struct search *search, const struct image *back, struct document_reading *ret)
{
        memcpy(ret->corners, search->best.corners, sizeof(ret->corners));
        card_measure(&search->best.card, ret->corners, &ret->quality);
        if (!search_has_document(search))
                return;
        ret->kind = search->kind;
        ret->kind_confidence = search->certainty;
        read_fields(search, back, ret);
}

/* A line as long and as full of digits as those of a zone stands on receipts and business cards too: where no
 * zone could be read it needs a title to be a passport's, and one that does not stand in running text. */
static bool is_no_passport(const struct page *page, const struct document_reading *reading)
{
        if (!doc_kind_has_zone(reading->kind) || doc_has(&reading->fields, DOC_MRZ))
                return false;
        for (size_t i = 0; i < page->lines_len && !page_is_prose(page); i++) {
                double like;
                if (printed_title(read_str(&page->lines[i].read), &like) == DOC_PASSPORT)
                        return false;
        }
        return true;
}

static bool is_usable(const struct image *image)
{
        return image->pixels && image->channels == 3 && image->width > 0 && image->height > 0 &&
               image->stride >= (size_t)image->width * 3;
}

static bool is_below(const struct image *picture, int long_min)
{
        return MAX(picture->width, picture->height) < long_min ||
               MIN(picture->width, picture->height) < PICTURE_SHORT_MIN;
}

static void refuse_small(bool back, struct document_reading *ret)
{
        document_reading_release(ret);
        doc_errors_add(&ret->errors, RC_IMAGE_TOO_SMALL);
        ret->faults.of[DOC_BACK] = back ? DOC_FAULT_TOO_SMALL : DOC_FAULT_NONE;
}

/* A zone with its check digits right. */
static bool is_proven(const struct document_reading *reading)
{
        return doc_kind_has_zone(reading->kind) && reading->fields.values[DOC_MRZ].confidence > 0.9;
}

/* Outlines that are not the card's, as one along a band of colour, leave some of it out. */
static void read_elsewhere(struct search *search, const struct image *back, struct document_reading *ret)
{
        enum { MORE_LOOKS = 2 };
        struct search again;
        size_t at = 0;
        for (int i = 0; i < MORE_LOOKS && doc_count_missing(ret->kind, &ret->fields) > 0; i++) {
                if (!search_next(search, &at, &again))
                        return;
                struct document_reading other = {0};
                bool better = again.kind == ret->kind;
                if (better)
                        read_best(&again, back, &other);
                better = better && doc_count_missing(other.kind, &other.fields) <
                                       doc_count_missing(ret->kind, &ret->fields);
                document_reading_release(better ? ret : &other);
                page_release(better ? &search->best : &again.best);
                if (better) {
                        *ret = other;
                        search->best = again.best;
                        search->certainty = again.certainty;
                        search->likeness = again.likeness;
                }
        }
}

/* Find the document, and read it. False where too few pixels could be one: of such only a zone is read. */
static bool find_and_read(struct search *search, const struct image *back, struct document_reading *ret)
{
        bool small = is_below(search->picture, PICTURE_LONG_MIN);
        if (small && !search_by_zone(search))
                return false;
        if (!small)
                search_document(search);
        read_best(search, back, ret);
        if (doc_kind_has_zone(ret->kind) && !doc_has(&ret->fields, DOC_MRZ) && search_by_zone(search)) {
                document_reading_release(ret);
                read_best(search, back, ret);
        }
        if (ret->kind != DOC_UNKNOWN && !doc_kind_has_zone(ret->kind))
                read_elsewhere(search, back, ret);
        return !small || is_proven(ret);
}

/* What else is asked of a document that was read. */
static void look_closer(struct search *search, struct document_reading *ret)
{
        if (is_proven(ret))
                ret->kind_confidence = MAX(ret->kind_confidence, 0.95);
        else if (search_is_framed(&search->best, ret))
                ret->kind_confidence = search->likeness;
        struct box own = fields_box(ret);
        bool whole = doc_count_missing(ret->kind, &ret->fields) == 0;
        if (page_shows_several(&search->best, whole ? &own : NULL) || search_shows_another(search))
                doc_errors_add(&ret->errors, RC_SEVERAL_DOCUMENTS);
        hide_number_elsewhere(&search->best, ret);
        portrait_find(&search->best, &ret->portrait);
        obstacles_find(&search->best, search->picture, ret);
        authenticity_measure(search->picture, &search->best, ret);
        ret->card = search->best.card;
        search->best.card = (struct image){0};
}

static void judge(struct search *search, struct document_reading *ret)
{
        bool is_back = !doc_has(&ret->fields, DOC_ID_NUMBER) && shows_back(&search->best);
        if (is_back || is_no_passport(&search->best, ret)) {
                ret->kind = DOC_UNKNOWN;
                ret->kind_confidence = 0;
        }
        if (ret->kind != DOC_UNKNOWN) {
                look_closer(search, ret);
                return;
        }
        doc_errors_add(&ret->errors, RC_NO_DOCUMENT);
        if (is_back)
                ret->faults.of[DOC_FRONT] = DOC_FAULT_BACK;
        else
                blame_picture(&search->best, search->picture, ret);
}

enum rc document_read(struct reader *reader, struct op *op, const struct document_request *request,
                      const struct image *front, const struct image *back, struct document_reading *ret)
{
        struct document_reading reading = {0};
        if (!is_usable(front) || (back && !is_usable(back)))
                return op_fail(op, RC_INVALID_IMAGE, "a picture without usable pixels");
        bool back_small = back && is_below(back, PICTURE_LONG_MIN);
        if (is_below(front, ZONE_LONG_MIN) || back_small) {
                refuse_small(back_small, &reading);
                *ret = reading;
                return RC_OK;
        }
        struct search search = {
            .reader = reader, .op = op, .request = request, .picture = front, .started_ms = clock_mono_ms()};
        if (find_and_read(&search, back, &reading))
                judge(&search, &reading);
        else
                refuse_small(false, &reading);
        page_release(&search.best);
        if (op_left_ms(op) == 0) {
                document_reading_release(&reading);
                return op_fail(op, RC_TIMED_OUT, "the document could not be read in time");
        }
        *ret = reading;
        return RC_OK;
}

void document_reading_release(struct document_reading *reading)
{
        image_release(&reading->card);
        doc_fields_wipe(&reading->fields);
        *reading = (struct document_reading){0};
}
