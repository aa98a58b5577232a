/*
 * Pictures of a face set, each looked at once: what is compared many times is the prints.
 */
#pragma once

#include "vision/face.h"

/* As taken, or as the portrait on a document is seen: so many pixels wide, soft, pale, JPEG 60. */
enum shot_kind { SHOT_PLAIN, SHOT_PORTRAIT_115, SHOT_PORTRAIT_80, SHOT_KIND_COUNT };

struct shot {
        char *path;
        enum shot_kind kind;
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
/* The shot of this picture, from memory or made now; NULL where it cannot be read. */
const struct shot *shots_get(struct shots *shots, struct str path, enum face_place place,
                             enum shot_kind kind);
/* Read and decode `root`/`path`. */
NODISCARD bool picture_load(const char *root, struct str path, struct image *ret);
