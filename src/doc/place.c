/* Addresses: the part of printed.h that knows how they are written. */
#include "doc/printed.h"

#include "base/utf8.h"
#include "doc/hangul.h"
#include "doc/region.h"

#include <ctype.h>

/* Without what dust and a label put in front. */
static struct str address_of(const struct printed *line)
{
        struct str rest = printed_str(line);
        while (rest.len > 0 && (unsigned char)rest.ptr[0] < 0x80)
                rest = str_sub(rest, 1, rest.len);
        if (str_starts_with(rest, STR("주소")))
                rest = str_sub(rest, 2 * (size_t)SYLLABLE, rest.len);
        while (rest.len > 0 && ispunct((unsigned char)rest.ptr[0]))
                rest = str_sub(rest, 1, rest.len);
        return rest;
}

bool printed_begins_address(struct str text)
{
        struct printed line;
        size_t len;
        printed_squeeze(text, &line);
        struct str rest = address_of(&line);
        return region_at(rest, &len) != NULL;
}

/* What has been written of an address, and where its last word began. */
struct writer {
        struct printed *out;
        size_t word;
        bool after_road, after_region, in_lot;
};

static void put(struct writer *writer, const char *bytes, size_t len)
{
        struct printed *out = writer->out;
        if (out->len + len + 1 >= PRINTED_MAX)
                return;
        memcpy(out->text + out->len, bytes, len);
        out->len += len;
        out->text[out->len] = '\0';
}

static void end_word(struct writer *writer)
{
        struct printed *out = writer->out;
        if (out->len > 0 && out->text[out->len - 1] != ' ' && out->text[out->len - 1] != '(')
                put(writer, " ", 1);
        writer->word = out->len;
}

/* As in 101동, B동. */
static bool word_has_number(const struct writer *writer)
{
        for (size_t i = writer->word; i < writer->out->len; i++) {
                if (isalnum((unsigned char)writer->out->text[i]))
                        return true;
        }
        return false;
}

/* The digits from `at` on: how many. */
static size_t digits_at(struct str text, size_t at)
{
        size_t len = 0;
        while (at + len < text.len && is_digit(text.ptr[at + len]))
                len++;
        return len;
}

/* The number of a house or lot from `at` on, as 12-3: how long. */
static size_t number_at(struct str text, size_t at)
{
        size_t len = digits_at(text, at);
        if (len > 0 && has_at(text, at + len, "-"))
                len += 1 + digits_at(text, at + len + 1);
        return len;
}

/* Whether a lot begins here: 187번지, 12-3번지. */
static bool is_lot(struct str text, size_t at)
{
        size_t len = number_at(text, at);
        return len > 0 && has_at(text, at + len, "번지");
}

static bool has_any_at(struct str text, size_t at, const char *const wanted[], size_t count)
{
        for (size_t i = 0; i < count; i++) {
                if (has_at(text, at, wanted[i]))
                        return true;
        }
        return false;
}

/* Whether a block of flats begins here: quarters, as 상계1동, have no such numbers. */
static bool is_block(struct str text, size_t at)
{
        enum { FEWEST = 3 };
        size_t len = digits_at(text, at);
        return len >= FEWEST && has_at(text, at + len, "동");
}

/* Whether the mark at `at` parts the numbers of a day that a road is named after: 3·15대로, 4·19로. */
static bool is_day_of_road(struct str text, size_t at)
{
        enum { SYLLABLES_MAX = 3 };
        size_t days = digits_at(text, at + 1), end = at + 1 + days;
        if (at == 0 || !is_digit(text.ptr[at - 1]) || days == 0 || days > 2)
                return false;
        for (size_t i = 0; i < SYLLABLES_MAX; i++) {
                if (has_at(text, end, "로"))
                        return digits_at(text, end + SYLLABLE) > 0;
                if (end >= text.len || (unsigned char)text.ptr[end] < 0x80)
                        return false;
                end += SYLLABLE;
        }
        return false;
}

/* Whether digits from `at` go on to a side road: 15번길, 24길, 77가길. */
static bool is_side_road(struct str text, size_t at)
{
        while (at < text.len && is_digit(text.ptr[at]))
                at++;
        static const char *const ends[] = {"번길", "길", "번가", "가길", "나길", "다길", "라길"};
        return has_any_at(text, at, ends, LEN(ends));
}

/* One of these at `at`, and no Hangul right behind: 3가 and 3층, not 3가람빌라. */
static bool has_unit_at(struct str text, size_t at, const char *const units[], size_t count)
{
        for (size_t i = 0; i < count; i++) {
                size_t end = at + strlen(units[i]);
                if (has_at(text, at, units[i]) && (end >= text.len || (unsigned char)text.ptr[end] < 0x80))
                        return true;
        }
        return false;
}

