#include "vision/document.h"

#include "base/log.h"

#include "doc/printed.h"
#include "vision/card.h"
#include "vision/document_card.h"
#include "vision/elsewhere.h"
#include "vision/obstacle.h"
#include "vision/portrait.h"
#include "vision/quad.h"
#include "vision/zone_find.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

struct reader {
        struct ocr *ocr;
        struct cv_net *detector; /* NULL: morphology finds the lines */
};

enum {
        MODEL_BYTES_MAX = 64 << 20,
        PICTURE_LONG_MIN = 300,
        PICTURE_SHORT_MIN = 150,
        ATTEMPTS_MAX = 7,
        ATTEMPT_MS = 2500,  /* what another attempt may cost */
        CONCLUDE_MS = 1000, /* what is to be done once all is read costs at least */
        WORD_FEWEST = 4,    /* symbols of a line that is more than a speck taken for text */
        WORDS_FEWEST = 6,   /* such lines; every document shows more, upside down too */
        CUT_MARGIN = 8,     /* pixels of the straightened card within which a line runs off */
        CUT_LINES = 2
};

static const double cut_cost = 0.25, document_least = 0.6 /* certainty: below, it is none */,
                    another_least = 0.2 /* of the area of what was read */;

static bool file_read(const char *folder, const char *name, struct buf *ret)
{
        char path[4096], chunk[1 << 16];
        int len = snprintf(path, sizeof(path), "%s/%s", folder, name);
        int fd CLEANUP(fd_close) =
            len > 0 && (size_t)len < sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t got = 0;
        while (fd >= 0 && (got = read(fd, chunk, sizeof(chunk))) > 0)
                buf_add_bytes(ret, chunk, (size_t)got);
        return fd >= 0 && got == 0 && buf_ok(ret) && ret->len > 0;
}

enum rc reader_open(struct op *op, const char *tessdata_dir, const char *model_dir, struct reader **ret)
{
        struct reader *reader = x_new(1, sizeof(*reader));
        enum rc rc = ocr_open(op, tessdata_dir, model_dir, &reader->ocr);
        if (rc != RC_OK) {
                x_free(reader);
                return rc;
        }
        cv_start();
        struct buf onnx CLEANUP(buf_release) = {0};
        buf_init(&onnx, MODEL_BYTES_MAX);
        if (model_dir && file_read(model_dir, "ppocr_v3_det_zh.onnx", &onnx)) {
                char why[CV_WHY_MAX] = "";
                reader->detector = cv_net_open(onnx.ptr, onnx.len, why);
                if (!reader->detector)
                        log_line(LOG_WARN, "text_detector_unusable", LOG_CAUSE(why));
        }
        *ret = reader;
        return RC_OK;
}

void reader_close(struct reader *reader)
{
        if (!reader)
                return;
        ocr_close(reader->ocr);
        if (reader->detector)
                cv_net_close(reader->detector);
        x_free(reader);
}

unsigned reader_features(const struct reader *reader)
{
        return (ocr_has(reader->ocr, OCR_MRZ) ? READER_HAS_MRZ_MODEL : 0u) |
               (reader->detector ? READER_HAS_LINE_MODEL : 0u) |
               (ocr_has(reader->ocr, OCR_SCRIPT) ? READER_HAS_SCRIPT_MODEL : 0u);
}

/* The attempts to see a document in a picture; the best so far is kept. */
struct search {
        struct reader *reader;
        struct op *op;
        const struct document_request *request;
        const struct image *picture;
        struct card_guess guesses[CARD_GUESSES_MAX];
        size_t guesses_len;
        int64_t started_ms;
        struct page best;
        enum doc_kind kind;
        double certainty;
        int attempts;
        size_t words_most; /* that an attempt has shown */
        bool found_any;
};

static bool is_sure(const struct search *search)
{
        return search->certainty >= 0.8;
}

static size_t count_words(const struct page *page)
{
        size_t count = 0;
        for (size_t i = 0; i < page->lines_len; i++)
                count += page->lines[i].read.symbols_len >= WORD_FEWEST;
        return count;
}

/* Lines that run off the side: these corners are not the card's. */
static bool is_cut(const struct page *page)
{
        size_t cut = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *place = &page->lines[i].place;
                bool off = line_left(place) < CUT_MARGIN || line_right(place) > page->card.width - CUT_MARGIN;
                cut += off && page->lines[i].read.symbols_len >= WORD_FEWEST;
        }
        return cut >= CUT_LINES;
}

