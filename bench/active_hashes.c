#include "bench/active_run.h"

#include "bench/interval.h"
#include "vision/cv_shim.h"
#include "vision/frame_face.h"
#include "vision/frame_hash.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024, TIME_MS = 60 * 1000 };

/* How a picture that was seen comes again. What is cropped is cut off at a corner that goes round. */
static const struct way {
        const char *name;
        double crop, across, down, light; /* shares of the side, of the size, of the brightness */
        int shift, quality;               /* pixels to either side, what is shifted in is black */
        bool mirrored;
} ways[] = {{"encoded anew, quality 95", 0, 1, 1, 1, 0, 95, false},
            {"encoded anew, quality 75", 0, 1, 1, 1, 0, 75, false},
            {"encoded anew, quality 50", 0, 1, 1, 1, 0, 50, false},
            {"cropped by 1 %", 0.01, 1, 1, 1, 0, 85, false},
            {"cropped by 5 %", 0.05, 1, 1, 1, 0, 85, false},
            {"cropped by 10 %", 0.1, 1, 1, 1, 0, 85, false},
            {"shifted by 1 pixel", 0, 1, 1, 1, 1, 85, false},
            {"shifted by 6 pixels", 0, 1, 1, 1, 6, 85, false},
            {"shifted by 20 pixels", 0, 1, 1, 1, 20, 85, false},
            {"90 % of its size", 0, 0.9, 0.9, 1, 0, 85, false},
            {"95 % of its size", 0, 0.95, 0.95, 1, 0, 85, false},
            {"110 % of its size", 0, 1.1, 1.1, 1, 0, 85, false},
            {"darker by 10 %", 0, 1, 1, 0.9, 0, 85, false},
            {"brighter by 10 %", 0, 1, 1, 1.1, 0, 85, false},
            {"7 %, 5 pixels, 105 %, 93 % light, q 70", 0.07, 1.05, 1.05, 0.93, 5, 70, false},
            {"mirrored", 0, 1, 1, 1, 0, 85, true},
            {"mirrored, 5 %, 105 %, q 70", 0.05, 1.05, 1.05, 1, 0, 70, true},
            {"3 % wider", 0, 1.03, 1, 1, 0, 85, false},
            {"10 % wider", 0, 1.1, 1, 1, 0, 85, false},
            {"10 % taller", 0, 1, 1.1, 1, 0, 85, false}};

struct seen {
        const char *path;
        bool found;
        uint8_t hash[FRAME_HASH_LEN];
        bool again[LEN(ways)]; /* known again, come that way */
};

static bool hash_of(struct faces *faces, const struct image *image, uint8_t ret[FRAME_HASH_LEN])
{
        CLEANUP(op_release) struct op op;
        struct face_view view;
        op_init(&op, NULL, 1 << 20, TIME_MS);
        if (face_look(faces, &op, image, FACE_BEFORE_CAMERA, &view) || !view.found)
                return false;
        frame_hash(image, &view.box.points, ret);
        return true;
}

/* What is left of the picture, a view; `corner` 0 to 3. */
static struct image cropped(const struct image *image, double share, size_t corner)
{
        int x = (int)lround(image->width * share), y = (int)lround(image->height * share);
        struct image view = *image;
        view.width -= x;
        view.height -= y;
        view.pixels += (corner & 1 ? (size_t)y * image->stride : 0) + (corner & 2 ? 3 * (size_t)x : 0);
        return view;
}

static bool come_again(const struct image *image, const struct way *way, size_t corner, struct image *ret)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(image_release) struct image moved = {0};
        CLEANUP(buf_release) struct buf jpeg;
        struct image left = cropped(image, way->crop, corner);
        double to = corner & 1 ? way->shift : -way->shift;
        const double matrix[6] = {way->mirrored ? -way->across : way->across,
                                  0,
                                  way->mirrored ? way->across * (left.width - 1) - to : to,
                                  0,
                                  way->down,
                                  corner & 2 ? to : -to};
        op_init(&op, NULL, 1 << 20, TIME_MS);
        buf_init(&jpeg, FILE_MAX);
        image_init(&moved, (int)lround(left.width * way->across), (int)lround(left.height * way->down), 3);
        if (!cv_warp_affine(&left, matrix, &moved))
                return false;
        for (size_t i = 0; i < moved.stride * (size_t)moved.height; i++)
                moved.pixels[i] = (uint8_t)fmin(255, moved.pixels[i] * way->light);
        return image_encode_jpeg(&op, &moved, way->quality, &jpeg) == RC_OK &&
               image_decode(&op, buf_str(&jpeg), &image_limits_default, ret) == RC_OK;
}

