/* Addresses and authorities: the part of printed.h that knows Korea's regions. */
#include "doc/printed.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>

enum { SYLLABLE = 3 /* bytes of a Hangul syllable in UTF-8 */ };

static const char *const provinces[] = {
    "서울특별시",     "부산광역시", "대구광역시", "인천광역시",     "광주광역시",
    "대전광역시",     "울산광역시", "경기도",     "세종특별자치시", "강원도",
    "강원특별자치도", "충청북도",   "충청남도",   "전라북도",       "전라남도",
    "전북특별자치도", "경상북도",   "경상남도",   "제주도",         "제주특별자치도",
};

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool has_at(struct str text, size_t at, const char *wanted)
{
        return str_starts_with(str_sub(text, at, text.len), str_from(wanted));
}

/* The province that the text begins with; one syllable may be misread where that leaves one province only.
 * Its bytes in *ret_len. */
static const char *province_at(struct str text, size_t *ret_len)
{
        const char *alike = NULL;
        size_t alikes = 0;
        for (size_t i = 0; i < LEN(provinces); i++) {
                size_t len = strlen(provinces[i]), wrong = 0;
                if (text.len < len)
                        continue;
                for (size_t at = 0; at < len; at += SYLLABLE)
                        wrong += memcmp(text.ptr + at, provinces[i] + at, SYLLABLE) != 0;
                if (wrong == 0) {
                        *ret_len = len;
                        return provinces[i];
                }
                if (wrong == 1 && len >= 4 * (size_t)SYLLABLE) {
                        alike = provinces[i];
                        alikes++;
                        *ret_len = len;
                }
        }
        return alikes == 1 ? alike : NULL;
}

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
        return province_at(rest, &len) != NULL;
}

