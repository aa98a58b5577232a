#include "doc/field.h"

#include "base/utf8.h"

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

bool doc_set(struct doc_fields *fields, enum doc_field field, struct str text, double confidence)
{
        struct doc_value *value = &fields->values[field];
        explicit_bzero(value, sizeof(*value));
        if (text.len == 0 || text.len >= DOC_TEXT_MAX || !is_clean(text))
                return false;
        memcpy(value->text, text.ptr, text.len);
        value->confidence = confidence >= 0 && confidence <= 1 ? confidence : 0;
        return true;
}

void doc_fields_wipe(struct doc_fields *fields)
{
        explicit_bzero(fields, sizeof(*fields));
}
