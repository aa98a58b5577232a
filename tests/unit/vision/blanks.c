/* Where the words of a line end, by letters that are bars and by gaps of so many pixels between them. */
#include "vision/blanks.h"

#include "unit/test.h"
#include "vision/text.h"

#include <string.h>

enum { WIDE = 600, TALL = 26, BAR = 12 };

/* `gaps`: the pixels behind each letter of `text`; `more`: another letter stands behind it that was not read.
 */
static bool part_of(const char *text, const int gaps[], bool more, struct printed *ret)
{
        CLEANUP(image_release) struct image cut = {0};
        struct ocr_line read = {.symbols_len = 0};
        int x = TEXT_MARGIN;
        image_init(&cut, WIDE, TALL + 2 * TEXT_MARGIN, 1);
        memset(cut.pixels, 255, cut.stride * (size_t)cut.height);
        memcpy(read.text, text, strlen(text) + 1);
        for (size_t i = 0; text[i]; i++) {
                if (text[i] == ' ')
                        continue;
                size_t at = read.symbols_len++;
                read.offsets[at] = (uint16_t)i;
                read.left[at] = (int16_t)x;
                read.right[at] = (int16_t)(x + BAR);
                for (int y = TEXT_MARGIN; y < TEXT_MARGIN + TALL; y++)
                        memset(cut.pixels + (size_t)y * cut.stride + (size_t)x, 0, BAR);
                x += BAR + gaps[at];
        }
        for (int y = TEXT_MARGIN; more && y < TEXT_MARGIN + TALL; y++)
                memset(cut.pixels + (size_t)y * cut.stride + (size_t)(x + BAR), 0, BAR);
        return blanks_part(&cut, &read, ret);
}

static bool part(const char *text, const int gaps[], struct printed *ret)
{
        return part_of(text, gaps, false, ret);
}

/* Control: blanks_part without count_pieces. */
TEST(blanks_show_a_letter_that_was_not_read)
{
        const int gaps[] = {2, 3, 12, 2, 2, 0};
        struct printed words;
        CHECK(part_of("YANMIN", gaps, false, &words));
        CHECK(!part_of("YANMIN", gaps, true, &words));
}

/* Negative controls: let nothing be parted by the paper; believe every blank of the reader; ask each for the
 * width of others. */
TEST(blanks_are_those_of_the_paper)
{
        const int gaps[] = {2, 3, 12, 2, 2, 0}, even[] = {4, 5, 2, 2, 12, 2, 0}, slanted[] = {2, 6, 2, 0};
        struct printed words;
        CHECK(part("YANMIN", gaps, &words));
        CHECK_STR(printed_str(&words), "YAN MIN");
        CHECK(part("YAN MIN", gaps, &words));
        CHECK_STR(printed_str(&words), "YAN MIN");
        CHECK(!part("RE YES MA", even, &words));
        CHECK(part("REYES MA", even, &words));
        CHECK_STR(printed_str(&words), "REYES MA");
        CHECK(part("HA AN", slanted, &words));
        CHECK_STR(printed_str(&words), "HA AN");
        CHECK(part("M", gaps, &words));
        CHECK_STR(printed_str(&words), "M");
}

/* Control: agrees_to_blank() without the look at the widest. */
TEST(blanks_of_a_line_are_alike)
{
        const int uneven[] = {1, 12, 2, 1, 1, 4, 2, 0}, alike[] = {1, 12, 2, 1, 1, 8, 2, 0};
        struct printed words;
        CHECK(!part("ED RUST AM", uneven, &words));
        CHECK(part("ED RUST AM", alike, &words));
        CHECK_STR(printed_str(&words), "ED RUST AM");
}

/* Control: round sides that take nothing from a gap. */
TEST(blanks_before_round_letters_are_narrow)
{
        const int stems[] = {2, 9, 2, 6, 3, 0};
        struct printed words;
        CHECK(!part("WU LIQI", stems, &words));
        CHECK(part("WU LIHI", stems, &words));
}

/* Negative controls: let open sides take nothing from a gap; be sure where the reader saw no blank; ask for
 * as wide a gap beside an apostrophe as elsewhere. */
TEST(blanks_between_open_letters_are_narrow)
{
        const int serifs[] = {1, 9, 2, 4, 0, 2, 1, 6, 0, 1, 2, 0},
                  sans[] = {2, 9, 1, 7, 0, 2, 1, 8, 3, 3, 2, 0}, wide[] = {3, 2, 3, 6, 3, 0},
                  mark[] = {8, 6, 3, 1, 1, 2, 0};
        struct printed words;
        CHECK(!part("DE LAVEGA INES", serifs, &words));
        CHECK_STR(printed_str(&words), "DE LA VEGA INES");
        CHECK(part("DE LAVEGA INES", sans, &words));
        CHECK_STR(printed_str(&words), "DE LA VEGA INES");
        CHECK(!part("GULNVY", wide, &words));
        CHECK_STR(printed_str(&words), "GULNVY");
        CHECK(part("O'BRIEN", mark, &words));
        CHECK_STR(printed_str(&words), "O'BRIEN");
}

static struct printed written(const char *text)
{
        struct printed words = {.len = strlen(text)};
        memcpy(words.text, text, words.len + 1);
        return words;
}

/* Negative controls: take the first reading; tell of none that has other words; ask for no letters. */
TEST(blanks_are_voted_on)
{
        const struct printed readings[] = {written("DE LAVEGA"), written("DE LA VEGA"), written("DE LA VEGA"),
                                           written("DELA VECA")};
        struct printed words;
        size_t otherwise;
        CHECK(blanks_vote(readings, LEN(readings), STR("DELAVEGA"), &words, &otherwise) == 2);
        CHECK_STR(printed_str(&words), "DE LA VEGA");
        CHECK(otherwise == 1);
        CHECK(blanks_vote(readings + 1, 2, STR("DELAVEGA"), &words, &otherwise) == 2);
        CHECK(otherwise == 0);
        CHECK(blanks_vote(readings, LEN(readings), STR("DELAVIGA"), &words, &otherwise) == 0);
        CHECK(otherwise == 0);
}
