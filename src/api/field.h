/*
 * Fields of a JSON body, decoded by a table: what is missing or wrong is named in `field_errors`. Members
 * that no row names are passed over. And the texts of queries and forms, which are given once.
 */
#pragma once

#include "api/api.h"

struct field {
        const char *name;
        enum field_type { FIELD_TEXT, FIELD_BOOL, FIELD_INT, FIELD_OBJECT, FIELD_WORDS } type;
        bool required;
        size_t max;    /* of text, in bytes; of a number; of a list, in words */
        size_t offset; /* in the target, of what the type says */
};

/* FIELD_TEXT and FIELD_OBJECT (its JSON) go into a struct str, FIELD_BOOL into a bool, FIELD_INT (0 to `max`)
 * into an int64_t, FIELD_WORDS (an array of texts) into one of these, in the arena. */
struct field_words {
        struct str *words; /* NULL: not given */
        size_t len;
};

/* Decode the request's JSON object into *ret: absent or null members leave it as it is. Text lies in the op's
 * arena. */
NODISCARD enum rc field_decode(struct call *call, const struct field *fields, size_t len, void *ret);
/* The same for an object that is at hand. */
NODISCARD enum rc field_decode_object(struct call *call, const json_t *object, const struct field *fields,
                                      size_t len, void *ret);

/* A query parameter; null where absent. RC_VALIDATION_FAILED where it is there twice. */
NODISCARD enum rc field_of_query(struct http_request *request, const char *name, struct str *ret);
/* A text of a form that may stand in the query instead. RC_VALIDATION_FAILED where the two differ, too. */
NODISCARD enum rc field_of_form(struct http_request *request, const char *name, struct str *ret);
