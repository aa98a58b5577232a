#include "unit/vision/face_set.h"

#include "unit/data.h"
#include "unit/test.h"

struct faces *face_set_open(struct op *op)
{
        struct faces *faces = NULL;
        op_init(op, NULL, 1 << 20, TEST_PATIENCE_MS);
        enum rc rc = faces_open(op, data_models(), NULL, &faces);
        if (rc == RC_MODEL_MISSING) {
                op_release(op);
                test_skip("the face models are not there");
        }
        CHECK(rc == RC_OK);
        return faces;
}

void face_set_close(struct op *op, struct faces *faces)
{
        faces_close(faces);
        op_release(op);
}

void face_set_load(struct op *op, const char *name, struct image *ret)
{
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, 16 << 20);
        data_read(name, &bytes);
        CHECK(image_decode(op, buf_str(&bytes), &image_limits_default, ret) == RC_OK);
}
