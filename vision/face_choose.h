/*
 * Which of several faces is meant.
 */
#pragma once

#include "vision/face_detect.h"

/* The largest one: a card's portrait. The list is not empty. */
size_t face_choose_largest(const struct face_list *list);
/* The first, from `from` on, that is too large for most ghost images of the portrait, and too far away for
 * its background: whose card is it? The list's length where there is none. The list is not empty. */
size_t face_choose_rival(const struct face_list *list, size_t from);
/* The foremost one: large, and near the middle of a picture of this size. *ret_several: another one comes
 * close. The list is not empty. */
size_t face_choose_foremost(const struct face_list *list, int width, int height, bool *ret_several);
