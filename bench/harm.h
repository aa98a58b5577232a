/*
 * Whether what is said of a picture that cannot be read is what is wrong with it. Counted by kind of harm, of
 * pictures of which the manifest says `"harm": {"code", "field"}`; the field is null where all of it suffers.
 */
#pragma once

#include "base/json.h"
#include "doc/judge.h"

struct harm_count {
        int pictures;
        int read;   /* all the same: nothing was missing or doubtful */
        int told;   /* code and, where there is one, field */
        int coded;  /* the code, of another field */
        int unseen; /* no document was found */
        int other;  /* fields beside the one that was harmed, said to be so too */
};

struct harms {
        struct harm_count counts[RC_COUNT];
};

void harm_note(struct harms *harms, const json_t *harm, const struct judgement *judgement);
void harms_print(const struct harms *harms);
