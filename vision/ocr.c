#include "vision/ocr.h"

#include "vision/line_net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <tesseract/capi.h>
#include <unistd.h>

struct ocr {
        TessBaseAPI *models[OCR_MODEL_COUNT];
        struct line_net *net;
        const char *only[OCR_MODEL_COUNT]; /* the whitelist that is set; static texts of the callers */
};

static const char *const languages[OCR_MODEL_COUNT] = {"kor", "Hangul", "eng", "mrz"};

/* Tesseract splits each line among threads by OpenMP, which makes one line slower and could not start them in
 * the sandbox. OMP_THREAD_LIMIT would have to be set before the program started; this works from within. */
extern void omp_set_max_active_levels(int levels) __attribute__((weak));

static TessBaseAPI *model_open(const char *folder, const char *language)
{
        TessBaseAPI *model = TessBaseAPICreate();
        if (!model)
                return NULL;
        TessBaseAPISetVariable(model, "debug_file", "/dev/null");
        if (TessBaseAPIInit2(model, folder, language, OEM_LSTM_ONLY) != 0) {
                TessBaseAPIDelete(model);
                return NULL;
        }
        TessBaseAPISetVariable(model, "debug_file", "/dev/null");
        TessBaseAPISetVariable(model, "load_system_dawg", "0");
        TessBaseAPISetVariable(model, "tessedit_do_invert", "0");
        TessBaseAPISetPageSegMode(model, PSM_RAW_LINE);
        return model;
}

static bool model_exists(const char *folder, const char *language)
{
        char path[4096];
        int len = snprintf(path, sizeof(path), "%s/%s.traineddata", folder, language);
        return len > 0 && (size_t)len < sizeof(path) && access(path, R_OK) == 0;
}

enum rc ocr_open(struct op *op, const char *tessdata_dir, const char *model_dir, struct ocr **ret)
{
        static const char *const installed[] = {"/usr/share/tesseract-ocr/5/tessdata",
                                                "/usr/share/tesseract-ocr/4.00/tessdata",
                                                "/usr/share/tessdata", "/usr/local/share/tessdata"};
        struct ocr *ocr = x_new(1, sizeof(*ocr));
        if (omp_set_max_active_levels)
                omp_set_max_active_levels(0);
        for (size_t i = 0; !tessdata_dir && i < LEN(installed); i++) {
                if (model_exists(installed[i], languages[OCR_KOR]))
                        tessdata_dir = installed[i];
        }
        for (enum ocr_model model = 0; tessdata_dir && model < OCR_MRZ; model++) {
                if (model_exists(tessdata_dir, languages[model]))
                        ocr->models[model] = model_open(tessdata_dir, languages[model]);
        }
        const char *zone_dir =
            model_dir && model_exists(model_dir, languages[OCR_MRZ]) ? model_dir : tessdata_dir;
        if (zone_dir && model_exists(zone_dir, languages[OCR_MRZ]))
                ocr->models[OCR_MRZ] = model_open(zone_dir, languages[OCR_MRZ]);
        if (!ocr->models[OCR_KOR] || !ocr->models[OCR_ENG]) {
                const char *missing = languages[ocr->models[OCR_KOR] ? OCR_ENG : OCR_KOR];
                ocr_close(ocr);
                return op_fail(op, RC_CONFIG, "Tesseract's language %s is not installed", missing);
        }
        ocr->net = line_net_open();
        *ret = ocr;
        return RC_OK;
}

void ocr_close(struct ocr *ocr)
{
        if (!ocr)
                return;
        for (enum ocr_model model = 0; model < OCR_MODEL_COUNT; model++) {
                if (ocr->models[model]) {
                        TessBaseAPIEnd(ocr->models[model]);
                        TessBaseAPIDelete(ocr->models[model]);
                }
        }
        line_net_close(ocr->net);
        x_free(ocr);
}

bool ocr_has(const struct ocr *ocr, enum ocr_model model)
{
        return model == OCR_NET ? ocr->net != NULL : model == OCR_GLYPH || ocr->models[model] != NULL;
}

