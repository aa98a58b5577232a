/*
 * Negative controls, tried: without the first steps of lay_on in frame_face.c (the finder's points alone)
 * pictures that are moved are lost; without the others, those that are stretched; without fold in
 * frame_hash.c, those that are mirrored; without the comparison in signs_of (all bits 0) other faces are
 * alike.
 */
#include "vision/frame_hash.h"
#include "vision/cv_shim.h"

#include "unit/test.h"
#include "unit/vision/face_set.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const int bands_seen[FRAME_HASHES] = {4, 5};

static bool is_known(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN])
{
        bool known = false;
        for (int i = 0; i < FRAME_HASHES; i++)
                known = known || frame_hash_bands_alike(a, b, i) >= bands_seen[i];
        return known;
}

static struct face_points points_of(struct faces *faces, struct op *op, const struct image *image)
{
        struct face_view view;
        CHECK(face_look(faces, op, image, FACE_BEFORE_CAMERA, &view) == RC_OK && view.found);
        return view.box.points;
}

/* Cropped at the left and above, scaled (and mirrored where `across` is negative), brightened. */
struct way {
        double crop, across, down, light;
};

/* Encoded anew; its face is looked for anew. */
static void hash_again(struct faces *faces, const struct image *image, const struct way *way,
                       uint8_t ret[FRAME_HASH_LEN])
{
        CLEANUP(image_release) struct image moved = {0};
        CLEANUP(image_release) struct image decoded = {0};
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf jpeg;
        int cut = (int)(way->crop * image->width);
        double width = (image->width - cut) * fabs(way->across), height = (image->height - cut) * way->down;
        double left = way->across < 0 ? width - 1 : -cut * way->across;
        const double matrix[6] = {way->across, 0, left, 0, way->down, -cut * way->down};
        op_init(&op, NULL, 1 << 20, TEST_PATIENCE_MS);
        buf_init(&jpeg, 4 << 20);
        image_init(&moved, (int)width, (int)height, 3);
        CHECK(cv_warp_affine(image, matrix, &moved));
        for (size_t i = 0; i < moved.stride * (size_t)moved.height; i++)
                moved.pixels[i] = (uint8_t)(moved.pixels[i] * way->light);
        CHECK(image_encode_jpeg(&op, &moved, 80, &jpeg) == RC_OK);
        CHECK(image_decode(&op, buf_str(&jpeg), &image_limits_default, &decoded) == RC_OK);
        struct face_points points = points_of(faces, &op, &decoded);
        frame_hash(&decoded, &points, ret);
}

/* Of the ways a picture comes again, this share is known at least: not each need be, as an upload has many
 * frames. */
static void check_known_again(const struct way *ways, size_t ways_len, double least)
{
        static const char *const names[] = {"faces/nuaa/live/0005/0005_00_00_01_332.jpg",
                                            "faces/lfw/Abel_Pacheco/Abel_Pacheco_0001.jpg",
                                            "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg"};
        struct op op;
        struct faces *faces = face_set_open(&op);
        uint8_t hashes[LEN(names)][FRAME_HASH_LEN], again[FRAME_HASH_LEN];
        size_t known = 0, of = LEN(names) * ways_len;
        for (size_t i = 0; i < LEN(names); i++) {
                CLEANUP(image_release) struct image image = {0};
                face_set_load(&op, names[i], &image);
                struct face_points points = points_of(faces, &op, &image);
                frame_hash(&image, &points, hashes[i]);
                for (size_t way = 0; way < ways_len; way++) {
                        hash_again(faces, &image, &ways[way], again);
                        known += is_known(hashes[i], again);
                }
                for (size_t k = 0; k < i; k++)
                        CHECK(!is_known(hashes[i], hashes[k]) &&
                              frame_hash_distance(hashes[i], hashes[k]) > 100);
        }
        printf("  known again: %zu of %zu\n", known, of);
        CHECK((double)known >= least * (double)of);
        face_set_close(&op, faces);
}

TEST(a_face_is_known_again)
{
        static const struct way ways[] = {{0, 1, 1, 1},    {0.01, 1, 1, 1},       {0.03, 1, 1, 1},
                                          {0.08, 1, 1, 1}, {0, 0.9, 0.9, 1},      {0, 1.1, 1.1, 1},
                                          {0, 1, 1, 0.9},  {0.05, 1, 1, 0.95},    {0, 0.96, 0.96, 1},
                                          {0.1, 1, 1, 1},  {0.02, 1.05, 1.05, 1}, {0.04, 0.95, 0.95, 0.93}};
        check_known_again(ways, LEN(ways), 0.5);
}

/* Who has a recording may hold a mirror to it, and wait for the actions the other way round. */
TEST(a_mirrored_face_is_known_again)
{
        static const struct way ways[] = {
            {0, -1, 1, 1}, {0.03, -1, 1, 1}, {0, -0.9, 0.9, 1}, {0.02, -1.05, 1.05, 0.95}};
        check_known_again(ways, LEN(ways), 0.5);
}

TEST(a_stretched_face_is_known_again)
{
        static const struct way ways[] = {{0, 1.05, 1, 1}, {0, 1, 1.05, 1},   {0, 1.1, 1, 1},
                                          {0, 1, 1.1, 1},  {0.03, 0.9, 1, 1}, {0, -1.08, 1, 1}};
        check_known_again(ways, LEN(ways), 0.3);
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
        for (int i = 0; i < FRAME_HASHES; i++) {
                CHECK(frame_hash_bands_alike(hashes[0], hashes[0], i) == FRAME_HASH_BANDS);
                CHECK(frame_hash_bands_alike(hashes[0], hashes[1], i) < 2);
        }
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
