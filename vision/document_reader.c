#include "vision/document_search.h"

#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { MODEL_BYTES_MAX = 64 << 20 };

static bool file_read(const char *folder, const char *name, struct buf *ret)
{
        char path[4096], chunk[1 << 16];
        int len = snprintf(path, sizeof(path), "%s/%s", folder, name);
        int fd CLEANUP(fd_close) =
            len > 0 && (size_t)len < sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t got = 0;
        while (fd >= 0 && (got = read(fd, chunk, sizeof(chunk))) > 0)
                buf_add_bytes(ret, chunk, (size_t)got);
        return fd >= 0 && got == 0 && buf_ok(ret) && ret->len > 0;
}

enum rc reader_open(struct op *op, const char *tessdata_dir, const char *model_dir, struct reader **ret)
{
        struct reader *reader = x_new(1, sizeof(*reader));
        enum rc rc = ocr_open(op, tessdata_dir, model_dir, &reader->ocr);
        if (rc != RC_OK) {
                x_free(reader);
                return rc;
        }
        cv_start();
        struct buf onnx CLEANUP(buf_release) = {0};
        buf_init(&onnx, MODEL_BYTES_MAX);
        if (model_dir && file_read(model_dir, "ppocr_v3_det_zh.onnx", &onnx)) {
                char why[NET_WHY_MAX] = "";
                reader->detector = net_open(onnx.ptr, onnx.len, why);
                if (!reader->detector)
                        log_line(LOG_WARN, "text_detector_unusable", LOG_CAUSE(why));
        }
        *ret = reader;
        return RC_OK;
}

void reader_close(struct reader *reader)
{
        if (!reader)
                return;
        ocr_close(reader->ocr);
        net_close(reader->detector);
        x_free(reader);
}

unsigned reader_features(const struct reader *reader)
{
        return (ocr_has(reader->ocr, OCR_MRZ) ? READER_HAS_MRZ_MODEL : 0u) |
               (reader->detector ? READER_HAS_LINE_MODEL : 0u) |
               (ocr_has(reader->ocr, OCR_SCRIPT) ? READER_HAS_SCRIPT_MODEL : 0u);
}
