/* Histograms of one channel. */
#pragma once

#include <stddef.h>

enum { LEVELS = 256 };

/* The level that such a share of the pixels do not exceed. */
static inline int level_at(const size_t histogram[LEVELS], double share)
{
        size_t all = 0, below = 0;
        int level = 0;
        for (int i = 0; i < LEVELS; i++)
                all += histogram[i];
        while (level < LEVELS - 1 && (double)(below += histogram[level]) < share * (double)all)
                level++;
        return level;
}
