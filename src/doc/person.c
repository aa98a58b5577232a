#include "doc/person.h"

#include "base/utf8.h"

#include <ctype.h>

enum {
        HANGUL_FIRST = 0xac00,
        HANGUL_LAST = 0xd7a3,
        NAME_MAX_SYLLABLES = 10,
        WORDS_MAX = 12,
        LETTERS_MAX = 128
};

static const char surnames[] = " 김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍 유 고 문 양 손 "
                               "배 백 허 남 심 노 하 곽 성 차 주 우 구 "
                               "나 민 진 지 엄 채 원 천 방 공 현 함 변 염 여 추 도 소 석 선 설 마 길 연 위 "
                               "표 명 기 반 라 왕 금 옥 육 인 맹 제 모 "
                               "탁 국 어 은 편 용 예 경 봉 사 부 가 복 태 목 형 계 피 두 감 음 빈 동 온 호 "
                               "범 좌 팽 승 간 상 시 갈 단 견 당 화 창 "
                               "리 류 림 량 려 렴 로 뢰 룡 강 옹 순 대 아 판 빙 해 포 초 종 만 내 매 묵 궁 "
                               "근 구 필 혁 후 흥 야 요 운 자 저 점 "
                               "평 학 군 뇌 누 담 돈 란 루 미 십 애 연 영 완 우 원 탄 "
                               "남궁 황보 제갈 사공 선우 서문 독고 동방 어금 망절 무본 강전 장곡 소봉 ";

static bool is_hangul(uint32_t point)
{
        return point >= HANGUL_FIRST && point <= HANGUL_LAST;
}

bool person_is_korean(struct str name)
{
        size_t count = 0;
        uint32_t point;
        while (utf8_next(&name, &point)) {
                if (!is_hangul(point) || ++count > NAME_MAX_SYLLABLES)
                        return false;
        }
        return name.len == 0 && count >= 2;
}

bool person_has_known_surname(struct str name)
{
        char wanted[9] = " ";
        for (size_t syllables = 1; syllables <= 2; syllables++) {
                size_t len = 3 * syllables;
                if (name.len < len + 3)
                        continue;
                memcpy(wanted + 1, name.ptr, len);
                wanted[len + 1] = ' ';
                if (str_find_str(str_from(surnames), str_from_bytes(wanted, len + 2)) >= 0)
                        return true;
        }
        return false;
}

bool person_is_latin(struct str name)
{
        size_t letters = 0;
        for (size_t i = 0; i < name.len; i++) {
                char c = name.ptr[i];
                bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                if (!letter && (i == 0 || !strchr(" -'.,", c) || c == '\0'))
                        return false;
                letters += letter;
        }
        return letters >= 2;
}

/* The name's letters in capitals, word after word. */
struct words {
        char letters[LETTERS_MAX];
        size_t len;
        struct str word[WORDS_MAX];
        size_t count;
};

static void words_of(struct str name, struct words *ret)
{
        *ret = (struct words){0};
        bool open = false;
        for (size_t i = 0; i < name.len && ret->len < LETTERS_MAX; i++) {
                unsigned char c = (unsigned char)name.ptr[i];
                if (c == ' ' || c == ',') {
                        open = false;
                        continue;
                }
                if (c == '-' || c == '\'' || c == '.')
                        continue;
                if (!open && ret->count == WORDS_MAX)
                        return;
                if (!open)
                        ret->word[ret->count++] = str_from_bytes(ret->letters + ret->len, 0);
                open = true;
                ret->letters[ret->len++] = (char)(c < 0x80 ? toupper(c) : c);
                ret->word[ret->count - 1].len++;
        }
}

bool person_same(struct str a, struct str b)
{
        struct words left, right;
        words_of(a, &left);
        words_of(b, &right);
        if (left.len == 0 || left.len != right.len)
                return false;
        if (memcmp(left.letters, right.letters, left.len) == 0)
                return true;
        /* Surname last in place of first: every turn of the words is tried. */
        for (size_t turn = 1; turn < left.count; turn++) {
                size_t cut = (size_t)(left.word[turn].ptr - left.letters);
                if (memcmp(left.letters + cut, right.letters, left.len - cut) == 0 &&
                    memcmp(left.letters, right.letters + (left.len - cut), cut) == 0)
                        return true;
        }
        return false;
}

/* Common spellings of each letter, parted by '/'; "-" is silence. */
static const char *const initials[19] = {
    "G/K",  "KK/GG/G", "N",      "D/T",     "TT/DD/D", "R/L/N/Y/-", "M", "B/P/V", "PP/BB/B", "S/SH",
    "SS/S", "-",       "J/CH/Z", "JJ/CH/J", "CH/C",    "K/C/Q",     "T", "P/F",   "H"};
