/*
 * The makers of each provider, for the table in provider.c.
 */
#pragma once

#include "ocr/provider.h"

NODISCARD enum rc ocr_tesseract_new(struct op *op, const struct conf *conf, struct ocr_provider **ret);
NODISCARD enum rc ocr_naver_clova_new(struct op *op, const struct conf *conf, struct ocr_provider **ret);
