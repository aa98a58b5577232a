/*
 * Active liveness on sequences of frames. `bench-active --points FILE...` prints the face of each picture, a JSON
 * object a line, which is what the simulator (bench/liveness) places its heads by.
 * BONIN_MODELS and BONIN_MANIFEST say where the models are.
 */
#include "base/emit.h"
#include "bench/file.h"
#include "vision/active.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024 };

static const char *setting(const char *name, const char *fallback)
{
        const char *value = getenv(name);
        return value && *value ? value : fallback;
}

static bool picture_read(struct op *op, const char *path, struct image *ret)
{
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, FILE_MAX);
        if (!file_read(path, &bytes))
                (void)op_fail(op, RC_NOT_FOUND, "it cannot be read");
        else if (!image_decode(op, buf_str(&bytes), &image_limits_default, ret))
                return true;
        fprintf(stderr, "%s: %s\n", path, op->why);
        return false;
}

static bool points_print(struct faces *faces, const char *path)
{
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf text;
        struct face_view view;
        op_init(&op, NULL, 1 << 20, 60000);
        buf_init(&text, 64 * 1024);
        if (!picture_read(&op, path, &image) ||
            face_look(faces, &op, &image, FACE_BEFORE_CAMERA, &view))
                return false;
        struct emit emit = emit_to(&text);
        emit_open(&emit, NULL);
        emit_text(&emit, "file", path);
        emit_int(&emit, "faces", (int64_t)view.faces_len);
        emit_open_array(&emit, "points");
        for (int i = 0; view.found && i < 2 * FACE_POINTS; i++)
                emit_double(&emit, NULL, (double)view.box.points.at[i / 2][i % 2], 2);
        emit_close_array(&emit);
        emit_close(&emit);
        printf("%.*s\n", STR_FMT(buf_str(&text)));
        return true;
}

int main(int argc, char **argv)
{
        CLEANUP(op_release) struct op op;
        struct faces *faces;
        op_init(&op, NULL, 1 << 20, 60000);
        if (argc < 3 || strcmp(argv[1], "--points") != 0) {
                fprintf(stderr, "usage: bench-active --points FILE...\n");
                return 2;
        }
        if (faces_open(&op, setting("BONIN_MODELS", "../shared/models"),
                       setting("BONIN_MANIFEST", "models/manifest.json"), &faces)) {
                fprintf(stderr, "%s\n", op.why);
                return 3;
        }
        int failed = 0;
        for (int i = 2; i < argc; i++)
                failed += !points_print(faces, argv[i]);
        faces_close(faces);
        return failed != 0;
}