/* Whether a quarter or a village ends at `at` and its lot's number follows: 은행동 857-40, 윗마을리 625; not
 * 성수동2가. */
static bool ends_quarter(struct str text, size_t at)
{
        static const char *const quarters[] = {"동", "리"}, *const parts[] = {"가", "로"},
                                 *const others[] = {"차", "단지"};
        size_t next = at + SYLLABLE, len = number_at(text, next);
        return len > 0 && has_any_at(text, at, quarters, LEN(quarters)) && !is_side_road(text, next) &&
               !has_unit_at(text, next + len, parts, LEN(parts)) &&
               !has_any_at(text, next + len, others, LEN(others));
}

/* Whether a word of its own, as a building's name, follows the number of a house or lot. */
static bool begins_name(struct str text, size_t at)
{
        static const char *const units[] = {"동", "호", "층", "통", "반", "가", "로", "길", "관", "의"},
                                 *const more[] = {"번", "차", "단지", "블"};
        if (at >= text.len)
                return false;
        return isalpha((unsigned char)text.ptr[at]) ||
               ((unsigned char)text.ptr[at] >= 0x80 && !has_unit_at(text, at, units, LEN(units)) &&
                !has_any_at(text, at, more, LEN(more)));
}

/* Whether the name of a house has just been written, and a storey or a flat follows; 지하 3층 is one word. */
static bool ends_house(const struct writer *writer, struct str text, size_t at)
{
        static const char *const parts[] = {"층", "호"};
        struct str word = str_sub(printed_str(writer->out), writer->word, PRINTED_MAX);
        size_t next = at + SYLLABLE, len = digits_at(text, next);
        return len > 0 && has_any_at(text, next + len, parts, LEN(parts)) &&
               word.len >= 2 * (size_t)SYLLABLE && !word_has_number(writer) &&
               !str_ends_with(word, STR("지하")) && !str_ends_with(word, STR("제"));
}

/* Whether a blank follows the syllable at `at`, which has just been written. */
static bool word_ends(const struct writer *writer, struct str text, size_t at)
{
        size_t next = at + SYLLABLE, word_len = writer->out->len - writer->word;
        bool digit_next = next < text.len && is_digit(text.ptr[next]);
        bool more = next < text.len && text.ptr[next] != ',' && text.ptr[next] != ')';
        if (!more)
                return false;
        if (word_has_number(writer) &&
            (has_at(text, at, "동") || has_at(text, at, "호") || has_at(text, at, "층")))
                return true;
        bool behind_digit = at > 0 && is_digit(text.ptr[at - 1]);
        if (digit_next && (has_at(text, at, "통") || (behind_digit && has_at(text, at, "가"))))
                return true;
        if (is_lot(text, next) || is_block(text, next) || ends_quarter(text, at) ||
            ends_house(writer, text, at) || str_ends_with(printed_str(writer->out), STR("번지")))
                return true;
        if (digit_next && has_at(text, at, "길"))
                return true;
        if (digit_next && has_at(text, at, "로"))
                return !is_side_road(text, next);
        if (writer->after_road || word_len < 2 * (size_t)SYLLABLE || word_has_number(writer))
                return false;
        /* Of what is known which region it is, cities and districts are written already. */
        bool region = !writer->after_region &&
                      (has_at(text, at, "시") || has_at(text, at, "군") || has_at(text, at, "구"));
        return region || has_at(text, at, "읍") || has_at(text, at, "면");
}

void printed_address(struct str text, struct printed *ret)
{
        struct printed line;
        printed_squeeze(text, &line);
        struct str rest = address_of(&line);
        struct writer writer = {.out = ret};
        size_t len, at = 0;
        ret->len = 0;
        ret->text[0] = '\0';
        const struct region *region = region_at(rest, &len);
        if (region) {
                put(&writer, region->province, strlen(region->province));
                end_word(&writer);
                put(&writer, region->district, strlen(region->district));
                end_word(&writer);
                at = len;
                writer.after_region = true;
        }
        while (at < rest.len) {
                struct str tail = str_sub(rest, at, rest.len);
                uint32_t point;
                if (!utf8_next(&tail, &point))
                        break;
                len = rest.len - at - tail.len;
                if ((point == '-' || point == '.' || point == ',') && is_day_of_road(rest, at)) {
                        put(&writer, "·", strlen("·"));
                        at += len;
                        continue;
                }
                /* No address has a full stop; dust looks like one. */
                if (point == '.' || point == '\'' || point == '`') {
                        at += len;
                        continue;
                }
                if (point == '(')
                        end_word(&writer);
                put(&writer, rest.ptr + at, len);
                if (point == ',' && tail.len > 0)
                        end_word(&writer);
                if (point == '(')
                        writer.word = ret->len;
                bool is_number = point < 0x80 && (is_digit((char)point) || point == '-');
                writer.after_road = writer.after_road || (is_number && point != '-');
                if (is_number && writer.in_lot && begins_name(rest, at + len))
                        end_word(&writer);
                if (len == SYLLABLE && word_ends(&writer, rest, at)) {
                        writer.in_lot = number_at(rest, at + len) > 0;
                        end_word(&writer);
                } else {
                        writer.in_lot = writer.in_lot && is_number;
                }
                at += len;
        }
}

