#include "ocr/provider.h"

#include "ocr/backend.h"

enum rc ocr_provider_new(struct op *op, const struct conf *conf, struct ocr_provider **ret)
{
        static enum rc (*const makers[])(struct op *, const struct conf *, struct ocr_provider **) = {
            [CONF_OCR_TESSERACT] = ocr_tesseract_new,
            [CONF_OCR_NAVER_CLOVA] = ocr_naver_clova_new,
        };
        if (conf->ocr_provider < 0 || conf->ocr_provider >= (int64_t)LEN(makers))
                return op_fail(op, RC_CONFIG, "OCR_PROVIDER: unknown");
        return makers[conf->ocr_provider](op, conf, ret);
}

void ocr_provider_free(struct ocr_provider **provider)
{
        if (*provider)
                (*provider)->free(*provider);
        *provider = NULL;
}

enum rc ocr_provider_read(struct op *op, struct ocr_provider *provider, struct vision_pool *pool,
                          const struct vision_document_request *request, struct vision_document *ret)
{
        return provider->read(provider, op, pool, request, ret);
}
