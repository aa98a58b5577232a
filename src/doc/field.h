/*
 * What documents carry: the kinds that are known and the fields that are read, by the names of the public
 * contract. Every field is a text of limited length with the reader's confidence; it is fit to be copied,
 * sent through a pipe, and wiped.
 */
#pragma once

#include "base/emit.h"
#include "base/str.h"

enum doc_kind {
        DOC_UNKNOWN,
        DOC_RESIDENT_CARD,
        DOC_DRIVER_LICENSE,
        DOC_PASSPORT,
        DOC_ALIEN_CARD,
        DOC_IDENTITY_CARD, /* any country's, by its zone of three lines, or two of 36: TD1, TD2 */
        DOC_KIND_COUNT
};

/* clang-format off */
#define DOC_FIELD_TABLE(X) \
        X(NAME, "name")                     /* as printed; a passport's Korean name where there is one */ \
        X(BIRTH_DATE, "birth_date")         /* ISO */ \
        X(ID_NUMBER, "id_number")           /* 13 digits with a hyphen: 900101-1234567 */ \
        X(ADDRESS, "address") \
        X(ISSUE_DATE, "issue_date")         /* ISO */ \
        X(LICENSE_NUMBER, "license_number") /* 11-18-938381-92 */ \
        X(LICENSE_CLASS, "license_class")   /* several: joined by ", " */ \
        X(PASSPORT_NUMBER, "passport_number") /* of an identity card too */ \
        X(NATIONALITY, "nationality")       /* three letters where an MRZ tells, else as printed */ \
        X(SEX, "sex")                       /* M, F or X */ \
        X(EXPIRY_DATE, "expiry_date")       /* ISO; a licence's last day of the aptitude-test period */ \
        X(ISSUER, "issuer") \
        X(MRZ, "mrz")                       /* lines joined by a line feed */ \
        X(SURNAME, "surname") \
        X(GIVEN_NAMES, "given_names")
/* clang-format on */

enum doc_field {
#define X(ident, name) DOC_##ident,
        DOC_FIELD_TABLE(X)
#undef X
            DOC_FIELD_COUNT
};

enum { DOC_TEXT_MAX = 256 }; /* bytes of a field's text with its NUL */

/* Absent: an empty text. */
struct doc_value {
        char text[DOC_TEXT_MAX];
        double confidence; /* 0 to 1 */
};

/* What the back of a card tells: from when its holder lives where. */
enum { DOC_CHANGES_MAX = 8, DOC_CHANGE_DATE_MAX = 11 };
struct doc_change {
        char date[DOC_CHANGE_DATE_MAX]; /* ISO */
        struct doc_value address;
};

struct doc_fields {
        struct doc_value values[DOC_FIELD_COUNT];
        struct doc_change changes[DOC_CHANGES_MAX];
        size_t changes_len;
};

/* "resident_card", "driver_license", "passport", "alien_card", "identity_card"; "unknown". Static. */
const char *doc_kind_name(enum doc_kind kind);
/* DOC_UNKNOWN where there is no such name. */
enum doc_kind doc_kind_from_name(struct str name);
/* Its holder is told by a machine-readable zone. */
static inline bool doc_kind_has_zone(enum doc_kind kind)
{
        return kind == DOC_PASSPORT || kind == DOC_IDENTITY_CARD;
}
/* The contract's name of a field; static. */
const char *doc_field_name(enum doc_field field);
/* DOC_FIELD_COUNT where there is no such name. */
enum doc_field doc_field_from_name(struct str name);

/* The field's text, empty where it is absent; a view into `fields`. */
struct str doc_text(const struct doc_fields *fields, enum doc_field field);
bool doc_has(const struct doc_fields *fields, enum doc_field field);
/* Set a field. Text that is too long, holds control bytes (but a line feed) or is not UTF-8 leaves it absent
 * and answers false. A confidence outside 0 to 1, or none, becomes 0. */
bool doc_set(struct doc_fields *fields, enum doc_field field, struct str text, double confidence);
/* Add a change of address. False, and nothing is added, where there is no room, `date` has no ISO form, or
 * doc_set would not take the address. */
bool doc_add_change(struct doc_fields *fields, struct str date, struct str address, double confidence);
/* The latest change; NULL where there is none. */
const struct doc_change *doc_newest_change(const struct doc_fields *fields);
/* The changes as a member `address_changes`: an array of {date, address}. */
void doc_emit_changes(struct emit *emit, const struct doc_fields *fields);
/* Overwrite everything. Fits CLEANUP. */
void doc_fields_wipe(struct doc_fields *fields);
