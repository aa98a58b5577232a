/* Authorities: the part of printed.h that knows whose offices issue documents. */
#include "doc/printed.h"

#include "doc/hangul.h"
#include "doc/region.h"

#include <stdio.h>

/* The likeliest of many names that the line holds, and how near the next one comes. */
struct nearest {
        char text[PRINTED_MAX];
        double likeness, next;
};

static void consider(struct nearest *nearest, struct str text, const char *name)
{
        double likeness = printed_likeness(text, str_from(name));
        if (likeness > nearest->likeness ||
            (likeness == nearest->likeness && strlen(name) > strlen(nearest->text))) {
                nearest->next = nearest->likeness;
                nearest->likeness = likeness;
                snprintf(nearest->text, sizeof(nearest->text), "%s", name);
        } else {
                nearest->next = MAX(nearest->next, likeness);
        }
}

/* What a seal hides must not be guessed between two names. */
static bool is_settled(const struct nearest *nearest, double least, struct printed *ret)
{
        ret->len = (size_t)snprintf(ret->text, PRINTED_MAX, "%s", nearest->text);
        return nearest->likeness >= least && nearest->likeness > nearest->next;
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
        size_t rows_len;
        const struct region *rows = regions(&rows_len);
        for (size_t i = 0; i < rows_len; i++) {
                if (rows[i].district[0] != '\0')
                        continue;
                snprintf(name, sizeof(name), "%s경찰청장", rows[i].province);
                consider(&nearest, text, name);
        }
        for (size_t i = 0; i < LEN(whole); i++)
                consider(&nearest, text, whole[i]);
        return is_settled(&nearest, 0.74, ret);
}

static bool immigration(struct str text, struct printed *ret)
{
        static const char *const cities[] = {
            "서울",   "서울남부", "서울동부", "인천",     "인천공항", "수원",     "부산",     "대구",
            "대전",   "광주",     "울산",     "창원",     "전주",     "청주",     "춘천",     "제주",
            "여수",   "양주",     "김해",     "김해공항", "천안",     "안산",     "평택",     "화성",
            "고양",   "목포",     "동해",     "속초",     "거제",     "통영",     "구미",     "포항",
            "군산",   "당진",     "서산",     "김포공항", "대구공항", "청주공항", "무안공항", "도심공항",
            "세종로", "감천",     "광양",     "사천",     "고성",     "경주",     "익산"};
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
        return is_settled(&nearest, 0.7, ret);
}

/* Who heads a city, a county or a district. */
static const char *head_of(const struct region *region)
{
        struct str name = str_from(region->district[0] ? region->district : region->province);
        return str_ends_with(name, STR("구"))   ? "청장"
               : str_ends_with(name, STR("시")) ? "장"
               : str_ends_with(name, STR("군")) ? "수"
                                                : "지사";
}

static bool has_digit(struct str text)
{
        for (size_t i = 0; i < text.len; i++) {
                if (is_digit(text.ptr[i]))
                        return true;
        }
        return false;
}

/* The head of a place in the list. A seal lies over the end, so the place alone will do; an address, which
 * goes on after it, will not. */
static bool district(struct str text, struct printed *ret)
{
        enum { BEHIND_MAX = 4 * SYLLABLE };
        size_t len, rows_len;
        /* A date may stand before it. */
        while (text.len > 0 && (unsigned char)text.ptr[0] < 0x80)
                text = str_sub(text, 1, text.len);
        if (has_digit(text))
                return false;
        if (region_at(text, &len) && text.len > len + BEHIND_MAX)
                return false;
        const struct region *rows = regions(&rows_len);
        struct nearest nearest = {0};
        for (size_t i = 0; i < rows_len; i++) {
                char name[PRINTED_MAX];
                /* A province gives cards out itself only where nothing lies below it. */
                if (rows[i].district[0] == '\0' && i + 1 < rows_len && rows[i + 1].district[0] != '\0')
                        continue;
                snprintf(name, sizeof(name), "%s%s%s%s", rows[i].province, rows[i].district[0] ? " " : "",
                         rows[i].district, head_of(&rows[i]));
                consider(&nearest, text, name);
        }
        return is_settled(&nearest, 0.74, ret);
}

/* Without the date that may stand in the same line, before the authority. */
static struct str behind_date(struct str text)
{
        static const char *const units[] = {"년", "월", "일"};
        for (bool more = true; more && text.len > 0;) {
                size_t step = (unsigned char)text.ptr[0] < 0x80 ? 1 : 0;
                for (size_t i = 0; i < LEN(units) && step == 0; i++)
                        step = has_at(text, 0, units[i]) ? SYLLABLE : 0;
                more = step > 0;
                text = str_sub(text, step, text.len);
        }
        return text;
}

/* Without what follows the office: the seal, taken for letters. Behind the market of an address stands a
 * number. */
static struct str before_seal(struct str text)
{
        static const char *const offices[] = {"청장", "시장", "군수", "소장"};
        for (size_t at = 0; at + 2 * SYLLABLE <= text.len; at++) {
                for (size_t i = 0; i < LEN(offices); i++) {
                        if (has_at(text, at, offices[i]))
                                return has_digit(str_sub(text, at, text.len))
                                           ? text
                                           : str_sub(text, 0, at + 2 * SYLLABLE);
                }
        }
        return text;
}

bool printed_issuer(struct str text, enum doc_kind kind, struct printed *ret)
{
        struct printed line;
        printed_squeeze(text, &line);
        struct str squeezed = before_seal(behind_date(printed_str(&line)));
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
