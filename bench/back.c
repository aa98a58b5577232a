#include "bench/back.h"

#include <stdio.h>

static const double sure = 0.8;

static bool is_there(const json_t *change, const struct doc_fields *fields)
{
        const char *date = json_string_value(json_array_get(change, 0));
        const char *address = json_string_value(json_array_get(change, 1));
        for (size_t i = 0; i < fields->changes_len; i++) {
                if (strcmp(fields->changes[i].date, date) == 0 &&
                    strcmp(fields->changes[i].address.text, address) == 0)
                        return true;
        }
        return false;
}

void back_note(struct back_count *count, const json_t *truth, const struct doc_fields *fields)
{
        const json_t *changes = json_object_get(truth, "changes"), *change, *last = NULL;
        const struct doc_change *newest = doc_newest_change(fields);
        size_t i, there = 0;
        json_array_foreach(changes, i, change)
        {
                there += is_there(change, fields);
                if (!last || strcmp(json_string_value(json_array_get(change, 0)),
                                    json_string_value(json_array_get(last, 0))) > 0)
                        last = change;
        }
        bool right = newest && strcmp(newest->address.text, json_string_value(json_array_get(last, 1))) == 0;
        count->pictures++;
        count->all += there == json_array_size(changes) && fields->changes_len == there;
        count->newest += right;
        count->wrong += newest && !right && newest->address.confidence >= sure;
        count->none += !newest;
}

void back_print(const struct back_count *counts, int levels)
{
        for (int level = 0; level < levels; level++) {
                const struct back_count *count = &counts[level];
                if (count->pictures > 0)
                        printf("back level %d: n %3d  all changes right %3d  newest address right %3d  "
                               "told surely and wrong %d  none read %d\n",
                               level, count->pictures, count->all, count->newest, count->wrong, count->none);
        }
}