static bool is_digit_at(struct str text, size_t at)
{
        return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

/* No house and no flat has a number that begins with 0, or one so long, and none is on an 80th floor: B101호,
 * of a basement, looks like 8101호. */
static bool has_odd_number(struct str text)
{
        enum { DIGITS_MOST = 4 };
        for (size_t i = 0; i < text.len;) {
                size_t len = digits_at(text, i);
                if (len > DIGITS_MOST || (len > 0 && text.ptr[i] == '0') ||
                    (len == DIGITS_MOST && text.ptr[i] >= '8' && has_at(text, i + len, "호")))
                        return true;
                i += MAX(len, (size_t)1);
        }
        return false;
}

static bool ends_with_number(struct str text, struct str *ret_before)
{
        size_t at = text.len;
        while (at > 0 && is_digit_at(text, at - 1))
                at--;
        *ret_before = str_sub(text, 0, at);
        return at < text.len;
}

/* With a house of flats: 101동. A quarter's number stands behind its name, as in 상계1동, or it has none. */
static bool ends_with_block(struct str text)
{
        struct str before;
        return str_ends_with(text, STR("동")) &&
               ends_with_number(str_sub(text, 0, text.len - SYLLABLE), &before) &&
               (str_ends_with(before, STR(" ")) || str_ends_with(before, STR(",")));
}

/* With such a house and no flat, or the number of a flat without its 호, behind a comma, the house or
 * a 층. */
static bool ends_open(struct str text)
{
        ssize_t bracket = str_find(text, '(');
        struct str body = str_trim(bracket < 0 ? text : str_sub(text, 0, (size_t)bracket)), before;
        if (!ends_with_number(body, &before))
                return ends_with_block(body);
        before = str_trim(before);
        return str_ends_with(before, STR(",")) || str_ends_with(before, STR("층")) || ends_with_block(before);
}

/* A road goes on with a house's number; where a block, a storey or a flat follows, that was not seen, or is
 * part of theirs. */
static bool lacks_house(struct str text)
{
        static const char *const roads[] = {"로 ", "길 "}, *const parts[] = {"동", "층", "호"};
        for (size_t i = 0; i < text.len; i++) {
                size_t road = i + SYLLABLE + 1, digits = digits_at(text, road);
                for (size_t k = 0; digits > 0 && k < LEN(roads) * LEN(parts); k++) {
                        if (has_at(text, i, roads[k % LEN(roads)]) &&
                            has_at(text, road + digits, parts[k / LEN(roads)]))
                                return true;
                }
        }
        return false;
}

/* Whether a house or a lot has a number: by itself, or before a 번지. That of a road, a block, a storey or a
 * flat has its word behind it. */
static bool has_house(struct str text)
{
        static const char *const behind[] = {" ", ",", "("};
        for (size_t i = 0; i < text.len; i++) {
                bool starts =
                    i == 0 || text.ptr[i - 1] == ' ' || (i >= SYLLABLE && has_at(text, i - SYLLABLE, "산"));
                size_t end = i + (starts ? number_at(text, i) : 0);
                if (end > i &&
                    (end == text.len || is_lot(text, i) || has_any_at(text, end, behind, LEN(behind))))
                        return true;
        }
        return false;
}

/* Marks that no address has are letters or digits that were not seen whole. */
static bool has_odd_mark(struct str text)
{
        static const char marks[] = ":;|[]{}<>*?!\"_=+~^$#@%&\\";
        for (size_t i = 0; i < text.len; i++) {
                if (memchr(marks, text.ptr[i], sizeof(marks) - 1))
                        return true;
        }
        return false;
}

bool printed_address_is_whole(struct str address)
{
        bool opened = str_find(address, '(') >= 0, closed = str_find(address, ')') >= 0;
        return opened == closed && !has_odd_number(address) && !has_odd_mark(address) &&
               !lacks_house(address) && has_house(address) && !ends_open(address);
}
