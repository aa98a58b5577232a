/*
 * Tesseract, one line of text at a time. All models are loaded by ocr_open; reading opens no file and starts
 * no thread.
 */
#pragma once

#include "base/op.h"
#include "vision/image.h"

enum ocr_model {
        OCR_KOR,    /* Korean */
        OCR_SCRIPT, /* Hangul script model: another network, so its word is worth something beside Korean's */
        OCR_ENG,    /* English: digits and Latin letters */
        OCR_MRZ,    /* OCR-B of machine-readable zones */
        OCR_MODEL_COUNT,
        OCR_GLYPH = OCR_MODEL_COUNT /* no model of Tesseract, but the reader of vision/digits.h */
};

enum { OCR_TEXT_MAX = 256, OCR_SYMBOLS_MAX = 96 };

/* A line as it was read. Symbol i is `sizes[i]` bytes of the text and lies between left[i] and right[i] in
 * the picture; blanks have no symbol. */
struct ocr_line {
        char text[OCR_TEXT_MAX];
        double confidence; /* mean of the symbols, 0 to 1 */
        size_t symbols_len;
        uint16_t offsets[OCR_SYMBOLS_MAX], sizes[OCR_SYMBOLS_MAX];
        int16_t left[OCR_SYMBOLS_MAX], right[OCR_SYMBOLS_MAX];
        uint8_t sure[OCR_SYMBOLS_MAX]; /* per cent */
};

struct ocr;

/* As reader_open: Korean and English must be there, the rest may be missing. */
NODISCARD enum rc ocr_open(struct op *op, const char *tessdata_dir, const char *model_dir, struct ocr **ret);
void ocr_close(struct ocr *ocr);
bool ocr_has(const struct ocr *ocr, enum ocr_model model);
/* Read a picture of one line (one channel, dark on light). `only` names the characters that may occur, NULL:
 * any. False where the model is missing or nothing was read; *ret is then empty. */
bool ocr_read(struct ocr *ocr, enum ocr_model model, const char *only, const struct image *line,
              struct ocr_line *ret);
