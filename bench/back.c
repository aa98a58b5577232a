#include "bench/back.h"

#include <stdio.h>

static bool is_same(const struct doc_change *change, const json_t *pair)
{
        return strcmp(change->date, json_string_value(json_array_get(pair, 0))) == 0 &&
               strcmp(change->address.text, json_string_value(json_array_get(pair, 1))) == 0;
}

/* How many of the changes are as printed. */
static size_t count_right(const struct doc_fields *fields, const json_t *changes)
{
        size_t i, right = 0;
        const json_t *pair;
        json_array_foreach(changes, i, pair)
        {
                bool there = false;
                for (size_t k = 0; k < fields->changes_len; k++)
                        there = there || is_same(&fields->changes[k], pair);
                right += there;
        }
        return right;
}

void back_note(struct back_count *count, const json_t *truth, const struct doc_fields *read,
               const struct judgement *judgement)
{
        const json_t *changes = json_object_get(truth, "changes");
        const struct doc_fields *told = &judgement->fields;
        const struct doc_change *newest = doc_newest_change(read);
        size_t len = json_array_size(changes), right = count_right(read, changes);
        count->pictures++;
        count->changes += (int)len;
        count->all += right == len && read->changes_len == len;
        count->newest += newest && is_same(newest, json_array_get(changes, len - 1)); /* they are in order */
        count->none += !newest;
        count->told += (int)told->changes_len;
        count->told_wrong += (int)(told->changes_len - count_right(told, changes));
        count->refused += doc_errors_have(&judgement->errors, RC_WRONG_BACK);
}

void back_note_foreign(struct back_count *count, const struct judgement *judgement)
{
        count->foreign++;
        count->foreign_refused += doc_errors_have(&judgement->errors, RC_WRONG_BACK);
}

void back_print(const struct back_count *counts, int levels)
{
        for (int level = 0; level < levels; level++) {
                const struct back_count *count = &counts[level];
                if (count->pictures > 0)
                        printf("back level %d: n %3d  refused %d  all changes right %3d  newest right %3d  "
                               "none read "
                               "%d  changes %d, told %d, wrong %d\n",
                               level, count->pictures, count->refused, count->all, count->newest, count->none,
                               count->changes, count->told, count->told_wrong);
                if (count->foreign > 0)
                        printf("back level %d: foreign %d  refused %d\n", level, count->foreign,
                               count->foreign_refused);
        }
}
