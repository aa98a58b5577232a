/*
 * Active liveness on simulated sequences of frames (bench/liveness).
 *   bench-active [--rows] MANIFEST...   error rates of each kind of attack; --rows: and each sequence
 *   bench-active --hashes FILE...       how often pictures are known again by their hashes, and how often
 * falsely bench-active --average FILE...      the average face of vision/frame_average.c bench-active
 * --points FILE...       the face of each picture, a JSON object a line: the simulator places its heads by it
 * BONIN_MODELS and BONIN_MANIFEST say where the models are.
 */
#include "base/emit.h"
#include "bench/active_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *setting(const char *name, const char *fallback)
{
        const char *value = getenv(name);
        return value && *value ? value : fallback;
}

static bool points_print(struct faces *faces, const char *path)
{
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf text;
        struct face_view view;
        op_init(&op, NULL, 1 << 20, 60000);
        buf_init(&text, 64 * 1024);
        if (!active_picture(&op, path, &image) || face_look(faces, &op, &image, FACE_BEFORE_CAMERA, &view))
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
        const char *mode = argc > 1 && argv[1][0] == '-' ? argv[1] : "";
        int first = *mode ? 2 : 1;
        if (argc <= first) {
                fprintf(
                    stderr,
                    "usage: bench-active [--rows] MANIFEST... | --hashes | --average | --points FILE...\n");
                return 2;
        }
        if (faces_open(&op, setting("BONIN_MODELS", "../shared/models"),
                       setting("BONIN_MANIFEST", "models/manifest.json"), &faces)) {
                fprintf(stderr, "%s\n", op.why);
                return 3;
        }
        int failed = 0;
        if (strcmp(mode, "--hashes") == 0)
                failed = !active_hashes(faces, argv + first, (size_t)(argc - first));
        if (strcmp(mode, "--average") == 0)
                failed = !active_average(faces, argv + first, (size_t)(argc - first));
        if (strcmp(mode, "--hashes") == 0 || strcmp(mode, "--average") == 0)
                first = argc;
        for (int i = first; i < argc; i++) {
                if (strcmp(mode, "--points") == 0)
                        failed += !points_print(faces, argv[i]);
                else
                        failed += !active_run(faces, argv[i], strcmp(mode, "--rows") == 0);
        }
        faces_close(faces);
        return failed != 0;
}
