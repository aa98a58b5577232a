/*
 * Negative controls, tried: without the steps of lay_on in frame_face.c (the finder's points alone) pictures
 * that are moved are lost; without the comparison in signs_of (all bits 0) other faces are alike; without
 * fold in frame_hash what is mirrored is lost.
 */
#include "vision/frame_hash.h"
#include "vision/cv_shim.h"

#include "unit/test.h"
#include "unit/vision/face_set.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SEEN = 4 };

static struct face_points points_of(struct faces *faces, struct op *op, const struct image *image)
{
        struct face_view view;
        CHECK(face_look(faces, op, image, FACE_BEFORE_CAMERA, &view) == RC_OK && view.found);
        return view.box.points;
}

/* Cropped at the left and above, scaled (and mirrored where `size` is negative), brightened, and encoded
 * anew; its face is looked for anew. */
static void hash_again(struct faces *faces, const struct image *image, double crop, double size, double light,
                       uint8_t ret[FRAME_HASH_LEN])
{
        bool mirrored = size < 0;
        size = fabs(size);
        CLEANUP(image_release) struct image moved = {0};
        CLEANUP(image_release) struct image decoded = {0};
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf jpeg;
        int cut = (int)(crop * image->width);
        const double matrix[6] = {mirrored ? -size : size,
                                  0,
                                  mirrored ? (image->width - 1) * size : -cut * size,
                                  0,
                                  size,
                                  -cut * size};
        op_init(&op, NULL, 1 << 20, TEST_PATIENCE_MS);
        buf_init(&jpeg, 4 << 20);
        image_init(&moved, (int)((image->width - cut) * size), (int)((image->height - cut) * size), 3);
        CHECK(cv_warp_affine(image, matrix, &moved));
        for (size_t i = 0; i < moved.stride * (size_t)moved.height; i++)
                moved.pixels[i] = (uint8_t)(moved.pixels[i] * light);
        CHECK(image_encode_jpeg(&op, &moved, 80, &jpeg) == RC_OK);
        CHECK(image_decode(&op, buf_str(&jpeg), &image_limits_default, &decoded) == RC_OK);
        struct face_points points = points_of(faces, &op, &decoded);
        frame_hash(&decoded, &points, ret);
}

/* Of the ways a picture comes again, most are known: not each of them need be, as an upload has many frames.
 */
TEST(a_face_is_known_again)
{
        static const double ways[][3] = {{0, 1, 1},    {0.01, 1, 1}, {0.03, 1, 1},    {0.08, 1, 1},
                                         {0, 0.9, 1},  {0, 1.1, 1},  {0, 1, 0.9},     {0.05, 1, 0.95},
                                         {0, 0.96, 1}, {0.1, 1, 1},  {0.02, 1.05, 1}, {0.04, 0.95, 0.93}};
        static const char *const names[] = {"faces/nuaa/live/0005/0005_00_00_01_332.jpg",
                                            "faces/lfw/Abel_Pacheco/Abel_Pacheco_0001.jpg",
                                            "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg"};
        struct op op;
        struct faces *faces = face_set_open(&op);
        uint8_t hashes[LEN(names)][FRAME_HASH_LEN], again[FRAME_HASH_LEN];
        size_t known = 0;
        for (size_t i = 0; i < LEN(names); i++) {
                CLEANUP(image_release) struct image image = {0};
                face_set_load(&op, names[i], &image);
                struct face_points points = points_of(faces, &op, &image);
                frame_hash(&image, &points, hashes[i]);
                for (size_t way = 0; way < LEN(ways); way++) {
                        hash_again(faces, &image, ways[way][0], ways[way][1], ways[way][2], again);
                        known += frame_hash_bands_alike(hashes[i], again) >= SEEN;
                }
                for (size_t k = 0; k < i; k++)
                        CHECK(frame_hash_bands_alike(hashes[i], hashes[k]) == 0 &&
                              frame_hash_distance(hashes[i], hashes[k]) > 50);
        }
        printf("  known again: %zu of %zu\n", known, LEN(names) * LEN(ways));
        CHECK(known >= LEN(names) * LEN(ways) / 2);
        face_set_close(&op, faces);
}

/* A person a moment later is somebody else's picture to it. */
TEST(a_face_of_later_is_another)
{
        static const char *const names[] = {"faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg",
                                            "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0002.jpg"};
        struct op op;
        struct faces *faces = face_set_open(&op);
        uint8_t hashes[LEN(names)][FRAME_HASH_LEN];
        for (size_t i = 0; i < LEN(names); i++) {
                CLEANUP(image_release) struct image image = {0};
                face_set_load(&op, names[i], &image);
                struct face_points points = points_of(faces, &op, &image);
                frame_hash(&image, &points, hashes[i]);
        }
        CHECK(frame_hash_bands_alike(hashes[0], hashes[0]) == FRAME_HASH_BANDS);
        CHECK(frame_hash_bands_alike(hashes[0], hashes[1]) < 2);
        face_set_close(&op, faces);
}

/* Who has a recording may hold a mirror to it, and wait for the actions the other way round. */
TEST(a_mirrored_face_is_known_again)
{
        static const char *const names[] = {"faces/nuaa/live/0005/0005_00_00_01_332.jpg",
                                            "faces/lfw/Abel_Pacheco/Abel_Pacheco_0001.jpg",
                                            "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg"};
        static const double ways[][3] = {{0, -1, 1}, {0.03, -1, 1}, {0, -0.9, 1}, {0.02, -1.05, 0.95}};
        struct op op;
        struct faces *faces = face_set_open(&op);
        size_t known = 0;
        for (size_t i = 0; i < LEN(names); i++) {
                CLEANUP(image_release) struct image image = {0};
                uint8_t hash[FRAME_HASH_LEN], again[FRAME_HASH_LEN];
                face_set_load(&op, names[i], &image);
                struct face_points points = points_of(faces, &op, &image);
                frame_hash(&image, &points, hash);
                for (size_t way = 0; way < LEN(ways); way++) {
                        hash_again(faces, &image, ways[way][0], ways[way][1], ways[way][2], again);
                        known += frame_hash_bands_alike(hash, again) >= SEEN;
                }
        }
        printf("  mirrored, known again: %zu of %zu\n", known, LEN(names) * LEN(ways));
        CHECK(known >= LEN(names) * LEN(ways) / 2);
        face_set_close(&op, faces);
}

/* Points in one place are no face: nothing is known again by zeros. */
TEST(no_face_has_a_hash_of_zeros)
{
        static const uint8_t none[FRAME_HASH_LEN];
        CLEANUP(image_release) struct image wall = {0};
        struct face_points points = {0};
        uint8_t hash[FRAME_HASH_LEN];
        image_init(&wall, 100, 100, 3);
        frame_hash(&wall, &points, hash);
        CHECK(memcmp(hash, none, sizeof(none)) == 0);
}
