/*
 * Reading a document. A provider is one of the words of OCR_PROVIDER. Whatever it is, the picture goes
 * through bonin-vision first, which alone decodes it and whose card, portrait and paint are what is stored;
 * another provider tells of the fields only, and what it tells is judged by doc/judge.h like everything else.
 *
 * Failures are those of vision_read_document, and of a provider elsewhere:
 *
 *   RC_TIMED_OUT, RC_UNAVAILABLE   no answer, or none that is one: worth another try
 *   RC_CONFIG                      a key, an address or a quota that only the operator can mend
 *
 * Providers may be used from any thread at once. Nothing that a provider elsewhere wrote is ever logged.
 */
#pragma once

#include "conf/conf.h"
#include "vision/client.h"

struct ocr_provider {
        const char *name;
        /* As vision_read_document. */
        enum rc (*read)(struct ocr_provider *provider, struct op *op, struct vision_pool *pool,
                        const struct vision_document_request *request, struct vision_document *ret);
        void (*free)(struct ocr_provider *provider);
};

/* As configured; `conf` must live as long. RC_CONFIG names the key that is wrong or missing. */
NODISCARD enum rc ocr_provider_new(struct op *op, const struct conf *conf, struct ocr_provider **ret);
void ocr_provider_free(struct ocr_provider **provider);
/* Release in case of success. */
NODISCARD enum rc ocr_provider_read(struct op *op, struct ocr_provider *provider, struct vision_pool *pool,
                                    const struct vision_document_request *request,
                                    struct vision_document *ret);