static bool look(struct faces *faces, size_t number, struct seen *ret)
{
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1 << 20, TIME_MS);
        if (!active_picture(&op, ret->path, &image))
                return false;
        ret->found = hash_of(faces, &image, ret->hash);
        for (size_t i = 0; i < LEN(ways) && ret->found; i++) {
                CLEANUP(image_release) struct image again = {0};
                uint8_t hash[FRAME_HASH_LEN];
                if (!come_again(&image, &ways[i], number + i, &again))
                        return false;
                ret->again[i] = hash_of(faces, &again, hash) && frame_hash_is_known(ret->hash, hash);
        }
        return true;
}

/* Whether two paths are alike up to the last of this character: in one folder, or of one series in it. */
static bool alike_to(const char *a, const char *b, char last)
{
        const char *end = strrchr(a, last);
        return end && strncmp(a, b, (size_t)(end + 1 - a)) == 0 && strchr(b + (end + 1 - a), last) == NULL;
}

static void share_print(const char *name, size_t count, size_t of)
{
        double low, high;
        interval_wilson(count, of, &low, &high);
        printf("  %-40s %5zu of %7zu = %.4f (%.4f to %.4f)\n", name, count, of,
               of ? (double)count / (double)of : 0, low, high);
}

/* Folders are people; a series is of one sitting, where a folder has several. */
static void falsely_print(const struct seen *seen, size_t len)
{
        size_t count[3] = {0}, of[3] = {0};
        for (size_t i = 0; i < len; i++)
                for (size_t k = 0; k < i; k++) {
                        bool person = alike_to(seen[i].path, seen[k].path, '/');
                        bool numbered = strstr(seen[i].path, "/nuaa/") != NULL;
                        int kind = !person                                                 ? 2
                                   : numbered && alike_to(seen[i].path, seen[k].path, '_') ? 0
                                                                                           : 1;
                        if (!seen[i].found || !seen[k].found)
                                continue;
                        of[kind]++;
                        count[kind] += frame_hash_is_known(seen[i].hash, seen[k].hash);
                }
        share_print("taken for one: of one sitting", count[0], of[0]);
        share_print("of one person, another sitting", count[1], of[1]);
        share_print("of two people", count[2], of[2]);
}

bool active_hashes(struct faces *faces, char **paths, size_t len)
{
        struct seen *seen = x_new(MAX(len, (size_t)1), sizeof(*seen));
        bool fine = true;
        size_t found = 0;
        for (size_t i = 0; i < len; i++) {
                seen[i].path = paths[i];
                fine = look(faces, i, &seen[i]) && fine;
                found += seen[i].found;
        }
        printf("Hashes of faces: %d of %d bands alike, or %d stretched, %zu pictures, known again when they "
               "come\n",
               frame_hash_alike_least[0], FRAME_HASH_BANDS, frame_hash_alike_least[1], found);
        for (size_t way = 0; way < LEN(ways); way++) {
                size_t count = 0;
                for (size_t i = 0; i < len; i++)
                        count += seen[i].again[way];
                share_print(ways[way].name, count, found);
        }
        falsely_print(seen, len);
        x_free(seen);
        return fine;
}

bool active_average(struct faces *faces, char **paths, size_t len)
{
        enum { SIDE = FRAME_FACE_SIDE };
        struct frame_face *face = x_new(3, sizeof(*face)), *stretched = face + 1, *sum = face + 2;
        size_t count = 0;
        for (size_t i = 0; i < len; i++) {
                CLEANUP(image_release) struct image image = {0};
                CLEANUP(op_release) struct op op;
                struct face_view view;
                op_init(&op, NULL, 1 << 20, TIME_MS);
                if (!active_picture(&op, paths[i], &image) ||
                    face_look(faces, &op, &image, FACE_BEFORE_CAMERA, &view) || !view.found ||
                    !frame_face_cut(&image, &view.box.points, face, stretched))
                        continue;
                count++;
                for (int k = 0; k < SIDE * SIDE; k++)
                        sum->at[k] += face->at[k];
        }
        for (int y = 0; y < SIDE && count; y++)
                for (int x = 0; x < SIDE / 2; x++) {
                        float both = sum->at[y * SIDE + x] + sum->at[y * SIDE + SIDE - 1 - x];
                        printf("%ld%s", lround((double)both * 32 / (double)count),
                               x + 1 < SIDE / 2 ? ", " : ",\n");
                }
        x_free(face);
        return count > 0;
}
