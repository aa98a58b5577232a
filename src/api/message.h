/*
 * What people are told: a sentence in Korean and English for each result code.
 */
#pragma once

#include "base/op.h"

/* Static text. */
const char *message_text(enum rc rc, enum lang lang);
