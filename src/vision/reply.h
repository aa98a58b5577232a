/*
 * The answers of a child, taken apart. They come from where hostile bytes were parsed, so every member is
 * checked for its type, range and length, and what does not fit makes the whole answer worthless:
 * RC_INTERNAL. A failure that the child tells of is left in the op. Nothing that a child wrote gets into the
 * op's `why`.
 */
#pragma once

#include "vision/client.h"

/* On success the pictures stay in `frame`, which moves into *ret. */
NODISCARD enum rc reply_parse_document(struct op *op, struct frame *frame, struct vision_document *ret);
/* Of a card that was painted over: the new pictures move into *document. */
NODISCARD enum rc reply_parse_redacted(struct op *op, struct frame *frame, struct vision_document *document);
NODISCARD enum rc reply_parse_faces(struct op *op, struct frame *frame, struct vision_faces *ret);
