#include "doc/license.h"

#include <stdio.h>

struct region {
        int code;
        const char *name; /* as old cards print it */
        bool uncertain;
};

static const struct region regions[] = {
    {11, "서울", false}, {12, "부산", false},    {13, "경기", false},    {13, "경기남부", false},
    {14, "강원", false}, {15, "충북", false},    {16, "충남", false},    {17, "전북", false},
    {18, "전남", false}, {19, "경북", false},    {20, "경남", false},    {21, "제주", false},
    {22, "대구", false}, {23, "인천", false},    {24, "광주", false},    {25, "대전", false},
    {26, "울산", false}, {28, "경기북부", true}, {29, "경기북부", true},
};

static const char *const classes[] = {
    "1종대형",
    "1종보통",
    "1종소형",
    "1종특수",
    "2종보통",
    "2종소형",
    "2종원동기장치자전거",
    "원동기장치자전거",
    "원동기",
    "대형견인",
    "소형견인",
    "구난",
    "트레일러",
    "레커",
    "연습",
};

static const struct region *region_by_code(int code)
{
        for (size_t i = 0; i < LEN(regions); i++) {
                if (regions[i].code == code)
                        return &regions[i];
        }
        return NULL;
}

static const struct region *region_by_name(struct str text)
{
        const struct region *best = NULL;
        for (size_t i = 0; i < LEN(regions); i++) {
                if (str_starts_with(text, str_from(regions[i].name)) &&
                    (!best || strlen(regions[i].name) > strlen(best->name)))
                        best = &regions[i];
        }
        return best;
}

/* The digits of `text`, which may be parted by hyphens and blanks only. */
static bool digits_of(struct str text, size_t count, char *ret)
{
        size_t found = 0;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.ptr[i];
                if (c == '-' || c == ' ')
                        continue;
                if (c < '0' || c > '9' || found == count)
                        return false;
                ret[found++] = c;
        }
        return found == count;
}

bool license_number_parse(struct str text, struct license_number *ret)
{
        char digits[12];
        text = str_trim(text);
        const struct region *region = region_by_name(text);
        if (region) {
                size_t name_len = strlen(region->name);
                if (!digits_of(str_sub(text, name_len, text.len - name_len), 10, digits + 2))
                        return false;
                digits[0] = (char)('0' + region->code / 10);
                digits[1] = (char)('0' + region->code % 10);
        } else {
                if (!digits_of(text, 12, digits))
                        return false;
                region = region_by_code((digits[0] - '0') * 10 + (digits[1] - '0'));
                if (!region)
                        return false;
        }
        ret->region_uncertain = region->uncertain;
        snprintf(ret->text, sizeof(ret->text), "%.2s-%.2s-%.6s-%.2s", digits, digits + 2, digits + 4,
                 digits + 10);
        return true;
}

static size_t without_blanks(struct str text, char *ret, size_t max)
{
        size_t len = 0;
        for (size_t i = 0; i < text.len && len < max; i++) {
                if (text.ptr[i] != ' ')
                        ret[len++] = text.ptr[i];
        }
        return len;
}

static const char *class_at(struct str text)
{
        const char *best = NULL;
        for (size_t i = 0; i < LEN(classes); i++) {
                if (str_starts_with(text, str_from(classes[i])) &&
                    (!best || strlen(classes[i]) > strlen(best)))
                        best = classes[i];
        }
        return best;
}

/* A class of two syllables behind its grade of which one was misread: the other names it, unless it is the 형
 * that two classes end with. The bytes it takes in the text are those of the class. */
static const char *class_like(struct str text)
{
        enum { SYLLABLE = 3, GRADE = 4, WHOLE = 10 };
        for (size_t i = 0; text.len >= WHOLE && i < LEN(classes); i++) {
                const char *class = classes[i];
                if (strlen(class) != WHOLE || memcmp(class, text.ptr, GRADE) != 0)
                        continue;
                bool first = memcmp(class + GRADE, text.ptr + GRADE, SYLLABLE) == 0;
                bool last = memcmp(class + GRADE + SYLLABLE, text.ptr + GRADE + SYLLABLE, SYLLABLE) == 0;
                if (first || (last && !str_ends_with(str_from(class), STR("형"))))
                        return class;
        }
        return NULL;
}

bool license_names_class(struct str text)
{
        static const char *const signs[] = {"1종",    "2종",    "종대형", "종보통",
                                            "종소형", "종특수", "종원동", "원동기"};
        char packed[LICENSE_CLASS_MAX * 2];
        struct str whole = {packed, without_blanks(text, packed, sizeof(packed))};
        for (size_t i = 0; i < LEN(signs); i++) {
                if (str_find_str(whole, str_from(signs[i])) >= 0)
                        return true;
        }
        /* 구난 is a class, 구난희 somebody's name. */
        const char *class = class_at(whole);
        return class && strlen(class) == whole.len;
}

/* What a class of special vehicles is for may stand in brackets behind it: 1종특수(대형견인). */
static const char *purpose_at(struct str text)
{
        static const char *const purposes[] = {"대형견인", "소형견인", "구난", "트레일러", "레커"};
        for (size_t i = 0; text.len > 0 && strchr("([{", text.ptr[0]) && i < LEN(purposes); i++) {
                if (str_starts_with(str_sub(text, 1, text.len), str_from(purposes[i])))
                        return purposes[i];
        }
        return NULL;
}

bool license_class_parse(struct str text, char ret[LICENSE_CLASS_MAX])
{
        char packed[LICENSE_CLASS_MAX * 2], one[LICENSE_CLASS_MAX];
        struct str rest = {packed, without_blanks(text, packed, sizeof(packed))};
        size_t len = 0;
        while (rest.len > 0) {
                const char *class = class_at(rest);
                if (!class)
                        class = class_like(rest);
                size_t step = class ? strlen(class) : 1;
                const char *purpose = class && str_ends_with(str_from(class), STR("특수"))
                                          ? purpose_at(str_sub(rest, step, rest.len))
                                          : NULL;
                int one_len = snprintf(one, sizeof(one), "%s%s%s%s", class ? class : "", purpose ? "(" : "",
                                       purpose ? purpose : "", purpose ? ")" : "");
                if (class && len + (size_t)one_len + 2 > LICENSE_CLASS_MAX)
                        break;
                if (class)
                        len +=
                            (size_t)snprintf(ret + len, LICENSE_CLASS_MAX - len, "%s%s", len ? " " : "", one);
                rest = str_sub(rest, step + (purpose ? 1 + strlen(purpose) : 0), rest.len);
        }
        return len > 0;
}