static const char *const vowels[21] = {"A/AH",
                                       "AE/AI/E",
                                       "YA/IA/YAH",
                                       "YAE",
                                       "EO/U/O/E/UH",
                                       "E/EH/AE",
                                       "YEO/YU/YO/YOU/YUH/YE/IO",
                                       "YE/YEH/E",
                                       "O/OH/OO",
                                       "WA/OA",
                                       "WAE/WA/WE",
                                       "OE/WE/OI/OY/O/WOE",
                                       "YO/YOH/YEO/IO",
                                       "U/OO/WOO/OU/WU/UH",
                                       "WO/WEO/WON/UO/WOE/WOO",
                                       "WE",
                                       "WI/WEE/UI/I/OUI",
                                       "YU/YOO/YOU/U/IU/YEW",
                                       "EU/U/E/O/OO",
                                       "UI/EUI/EE/HEE/I/YI/EI",
                                       "I/EE/YI/IE/EA/LEE"};
static const char *const finals[28] = {"-", "K/G/C/CK", "K/KK", "K", "N", "N", "N", "D/T",  "L/R/LL", "K",
                                       "M", "L",        "L",    "L", "P", "L", "M", "P/B",  "P",      "T/S",
                                       "T", "NG/N",     "T",    "T", "K", "T", "P", "T/-/H"};

static const char *after_spelling(const char *at, struct str option)
{
        if (option.len == 1 && option.ptr[0] == '-')
                return at;
        return strncmp(at, option.ptr, option.len) == 0 ? at + option.len : NULL;
}

struct spelling {
        const char *parts[3 * NAME_MAX_SYLLABLES];
        size_t count;
};

/* Whether the rest of the parts can spell the rest of the letters; `left` bounds the search. */
static bool spells_from(const struct spelling *spelling, size_t part, const char *at, int *left)
{
        if (part == spelling->count)
                return *at == '\0';
        struct str options = str_from(spelling->parts[part]), option;
        while (str_split(&options, '/', &option)) {
                const char *next = after_spelling(at, option);
                if (next && --*left > 0 && spells_from(spelling, part + 1, next, left))
                        return true;
        }
        return false;
}

bool person_spells(struct str korean, struct str latin)
{
        /* Surnames whose usual spelling no rule gives. */
        static const char *const usual[][2] = {{"이", "LEE/YI/RHEE/RHIE/LI/I/YEE"},
                                               {"박", "PARK/PAK/BAK/BAHK"},
                                               {"최", "CHOI/CHOE/CHOY"},
                                               {"노", "ROH/NOH/NO/RO"},
                                               {"유", "YOO/YU/RYU/YOU/LYU"},
                                               {"류", "RYU/YOO/YU/RYOO/LYU"},
                                               {"임", "LIM/IM/YIM/RIM/LEEM"},
                                               {"심", "SHIM/SIM"},
                                               {"문", "MOON/MUN"},
                                               {"선", "SUN/SEON/SON"},
                                               {"설", "SUL/SEOL/SOL"},
                                               {"우", "WOO/WU/U/OO"},
                                               {"곽", "KWAK/GWAK/KWACK"}};
        struct words words;
        words_of(latin, &words);
        if (words.len == 0 || words.len == LETTERS_MAX || !person_is_korean(korean))
                return false;
        words.letters[words.len] = '\0';
        struct spelling spelling = {0};
        struct str rest = korean;
        for (size_t i = 0; i < LEN(usual); i++) {
                if (str_starts_with(korean, str_from(usual[i][0]))) {
                        spelling.parts[spelling.count++] = usual[i][1];
                        rest = str_sub(korean, 3, korean.len);
                        break;
                }
        }
        uint32_t point;
        while (spelling.count + 3 <= LEN(spelling.parts) && utf8_next(&rest, &point)) {
                uint32_t index = point - HANGUL_FIRST;
                spelling.parts[spelling.count++] = initials[index / (21 * 28)];
                spelling.parts[spelling.count++] = vowels[index / 28 % 21];
                spelling.parts[spelling.count++] = finals[index % 28];
        }
        int left = 20000;
        return rest.len == 0 && spells_from(&spelling, 0, words.letters, &left);
}

bool person_begins_with_o(struct str latin)
{
        static const char *const behind[] = {
            "BRIEN",    "BYRNE",    "CALLAGHAN", "CONNELL", "CONNOR",      "CONNORS", "CONOR",    "DEA",
            "DOHERTY",  "DONNELL",  "DONOGHUE",  "DONOHUE", "DONOVAN",     "DOWD",    "DRISCOLL", "DWYER",
            "FARRELL",  "FLAHERTY", "FLYNN",     "GARA",    "GORMAN",      "GRADY",   "HAGAN",    "HALLORAN",
            "HANLON",   "HARA",     "HARE",      "HEARN",   "KANE",        "KEEFE",   "KEEFFE",   "LEARY",
            "LOUGHLIN", "MAHONEY",  "MAHONY",    "MALLEY",  "MEARA",       "NEAL",    "NEIL",     "NEILL",
            "REGAN",    "REILLY",   "RIORDAN",   "ROURKE",  "SHAUGHNESSY", "SHEA",    "SULLIVAN", "TOOLE",
        };
        if (!str_starts_with(latin, STR("O ")))
                return false;
        struct str rest = str_sub(latin, 2, latin.len);
        for (size_t i = 0; i < LEN(behind); i++) {
                struct str surname = str_from(behind[i]);
                if (str_starts_with(rest, surname) &&
                    (rest.len == surname.len || rest.ptr[surname.len] == ' '))
                        return true;
        }
        return false;
}
