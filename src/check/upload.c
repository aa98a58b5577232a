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

enum rc upload_next_frame(struct op *op, struct upload *upload)
{
        if (upload->images == FRAMES_MAX)
                return op_fail_field(op, RC_VALIDATION_FAILED, "frames", "프레임은 6장에서 24장까지입니다.",
                                     "6 to 24 frames are taken.");
        if (upload->lens[upload->images - 1] < sizeof(upload->head))
                return op_fail(op, RC_UNSUPPORTED_IMAGE_FORMAT, "a frame is too short for an image");
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
                return op_fail(op, RC_UNSUPPORTED_IMAGE_FORMAT, "neither JPEG nor PNG by content");
        return RC_OK;
}

enum rc upload_write(struct op *op, struct service *svc, struct upload *upload, struct str bytes)
{
        size_t *len = &upload->lens[upload->images - 1];
        size_t max = upload->frames ? UPLOAD_FRAME_BYTES_MAX : (size_t)svc->conf->id_card_max_file_size;
        if (bytes.len > max - *len || (upload->frames && bytes.len > UPLOAD_FRAMES_BYTES_MAX - upload->len))
                return op_fail(op, RC_FILE_TOO_LARGE, "more than %zu bytes, or too many in all", max);
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
                return op_fail(op, RC_UNSUPPORTED_IMAGE_FORMAT, "too short for an image");
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