/* What has been written of an address, and where its last word began. */
struct writer {
        struct printed *out;
        size_t word;
        bool after_road;
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

static bool word_has_digit(const struct writer *writer)
{
        for (size_t i = writer->word; i < writer->out->len; i++) {
                if (is_digit(writer->out->text[i]))
                        return true;
        }
        return false;
}

/* Whether digits from `at` go on to a side road: 15번길, 24길. */
static bool is_side_road(struct str text, size_t at)
{
        while (at < text.len && is_digit(text.ptr[at]))
                at++;
        return has_at(text, at, "번길") || has_at(text, at, "길") || has_at(text, at, "번가");
}

/* Whether a blank follows the syllable at `at`, which has just been written. */
static bool word_ends(const struct writer *writer, struct str text, size_t at)
{
        size_t next = at + SYLLABLE, word_len = writer->out->len - writer->word;
        bool digit_next = next < text.len && is_digit(text.ptr[next]);
        bool more = next < text.len && text.ptr[next] != ',' && text.ptr[next] != ')';
        if (!more)
                return false;
        if (word_has_digit(writer) &&
            (has_at(text, at, "동") || has_at(text, at, "호") || has_at(text, at, "층")))
                return true;
        if (digit_next && has_at(text, at, "길"))
                return true;
        if (digit_next && has_at(text, at, "로"))
                return !is_side_road(text, next);
        if (writer->after_road || word_len < 2 * (size_t)SYLLABLE || word_has_digit(writer))
                return false;
        return has_at(text, at, "시") || has_at(text, at, "군") || has_at(text, at, "구") ||
               has_at(text, at, "읍") || has_at(text, at, "면");
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
        const char *province = province_at(rest, &len);
        if (province) {
                put(&writer, province, len);
                end_word(&writer);
                at = len;
        }
        while (at < rest.len) {
                struct str tail = str_sub(rest, at, rest.len);
                uint32_t point;
                if (!utf8_next(&tail, &point))
                        break;
                len = rest.len - at - tail.len;
                at += len;
                /* No address has a full stop; dust looks like one. */
                if (point == '.' || point == '\'' || point == '`')
                        continue;
                at -= len;
                if (point == '(')
                        end_word(&writer);
                put(&writer, rest.ptr + at, len);
                if (point == ',' && tail.len > 0)
                        end_word(&writer);
                if (point == '(')
                        writer.word = ret->len;
                writer.after_road = writer.after_road || is_digit((char)(point < 0x80 ? point : 0));
                if (len == SYLLABLE && word_ends(&writer, rest, at))
                        end_word(&writer);
                at += len;
        }
}

/* The likeliest of many names that the line holds. */
struct nearest {
        char text[PRINTED_MAX];
        double likeness;
};

static void consider(struct nearest *nearest, struct str text, const char *name)
{
        double likeness = printed_likeness(text, str_from(name));
        if (likeness > nearest->likeness ||
            (likeness == nearest->likeness && strlen(name) > strlen(nearest->text))) {
                nearest->likeness = likeness;
                snprintf(nearest->text, sizeof(nearest->text), "%s", name);
        }
}

static bool police(struct str text, struct printed *ret)
{
        static const char *const before[] = {"서울", "부산",     "대구",     "인천", "광주", "대전", "울산",
                                             "경기", "경기남부", "경기북부", "강원", "충북", "충남", "전북",
                                             "전남", "경북",     "경남",     "제주", "세종"};
        static const char *const whole[] = {"경기도남부경찰청장", "경기도북부경찰청장", "도로교통공단이사장"};
        struct nearest nearest = {0};
        char name[PRINTED_MAX];
        for (size_t i = 0; i < LEN(before); i++) {
                snprintf(name, sizeof(name), "%s지방경찰청장", before[i]);
                consider(&nearest, text, name);
                snprintf(name, sizeof(name), "%s경찰청장", before[i]);
                consider(&nearest, text, name);
        }
        for (size_t i = 0; i < LEN(provinces); i++) {
                snprintf(name, sizeof(name), "%s경찰청장", provinces[i]);
                consider(&nearest, text, name);
        }
        for (size_t i = 0; i < LEN(whole); i++)
                consider(&nearest, text, whole[i]);
        printed_squeeze(str_from(nearest.text), ret);
        return nearest.likeness >= 0.74;
}

static bool immigration(struct str text, struct printed *ret)
{
        static const char *const cities[] = {"서울",     "서울남부", "서울동부", "인천", "인천공항", "수원",
                                             "부산",     "대구",     "대전",     "광주", "울산",     "창원",
                                             "전주",     "청주",     "춘천",     "제주", "여수",     "양주",
                                             "김해공항", "천안",     "안산",     "평택", "화성"};
        static const char *const offices[] = {"출입국·외국인청장", "출입국·외국인사무소장",
                                              "출입국관리사무소장"};
        struct nearest nearest = {0};
        char name[PRINTED_MAX];
        for (size_t i = 0; i < LEN(cities); i++) {
                for (size_t k = 0; k < LEN(offices); k++) {
                        snprintf(name, sizeof(name), "%s%s", cities[i], offices[k]);
                        consider(&nearest, text, name);
                }
        }
        printed_squeeze(str_from(nearest.text), ret);
        return nearest.likeness >= 0.7;
}

/* Up to the last "구청", "시" or "군", with the head of it behind: a seal lies over the end. */
static bool district(struct str text, struct printed *ret)
{
        static const char *const ends[][2] = {{"구청", "구청장"},   {"군수", "군수"}, {"시장", "시장"},
                                              {"도지사", "도지사"}, {"시", "시장"},   {"군", "군수"}};
        size_t province_len = 0;
        const char *province = province_at(text, &province_len);
        for (size_t i = 0; i < LEN(ends); i++) {
                ssize_t at = str_find_str(str_sub(text, province_len, text.len), str_from(ends[i][0]));
                if (at < 0 || (at == 0 && !province))
                        continue;
                /* A head that is not legible counts only where nothing but it follows. */
                size_t left = text.len - province_len - (size_t)at;
                if (i >= 4 &&
                    (!province || at == 0 || left <= (size_t)SYLLABLE || left > 3 * (size_t)SYLLABLE))
                        continue;
                char name[PRINTED_MAX];
                snprintf(name, sizeof(name), "%s%s%.*s%s", province ? province : "",
                         province && at > 0 ? " " : "", (int)at, text.ptr + province_len, ends[i][1]);
                ret->len = (size_t)snprintf(ret->text, PRINTED_MAX, "%s", name);
                return ret->len < PRINTED_MAX;
        }
        return false;
}

bool printed_issuer(struct str text, enum doc_kind kind, struct printed *ret)
{
        struct printed line;
        printed_squeeze(text, &line);
        struct str squeezed = printed_str(&line);
        if (squeezed.len < 4 * (size_t)SYLLABLE)
                return false;
        switch (kind) {
        case DOC_RESIDENT_CARD:
                return district(squeezed, ret);
        case DOC_DRIVER_LICENSE:
                return police(squeezed, ret);
        case DOC_ALIEN_CARD:
                return immigration(squeezed, ret);
        default:
                return false;
        }
}
