#include "vision/document_search.h"

#include "vision/document_field.h"
#include "vision/quad.h"
#include "vision/zone_find.h"

#include <math.h>

enum {
        ATTEMPTS_MAX = 7,
        WORD_FEWEST = 4,  /* symbols of a line that is more than a speck taken for text */
        WORDS_FEWEST = 6, /* such lines; every document shows more, upside down too */
        CUT_MARGIN = 8,   /* pixels of the straightened card within which a line runs off */
        CUT_LINES = 2
};

static const double document_least = 0.6 /* certainty: below, it is none */, cut_cost = 0.25,
                    another_least = 0.2 /* of the area of what was read */,
                    micro_high = 0.02 /* of the card's height: print that is no higher says nothing */;

static bool is_sure(const struct search *search)
{
        return search->certainty >= 0.8;
}

bool search_has_document(const struct search *search)
{
        return search->certainty >= document_least;
}

static size_t count_words(const struct page *page)
{
        size_t count = 0;
        for (size_t i = 0; i < page->lines_len; i++)
                count += page->lines[i].read.symbols_len >= WORD_FEWEST;
        return count;
}

/* A line that runs off the side. Micro-print does on any card. */
static bool runs_off(const struct page *page, const struct page_line *line)
{
        const struct cv_line *place = &line->place;
        bool off = line_left(place) < CUT_MARGIN || line_right(place) > page->card.width - CUT_MARGIN;
        bool micro = place->height < micro_high * page->card.height;
        return off && !micro && line->read.symbols_len >= WORD_FEWEST;
}

/* With such lines these corners are not the card's. */
static bool is_cut(const struct page *page)
{
        size_t cut = 0;
        for (size_t i = 0; i < page->lines_len; i++)
                cut += runs_off(page, &page->lines[i]);
        return cut >= CUT_LINES;
}

bool search_is_framed(const struct page *page, const struct document_reading *reading)
{
        struct box fields = fields_box(reading);
        bool framed = doc_count_missing(reading->kind, &reading->fields) == 0 && !page_is_prose(page);
        for (size_t i = 0; i < page->lines_len && framed; i++) {
                const struct cv_line *place = &page->lines[i].place;
                double x = place->x - fields.x, y = place->y - fields.y;
                framed = x < 0 || x >= fields.width || y < 0 || y >= fields.height ||
                         !runs_off(page, &page->lines[i]);
        }
        return framed;
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
        double likeness = certainty;
        certainty -= is_cut(&page) ? cut_cost : 0;
        if (!search->found_any || certainty > search->certainty) {
                if (search->found_any)
                        page_release(&search->best);
                search->best = page;
                search->kind = kind;
                search->certainty = certainty;
                search->likeness = likeness;
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

bool search_all(struct search *search, bool turned, double ret[4][2], bool *ret_zone)
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

/* A card without a visible outline still shows where its text is, and surer still where its zone. The text of
 * a sheet beneath it runs along the sheet: the card's may run across. */
static void attempt_by_text(struct search *search)
{
        bool seen = false, prose = false;
        for (int turned = 0; turned < 2 && !is_sure(search); turned++) {
                double corners[4][2];
                bool has_zone;
                if (seen && is_hopeless(search))
                        return;
                if (!search_all(search, turned, corners, &has_zone) || (seen && !has_zone && !prose))
                        continue;
                seen = true;
                bool words = attempt(search, corners);
                prose = page_is_prose(&search->best);
                if (!words || is_sure(search) || has_zone)
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

bool search_by_zone(struct search *search)
{
        double corners[4][2];
        struct search again = begin_anew(search);
        /* Corners that were far from the document's may show its zone well, and too small a part of the page.
         */
        bool has_zone = zone_find(&search->best, corners);
        for (int turned = 0; turned < 2 && !has_zone; turned++)
                search_all(search, turned, corners, &has_zone);
        if (!has_zone)
                return false;
        attempt(&again, corners);
        bool better = search_has_document(&again);
        page_release(better ? &search->best : &again.best);
        if (better) {
                search->best = again.best;
                search->kind = again.kind;
                search->certainty = again.certainty;
                search->likeness = again.likeness;
        }
        return better;
}

void search_document(struct search *search)
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

/* The same corners, whichever of them is the first. */
static bool is_same_place(const double a[4][2], const double b[4][2])
{
        static const double near = 0.02; /* of the longest side */
        double longest = 0;
        size_t same = 0;
        for (int i = 0; i < 4; i++)
                longest = fmax(longest, hypot(a[i][0] - a[(i + 1) % 4][0], a[i][1] - a[(i + 1) % 4][1]));
        for (int i = 0; i < 4; i++) {
                bool met = false;
                for (int k = 0; k < 4; k++)
                        met = met || hypot(a[i][0] - b[k][0], a[i][1] - b[k][1]) < near * longest;
                same += met;
        }
        return same == 4;
}

static bool looks_again(struct search *again, const double corners[4][2])
{
        double turned[4][2];
        memcpy(turned, corners, sizeof(turned));
        if (attempt(again, turned) && !is_sure(again)) {
                card_turn(turned);
                attempt(again, turned);
        }
        if (is_sure(again))
                return true;
        page_release(&again->best);
        return false;
}

bool search_next(const struct search *search, size_t *at, struct search *ret)
{
        double corners[4][2];
        bool has_zone;
        while (*at < search->guesses_len && op_left_ms(search->op) > ATTEMPT_MS) {
                const struct card_guess *guess = &search->guesses[(*at)++];
                *ret = begin_anew(search);
                if (guess->fit > 0 && !is_same_place(guess->corners, search->best.corners) &&
                    looks_again(ret, guess->corners))
                        return true;
        }
        if (*at > search->guesses_len || op_left_ms(search->op) <= ATTEMPT_MS)
                return false;
        (*at)++;
        *ret = begin_anew(search);
        return search_all(ret, false, corners, &has_zone) && !is_same_place(corners, search->best.corners) &&
               looks_again(ret, corners);
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

/* Whether most words of a page stand outside of a document: what is seen through an outline that is half of
 * the document and half of its table is that document again. */
static bool stands_outside(const struct page *page, const struct quad *own)
{
        double w = page->card.width, h = page->card.height;
        size_t words = 0, outside = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *place = &page->lines[i].place;
                const double shares[4] = {line_left(place) / w, (place->y - place->height / 2) / h,
                                          line_right(place) / w, (place->y + place->height / 2) / h};
                struct quad line = quad_of(page->corners, shares);
                if (page->lines[i].read.symbols_len < WORD_FEWEST)
                        continue;
                words++;
                outside += !holds_middle(own, &line);
        }
        return 2 * outside > words;
}

bool search_shows_another(struct search *search)
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
                bool is_another = is_sure(&other) && stands_outside(&other.best, &own);
                page_release(&other.best);
                if (is_another)
                        return true;
        }
        return false;
}
