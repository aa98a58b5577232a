#include "ocr/clova.h"

#include "ocr/backend.h"

struct clova_provider {
        struct ocr_provider provider;
        struct clova *clova;
};

/* Its masks are painted over beside our own boxes. Where bonin-vision was not sure of those, they must be
 * believable for the card to be kept; where they are not either, the document is not accepted: there would be
 * no portrait to compare a face with. */
static enum rc redact(struct vision_pool *pool, struct op *op, const struct clova_reading *reading,
                      struct vision_document *document)
{
        const struct vision_plain *plain = &document->plain;
        if (plain->jpeg.len == 0)
                return RC_OK;
        bool is_passport = document->kind == DOC_PASSPORT;
        if (plain->number_missed && (is_passport || !clova_hides_number(reading, plain))) {
                if (!is_passport)
                        doc_errors_add(&document->errors, RC_LOW_CONFIDENCE);
                return RC_OK;
        }
        return reading->masks_len == 0
                   ? RC_OK
                   : vision_redact(pool, op, document, reading->masks, reading->masks_len);
}

static enum rc clova_read(struct ocr_provider *provider, struct op *op, struct vision_pool *pool,
                          const struct vision_document_request *request, struct vision_document *ret)
{
        struct clova_provider *clova = (struct clova_provider *)provider;
        struct vision_document_request ask = *request;
        ask.plain = true;
        enum rc rc = vision_read_document(pool, op, &ask, ret);
        /* A picture without a document in it goes nowhere. */
        if (rc != RC_OK || ret->plain.jpeg.len == 0)
                return rc;
        CLEANUP(clova_reading_wipe) struct clova_reading reading = {0};
        rc = clova_ask(clova->clova, op, ret->plain.jpeg, &reading);
        if (rc == RC_OK) {
                clova_merge(&reading, request, ret);
                rc = redact(pool, op, &reading, ret);
        }
        if (rc != RC_OK)
                vision_document_release(ret);
        return rc;
}

static void clova_provider_free(struct ocr_provider *provider)
{
        struct clova_provider *clova = (struct clova_provider *)provider;
        clova_free(&clova->clova);
        x_free(clova);
}

enum rc ocr_naver_clova_new(struct op *op, const struct conf *conf, struct ocr_provider **ret)
{
        struct clova *clova = NULL;
        enum rc rc = clova_new(op, conf, &clova);
        if (rc != RC_OK)
                return rc;
        struct clova_provider *provider = x_new(1, sizeof(*provider));
        *provider = (struct clova_provider){
            .provider = {.name = "naver_clova", .read = clova_read, .free = clova_provider_free},
            .clova = clova,
        };
        *ret = &provider->provider;
        return RC_OK;
}
