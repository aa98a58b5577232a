/*
 * Reading one line of text at a time, by Tesseract's models or by the network of vision/line_net.h. All are
 * loaded by ocr_open; reading opens no file and starts no thread.
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
        /* No models of Tesseract, but readers of our own: */
        OCR_GLYPH = OCR_MODEL_COUNT, /* vision/digits.h */
        OCR_NET                      /* vision/line_net.h */
};

enum { OCR_TEXT_MAX = 256, OCR_SYMBOLS_MAX = 96, OCR_SURE = 10000 };

/* A line as it was read. Symbol i is `sizes[i]` bytes of the text and lies between left[i] and right[i] in
 * the picture; blanks have no symbol. */
struct ocr_line {
        char text[OCR_TEXT_MAX];
        double confidence; /* mean of the symbols, 0 to 1 */
        size_t symbols_len;
        uint16_t offsets[OCR_SYMBOLS_MAX], sizes[OCR_SYMBOLS_MAX];
        int16_t left[OCR_SYMBOLS_MAX], right[OCR_SYMBOLS_MAX];
        uint16_t sure[OCR_SYMBOLS_MAX]; /* how likely, of OCR_SURE; what Tesseract says means little */
};

/* How sure the reader was of the least sure of the letters that `text`, taken from its reading, is made of: 0
 * to 1. Letters of the text that it did not write so are passed over. */
double ocr_sure(const struct ocr_line *line, struct str text);

struct ocr;

/* As reader_open: Korean and English must be there, the rest may be missing. */
NODISCARD enum rc ocr_open(struct op *op, const char *tessdata_dir, const char *model_dir, struct ocr **ret);
void ocr_close(struct ocr *ocr);
bool ocr_has(const struct ocr *ocr, enum ocr_model model);
/* Read a picture of one line (one channel, dark on light). `only` names the characters that may occur, NULL:
 * any. False where the model is missing or nothing was read; *ret is then empty. */
bool ocr_read(struct ocr *ocr, enum ocr_model model, const char *only, const struct image *line,
              struct ocr_line *ret);
