/*
 * Where in a picture its document is: attempts with the outlines of cards, with where text stands, and with
 * where a zone does, as they lie and turned.
 */
#pragma once

#include "vision/card.h"
#include "vision/document.h"
#include "vision/page.h"

struct reader {
        struct ocr *ocr;
        struct net *detector; /* NULL: morphology finds the lines */
};

enum { ATTEMPT_MS = 2500 }; /* what another attempt may cost */

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
        double likeness; /* the certainty, wherever the corners may be */
        int attempts;
        size_t words_most; /* that an attempt has shown */
        bool found_any;
};

/* Search until one is surely seen, or attempts or time are used up. Release `best` afterwards. */
void search_document(struct search *search);
/* Whether what was seen best is a document. */
bool search_has_document(const struct search *search);
/* Where lines run off the side of a page its corners are not the document's. Whether that does no harm: all
 * that is asked of one of its kind was read, and none of them stands among it, so that they are of a sheet
 * beneath the document, or of what is not asked. What running text names, it is not. */
bool search_is_framed(const struct page *page, const struct document_reading *reading);
/* What was taken for a passport has no zone that can be read: look for one in all of the picture. Where it
 * leads to a document, that one is better, however sure the other seemed. */
bool search_by_zone(struct search *search);
/* Another look at a document of which fields could not be read: through the next outline, from `*at` on, that
 * is no other than what was looked through; behind the last, where the text of the whole picture is. False
 * where none shows a document for sure. Release `ret->best` where one does. */
bool search_next(const struct search *search, size_t *at, struct search *ret);
/* Whether another outline, beside the document that was read, is of a document too: whose is meant is not for
 * us to choose. */
bool search_shows_another(struct search *search);
/* The whole picture, as it came or turned by 90 degrees: where its zone is, or else, where that shows lines,
 * its text. */
bool search_all(struct search *search, bool turned, double ret[4][2], bool *ret_zone);
