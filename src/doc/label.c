/* Labels: the part of printed.h that knows what documents call their fields, and the name behind one. */
#include "doc/printed.h"

#include "base/utf8.h"
#include "doc/person.h"

static const char *const field_labels[] = {
    "성명",
    "이름",
    "주소",
    "주민번호",
    "주민등록번호",
    "면허번호",
    "적성검사",
    "기간",
    "조건",
    "발급일",
    "발급일자",
    "암호일련번호",
    "일련번호",
    "국적",
    "국가지역",
    "체류자격",
    "성별",
    "생년월일",
    "견본",
    "번호",
    "종류",
    "면허종류",
    "등록번호",
    "외국인등록번호",
    "발행국",
    "여권번호",
    "한글성명",
    "발행관청",
    "기간만료일",
    "여권",
    "대한민국",
    "유효기간",
    "갱신기간",
    "경찰청장",
    "주민등록증",
    "운전면허증",
    "자동차운전면허증",
    "외국인등록증",
    "자동차",
    "성",
    "면허",
    "운전면허",
    "대한",
    "민국",
    "등록증",
    "신분증",
    "면허증",
    "주민등록",
    "장기기증",
    "국적대한민국",
    "재외국민",
    "행정안전부",
    "모바일",
    "국가보훈",
    "발급",
    "유효",
    "만료일",
    "여권의",
    "대표",
    "본인",
    "소지자",
    "서명",
};

bool printed_is_label(struct str text)
{
        struct printed squeezed;
        printed_squeeze(text, &squeezed);
        for (size_t i = 0; i < LEN(field_labels); i++) {
                /* No name has four syllables of which three are a label's. */
                bool alike = squeezed.len >= 12 && squeezed.len == strlen(field_labels[i]) &&
                             printed_likeness(printed_str(&squeezed), str_from(field_labels[i])) >= 0.75;
                if (alike || str_equal(printed_str(&squeezed), str_from(field_labels[i])))
                        return true;
        }
        return false;
}

bool printed_begins_label(struct str text)
{
        enum { WHOLE = 12 /* bytes of four syllables: shorter ones may begin another word */ };
        struct printed squeezed;
        printed_squeeze(text, &squeezed);
        struct str rest = printed_str(&squeezed);
        for (size_t i = 0; i < LEN(field_labels); i++) {
                size_t len = strlen(field_labels[i]);
                bool ends = len == rest.len || (len < rest.len && (unsigned char)rest.ptr[len] < 0x80);
                if (str_starts_with(rest, str_from(field_labels[i])) && (len >= WHOLE || ends))
                        return true;
        }
        return false;
}

static size_t hangul_len(struct str text)
{
        struct str rest = text;
        uint32_t point;
        size_t len = 0;
        while (utf8_next(&rest, &point) && point >= 0xac00 && point <= 0xd7a3)
                len = text.len - rest.len;
        return len;
}

/* Without a first word of which one syllable is that of "성명" in its place, if a name follows. */
static struct str behind_misread_label(struct str text)
{
        enum { SYLLABLE = 3, LABEL = 2 * SYLLABLE };
        struct str rest = str_trim(text);
        bool alike = hangul_len(rest) == LABEL && rest.len > LABEL && rest.ptr[LABEL] == ' ' &&
                     (str_starts_with(rest, STR("성")) ||
                      str_starts_with(str_sub(rest, SYLLABLE, rest.len), STR("명")));
        struct str name = alike ? str_trim(str_sub(rest, LABEL, rest.len)) : STR("");
        size_t len = hangul_len(name);
        bool follows = len >= LABEL && len <= 2 * LABEL && person_has_known_surname(str_sub(name, 0, len));
        return follows ? name : text;
}

/* Without what may stand behind a name, in a row with it: that its bearer pledged their organs. */
static struct str without_pledge(struct str name)
{
        static const char *const pledges[] = {"장기기증", "장기조직", "조직기증", "기증희망"};
        enum { NAME_SHORTEST = 6 };
        for (size_t i = 0; i < LEN(pledges); i++) {
                ssize_t at = str_find_str(name, str_from(pledges[i]));
                if (at >= NAME_SHORTEST)
                        return str_sub(name, 0, (size_t)at);
        }
        return name;
}

void printed_korean_name(struct str text, struct printed *ret)
{
        static const char *const labels[] = {"한글성명", "성명", "이름"};
        struct printed line;
        printed_squeeze(behind_misread_label(text), &line);
        struct str rest = printed_str(&line);
        for (size_t i = 0; i < LEN(labels); i++) {
                if (str_starts_with(rest, str_from(labels[i]))) {
                        rest = str_sub(rest, strlen(labels[i]), rest.len);
                        break;
                }
        }
        while (rest.len > 0 && hangul_len(rest) == 0) {
                /* A colon, "(Name)": not a bracketed name. */
                uint32_t point;
                if (!utf8_next(&rest, &point))
                        break;
        }
        printed_squeeze(without_pledge(str_sub(rest, 0, hangul_len(rest))), ret);
}
