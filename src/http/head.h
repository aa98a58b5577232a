/*
 * What single headers say.
 */
#pragma once

#include "base/op.h"

/* Korean or English, as Accept-Language likes them best; Korean where it names neither. */
enum lang head_language(struct str accept_language);
/* At most 256 bytes, control bytes taken out. */
struct str head_user_agent(struct arena *arena, struct str value);
