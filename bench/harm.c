#include "bench/harm.h"

#include <stdio.h>

void harm_note(struct harms *harms, const json_t *harm, const struct judgement *judgement)
{
        struct str code = json_get_str(harm, "code"), field = json_get_str(harm, "field");
        bool told = false, coded = false;
        for (enum rc rc = 0; rc < RC_COUNT; rc++) {
                struct harm_count *count = &harms->counts[rc];
                if (!str_equal(code, str_from(rc_code(rc))))
                        continue;
                for (size_t i = 0; i < judgement->advice_len; i++) {
                        const struct doc_advice *advice = &judgement->advice[i];
                        bool is_it =
                            str_is_null(field) || str_equal(field, str_from(doc_field_name(advice->field)));
                        told = told || (is_it && advice->code == rc);
                        count->other += !is_it && advice->code == rc;
                }
                coded = !told && doc_errors_have(&judgement->errors, rc);
                count->pictures++;
                count->told += told;
                count->coded += coded;
                count->read +=
                    judgement->advice_len == 0 && !doc_errors_have(&judgement->errors, RC_NO_DOCUMENT);
                count->unseen += doc_errors_have(&judgement->errors, RC_NO_DOCUMENT) && !coded;
        }
}

void harms_print(const struct harms *harms)
{
        for (enum rc rc = 0; rc < RC_COUNT; rc++) {
                const struct harm_count *count = &harms->counts[rc];
                if (count->pictures > 0)
                        printf("harm %-16s: n %3d  told %3d  told of another field %d  read all the same %d  "
                               "no document %d  other fields accused %d\n",
                               rc_code(rc), count->pictures, count->told, count->coded, count->read,
                               count->unseen, count->other);
        }
}
