/*
 * Pictures of a face set, each looked at once: what is compared many times is the prints.
 */
#pragma once

#include "vision/face.h"

struct shot {
        char *path;
        bool degraded;
        struct face_view view;
        struct face_print print;
};

struct shots {
        struct faces *faces;
        const char *root; /* paths are relative to it */
        struct shot **at;
        size_t len;
};

void shots_release(struct shots *shots);
/* The shot of this picture, from memory or made now; NULL where it cannot be read. `degraded`: as a portrait
 * on a document is seen, see shots.c. */
const struct shot *shots_get(struct shots *shots, struct str path, enum face_place place, bool degraded);
/* Read and decode `root`/`path`. */
NODISCARD bool picture_load(const char *root, struct str path, struct image *ret);
