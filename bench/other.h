/* Pictures of no document, whatever is declared: how many are told so, and what the others are taken for. */
#pragma once

#include "doc/judge.h"
#include "vision/document.h"

struct others {
        int pictures;
        int refused, small, undecoded; /* as no document, as too small to look at, by the decoder */
        int taken[DOC_KIND_COUNT];
};

/* One that is taken for a document is printed. */
void other_note(struct others *others, const char *file, const struct document_reading *reading,
                const struct judgement *judgement);
void others_print(const struct others *others);
