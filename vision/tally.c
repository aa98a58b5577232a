#include "vision/tally.h"

void tally_add(struct tally *tally, struct str text, enum ocr_model model, const struct ocr_line *read)
{
        size_t i = 0;
        if (text.len == 0 || text.len >= DOC_TEXT_MAX)
                return;
        tally->votes++;
        while (i < tally->len && !str_equal(str_from(tally->entries[i].text), text))
                i++;
        if (i == TALLY_MAX)
                return;
        struct tally_entry *entry = &tally->entries[i];
        if (i == tally->len) {
                tally->len++;
                *entry = (struct tally_entry){0};
                memcpy(entry->text, text.ptr, text.len);
        }
        evidence_add(&entry->evidence, model, ocr_sure(read, text));
}

const struct tally_entry *tally_best(const struct tally *tally)
{
        const struct tally_entry *best = NULL;
        for (size_t i = 0; i < tally->len; i++) {
                const struct tally_entry *entry = &tally->entries[i];
                if (!best || evidence_weight(&entry->evidence) > evidence_weight(&best->evidence))
                        best = entry;
        }
        return best;
}

struct basis tally_basis(const struct tally *tally, const struct tally_entry *best, bool proof)
{
        struct evidence rival = {0};
        struct basis basis;
        for (size_t i = 0; i < tally->len; i++) {
                if (&tally->entries[i] != best)
                        evidence_oppose(&rival, &tally->entries[i].evidence);
        }
        basis_take(&basis, &best->evidence, &rival, tally->votes, proof);
        return basis;
}

double tally_confidence(const struct tally *tally, const struct tally_entry *best, bool proof)
{
        if (!best)
                return 0;
        struct basis basis = tally_basis(tally, best, proof);
        return basis_probability(&basis, tally->sort);
}
