/*
 * Which of several faces is meant.
 */
#pragma once

#include "vision/face_detect.h"

/* The largest one: a card's portrait. The list is not empty. */
size_t face_choose_largest(const struct face_list *list);
/* The foremost one: large, and near the middle of a picture of this size. *ret_several: another one comes
 * close. The list is not empty. */
size_t face_choose_foremost(const struct face_list *list, int width, int height, bool *ret_several);
