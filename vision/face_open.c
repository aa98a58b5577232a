#include "vision/face_open.h"

#include "base/json.h"
#include "vision/face_default.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { MANIFEST_BYTES_MAX = 256 * 1024, PATH_LEN_MAX = 4096 };

static enum rc read_text(struct op *op, const char *path, struct buf *ret)
{
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return op_fail(op, RC_MODEL_MISSING, "%s: %s", path, strerror(errno));
        char chunk[4096];
        ssize_t len;
        while ((len = read(fd, chunk, sizeof(chunk))) > 0)
                buf_add_bytes(ret, chunk, (size_t)len);
        if (len < 0 || !buf_ok(ret))
                return op_fail(op, RC_CONFIG, "%s: cannot be read, or too long", path);
        return RC_OK;
}

/* Whether a folder's manifest.json is one of ours; a plain list of files says nothing of scores. */
static bool has_scores(struct str text)
{
        json_auto_t *root = NULL;
        return json_parse(text, MANIFEST_BYTES_MAX, &root) && json_object_get(root, "similarity");
}

static enum rc parse(struct op *op, struct str text, struct faces *faces)
{
        enum rc rc = face_manifest_parse(op, text, &faces->manifest);
        return rc ? rc : face_cohort_parse(op, text, &faces->manifest, &faces->cohort);
}

static enum rc read_manifest(struct op *op, const char *dir, const char *path, struct faces *faces)
{
        CLEANUP(buf_release) struct buf text;
        char own[PATH_LEN_MAX];
        buf_init(&text, MANIFEST_BYTES_MAX);
        if (path) {
                enum rc rc = read_text(op, path, &text);
                return rc ? rc : parse(op, buf_str(&text), faces);
        }
        snprintf(own, sizeof(own), "%s/manifest.json", dir);
        if (access(own, R_OK) == 0 && !read_text(op, own, &text) && has_scores(buf_str(&text)))
                return parse(op, buf_str(&text), faces);
        op_forgive(op);
        return parse(op, str_from_bytes(face_default_manifest, face_default_manifest_len), faces);
}

enum rc faces_open(struct op *op, const char *model_dir, const char *manifest_path, struct faces **ret)
{
        struct faces *faces = x_new(1, sizeof(*faces));
        cv_start();
        enum rc rc = read_manifest(op, model_dir, manifest_path, faces);
        for (size_t i = 0; !rc && i < faces->manifest.models_len; i++)
                rc = face_net_open(op, model_dir, &faces->manifest.models[i], &faces->nets[i]);
        if (rc)
                faces_close(faces);
        else
                *ret = faces;
        return rc;
}

void faces_close(struct faces *faces)
{
        for (size_t i = 0; faces && i < FACE_MODELS_MAX; i++)
                face_net_close(&faces->nets[i]);
        if (faces)
                face_cohort_release(&faces->cohort);
        x_free(faces);
}
