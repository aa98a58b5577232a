#include "check/upload.h"

#include "vision/client.h"

enum rc upload_open(struct op *op, struct service *svc, bool frames, struct upload *ret)
{
        *ret = (struct upload){.frames = frames, .images = 1};
        random_bytes(ret->key, sizeof(ret->key));
        if (blob_writer_open(op, svc->blobs, ret->key, &ret->writer) != RC_OK)
                return op->rc;
        memcpy(ret->id, blob_writer_id(ret->writer), sizeof(ret->id));
        return RC_OK;
}

static enum rc refuse_format(struct op *op, const struct upload *upload)
{
        if (upload->frames)
                return op_fail_field(op, RC_UNSUPPORTED_IMAGE_FORMAT, "frames", "프레임은 JPEG여야 합니다.",
                                     "Frames must be JPEG.");
        return op_fail(op, RC_UNSUPPORTED_IMAGE_FORMAT, "neither JPEG nor PNG by content");
}

enum rc upload_next_frame(struct op *op, struct upload *upload)
{
        if (upload->images == FRAMES_MAX)
                return op_fail_field(op, RC_VALIDATION_FAILED, "frames", "프레임은 6장에서 24장까지입니다.",
                                     "6 to 24 frames are taken.");
        if (upload->lens[upload->images - 1] < sizeof(upload->head))
                return refuse_format(op, upload);
        upload->images++;
        return RC_OK;
}

/* A frame is decoded whole, many in a row: no PNG, which holds far more pixels than bytes. */
static bool is_image(const struct upload *upload)
{
        struct str head = str_from_bytes(upload->head, sizeof(upload->head));
        return vision_sniff(head) && !(upload->frames && head.ptr[0] == '\x89');
}

static enum rc look(struct op *op, struct upload *upload, size_t len, struct str bytes)
{
        size_t more = MIN(bytes.len, sizeof(upload->head) - len);
        memcpy(upload->head + len, bytes.ptr, more);
        if (len + more == sizeof(upload->head) && !is_image(upload))
                return refuse_format(op, upload);
        return RC_OK;
}

static enum rc refuse_size(struct op *op, int64_t max, const char *text_ko, const char *text_en)
{
        op->max_bytes = max;
        return op_fail_field(op, RC_FILE_TOO_LARGE, "frames", text_ko, text_en);
}

/* `len` bytes of the image are there, and `more` come. */
static enum rc check_size(struct op *op, const struct conf *conf, const struct upload *upload, size_t len,
                          size_t more)
{
        size_t max = upload->frames ? UPLOAD_FRAME_BYTES_MAX : (size_t)conf->id_card_max_file_size;
        if (more > max - len)
                return upload->frames
                           ? refuse_size(op, UPLOAD_FRAME_BYTES_MAX, "프레임은 한 장에 1MB까지입니다.",
                                         "A frame may have 1 MB at most.")
                           : op_fail(op, RC_FILE_TOO_LARGE, "more than %zu bytes", max);
        if (upload->frames && more > UPLOAD_FRAMES_BYTES_MAX - upload->len)
                return refuse_size(op, UPLOAD_FRAMES_BYTES_MAX, "프레임은 모두 합쳐 12MB까지입니다.",
                                   "All frames together may have 12 MB at most.");
        return RC_OK;
}

enum rc upload_write(struct op *op, struct service *svc, struct upload *upload, struct str bytes)
{
        size_t *len = &upload->lens[upload->images - 1];
        if (check_size(op, svc->conf, upload, *len, bytes.len) != RC_OK)
                return op->rc;
        if (*len < sizeof(upload->head) && look(op, upload, *len, bytes) != RC_OK)
                return op->rc;
        *len += bytes.len;
        upload->len += bytes.len;
        return blob_write(op, upload->writer, bytes);
}

enum rc upload_commit(struct op *op, struct upload *upload, const char *field)
{
        if (upload->len == 0)
                return op_fail_field(op, RC_MISSING_FILE, field, "이미지 파일을 첨부해 주세요.",
                                     "Attach the picture.");
        if (upload->lens[upload->images - 1] < sizeof(upload->head))
                return refuse_format(op, upload);
        if (blob_commit(op, &upload->writer) != RC_OK)
                return op->rc;
        upload->committed = true;
        return RC_OK;
}

void upload_release(struct op *op, struct service *svc, struct upload *upload)
{
        bool was_fine = op->rc == RC_OK;
        blob_abort(&upload->writer);
        if (upload->committed && blob_remove(op, svc->blobs, upload->id) != RC_OK && was_fine)
                op_forgive(op);
        explicit_bzero(upload, sizeof(*upload));
}

void upload_keep(struct upload *upload)
{
        upload->committed = false;
}
