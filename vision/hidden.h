/*
 * Letters that are not seen because light, a smear or a thing lies over a line that was read, or beside its
 * ends. The letters that are left read as surely as all of them would, and as another word.
 */
#pragma once

#include "vision/page.h"

/* Makes a field that may have any number of letters doubtful where one may be hidden, and tells by what: by
 * RC_GLARE or RC_IMAGE_TOO_BLURRY; one of few letters, or whose day has one digit, by RC_COVERED, too; RC_OK:
 * by nothing. What has the colour of the paper is not seen, nor is what has a colour that holograms show,
 * too. Needs the places, the portrait and the kind. `burnt`: as of a map of obstacles. */
enum rc hidden_doubt(const struct page *page, int burnt, enum doc_field field, struct document_reading *ret);
