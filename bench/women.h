/*
 * The women among the public people of the face sets, as the press that photographed them told; all others
 * are men.
 */
#pragma once

#include "base/str.h"

/* `person` as the sets name their folders. */
bool is_woman(struct str person);
