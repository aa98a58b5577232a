#include "vision/plan.h"

const struct reading plan_digits[PLAN_DIGITS_LEN] = {
    {4, OCR_GLYPH}, {0, OCR_ENG},    {PAGE_NET_WAY + 1, OCR_NET}, {0, OCR_KOR}, {PAGE_NET_WAY + 2, OCR_NET},
    {5, OCR_GLYPH}, {1, OCR_SCRIPT}, {PAGE_NET_WAY + 3, OCR_NET}, {2, OCR_ENG}, {3, OCR_KOR},
    {3, OCR_ENG}};

const struct reading plan_words[PLAN_WORDS_LEN] = {{0, OCR_KOR},
                                                   {PAGE_NET_WAY + 1, OCR_NET},
                                                   {PAGE_NET_WAY + 2, OCR_NET},
                                                   {1, OCR_SCRIPT},
                                                   {PAGE_NET_WAY + 3, OCR_NET},
                                                   {1, OCR_KOR},
                                                   {2, OCR_SCRIPT},
                                                   {3, OCR_KOR}};

enum {
        PLAN_FIRST = 2, /* readings that are never left out */
        PLAN_VAIN = 4,  /* of which none found anything: it is not there */
        PLAN_AGREED = 5 /* that say the same, and none another: no more is needed */
};

static const double settled = 0.998;

static bool is_settled(const struct tally *tally, const struct wanted *wanted)
{
        const struct tally_entry *best = tally_best(tally);
        return best && strlen(best->text) >= wanted->whole_len &&
               ((best->evidence.votes >= PLAN_AGREED && best->evidence.votes == tally->votes) ||
                tally_confidence(tally, best, false) > settled);
}

/* The reader of digits is silent about much; every other that does not find it speaks against it. */
static void count(const struct page *page, const struct wanted *wanted, enum ocr_model model,
                  const struct ocr_line *read, struct tally *tally)
{
        struct printed found;
        if (wanted->find(page, wanted, read_str(read), &found))
                tally_add(tally, printed_str(&found), model, read);
        else
                tally->votes += model != OCR_GLYPH;
}

void read_into(struct page *page, const struct cv_line *place, struct reading how,
               const struct wanted *wanted, struct tally *tally)
{
        struct ocr_line read;
        if (page_read(page, place, how.way, how.model, how.model == OCR_ENG ? wanted->only : NULL, &read))
                count(page, wanted, how.model, &read, tally);
}

void read_by_plan(struct page *page, const struct page_line *line, const struct wanted *wanted,
                  struct tally *tally)
{
        count(page, wanted, page->first.model, &line->read, tally);
        for (size_t i = 0;
             i < wanted->plan_len && op_left_ms(page->op) > 0 &&
             (i < PLAN_FIRST || !is_settled(tally, wanted)) && (i < PLAN_VAIN || tally->len > 0);
             i++)
                read_into(page, &line->place, wanted->plan[i], wanted, tally);
}
