/*
 * Reading a line by several readers, until they agree.
 */
#pragma once

#include "doc/printed.h"
#include "vision/page.h"

struct wanted;

/* What is looked for, in the line in a reader's words; false where it does not hold it. */
typedef bool find_fn(const struct page *page, const struct wanted *wanted, struct str text,
                     struct printed *ret);

struct wanted {
        find_fn *find;
        struct str told;  /* what the finder is to know of it; may be empty */
        const char *only; /* the characters for readers that may be told; NULL: any */
        size_t whole_len; /* bytes, where nothing is missing */
        const struct reading *plan;
        size_t plan_len;
};

/* Numbers and dates; words. Different kinds and models first, more ways for those that still disagree. */
enum { PLAN_DIGITS_LEN = 11, PLAN_WORDS_LEN = 8 };
extern const struct reading plan_digits[PLAN_DIGITS_LEN], plan_words[PLAN_WORDS_LEN];

/* Add to the tally what the page's first reader made of the line, then others by the plan, as many as it
 * takes. */
void read_by_plan(struct page *page, const struct page_line *line, const struct wanted *wanted,
                  struct tally *tally);
/* Ask one reader about a place. */
void read_into(struct page *page, const struct cv_line *place, struct reading how,
               const struct wanted *wanted, struct tally *tally);
