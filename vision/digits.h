/*
 * Reading a line of digits and the marks - . ~ / glyph by glyph: for numbers and dates a reader of another
 * kind than Tesseract, whose models share their mistakes. It rather says nothing than something that it
 * doubts.
 */
#pragma once

#include "vision/ocr.h"

/* Read a picture of one line (one channel, dark on light). Where something else than digits and marks stands
 * the text has a question mark; so it has for a whole group of digits one of which is doubtful. Wide gaps are
 * blanks. False where not one digit was read; *ret is then empty. */
bool digits_read(const struct image *line, struct ocr_line *ret);
