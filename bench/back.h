/*
 * How well the list of address changes on the backs of resident cards is read, and whether what is not the
 * back of the card is refused (RC_WRONG_BACK).
 */
#pragma once

#include "base/json.h"
#include "doc/judge.h"

struct back_count {
        int pictures;
        int all;                       /* every change, with its date and address */
        int newest;                    /* right, which is what counts */
        int none;                      /* nothing was read */
        int changes, told, told_wrong; /* on them; told in the result; of these not as printed */
        int refused;
        int foreign, foreign_refused; /* another card, or the back of another */
};

/* `truth`: its `changes` are pairs of a date and an address; `read`: before it was judged. */
void back_note(struct back_count *count, const json_t *truth, const struct doc_fields *read,
               const struct judgement *judgement);
void back_note_foreign(struct back_count *count, const struct judgement *judgement);
void back_print(const struct back_count *counts, int levels);
