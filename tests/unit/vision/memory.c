/*
 * The networks that find lines and faces need the most memory of all, and give it back after their turn.
 */
#include "vision/document.h"
#include "vision/face.h"

#include "unit/data.h"
#include "unit/test.h"

#include <malloc.h>
#include <stdlib.h>

enum { WIDE = 1600, HIGH = 1009, KEPT_MAX = 12 << 20 };

/* All that is allotted; nothing is known under a sanitizer. */
static size_t allotted(void)
{
        struct mallinfo2 info = mallinfo2();
        return info.uordblks + info.hblkhd;
}

/* Negative control: detect_in of vision/text.c without net_rest, which keeps 130 MB. */
TEST(memory_of_the_finder_of_lines_is_given_back)
{
        struct op op;
        struct reader *reader;
        CLEANUP(image_release) struct image picture = {0};
        CLEANUP(document_reading_release) struct document_reading reading = {0};
        const struct document_request request = {.today = {2026, 6, 1}};
        image_init(&picture, WIDE, HIGH, 3);
        memset(picture.pixels, 200, picture.stride * (size_t)HIGH);
        op_init(&op, NULL, 1 << 20, TEST_PATIENCE_MS);
        CHECK(reader_open(&op, NULL, data_models(), &reader) == RC_OK);
        bool has_finder = reader_features(reader) & READER_HAS_LINE_MODEL;
        size_t before = allotted();
        CHECK(document_read(reader, &op, &request, &picture, NULL, &reading) == RC_OK);
        size_t after = allotted();
        reader_close(reader);
        op_release(&op);
        if (!has_finder)
                test_skip("the finder of lines is not there");
        CHECK(after < before + KEPT_MAX);
}

/* A face of a common size on a card: looked for once, and not in a smaller picture afterwards. */
static void draw_face(struct op *op, struct image *ret)
{
        CLEANUP(buf_release) struct buf bytes = {0};
        CLEANUP(image_release) struct image face = {0};
        buf_init(&bytes, image_limits_default.bytes_max);
        data_read("faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &bytes);
        CHECK(image_decode(op, buf_str(&bytes), &image_limits_default, &face) == RC_OK);
        image_init(ret, WIDE, HIGH, 3);
        for (int y = 0; y < face.height; y++)
                memcpy(ret->pixels + (size_t)y * ret->stride, face.pixels + (size_t)y * face.stride,
                       (size_t)face.width * 3);
}

/* Negative control: find in vision/face.c without cv_net_rest. */
TEST(memory_of_the_finder_of_faces_is_given_back)
{
        struct op op;
        struct faces *faces = NULL;
        struct face_view view = {0};
        CLEANUP(image_release) struct image picture = {0};
        op_init(&op, NULL, 1 << 20, TEST_PATIENCE_MS);
        draw_face(&op, &picture);
        enum rc rc = faces_open(&op, data_models(), NULL, &faces);
        size_t before = allotted(), after = 0;
        if (rc == RC_OK) {
                CHECK(face_look(faces, &op, &picture, FACE_ON_CARD, &view) == RC_OK);
                after = allotted();
        }
        faces_close(faces);
        op_release(&op);
        if (rc == RC_MODEL_MISSING)
                test_skip("the face models are not there");
        CHECK(rc == RC_OK && view.found && after < before + KEPT_MAX);
}
