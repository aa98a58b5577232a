/*
 * Fields of a JSON body, decoded by a table: what is missing or wrong is named in `field_errors`. Members
 * that no row names are passed over.
 */
#pragma once

#include "api/api.h"

struct field {
        const char *name;
        enum field_type { FIELD_TEXT, FIELD_BOOL, FIELD_OBJECT } type;
        bool required;
        size_t max;    /* of text, in bytes */
        size_t offset; /* of a struct str (FIELD_TEXT; FIELD_OBJECT: its JSON) or a bool in the target */
};

/* Decode the request's JSON object into *ret: absent or null members leave it as it is. Text lies in the op's
 * arena. */
NODISCARD enum rc field_decode(struct call *call, const struct field *fields, size_t len, void *ret);
/* The same for an object that is at hand. */
NODISCARD enum rc field_decode_object(struct call *call, const json_t *object, const struct field *fields,
                                      size_t len, void *ret);
