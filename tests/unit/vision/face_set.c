#include "unit/vision/face_set.h"

#include "unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *setting(const char *name, const char *other, const char *fallback)
{
        const char *value = getenv(name);
        if (!value || !*value)
                value = getenv(other);
        return value && *value ? value : fallback;
}

static const char *model_dir(void)
{
        return setting("BONIN_MODELS", "MODEL_DIR", "../shared/models");
}

struct faces *face_set_open(struct op *op)
{
        struct faces *faces = NULL;
        op_init(op, NULL, 1 << 20, TEST_PATIENCE_MS);
        enum rc rc = faces_open(op, model_dir(), NULL, &faces);
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
        char path[1024];
        snprintf(path, sizeof(path), "%s/%s", setting("BONIN_DATA", "BONIN_DATA", "../shared/data"), name);
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                test_skip("the face sets are not there");
        CLEANUP(buf_release) struct buf bytes;
        char chunk[16384];
        ssize_t len;
        buf_init(&bytes, 16 << 20);
        while ((len = read(fd, chunk, sizeof(chunk))) > 0)
                buf_add_bytes(&bytes, chunk, (size_t)len);
        CHECK(image_decode(op, buf_str(&bytes), &image_limits_default, ret) == RC_OK);
}
