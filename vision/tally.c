#include "vision/tally.h"

static const unsigned by_glyph = 1u << OCR_GLYPH;

void tally_add(struct tally *tally, struct str text, enum ocr_model model)
{
        if (text.len == 0 || text.len >= DOC_TEXT_MAX)
                return;
        tally->votes++;
        for (size_t i = 0; i < tally->len; i++) {
                struct tally_entry *entry = &tally->entries[i];
                if (str_equal(str_from(entry->text), text)) {
                        entry->models |= 1u << model;
                        entry->votes++;
                        entry->glyph_votes += model == OCR_GLYPH;
                        return;
                }
        }
        if (tally->len == TALLY_MAX)
                return;
        struct tally_entry *entry = &tally->entries[tally->len++];
        memcpy(entry->text, text.ptr, text.len);
        entry->text[text.len] = '\0';
        entry->models = 1u << model;
        entry->votes = 1;
        entry->glyph_votes = model == OCR_GLYPH;
}

static int weight(const struct tally_entry *entry)
{
        return 10 * __builtin_popcount(entry->models) + entry->votes * 4;
}

const struct tally_entry *tally_best(const struct tally *tally)
{
        const struct tally_entry *best = NULL;
        for (size_t i = 0; i < tally->len; i++) {
                if (!best || weight(&tally->entries[i]) > weight(best))
                        best = &tally->entries[i];
        }
        return best;
}

/* Tesseract's models are readers of one kind, which may share a mistake. */
static bool has_both_kinds(unsigned models)
{
        return (models & by_glyph) && (models & ~by_glyph);
}

/* How often the reader of glyphs says something else. */
static int glyph_rivals(const struct tally *tally, const struct tally_entry *best)
{
        int count = -best->glyph_votes;
        for (size_t i = 0; i < tally->len; i++)
                count += tally->entries[i].glyph_votes;
        return count;
}

double tally_confidence(const struct tally *tally, const struct tally_entry *best, bool proof)
{
        if (!best || tally->votes == 0)
                return 0;
        double share = (double)best->votes / tally->votes;
        int models = __builtin_popcount(best->models), rival_models = 0, rival_votes = 0;
        for (size_t i = 0; i < tally->len; i++) {
                const struct tally_entry *entry = &tally->entries[i];
                if (entry == best)
                        continue;
                rival_models = MAX(rival_models, __builtin_popcount(entry->models));
                rival_votes = MAX(rival_votes, entry->votes);
        }
        int denied = glyph_rivals(tally, best);
        bool both_kinds = has_both_kinds(best->models) && denied == 0;
        proof = proof || both_kinds;
        if (denied > 0 && best->glyph_votes == 0)
                return 0.3 + 0.3 * share;
        if (models >= 2 && rival_models < 2 && rival_votes < best->votes)
                return (proof ? 0.92 : 0.86) + 0.07 * share;
        if (both_kinds && best->glyph_votes >= 2)
                return 0.82;
        if (models >= 2 && (proof || share > 0.6))
                return 0.7 + 0.1 * share;
        if (proof && best->votes >= 2 && rival_votes < best->votes)
                return 0.6 + 0.15 * share;
        return 0.3 + 0.3 * share;
}
