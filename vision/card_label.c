#include "vision/card_text.h"

#include <string.h>

static bool is_letter(char c)
{
        return c >= 'A' && c <= 'Z';
}

static bool is_value(const struct ocr_line *read, size_t symbol)
{
        return read->sizes[symbol] == 1 && (is_letter(read->text[read->offsets[symbol]]) ||
                                            strchr("-'.,", read->text[read->offsets[symbol]]) != NULL);
}

static struct str text_before(const struct ocr_line *read, size_t symbols)
{
        return str_sub(read_str(read), 0,
                       symbols < read->symbols_len ? read->offsets[symbols] : OCR_TEXT_MAX);
}

/* Symbols of the label word that stands there in capitals; 0: none does. */
static size_t label_word(const struct ocr_line *read, size_t from)
{
        static const char *const words[] = {"NAME", "REGION", "COUNTRY", "NATIONALITY"};
        for (size_t i = 0; i < LEN(words); i++) {
                size_t len = strlen(words[i]);
                if (from + len < read->symbols_len &&
                    str_equal(str_sub(read_str(read), read->offsets[from], len), str_from(words[i])) &&
                    read->text[read->offsets[from] + len] == ' ')
                        return len;
        }
        return 0;
}

/* The symbols of a label at the front of a line, behind which a value stands in capitals; 0: there is none.
 */
static size_t label_symbols(const struct ocr_line *read)
{
        static const char *const labels[] = {"성명",      "이름",           "NAME",       "국적",
                                             "국가/지역", "COUNTRY/REGION", "NATIONALITY"};
        enum { VALUE_FEWEST = 2 };
        size_t symbols = read->symbols_len, word, letters = 0;
        while (symbols > 0 && is_value(read, symbols - 1))
                symbols--;
        while (symbols < read->symbols_len && (word = label_word(read, symbols)) > 0)
                symbols += word;
        while (symbols < read->symbols_len && !is_letter(read->text[read->offsets[symbols]]))
                symbols++;
        for (size_t i = symbols; i < read->symbols_len; i++)
                letters += is_letter(read->text[read->offsets[i]]);
        for (size_t i = 0; symbols > 0 && letters >= VALUE_FEWEST && i < LEN(labels); i++) {
                /* Half of a short label in Hangul is more than half of one in Latin letters. */
                double alike = is_letter(labels[i][0]) ? 0.65 : 0.5;
                if (printed_likeness(text_before(read, symbols), str_from(labels[i])) >= alike)
                        return symbols;
        }
        return 0;
}

/* What was read behind so many symbols; where each stands is not told. */
static void set_behind(const struct ocr_line *read, size_t symbols, struct ocr_line *ret)
{
        size_t from = read->offsets[symbols];
        *ret = (struct ocr_line){.confidence = read->confidence, .symbols_len = read->symbols_len - symbols};
        snprintf(ret->text, sizeof(ret->text), "%s", read->text + from);
        for (size_t i = 0; i < ret->symbols_len; i++) {
                ret->offsets[i] = (uint16_t)(read->offsets[symbols + i] - from);
                ret->sizes[i] = read->sizes[symbols + i];
                ret->sure[i] = read->sure[symbols + i];
        }
}

void label_part(struct page *page)
{
        for (size_t i = 0, len = page->lines_len; i < len && page->lines_len < TEXT_LINES_MAX; i++) {
                struct page_line *line = &page->lines[i], *value = &page->lines[page->lines_len];
                size_t symbols = label_symbols(&line->read);
                if (symbols == 0)
                        continue;
                struct cv_line tail = page_tail(page, &line->place, page->first.way, &line->read, symbols);
                if (!(tail.width < line->place.width))
                        continue;
                *value = (struct page_line){.place = tail, .parted = true};
                set_behind(&line->read, symbols, &value->read);
                line->place = page_part(page, &line->place, page->first.way, &line->read, symbols);
                line->read.text[line->read.offsets[symbols]] = '\0';
                line->read.symbols_len = symbols;
                page->lines_len++;
        }
}
