#include "doc/region.h"

enum { SYLLABLE = 3 /* bytes of a Hangul syllable in UTF-8 */ };

static const struct region table[] = {
#include "doc/districts.inc"
};

const struct region *regions(size_t *ret_len)
{
        *ret_len = LEN(table);
        return table;
}

/* How many syllables of a name are others in the text at `*at`, which is moved behind it; the most that may
 * be is one in a name that is long enough to be known without it, and never the last, which says what it is.
 * -1: more. */
static int differing(struct str text, size_t *at, const char *name, size_t syllables_min)
{
        int wrong = 0;
        size_t syllables = 0;
        bool last_wrong = false;
        for (; *name; name += *name == ' ' ? 1 : SYLLABLE) {
                if (*name == ' ')
                        continue;
                if (*at + SYLLABLE > text.len)
                        return -1;
                last_wrong = memcmp(text.ptr + *at, name, SYLLABLE) != 0;
                wrong += last_wrong;
                syllables++;
                *at += SYLLABLE;
        }
        return wrong == 0 || (wrong == 1 && !last_wrong && syllables >= syllables_min) ? wrong : -1;
}

const struct region *region_at(struct str text, size_t *ret_len)
{
        const struct region *best = NULL;
        int best_score = 0;
        bool tied = false;
        for (size_t i = 0; i < LEN(table); i++) {
                size_t at = 0;
                int province = differing(text, &at, table[i].province, 4);
                int district = province < 0 ? -1 : differing(text, &at, table[i].district, 3);
                if (district < 0)
                        continue;
                int score = (int)(at / SYLLABLE) - 2 * (province + district);
                if (score < best_score)
                        continue;
                tied = score == best_score;
                best_score = score;
                best = &table[i];
                *ret_len = at;
        }
        return tied ? NULL : best;
}
