/* What readers of documents may make of a picture: numbers, dates, addresses, and the whole verdict. */
#include "doc/judge.h"
#include "doc/person.h"
#include "doc/printed.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct date today = {2026, 6, 1};

static void check_text(struct str text)
{
        struct printed out;
        struct date dates[PRINTED_DATES_MAX];
        char number[16];
        bool tail;
        double like;
        printed_address(text, &out);
        printed_korean_name(text, &out);
        for (enum doc_kind kind = DOC_UNKNOWN; kind < DOC_KIND_COUNT; kind++) {
                if (printed_issuer(text, kind, &out) && out.len >= PRINTED_MAX)
                        abort();
        }
        for (size_t i = printed_dates(text, dates); i-- > 0;) {
                if (!date_exists(dates[i]))
                        abort();
        }
        if (printed_license_number(text, number, &tail) && strlen(number) > 15)
                abort();
        if (printed_id_number(text, today, number) && strlen(number) != 14)
                abort();
        printed_title(text, &like);
        person_spells(text, text);
        person_same(text, text);
}

/* The input is cut at NULs: one text for each field. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str rest = str_from_bytes(bytes, len), text;
        struct judge_input input = {.today = today, .confidence_min = 0.8, .kind_confidence = 1};
        check_text(rest);
        input.declared = input.recognised = len ? bytes[0] % (DOC_KIND_COUNT + 1) : DOC_UNKNOWN;
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT && str_split(&rest, '\0', &text); field++)
                doc_set(&input.fields, field, text, 0.9);
        input.expected_name = doc_text(&input.fields, DOC_ISSUER);
        struct judgement judgement;
        judge_document(&input, &judgement);
        if (judgement.verdict == DOC_SUCCESS && !(judgement.errors.len == 0 && judgement.confidence >= 0.8))
                abort();
        return 0;
}
