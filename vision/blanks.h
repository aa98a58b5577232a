/*
 * Where the words of a line end. Readers of lines pass over blanks between short words, and see some within
 * wide letters: the paper tells how far apart the letters stand.
 */
#pragma once

#include "doc/printed.h"
#include "vision/ocr.h"

/* The words of a reading of `cut`, as text_cut() makes it: parted where the reader saw a blank, and where the
 * paper shows one that it has passed over. False where the paper does not bear out a blank that it saw, does
 * not tell surely whether there is one where it saw none, or shows more letters than it read. */
bool blanks_part(const struct image *cut, const struct ocr_line *read, struct printed *ret);
/* Of `len` readings in words those that have these letters, and the words that most of them have: how many
 * do, and how many have the same letters in other words. 0: none has these letters, and *ret is empty. */
size_t blanks_vote(const struct printed *words, size_t len, struct str letters, struct printed *ret,
                   size_t *ret_otherwise);
