#include "doc/field.h"

#include "base/utf8.h"
#include "doc/date.h"

static const char *const kind_names[DOC_KIND_COUNT] = {
    [DOC_UNKNOWN] = "unknown",
    [DOC_RESIDENT_CARD] = "resident_card",
    [DOC_DRIVER_LICENSE] = "driver_license",
    [DOC_PASSPORT] = "passport",
    [DOC_ALIEN_CARD] = "alien_card",
    [DOC_IDENTITY_CARD] = "identity_card",
};

static const char *const field_names[DOC_FIELD_COUNT] = {
#define X(ident, name) [DOC_##ident] = name,
    DOC_FIELD_TABLE(X)
#undef X
};

const char *doc_kind_name(enum doc_kind kind)
{
        return kind < DOC_KIND_COUNT ? kind_names[kind] : kind_names[DOC_UNKNOWN];
}

enum doc_kind doc_kind_from_name(struct str name)
{
        for (enum doc_kind kind = DOC_UNKNOWN + 1; kind < DOC_KIND_COUNT; kind++) {
                if (str_equal(name, str_from(kind_names[kind])))
                        return kind;
        }
        return DOC_UNKNOWN;
}

const char *doc_field_name(enum doc_field field)
{
        return field < DOC_FIELD_COUNT ? field_names[field] : "";
}

enum doc_field doc_field_from_name(struct str name)
{
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++) {
                if (str_equal(name, str_from(field_names[field])))
                        return field;
        }
        return DOC_FIELD_COUNT;
}

struct str doc_text(const struct doc_fields *fields, enum doc_field field)
{
        const char *text = fields->values[field].text;
        return str_from_bytes(text, strnlen(text, DOC_TEXT_MAX));
}

bool doc_has(const struct doc_fields *fields, enum doc_field field)
{
        return fields->values[field].text[0] != '\0';
}

static bool is_clean(struct str text)
{
        for (size_t i = 0; i < text.len; i++) {
                unsigned char c = (unsigned char)text.ptr[i];
                if ((c < 0x20 && c != '\n') || c == 0x7f)
                        return false;
        }
        return utf8_valid(text);
}

static bool value_set(struct doc_value *value, struct str text, double confidence)
{
        explicit_bzero(value, sizeof(*value));
        if (text.len == 0 || text.len >= DOC_TEXT_MAX || !is_clean(text))
                return false;
        memcpy(value->text, text.ptr, text.len);
        value->confidence = confidence >= 0 && confidence <= 1 ? confidence : 0;
        return true;
}

bool doc_set(struct doc_fields *fields, enum doc_field field, struct str text, double confidence)
{
        return value_set(&fields->values[field], text, confidence);
}

bool doc_add_change(struct doc_fields *fields, struct str date, struct str address, double confidence)
{
        struct date parsed;
        if (fields->changes_len >= DOC_CHANGES_MAX || date.len != DOC_CHANGE_DATE_MAX - 1 ||
            !date_parse(date, &parsed))
                return false;
        struct doc_change *change = &fields->changes[fields->changes_len];
        if (!value_set(&change->address, address, confidence))
                return false;
        memcpy(change->date, date.ptr, date.len);
        change->date[date.len] = '\0';
        fields->changes_len++;
        return true;
}

const struct doc_change *doc_newest_change(const struct doc_fields *fields)
{
        const struct doc_change *newest = NULL;
        for (size_t i = 0; i < fields->changes_len; i++) {
                if (!newest || strcmp(fields->changes[i].date, newest->date) > 0)
                        newest = &fields->changes[i];
        }
        return newest;
}

void doc_emit_changes(struct emit *emit, const struct doc_fields *fields)
{
        emit_open_array(emit, "address_changes");
        for (size_t i = 0; i < fields->changes_len; i++) {
                emit_open(emit, NULL);
                emit_text(emit, "date", fields->changes[i].date);
                emit_text(emit, "address", fields->changes[i].address.text);
                emit_close(emit);
        }
        emit_close_array(emit);
}

void doc_fields_wipe(struct doc_fields *fields)
{
        explicit_bzero(fields, sizeof(*fields));
}
