#include "vision/plan.h"

/* After the page's first reader. */
static const struct reading plan[] = {{4, OCR_GLYPH},  {0, OCR_ENG}, {0, OCR_KOR}, {5, OCR_GLYPH},
                                      {1, OCR_SCRIPT}, {2, OCR_ENG}, {3, OCR_KOR}, {3, OCR_ENG}};

enum { PLAN_FIRST = 1 /* readings that are never left out */ };

/* Whether more readings would change nothing. */
static bool is_settled(const struct tally *tally, const struct wanted *wanted)
{
        const struct tally_entry *best = tally_best(tally);
        return best && strlen(best->text) >= wanted->whole_len && tally_confidence(tally, best, false) > 0.92;
}

void read_by_plan(struct page *page, const struct page_line *line, const struct wanted *wanted,
                  struct tally *tally)
{
        struct printed found;
        if (wanted->find(page, read_str(&line->read), &found))
                tally_add(tally, printed_str(&found), page->first);
        for (size_t i = 0; i < LEN(plan); i++) {
                struct ocr_line read;
                if (i >= PLAN_FIRST && is_settled(tally, wanted))
                        break;
                if (page_read(page, &line->place, plan[i].way, plan[i].model,
                              plan[i].model == OCR_ENG ? wanted->only : NULL, &read) &&
                    wanted->find(page, read_str(&read), &found))
                        tally_add(tally, printed_str(&found), plan[i].model);
        }
}
