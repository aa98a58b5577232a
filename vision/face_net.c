#include "vision/face_net.h"

#include "vision/face_align.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

/* The whole file, which must be `bytes` long; the caller frees it. NULL: errno, or 0 for a wrong length. */
static char *read_whole(const char *path, size_t bytes)
{
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        struct stat st;
        if (fd < 0 || fstat(fd, &st) < 0)
                return NULL;
        errno = 0;
        if (!S_ISREG(st.st_mode) || (size_t)st.st_size != bytes)
                return NULL;
        char *text = x_new(bytes, 1);
        if (fd_read_all(fd, text, bytes))
                return text;
        x_free(text);
        return NULL;
}

enum rc face_net_open(struct op *op, const char *dir, const struct face_model *model, struct face_net *ret)
{
        char path[4096], why[CV_WHY_MAX] = "";
        int len = snprintf(path, sizeof(path), "%s/%s", dir, model->file);
        if (len < 0 || (size_t)len >= sizeof(path))
                return op_fail(op, RC_CONFIG, "%s: the models' folder has too long a name", model->file);
        char *text = read_whole(path, (size_t)model->bytes);
        if (!text)
                return op_fail(op, RC_MODEL_MISSING, "%s: %s", path,
                               errno ? strerror(errno) : "not the length that the manifest says");
        struct cv_net *net = cv_net_open(text, (size_t)model->bytes, model->role == FACE_DETECTOR, why);
        x_free(text);
        if (!net)
                return op_fail(op, RC_MODEL_MISSING, "%s: %s", path, why);
        *ret = (struct face_net){*model, net};
        return RC_OK;
}

void face_net_close(struct face_net *net)
{
        cv_net_close(net->net);
        net->net = NULL;
}

enum rc face_net_run(struct op *op, struct face_net *net, const struct image *input, const char *const *names,
                     size_t names_len, struct cv_tensor *ret)
{
        const int shape[4] = {1, 3, input->height, input->width};
        char why[CV_WHY_MAX] = "";
        float *blob = x_new(3 * (size_t)input->width * (size_t)input->height, sizeof(float));
        face_blob(input, &net->model.input, blob);
        bool ok = cv_net_forward(net->net, blob, shape, names, names_len, ret, why);
        /* The network may still point at the blob; its next forward sets another first. */
        x_free(blob);
        return ok ? RC_OK : op_fail(op, RC_INTERNAL, "%s: %s", net->model.file, why);
}

enum rc face_net_run_vector(struct op *op, struct face_net *net, const struct image *input, int len,
                            struct cv_tensor *ret)
{
        static const char *const names[] = {NULL};
        enum rc rc = face_net_run(op, net, input, names, LEN(names), ret);
        if (rc == RC_OK && ret->count != (size_t)len)
                return op_fail(op, RC_CONFIG, "%s: puts out %zu values, the manifest says %d",
                               net->model.file, ret->count, len);
        return rc;
}
