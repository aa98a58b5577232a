#include "ocr/backend.h"

/* The reader that bonin-vision has in itself. */
static enum rc tesseract_read(struct ocr_provider *provider, struct op *op, struct vision_pool *pool,
                              const struct vision_document_request *request, struct vision_document *ret)
{
        return vision_read_document(pool, op, request, ret);
}

static void tesseract_free(struct ocr_provider *provider)
{
        x_free(provider);
}

enum rc ocr_tesseract_new(struct op *op, const struct conf *conf, struct ocr_provider **ret)
{
        struct ocr_provider *provider = x_new(1, sizeof(*provider));
        *provider =
            (struct ocr_provider){.name = "tesseract", .read = tesseract_read, .free = tesseract_free};
        *ret = provider;
        return RC_OK;
}
