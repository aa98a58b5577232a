/*
 * What people are told: a sentence in Korean and English for each result code.
 */
#pragma once

#include "base/op.h"
#include "doc/advice.h"

/* Static text. */
const char *message_text(enum rc rc, enum lang lang);
/* The same of one field of a document: what is wrong there. In the op's arena, or static. */
struct str message_of_field(struct op *op, enum rc rc, enum doc_field field, enum lang lang);
/* The same of the picture of a face. Static text. */
const char *message_of_face(enum rc rc, enum lang lang);
/* Which picture was not read, and why. In the op's arena. */
struct str message_of_side(struct op *op, enum doc_side side, enum doc_fault fault, enum lang lang);
