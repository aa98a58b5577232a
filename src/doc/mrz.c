#include "doc/mrz.h"

#include <ctype.h>
#include <stdio.h>

/* Kinds of character by position: d digit, a letter, x letter or digit, n letter or filler, < anything,
 * c digit or filler (check digits of fields that may be empty), s sex. Dates may hold fillers: e. */
struct layout {
        const char *codes; /* what the document's code may begin with */
        size_t lines_len, line_len;
        const char *kinds[MRZ_LINES_MAX];
};

static const struct layout layouts[MRZ_FORMAT_COUNT] = {
    [MRZ_TD1] = {"ACI",
                 3,
                 30,
                 {"a<nnn<<<<<<<<<<<<<<<<<<<<<<<<<", "eeeeeedseeeeeednnn<<<<<<<<<<<d",
                  "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"}},
    [MRZ_TD2] = {"ACI",
                 2,
                 36,
                 {"annnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "<<<<<<<<<cnnneeeeeedseeeeeed<<<<<<<d"}},
    [MRZ_TD3] = {"P",
                 2,
                 44,
                 {"annnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
                  "<<<<<<<<<dnnneeeeeedseeeeeed<<<<<<<<<<<<<<cd"}},
    [MRZ_VISA_A] = {"V",
                    2,
                    44,
                    {"annnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
                     "<<<<<<<<<dnnneeeeeedseeeeeed<<<<<<<<<<<<<<<<"}},
    [MRZ_VISA_B] = {"V",
                    2,
                    36,
                    {"annnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "<<<<<<<<<dnnneeeeeedseeeeeed<<<<<<<<"}},
};

enum { NUMBER_LEN = 9, DATE_LEN = 6 };

static int value_of(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'A' && c <= 'Z')
                return c - 'A' + 10;
        return c == '<' ? 0 : -1;
}

/* Sum over several pieces of a zone, as the composite needs. */
struct check {
        int sum;
        size_t at;
        bool bad;
};

static void check_add(struct check *check, const char *text, size_t len)
{
        static const int weights[] = {7, 3, 1};
        for (size_t i = 0; i < len; i++, check->at++) {
                int value = value_of(text[i]);
                if (value < 0)
                        check->bad = true;
                else
                        check->sum += value * weights[check->at % LEN(weights)];
        }
}

static char check_digit(const struct check *check)
{
        return check->bad ? '\0' : (char)('0' + check->sum % 10);
}

char mrz_check_digit(struct str text)
{
        struct check check = {0};
        check_add(&check, text.ptr, text.len);
        return check_digit(&check);
}

static bool field_ok(const char *text, size_t len, char digit)
{
        return mrz_check_digit(str_from_bytes(text, len)) == digit;
}

static bool kind_allows(char kind, char c)
{
        switch (kind) {
        case 'd':
                return c >= '0' && c <= '9';
        case 'a':
                return c >= 'A' && c <= 'Z';
        case 'n':
                return (c >= 'A' && c <= 'Z') || c == '<';
        case 'c':
        case 'e':
                return (c >= '0' && c <= '9') || c == '<';
        case 's':
                return c == 'M' || c == 'F' || c == 'X' || c == '<';
        default:
                return value_of(c) >= 0;
        }
}

static bool lines_fit(const struct layout *layout, const struct mrz *mrz)
{
        for (size_t line = 0; line < layout->lines_len; line++) {
                for (size_t i = 0; i < layout->line_len; i++) {
                        if (!kind_allows(layout->kinds[line][i], mrz->lines[line][i]))
                                return false;
                }
        }
        return true;
}

static bool format_of(struct mrz *mrz)
{
        bool visa = mrz->lines[0][0] == 'V';
        for (enum mrz_format format = 0; format < MRZ_FORMAT_COUNT; format++) {
                bool for_visa = format == MRZ_VISA_A || format == MRZ_VISA_B;
                if (layouts[format].lines_len != mrz->lines_len ||
                    layouts[format].line_len != mrz->line_len || for_visa != visa)
                        continue;
                mrz->format = format;
                return lines_fit(&layouts[format], mrz);
        }
        return false;
}

static bool take_lines(struct str text, struct mrz *mrz)
{
        struct str line;
        while (str_split(&text, '\n', &line)) {
                if (line.len == 0 && str_is_null(text))
                        break;
                if (mrz->lines_len == MRZ_LINES_MAX || line.len >= MRZ_LINE_MAX || line.len == 0 ||
                    (mrz->lines_len > 0 && line.len != mrz->line_len))
                        return false;
                memcpy(mrz->lines[mrz->lines_len++], line.ptr, line.len);
                mrz->line_len = line.len;
        }
        return mrz->lines_len > 0;
}

static void take_field(const char *from, size_t len, char *ret)
{
        while (len > 0 && from[len - 1] == '<')
                len--;
        memcpy(ret, from, len);
        ret[len] = '\0';
}

static struct date take_date(const char *text, struct date today, bool is_expiry)
{
        for (size_t i = 0; i < DATE_LEN; i++) {
                if (text[i] < '0' || text[i] > '9')
                        return (struct date){0};
        }
        int year = (text[0] - '0') * 10 + (text[1] - '0');
        struct date date = {2000 + year, (text[2] - '0') * 10 + (text[3] - '0'),
                            (text[4] - '0') * 10 + (text[5] - '0')};
        /* Documents outlive their expiry by a decade at most and run for fifteen years at most; a birth lies
         * in the past. */
        if (is_expiry ? date.year > today.year + 50 : date_compare(date, today) > 0)
                date.year -= 100;
        return date_exists(date) ? date : (struct date){0};
}

static void take_words(const char *from, size_t len, char *ret)
{
        size_t out = 0;
        for (size_t i = 0; i < len; i++) {
                if (from[i] != '<')
                        ret[out++] = from[i];
                else if (out > 0 && ret[out - 1] != ' ')
                        ret[out++] = ' ';
        }
        while (out > 0 && ret[out - 1] == ' ')
                out--;
        ret[out] = '\0';
}

static void take_name(const char *from, size_t len, struct mrz *mrz)
{
        size_t cut = 0;
        while (cut + 1 < len && !(from[cut] == '<' && from[cut + 1] == '<'))
                cut++;
        bool has_given = cut + 1 < len;
        take_words(from, has_given ? cut : len, mrz->surname);
        take_words(from + cut, has_given ? len - cut : 0, mrz->given_names);
        mrz->name_truncated = from[len - 1] != '<';
}

/* Line 2 of TD2, TD3 and visas. */
static void take_second_line(struct mrz *mrz, struct date today)
{
        const char *line = mrz->lines[1];
        size_t optional_len = mrz->format == MRZ_TD3 ? 14 : mrz->format == MRZ_TD2 ? 7 : mrz->line_len - 28;
        take_field(line, NUMBER_LEN, mrz->number);
        take_field(line + 10, 3, mrz->nationality);
        take_field(line + 28, optional_len, mrz->optional);
        mrz->number_ok = field_ok(line, NUMBER_LEN, line[9]);
        mrz->birth_ok = field_ok(line + 13, DATE_LEN, line[19]);
        mrz->expiry_ok = field_ok(line + 21, DATE_LEN, line[27]);
        mrz->birth = take_date(line + 13, today, false);
        mrz->expiry = take_date(line + 21, today, true);
        mrz->sex = line[20];
        mrz->optional_ok = mrz->composite_ok = true;
        if (mrz->format == MRZ_TD3)
                mrz->optional_ok = field_ok(line + 28, 14, line[42] == '<' ? '0' : line[42]);
        if (mrz->format != MRZ_TD3 && mrz->format != MRZ_TD2)
                return;
        struct check check = {0};
        check_add(&check, line, 10);
        check_add(&check, line + 13, 7);
        check_add(&check, line + 21, mrz->line_len - 22);
        mrz->composite_ok = check_digit(&check) == line[mrz->line_len - 1];
}

/* Numbers of more than nine characters run on, with their check digit, into the optional field. */
static void take_td1_number(struct mrz *mrz)
{
        const char *line = mrz->lines[0];
        take_field(line + 5, NUMBER_LEN, mrz->number);
        if (line[14] != '<') {
                take_field(line + 15, 15, mrz->optional);
                mrz->number_ok = field_ok(line + 5, NUMBER_LEN, line[14]);
                return;
        }
        size_t more = 0;
        while (15 + more < mrz->line_len && line[15 + more] != '<')
                more++;
        if (more < 2)
                return;
        char whole[MRZ_LINE_MAX] = {0};
        memcpy(whole, line + 5, NUMBER_LEN);
        memcpy(whole + NUMBER_LEN, line + 15, more - 1);
        mrz->number_ok = field_ok(whole, NUMBER_LEN + more - 1, line[15 + more - 1]);
        take_field(whole, NUMBER_LEN + more - 1, mrz->number);
        take_field(line + 15 + more, 15 - more, mrz->optional);
}

static void take_td1(struct mrz *mrz, struct date today)
{
        const char *first = mrz->lines[0], *second = mrz->lines[1];
        take_td1_number(mrz);
        take_field(second + 15, 3, mrz->nationality);
        mrz->birth_ok = field_ok(second, DATE_LEN, second[6]);
        mrz->expiry_ok = field_ok(second + 8, DATE_LEN, second[14]);
        mrz->birth = take_date(second, today, false);
        mrz->expiry = take_date(second + 8, today, true);
        mrz->sex = second[7];
        mrz->optional_ok = true;
        struct check check = {0};
        check_add(&check, first + 5, 25);
        check_add(&check, second, 7);
        check_add(&check, second + 8, 7);
        check_add(&check, second + 18, 11);
        mrz->composite_ok = check_digit(&check) == second[29];
}

bool mrz_parse(struct str text, struct date today, struct mrz *ret)
{
        struct mrz mrz = {0};
        if (!take_lines(text, &mrz) || !format_of(&mrz))
                return false;
        take_field(mrz.lines[0], 2, mrz.code);
        take_field(mrz.lines[0] + 2, 3, mrz.issuer);
        if (mrz.format == MRZ_TD1) {
                take_td1(&mrz, today);
                take_name(mrz.lines[2], mrz.line_len, &mrz);
        } else {
                take_second_line(&mrz, today);
                take_name(mrz.lines[0] + 5, mrz.line_len - 5, &mrz);
        }
        if (mrz.sex == '<')
                mrz.sex = 'X';
        *ret = mrz;
        return true;
}

bool mrz_ok(const struct mrz *mrz)
{
        return mrz->number_ok && mrz->birth_ok && mrz->expiry_ok && mrz->optional_ok && mrz->composite_ok &&
               date_exists(mrz->birth) && date_exists(mrz->expiry) && mrz->number[0] != '\0' &&
               mrz->surname[0] != '\0';
}

enum doc_kind mrz_kind(const struct mrz *mrz)
{
        if (mrz->format == MRZ_TD3)
                return mrz->code[0] == 'P' ? DOC_PASSPORT : DOC_UNKNOWN;
        bool card = mrz->format == MRZ_TD1 || mrz->format == MRZ_TD2;
        return card && mrz->code[0] && strchr("ACI", mrz->code[0]) ? DOC_IDENTITY_CARD : DOC_UNKNOWN;
}

void mrz_text(const struct mrz *mrz, char ret[MRZ_TEXT_MAX])
{
        size_t len = 0;
        for (size_t i = 0; i < mrz->lines_len; i++)
                len += (size_t)snprintf(ret + len, MRZ_TEXT_MAX - len, "%s%s", i ? "\n" : "", mrz->lines[i]);
        ret[len] = '\0';
}

bool mrz_personal_number(const struct mrz *mrz, size_t *ret_from, size_t *ret_len)
{
        /* Neither state has a check digit: one of them may be misread. */
        bool korean = strcmp(mrz->issuer, "KOR") == 0 || strcmp(mrz->nationality, "KOR") == 0;
        if (mrz->format != MRZ_TD3 || !korean || mrz->optional[0] == '\0')
                return false;
        *ret_from = 28;
        *ret_len = mrz->line_len - 28;
        return true;
}

bool mrz_begins(enum mrz_format format, char c)
{
        return c != '\0' && strchr(layouts[format].codes, c) != NULL;
}

void mrz_retype(enum mrz_format format, size_t line, char *text, size_t len)
{
        static const char to_digit[][2] = {{'O', '0'}, {'Q', '0'}, {'D', '0'}, {'U', '0'}, {'I', '1'},
                                           {'L', '1'}, {'T', '1'}, {'J', '1'}, {'Z', '2'}, {'A', '4'},
                                           {'S', '5'}, {'G', '6'}, {'B', '8'}, {'P', '9'}, {'C', '0'}};
        static const char to_letter[][2] = {{'0', 'O'}, {'1', 'I'}, {'2', 'Z'}, {'4', 'A'},
                                            {'5', 'S'}, {'6', 'G'}, {'8', 'B'}};
        static const char like_i[] = {'F', 'J', 'L', 'T', 'Z'}; /* where other print touches it */
        const struct layout *layout = &layouts[format];
        for (size_t i = 0; line < layout->lines_len && i < MIN(len, layout->line_len); i++) {
                char kind = layout->kinds[line][i];
                if (kind_allows(kind, text[i]))
                        continue;
                bool digit = kind == 'd' || kind == 'c' || kind == 'e';
                bool letter = kind == 'a' || kind == 'n';
                size_t count = digit ? LEN(to_digit) : letter ? LEN(to_letter) : 0;
                const char(*table)[2] = digit ? to_digit : to_letter;
                for (size_t k = 0; k < count; k++) {
                        if (table[k][0] == text[i]) {
                                text[i] = table[k][1];
                                break;
                        }
                }
        }
        if (line == 0 && len > 0 && mrz_begins(format, 'I') && memchr(like_i, text[0], sizeof(like_i)))
                text[0] = 'I';
}

bool mrz_is_checked(enum mrz_format format, size_t line, size_t at)
{
        if (format == MRZ_TD1)
                return (line == 0 && at >= 5) || (line == 1 && at != 7 && (at < 15 || at > 17));
        bool covers_rest = format == MRZ_TD2 || format == MRZ_TD3;
        return line == 1 && (at < 10 || (at > 12 && at != 20)) && (at < 28 || covers_rest);
}

bool mrz_same_to_checks(char a, char b)
{
        return value_of(a) >= 0 && value_of(b) >= 0 && value_of(a) % 10 == value_of(b) % 10;
}

size_t mrz_format_lines(enum mrz_format format)
{
        return layouts[format].lines_len;
}

size_t mrz_format_line_len(enum mrz_format format)
{
        return layouts[format].line_len;
}

bool mrz_state_is_misread(const struct mrz *mrz)
{
        struct str nationality = str_from(mrz->nationality), issuer = str_from(mrz->issuer);
        bool british = str_starts_with(nationality, STR("GB")) && str_starts_with(issuer, STR("GB"));
        size_t other = 0;
        for (size_t i = 0; i < MIN(nationality.len, issuer.len); i++)
                other += nationality.ptr[i] != issuer.ptr[i];
        return nationality.len == issuer.len && other == 1 && !british;
}