static void take_symbol(const TessResultIterator *at, struct ocr_line *line, size_t *len, double *sum)
{
        const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(at);
        char *symbol = TessResultIteratorGetUTF8Text(at, RIL_SYMBOL);
        size_t size = symbol ? strlen(symbol) : 0;
        int left = 0, top, right = 0, bottom;
        bool word = TessPageIteratorIsAtBeginningOf(place, RIL_WORD) && *len > 0;
        if (size > 0 && *len + size + 2 < OCR_TEXT_MAX && line->symbols_len < OCR_SYMBOLS_MAX) {
                if (word)
                        line->text[(*len)++] = ' ';
                memcpy(line->text + *len, symbol, size);
                size_t i = line->symbols_len++;
                TessPageIteratorBoundingBox(place, RIL_SYMBOL, &left, &top, &right, &bottom);
                float sure = TessResultIteratorConfidence(at, RIL_SYMBOL);
                line->offsets[i] = (uint16_t)*len;
                line->sizes[i] = (uint16_t)size;
                line->left[i] = (int16_t)left;
                line->right[i] = (int16_t)right;
                line->sure[i] = (uint16_t)(fminf(fmaxf(sure, 0), 100) / 100 * OCR_SURE);
                *len += size;
                *sum += (double)line->sure[i] / OCR_SURE;
        }
        TessDeleteText(symbol);
}

bool ocr_read(struct ocr *ocr, enum ocr_model model, const char *only, const struct image *picture,
              struct ocr_line *ret)
{
        *ret = (struct ocr_line){0};
        if (model == OCR_NET)
                return ocr->net && line_net_read(ocr->net, only, picture, ret);
        TessBaseAPI *api = ocr->models[model];
        if (!api || picture->width < 8 || picture->height < 8)
                return false;
        if (ocr->only[model] != only) {
                TessBaseAPISetVariable(api, "tessedit_char_whitelist", only ? only : "");
                ocr->only[model] = only;
        }
        TessBaseAPISetImage(api, picture->pixels, picture->width, picture->height, picture->channels,
                            (int)picture->stride);
        TessBaseAPISetSourceResolution(api, 300);
        if (TessBaseAPIRecognize(api, NULL) != 0) {
                TessBaseAPIClear(api);
                return false;
        }
        TessResultIterator *at = TessBaseAPIGetIterator(api);
        size_t len = 0;
        double sum = 0;
        if (at) {
                do
                        take_symbol(at, ret, &len, &sum);
                while (TessResultIteratorNext(at, RIL_SYMBOL));
                TessResultIteratorDelete(at);
        }
        TessBaseAPIClear(api);
        if (ret->symbols_len > 0)
                ret->confidence = sum / (double)ret->symbols_len;
        return ret->symbols_len > 0;
}

/* The longest way of finding letters of `text` in the reading, in order, is what it was taken from; of those
 * as long, the surest. Cells hold letters found, and the least sure of them. */
struct cell {
        uint16_t found, sure;
};

static bool is_better(struct cell a, struct cell b)
{
        return a.found != b.found ? a.found > b.found : a.sure > b.sure;
}

double ocr_sure(const struct ocr_line *line, struct str text)
{
        struct cell row[OCR_SYMBOLS_MAX + 1];
        for (size_t i = 0; i <= line->symbols_len; i++)
                row[i] = (struct cell){0, OCR_SURE};
        for (size_t at = 0; at < text.len;) {
                struct cell before = row[0];
                size_t size = 1;
                while (at + size < text.len && ((unsigned char)text.ptr[at + size] & 0xc0) == 0x80)
                        size++;
                for (size_t i = 0; i < line->symbols_len; i++) {
                        struct cell here = row[i + 1];
                        bool same = line->sizes[i] == size &&
                                    memcmp(line->text + line->offsets[i], text.ptr + at, size) == 0;
                        struct cell taken = {(uint16_t)(before.found + 1), MIN(before.sure, line->sure[i])};
                        if (same && is_better(taken, row[i + 1]))
                                row[i + 1] = taken;
                        if (is_better(row[i], row[i + 1]))
                                row[i + 1] = row[i];
                        before = here;
                }
                at += size;
        }
        struct cell all = row[line->symbols_len];
        return all.found > 0 ? (double)all.sure / OCR_SURE : 0;
}
