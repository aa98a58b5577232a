/*
 * The fields that CLOVA tells of, and their texts in the words of doc/field.h.
 */
#pragma once

#include "base/json.h"
#include "ocr/clova.h"

/* How a field is told. */
enum clova_form {
        FORM_TEXT,
        FORM_NAME,      /* a Korean one may have its Chinese characters in brackets behind it */
        FORM_DATE,      /* taken apart in `formatted` */
        FORM_LETTER,    /* M, F or X */
        FORM_STATE,     /* three letters, or our own in words */
        FORM_ID_NUMBER, /* with its masks */
        FORM_LICENSE,
        FORM_CLASS
};

struct clova_field {
        const char *member; /* of the card: a list of entries */
        enum doc_field field;
        enum clova_form form;
        enum doc_kind kind; /* on this alone; DOC_UNKNOWN: on all */
};

extern const struct clova_field clova_fields[];
extern const size_t clova_fields_len;

/* Set it from an entry, whose kind of card is known; what is not in its form was not read, and is left out.
 */
void clova_field_set(const struct clova_field *field, const json_t *entry, struct clova_reading *ret);