/* Look at the picture with these corners, and keep what is seen where it is the best so far. Whether it may
 * be worth turning: not where no more than specks are there, nor where attempts or time are used up. */
static bool attempt(struct search *search, const double corners[4][2])
{
        struct page page;
        double certainty;
        if (search->attempts++ >= ATTEMPTS_MAX || (search->found_any && op_left_ms(search->op) < ATTEMPT_MS))
                return false;
        page_init(&page, search->reader->ocr, search->reader->detector, search->op, search->request->today,
                  search->picture, corners);
        page_read_lines(&page);
        size_t words = page_is_gibberish(&page) ? WORDS_FEWEST : count_words(&page);
        search->words_most = MAX(search->words_most, words);
        enum doc_kind kind = page_kind(&page, &certainty);
        certainty -= is_cut(&page) ? cut_cost : 0;
        if (!search->found_any || certainty > search->certainty) {
                if (search->found_any)
                        page_release(&search->best);
                search->best = page;
                search->kind = kind;
                search->certainty = certainty;
                search->found_any = true;
        } else {
                page_release(&page);
        }
        return words >= WORDS_FEWEST;
}

/* Nothing of a document, and hardly a word, wherever it was looked for: more attempts would be wasted on a
 * picture of something else. */
static bool is_hopeless(const struct search *search)
{
        return search->certainty <= 0 && search->words_most < WORDS_FEWEST;
}

/* The whole picture, as it came or turned by 90 degrees: where its zone is, or else, where that shows lines,
 * its text. */
static bool look_at_all(struct search *search, bool turned, double ret[4][2], bool *ret_zone)
{
        double w = search->picture->width, h = search->picture->height;
        const double frames[2][4][2] = {{{0, 0}, {w, 0}, {w, h}, {0, h}}, {{w, 0}, {w, h}, {0, h}, {0, 0}}};
        struct page page;
        *ret_zone = false;
        if (op_left_ms(search->op) <= ATTEMPT_MS)
                return false;
        page_init(&page, search->reader->ocr, search->reader->detector, search->op, search->request->today,
                  search->picture, frames[turned]);
        *ret_zone = zone_find(&page, ret);
        bool seen = *ret_zone || page_text_corners(&page, ret);
        page_release(&page);
        return seen;
}

/* A card without a visible outline still shows where its text is, and surer still where its zone. */
static void attempt_by_text(struct search *search)
{
        bool seen = false;
        for (int turned = 0; turned < 2 && !is_sure(search); turned++) {
                double corners[4][2];
                bool has_zone;
                if (seen && is_hopeless(search))
                        return;
                if (!look_at_all(search, turned, corners, &has_zone) || (seen && !has_zone))
                        continue;
                seen = true;
                if (!attempt(search, corners) || is_sure(search) || has_zone)
                        continue;
                card_turn(corners);
                attempt(search, corners);
        }
}

/* The same picture, of which nothing was seen yet. */
static struct search begin_anew(const struct search *search)
{
        return (struct search){.reader = search->reader,
                               .op = search->op,
                               .request = search->request,
                               .picture = search->picture};
}

/* What was taken for a passport has no zone that can be read: look for one in all of the picture. Where it
 * leads to a document, that one is better, however sure the other seemed. */
static bool attempt_by_zone(struct search *search)
{
        double corners[4][2];
        bool has_zone = false;
        struct search again = begin_anew(search);
        for (int turned = 0; turned < 2 && !has_zone; turned++)
                look_at_all(search, turned, corners, &has_zone);
        if (!has_zone)
                return false;
        attempt(&again, corners);
        bool better = again.certainty >= document_least;
        page_release(better ? &search->best : &again.best);
        if (better) {
                search->best = again.best;
                search->kind = again.kind;
                search->certainty = again.certainty;
        }
        return better;
}

static void search_document(struct search *search)
{
        const struct card_guess *guesses = search->guesses;
        size_t count = search->guesses_len = card_guess(search->picture, search->guesses);
        for (size_t i = 0; i < MIN(count, 2) && !is_sure(search); i++) {
                double corners[4][2];
                /* The whole picture, no scan by its proportions: the text tells better where the card is. */
                if (guesses[i].fit <= 0)
                        break;
                memcpy(corners, guesses[i].corners, sizeof(corners));
                if (!attempt(search, corners) || is_sure(search))
                        continue;
                card_turn(corners);
                attempt(search, corners);
        }
        if (!is_sure(search) && op_left_ms(search->op) > ATTEMPT_MS)
                attempt_by_text(search);
        for (size_t i = 2; i < count && !is_sure(search) && !is_hopeless(search); i++)
                attempt(search, guesses[i].corners);
        if (!search->found_any)
                attempt(search, guesses[count - 1].corners);
}

