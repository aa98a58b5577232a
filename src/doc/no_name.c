#include "doc/no_name.h"

#include "doc/printed.h"

static const char *const titles[] = {
    "ALIENREGISTRATIONCARD", "RESIDENCECARD",      "PERMANENTRESIDENTCARD", "OVERSEASKOREANRESIDENT",
    "RESIDENTREGISTRATION",  "DRIVER'SLICENSE",    "DRIVERLICENSE",         "REPUBLICOFKOREA",
    "IDENTIFICATIONCARD",    "IDENTITYCARD",       "DOMESTICRESIDENCECARD", "FOREIGNERREGISTRATION",
    "IMMIGRATIONOFFICE",     "REGISTRATIONNUMBER", "FOREIGNRESIDENTCARD",
};

/* Long enough to be looked for with a letter misread, wherever they stand: blanks are lost. */
static const char *const long_words[] = {
    "ACCOMPANYING",   "ACTIVITIES",   "AGREEMENT",     "AUTHORITY",   "COMPANY",      "CORPORATE",
    "COUNTRY",        "COVERAGE",     "CULTURE",       "DEPARTMENT",  "DEPENDENT",    "DESIGNATED",
    "DIPLOMAT",       "DOMESTIC",     "EMPLOYMENT",    "FOREIGN",     "GOVERNMENT",   "HUMANITARIAN",
    "IDENTIFICATION", "IDENTITY",     "IMMIGRATION",   "INDUSTRIAL",  "INSTRUCTOR",   "INVESTMENT",
    "JOURNALISM",     "LANGUAGE",     "LICENCE",       "LICENSE",     "MANAGEMENT",   "MARRIAGE",
    "MIGRANT",        "MINISTRY",     "MISCELLANEOUS", "NATIONALITY", "OCCUPATION",   "OFFICIAL",
    "OVERSEAS",       "PASSPORT",     "PERFORMANCE",   "PERMANENT",   "PROFESSIONAL", "PROFESSOR",
    "REFUGEE",        "REGISTRATION", "RELIGIOUS",     "REPUBLIC",    "RESEARCH",     "RESIDENCE",
    "RESIDENT",       "SEASONAL",     "SPECIMEN",      "STUDENT",     "TECHNICAL",    "TECHNOLOGY",
    "TEMPORARY",      "TRAINEE",      "TRAINING",      "TRANSFER",    "VISITATION",   "VISITING",
};

/* Of these alone no name is made, though some by themselves are of some people. */
static const char *const short_words[] = {
    "ALIEN", "CARD",  "DATE",   "DRIVER",  "FAMILY", "FEMALE", "GENERAL", "HOLIDAY", "ISSUE",  "ISSUED",
    "JOB",   "KOREA", "KOREAN", "MALE",    "NAME",   "NO",     "OF",      "OFFICE",  "REGION", "SEEKER",
    "SEX",   "SHORT", "SPOUSE", "STATUS",  "STAY",   "TERM",   "TOURIST", "TRADE",   "TREATY", "UNTIL",
    "VALID", "VISA",  "VISIT",  "VISITOR", "WORK",   "WORKER", "WORKING",
};

/* Also a part of a title of so many letters, or one with something beside it. */
static bool is_title(struct str text, size_t letters)
{
        static const double alike = 0.7, part = 0.85;
        enum { PART_LEAST = 6 };
        for (size_t i = 0; i < LEN(titles); i++) {
                struct str title = str_from(titles[i]);
                double has = printed_likeness(text, title), is_of = printed_likeness(title, text);
                if (has >= part || MIN(has, is_of) >= alike || (letters >= PART_LEAST && is_of >= part))
                        return true;
        }
        return false;
}

static bool is_short_word(struct str word)
{
        for (size_t i = 0; i < LEN(short_words); i++) {
                if (str_equal(word, str_from(short_words[i])))
                        return true;
        }
        return false;
}

bool is_some_name(struct str text)
{
        static const char *const people[] = {"CARD", "DRIVER", "HOLIDAY", "JOB", "SHORT", "WORK"};
        for (size_t i = 0; i < LEN(people); i++) {
                if (str_equal(str_trim(text), str_from(people[i])))
                        return true;
        }
        return false;
}

static bool has_short_words_only(struct str text)
{
        size_t words = 0;
        for (size_t at = 0; at < text.len;) {
                size_t to = at;
                while (to < text.len && text.ptr[to] != ' ')
                        to++;
                if (to > at && !is_short_word(str_sub(text, at, to - at)))
                        return false;
                words += to > at;
                at = to + 1;
        }
        return words > 0;
}

/* The code of a kind of stay in brackets: (F-4). */
static bool has_code(struct str text)
{
        ssize_t open = str_find(text, '(');
        for (size_t i = open < 0 ? text.len : (size_t)open; i < text.len; i++) {
                if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
                        return true;
        }
        return false;
}

bool is_no_name(struct str text)
{
        static const double alike = 0.85;
        struct printed squeezed;
        printed_squeeze(text, &squeezed);
        if (has_code(text) || is_title(text, squeezed.len) || has_short_words_only(text))
                return true;
        for (size_t i = 0; i < LEN(long_words); i++) {
                if (printed_likeness(text, str_from(long_words[i])) > alike)
                        return true;
        }
        return false;
}
