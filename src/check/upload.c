#include "check/upload.h"

#include "vision/client.h"

enum rc upload_open(struct op *op, struct service *svc, struct upload *ret)
{
        *ret = (struct upload){0};
        random_bytes(ret->key, sizeof(ret->key));
        if (blob_writer_open(op, svc->blobs, ret->key, &ret->writer) != RC_OK)
                return op->rc;
        memcpy(ret->id, blob_writer_id(ret->writer), sizeof(ret->id));
        return RC_OK;
}

enum rc upload_write(struct op *op, struct service *svc, struct upload *upload, struct str bytes)
{
        if (bytes.len > (size_t)svc->conf->id_card_max_file_size - upload->len)
                return op_fail(op, RC_FILE_TOO_LARGE, "more than %lld bytes",
                               (long long)svc->conf->id_card_max_file_size);
        if (upload->len < sizeof(upload->head)) {
                size_t more = MIN(bytes.len, sizeof(upload->head) - upload->len);
                memcpy(upload->head + upload->len, bytes.ptr, more);
                if (upload->len + more == sizeof(upload->head) &&
                    !vision_sniff(str_from_bytes(upload->head, sizeof(upload->head))))
                        return op_fail(op, RC_UNSUPPORTED_IMAGE_FORMAT, "neither JPEG nor PNG by content");
        }
        upload->len += bytes.len;
        return blob_write(op, upload->writer, bytes);
}

enum rc upload_commit(struct op *op, struct upload *upload, const char *field)
{
        if (upload->len == 0)
                return op_fail_field(op, RC_MISSING_FILE, field, "이미지 파일을 첨부해 주세요.",
                                     "Attach the picture.");
        if (upload->len < sizeof(upload->head))
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
