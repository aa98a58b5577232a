#include "bench/other.h"

#include <stdio.h>

void other_note(struct others *others, const char *file, const struct document_reading *reading,
                const struct judgement *judgement)
{
        bool refused = reading->kind == DOC_UNKNOWN && doc_errors_have(&judgement->errors, RC_NO_DOCUMENT);
        bool small = !refused && doc_errors_have(&judgement->errors, RC_IMAGE_TOO_SMALL);
        others->pictures++;
        others->refused += refused;
        others->small += small;
        others->taken[reading->kind]++;
        if (!refused && !small)
                printf("%s: taken for %s (%.2f)\n", file, doc_kind_name(reading->kind),
                       reading->kind_confidence);
}

void others_print(const struct others *others)
{
        if (others->pictures == 0)
                return;
        printf("\nno documents: n %d  NO_DOCUMENT %d  too small to look at %d  refused by the decoder %d ",
               others->pictures, others->refused, others->small, others->undecoded);
        for (enum doc_kind kind = DOC_UNKNOWN + 1; kind < DOC_KIND_COUNT; kind++) {
                if (others->taken[kind] > 0)
                        printf(" taken for %s %d", doc_kind_name(kind), others->taken[kind]);
        }
        printf("\n");
}
