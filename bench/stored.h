/*
 * Whether what is stored of a document still shows what must not be kept: the card is painted over, encoded
 * as it is stored, decoded, and every line of it read again by several readers.
 */
#pragma once

#include "base/json.h"
#include "vision/document.h"

struct stored_count {
        int pictures; /* with a number that must not be kept */
        int kept;     /* of which a card is stored */
        int leaked;   /* with a number, or most of one, in it */
};

/* `truth`: as in the manifest; the reading is painted over by it. True where a number was found. */
bool stored_note(struct stored_count *count, struct op *op, const char *models,
                 struct document_reading *reading, const json_t *truth);
