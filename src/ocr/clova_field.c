#include "ocr/clova_field.h"

#include "doc/id_number.h"
#include "doc/license.h"

#include <stdio.h>

const struct clova_field clova_fields[] = {
    {"name", DOC_NAME, FORM_NAME},
    {"personalNum", DOC_ID_NUMBER, FORM_ID_NUMBER},
    {"alienRegNum", DOC_ID_NUMBER, FORM_ID_NUMBER},
    {"address", DOC_ADDRESS, FORM_TEXT},
    {"issueDate", DOC_ISSUE_DATE, FORM_DATE},
    {"authority", DOC_ISSUER, FORM_TEXT},
    {"num", DOC_LICENSE_NUMBER, FORM_LICENSE, DOC_DRIVER_LICENSE},
    {"type", DOC_LICENSE_CLASS, FORM_CLASS, DOC_DRIVER_LICENSE},
    {"renewEndDate", DOC_EXPIRY_DATE, FORM_DATE, DOC_DRIVER_LICENSE},
    {"num", DOC_PASSPORT_NUMBER, FORM_TEXT, DOC_PASSPORT},
    {"surName", DOC_SURNAME, FORM_TEXT, DOC_PASSPORT},
    {"givenName", DOC_GIVEN_NAMES, FORM_TEXT, DOC_PASSPORT},
    {"birthDate", DOC_BIRTH_DATE, FORM_DATE, DOC_PASSPORT},
    {"expireDate", DOC_EXPIRY_DATE, FORM_DATE, DOC_PASSPORT},
    {"sex", DOC_SEX, FORM_LETTER, DOC_PASSPORT},
    {"nationality", DOC_NATIONALITY, FORM_STATE},
};

const size_t clova_fields_len = LEN(clova_fields);

/* A field's text on its way: a view, or what was made of it. */
struct told {
        struct str text;
        char made[DOC_TEXT_MAX + 1];
};

/* Runs of white space become one blank, or nothing. Longer than a field can be: cut, and doc_set refuses it.
 */
static void squeeze(struct str text, bool blanks, struct told *ret)
{
        size_t len = 0;
        for (size_t i = 0; i < text.len && len < sizeof(ret->made); i++) {
                bool blank = text.ptr[i] == ' ' || (text.ptr[i] >= '\t' && text.ptr[i] <= '\r');
                if (!blank)
                        ret->made[len++] = text.ptr[i];
                else if (blanks && len > 0 && ret->made[len - 1] != ' ')
                        ret->made[len++] = ' ';
        }
        ret->text = str_trim(str_from_bytes(ret->made, len));
}

/* What it made of the print, else the print. */
static struct str text_of(const json_t *entry)
{
        struct str value = json_get_str(json_object_get(entry, "formatted"), "value");
        return value.len > 0 ? value : json_get_str(entry, "text");
}

static void set_made(struct told *told, const char *text)
{
        snprintf(told->made, sizeof(told->made), "%s", text);
        told->text = str_from(told->made);
}

static void read_date(const json_t *entry, struct told *ret)
{
        static const char *const members[] = {"year", "month", "day"};
        const json_t *formatted = json_object_get(entry, "formatted");
        int64_t numbers[LEN(members)];
        char iso[DATE_TEXT_MAX];
        ret->text = STR_NULL;
        for (size_t i = 0; i < LEN(members); i++)
                if (!str_to_int(json_get_str(formatted, members[i]), 1, 9999, &numbers[i]))
                        return;
        struct date date = {(int)numbers[0], (int)numbers[1], (int)numbers[2]};
        if (!date_exists(date))
                return;
        date_format(date, iso);
        set_made(ret, iso);
}

/* A passport's state is compared with its zone's three letters; in words only our own is known. */
static struct str state_of(enum doc_kind kind, struct str text)
{
        if (kind != DOC_PASSPORT || text.len == 3)
                return text;
        return str_equal_nocase(text, STR("REPUBLIC OF KOREA")) ? STR("KOR") : STR_NULL;
}

static struct str letter_of(struct str text)
{
        bool known = text.len == 1 && (*text.ptr == 'M' || *text.ptr == 'F' || *text.ptr == 'X');
        return known ? text : STR_NULL;
}

/* Numbers in the one spelling by which they can be compared; what is none stays for the judge to refuse. */
static void spell(enum clova_form form, struct told *told)
{
        struct id_number number;
        struct license_number license;
        char classes[LICENSE_CLASS_MAX];
        if (form == FORM_ID_NUMBER && id_number_parse(told->text, (struct date){0}, &number))
                set_made(told, number.text);
        else if (form == FORM_LICENSE && license_number_parse(told->text, &license))
                set_made(told, license.text);
        else if (form == FORM_CLASS && license_class_parse(told->text, classes))
                set_made(told, classes);
}

void clova_field_set(const struct clova_field *field, const json_t *entry, struct clova_reading *ret)
{
        struct told told;
        enum clova_form form = field->form;
        squeeze(text_of(entry), form != FORM_ID_NUMBER, &told);
        ssize_t bracket = str_find(told.text, '(');
        if (form == FORM_NAME && bracket > 0)
                told.text = str_trim(str_sub(told.text, 0, (size_t)bracket));
        else if (form == FORM_DATE)
                read_date(entry, &told);
        else if (form == FORM_LETTER)
                told.text = letter_of(told.text);
        else if (form == FORM_STATE)
                told.text = state_of(ret->kind, told.text);
        else
                spell(form, &told);
        if (told.text.len > 0)
                (void)doc_set(&ret->fields, field->field, told.text, 0);
        explicit_bzero(&told, sizeof(told));
}
