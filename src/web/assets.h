/* The table that tools/embed writes: in strcmp order of the paths. */
#pragma once

#include "web/web.h"

extern const struct web_asset web_assets[];
extern const size_t web_assets_len;
