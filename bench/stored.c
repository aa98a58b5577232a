#include "bench/stored.h"

#include "vision/page.h"

enum {
        STORED_QUALITY = 88, /* as in vision/answer_document.c */
        TELLING = 5          /* digits of a hidden half that are too many to be chance */
};

/* The half that must not be kept: of the resident or registration number, or what of it a passport has. */
static struct str hidden_half(const json_t *truth)
{
        static const char *const keys[] = {"rrn", "reg_no"};
        for (size_t i = 0; i < LEN(keys); i++) {
                struct str number = json_get_str(truth, keys[i]);
                if (number.len == 14)
                        return str_sub(number, 7, 7);
        }
        struct str zone = json_get_str(truth, "mrz2");
        bool korean = zone.len == 44 && str_equal(str_sub(zone, 10, 3), STR("KOR"));
        return korean && zone.ptr[28] >= '0' && zone.ptr[28] <= '9' ? str_sub(zone, 28, 7) : STR_NULL;
}

/* Whether `TELLING` digits in a row of the half stand in the text, whatever is between them. */
static bool tells(struct str text, struct str half)
{
        char digits[OCR_TEXT_MAX];
        size_t len = 0;
        for (size_t i = 0; i < text.len && len < sizeof(digits); i++) {
                if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
                        digits[len++] = text.ptr[i];
        }
        for (size_t at = 0; at + TELLING <= half.len; at++) {
                if (str_find_str(str_from_bytes(digits, len), str_sub(half, at, TELLING)) >= 0)
                        return true;
        }
        return false;
}

/* Lines in which anybody sees a few digits are read by all. */
static bool line_tells(struct page *page, const struct page_line *line, struct str half)
{
        enum { WAY = 4, DIGITS_FEW = 3 };
        struct ocr_line read;
        if (tells(read_str(&line->read), half))
                return true;
        size_t digits = page_count_digits(read_str(&line->read));
        if (page_read(page, &line->place, WAY, OCR_GLYPH, NULL, &read)) {
                if (tells(read_str(&read), half))
                        return true;
                digits = MAX(digits, page_count_digits(read_str(&read)));
        }
        for (enum ocr_model model = OCR_ENG; digits >= DIGITS_FEW && model <= OCR_MRZ; model++) {
                if (ocr_has(page->ocr, model) && page_read(page, &line->place, 0, model, NULL, &read) &&
                    tells(read_str(&read), half))
                        return true;
        }
        return false;
}

static bool is_told(struct op *op, struct ocr *ocr, const struct image *card, struct str half)
{
        double w = card->width, h = card->height;
        const double corners[4][2] = {{0, 0}, {w, 0}, {w, h}, {0, h}};
        struct page page;
        bool told = false;
        page_init(&page, ocr, NULL, op, (struct date){2026, 1, 1}, card, corners);
        page_read_lines(&page);
        for (size_t i = 0; i < page.lines_len && !told; i++)
                told = line_tells(&page, &page.lines[i], half);
        page_release(&page);
        return told;
}

bool stored_note(struct stored_count *count, struct op *op, const char *models,
                 struct document_reading *reading, const json_t *truth)
{
        static struct ocr *ocr; /* one for the whole bench */
        struct str half = hidden_half(truth);
        struct buf jpeg CLEANUP(buf_release) = {0};
        struct image card CLEANUP(image_release) = {0};
        if (half.len == 0 || (!ocr && ocr_open(op, NULL, models, &ocr) != RC_OK))
                return false;
        count->pictures++;
        if (reading->card.pixels == NULL || !document_redact(reading))
                return false;
        count->kept++;
        buf_init(&jpeg, 8 << 20);
        if (image_encode_jpeg(op, &reading->card, STORED_QUALITY, &jpeg) != RC_OK ||
            image_decode(op, buf_str(&jpeg), &image_limits_default, &card) != RC_OK)
                return false;
        bool told = is_told(op, ocr, &card, half);
        count->leaked += told;
        return told;
}
