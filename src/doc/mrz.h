/*
 * Machine-readable zones (ICAO Doc 9303 parts 4 to 7): TD1 three lines of 30, TD2 two of 36, TD3 two of 44,
 * and visas MRV-A and MRV-B, which have no composite check digit. Some confusions of characters never fail a
 * check digit (values equal modulo 10: A K U with 0, B L V with 1 and so on), so every position is also held
 * to the kind of character that may stand there. Names, sex and nationality have no check digit at all:
 * agreement with the print is the only proof of them.
 */
#pragma once

#include "doc/date.h"
#include "doc/field.h"

enum mrz_format { MRZ_TD1, MRZ_TD2, MRZ_TD3, MRZ_VISA_A, MRZ_VISA_B, MRZ_FORMAT_COUNT };

enum { MRZ_LINE_MAX = 45, MRZ_LINES_MAX = 3, MRZ_TEXT_MAX = 96 };

struct mrz {
        enum mrz_format format;
        size_t lines_len, line_len;
        char lines[MRZ_LINES_MAX][MRZ_LINE_MAX];
        char code[3];   /* "PM"; a single letter where the second is a filler */
        char issuer[4]; /* "KOR"; "D" */
        char nationality[4];
        char number[MRZ_LINE_MAX];
        char optional[MRZ_LINE_MAX];                           /* fillers at its end taken off */
        char surname[MRZ_LINE_MAX], given_names[MRZ_LINE_MAX]; /* single blanks between words */
        bool name_truncated;                                   /* the zone is full: there may be more */
        struct date birth, expiry; /* zeroed where the zone leaves parts of them open */
        char sex;                  /* M, F or X */
        bool number_ok, birth_ok, expiry_ok, optional_ok, composite_ok;
};

/* Check digit of `text` (0 to 9, A to Z, <): '0' to '9'; '\0' where a character is not allowed. */
char mrz_check_digit(struct str text);
/* Lines parted by line feeds. False where the count, the lengths or the kind of a character is wrong; wrong
 * check digits are told in the result. `today` decides centuries. */
NODISCARD bool mrz_parse(struct str text, struct date today, struct mrz *ret);
/* Every check digit that this format has is right, and both dates exist. */
bool mrz_ok(const struct mrz *mrz);
/* What a zone of this format and code belongs to: a passport, or an identity card. Visas, and what else there
 * is, are DOC_UNKNOWN. */
enum doc_kind mrz_kind(const struct mrz *mrz);
/* The zone as one text, lines joined by line feeds. */
void mrz_text(const struct mrz *mrz, char ret[MRZ_TEXT_MAX]);
/* Where the second half of a Korean resident number stands in TD3's line 2, with the check digits that tell
 * of it: offset and length; false where the zone holds none. */
bool mrz_personal_number(const struct mrz *mrz, size_t *ret_from, size_t *ret_len);

/*
 * For readers: bring characters that stand where their kind is not allowed to the look-alike that is (O to 0
 * among digits, 0 to O among letters), in place. `line` is the number of the line, from 0.
 */
void mrz_retype(enum mrz_format format, size_t line, char *text, size_t len);
/* Whether the code of a document of this format may begin so (parts 4 to 7, 4.2.2). */
bool mrz_begins(enum mrz_format format, char c);
/* A check digit covers this place, or it is one. */
bool mrz_is_checked(enum mrz_format format, size_t line, size_t at);
/* Two characters that no check digit tells apart: worth the same modulo 10. */
bool mrz_same_to_checks(char a, char b);
/* Nationality and issuing state (ICAO 9303-3, section 5) are a letter apart: rather one of them was misread,
 * but for those of Britain, which has several for its nationals. */
bool mrz_state_is_misread(const struct mrz *mrz);
size_t mrz_format_lines(enum mrz_format format);
size_t mrz_format_line_len(enum mrz_format format);