static struct quad outline_of(const double corners[4][2])
{
        struct quad quad;
        memcpy(quad.at, corners, sizeof(quad.at));
        return quad;
}

static bool holds_middle(const struct quad *outer, const struct quad *inner)
{
        double x = 0, y = 0;
        for (int i = 0; i < 4; i++) {
                x += inner->at[i][0] / 4;
                y += inner->at[i][1] / 4;
        }
        return quad_has(outer, x, y);
}

/* Whether another outline, beside the document that was read, is of a document too: whose is meant is not for
 * us to choose. */
static bool shows_another(struct search *search)
{
        struct quad own = outline_of(search->best.corners);
        for (size_t i = 0; i < search->guesses_len; i++) {
                const struct card_guess *guess = &search->guesses[i];
                struct quad quad = outline_of(guess->corners);
                struct search other = begin_anew(search);
                if (guess->fit <= 0 || quad_area(&quad) < another_least * quad_area(&own) ||
                    holds_middle(&own, &quad) || holds_middle(&quad, &own) ||
                    op_left_ms(search->op) < ATTEMPT_MS)
                        continue;
                attempt(&other, guess->corners);
                bool is_document = is_sure(&other);
                page_release(&other.best);
                if (is_document)
                        return true;
        }
        return false;
}

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
                if (look_at_all(&search, turned, corners, &has_zone))
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
        if (search->certainty < document_least)
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

static bool is_too_small(const struct image *picture)
{
        return MAX(picture->width, picture->height) < PICTURE_LONG_MIN ||
               MIN(picture->width, picture->height) < PICTURE_SHORT_MIN;
}

enum rc document_read(struct reader *reader, struct op *op, const struct document_request *request,
                      const struct image *front, const struct image *back, struct document_reading *ret)
{
        struct document_reading reading = {0};
        if (!is_usable(front) || (back && !is_usable(back)))
                return op_fail(op, RC_INVALID_IMAGE, "a picture without usable pixels");
        bool back_small = back && is_too_small(back);
        if (is_too_small(front) || back_small) {
                doc_errors_add(&reading.errors, RC_IMAGE_TOO_SMALL);
                reading.faults.of[DOC_BACK] = back_small ? DOC_FAULT_TOO_SMALL : DOC_FAULT_NONE;
                *ret = reading;
                return RC_OK;
        }
        struct search search = {
            .reader = reader, .op = op, .request = request, .picture = front, .started_ms = clock_mono_ms()};
        search_document(&search);
        read_best(&search, back, &reading);
        if (doc_kind_has_zone(reading.kind) && !doc_has(&reading.fields, DOC_MRZ) &&
            attempt_by_zone(&search)) {
                document_reading_release(&reading);
                read_best(&search, back, &reading);
        }
        bool is_back = !doc_has(&reading.fields, DOC_ID_NUMBER) && shows_back(&search.best);
        if (is_back || is_no_passport(&search.best, &reading)) {
                reading.kind = DOC_UNKNOWN;
                reading.kind_confidence = 0;
        }
        if (reading.kind != DOC_UNKNOWN) {
                /* A zone with its check digits right is proof enough of what it stands on. */
                if (doc_kind_has_zone(reading.kind) && reading.fields.values[DOC_MRZ].confidence > 0.9)
                        reading.kind_confidence = MAX(reading.kind_confidence, 0.95);
                if (page_shows_several(&search.best) || shows_another(&search))
                        doc_errors_add(&reading.errors, RC_SEVERAL_DOCUMENTS);
                hide_number_elsewhere(&search.best, &reading);
                portrait_find(&search.best, &reading.portrait);
                obstacles_find(&search.best, front, &reading);
                authenticity_measure(front, &search.best, &reading);
                reading.card = search.best.card;
                search.best.card = (struct image){0};
        } else {
                doc_errors_add(&reading.errors, RC_NO_DOCUMENT);
                if (is_back)
                        reading.faults.of[DOC_FRONT] = DOC_FAULT_BACK;
                else
                        blame_picture(&search.best, front, &reading);
        }
        page_release(&search.best);
        if (reader->detector)
                cv_net_rest(reader->detector);
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
