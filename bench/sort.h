/* The sorts of documents of a manifest, and which fields of theirs are compared. */
#pragma once

#include "doc/field.h"

enum { SORTS = 7, SORT_FIELDS_MAX = 10 };

struct truth {
        enum doc_field field;
        const char *key;
        bool is_key; /* counts for "all right" */
};

struct sort {
        const char *name; /* as the manifest has it */
        enum doc_kind kind;
        struct truth fields[SORT_FIELDS_MAX];
        size_t fields_len;
};

extern const struct sort sorts[SORTS];
