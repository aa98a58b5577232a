#include "ocr/clova.h"

#include "doc/id_number.h"

/* What a field counts: see clova.h. */
static const double told_surely = 0.995, told_unsurely = 0.6, contradicted = 0.5, kinds_agree = 0.95;
/* From here on bonin-vision's own reading is not simply outdone. */
static const double sure = 0.8;
/* A number whose last digit is not what the old rule asks for, and that nobody else read so. */
static const double unproved_number = 0.75;

/* The fields that CLOVA has to tell of. Of others bonin-vision's word stands where CLOVA has none: classes
 * and periods of licences are not in every version of its answers, and zones never. */
static const struct {
        enum doc_kind kind;
        enum doc_field field;
} told[] = {
    {DOC_RESIDENT_CARD, DOC_NAME},
    {DOC_RESIDENT_CARD, DOC_ID_NUMBER},
    {DOC_RESIDENT_CARD, DOC_ADDRESS},
    {DOC_RESIDENT_CARD, DOC_ISSUE_DATE},
    {DOC_RESIDENT_CARD, DOC_ISSUER},
    {DOC_DRIVER_LICENSE, DOC_NAME},
    {DOC_DRIVER_LICENSE, DOC_ID_NUMBER},
    {DOC_DRIVER_LICENSE, DOC_ADDRESS},
    {DOC_DRIVER_LICENSE, DOC_ISSUE_DATE},
    {DOC_DRIVER_LICENSE, DOC_ISSUER},
    {DOC_DRIVER_LICENSE, DOC_LICENSE_NUMBER},
    {DOC_PASSPORT, DOC_PASSPORT_NUMBER},
    {DOC_PASSPORT, DOC_SURNAME},
    {DOC_PASSPORT, DOC_BIRTH_DATE},
    {DOC_PASSPORT, DOC_SEX},
    {DOC_PASSPORT, DOC_NATIONALITY},
    {DOC_PASSPORT, DOC_ISSUE_DATE},
    {DOC_PASSPORT, DOC_EXPIRY_DATE},
    {DOC_ALIEN_CARD, DOC_NAME},
    {DOC_ALIEN_CARD, DOC_ID_NUMBER},
    {DOC_ALIEN_CARD, DOC_NATIONALITY},
    {DOC_ALIEN_CARD, DOC_ISSUE_DATE},
};

static bool must_tell(enum doc_kind kind, enum doc_field field)
{
        for (size_t i = 0; i < LEN(told); i++)
                if (told[i].kind == kind && told[i].field == field)
                        return true;
        return false;
}

/* But for blanks. */
static bool same(struct str a, struct str b)
{
        size_t i = 0, k = 0;
        for (;; i++, k++) {
                while (i < a.len && a.ptr[i] == ' ')
                        i++;
                while (k < b.len && b.ptr[k] == ' ')
                        k++;
                if (i == a.len || k == b.len)
                        return i == a.len && k == b.len;
                if (a.ptr[i] != b.ptr[k])
                        return false;
        }
}

static bool is_proved(enum doc_field field, struct str text, struct date today)
{
        struct id_number number;
        return field != DOC_ID_NUMBER || (id_number_parse(text, today, &number) && number.check_ok);
}

/* `own`: what bonin-vision read, or nothing. */
static double confidence_of(const struct clova_reading *reading, enum doc_field field, struct date today,
                            const struct doc_value *own)
{
        struct str text = doc_text(&reading->fields, field), own_text = str_from(own->text);
        double confidence = reading->confident ? told_surely : told_unsurely;
        if (own_text.len > 0 && same(text, own_text))
                return reading->confident ? 1 - (1 - told_surely) * (1 - own->confidence)
                                          : MAX(told_unsurely, own->confidence);
        if (own_text.len > 0 && own->confidence >= sure)
                return contradicted;
        return is_proved(field, text, today) ? confidence : MIN(confidence, unproved_number);
}

static void merge_field(const struct clova_reading *reading, enum doc_field field, struct date today,
                        struct doc_fields *own)
{
        struct str text = doc_text(&reading->fields, field);
        if (text.len > 0)
                (void)doc_set(own, field, text, confidence_of(reading, field, today, &own->values[field]));
        else if (must_tell(reading->kind, field))
                (void)doc_set(own, field, STR_NULL, 0);
}

/* CLOVA saw the front alone: an address of a list on the back is the newer one. Where the back shows one
 * without a list, nobody knows which of two is. */
static void merge_address(const struct clova_reading *reading, const struct vision_document_request *request,
                          struct doc_fields *own)
{
        struct doc_value before = own->values[DOC_ADDRESS];
        struct str theirs = doc_text(&reading->fields, DOC_ADDRESS);
        bool behind = request->back.len > 0 && before.text[0] != '\0';
        if (own->changes_len > 0 || (behind && theirs.len == 0))
                return;
        merge_field(reading, DOC_ADDRESS, request->today, own);
        if (behind && !same(theirs, str_from(before.text)))
                own->values[DOC_ADDRESS].confidence = contradicted;
        explicit_bzero(&before, sizeof(before));
}

static void drop_pictures(struct vision_document *document)
{
        document->card_jpeg = document->portrait_jpeg = document->plain.jpeg = STR_NULL;
}

void clova_merge(const struct clova_reading *reading, const struct vision_document_request *request,
                 struct vision_document *document)
{
        bool agreed = reading->seen && reading->kind == document->kind;
        if (!agreed) {
                doc_fields_wipe(&document->fields);
                document->obstacles = (struct doc_obstacles){0};
                drop_pictures(document);
        }
        document->kind = reading->kind;
        if (!reading->seen) {
                doc_errors_add(&document->errors, RC_NO_DOCUMENT);
                return;
        }
        document->kind_confidence = agreed ? MAX(document->kind_confidence, kinds_agree) : contradicted;
        /* Both follow from the number, and from the one that counts. */
        if (document->kind != DOC_PASSPORT) {
                (void)doc_set(&document->fields, DOC_BIRTH_DATE, STR_NULL, 0);
                (void)doc_set(&document->fields, DOC_SEX, STR_NULL, 0);
        }
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++)
                if (field != DOC_ADDRESS)
                        merge_field(reading, field, request->today, &document->fields);
        merge_address(reading, request, &document->fields);
}

/* The share of `inner` that lies in `outer`, `margin` around it taken in. */
static double share_in(struct vision_box inner, struct vision_box outer, int64_t margin)
{
        int64_t left = MAX(inner.x, outer.x - margin);
        int64_t right = MIN(inner.x + inner.width, outer.x + outer.width + margin);
        int64_t top = MAX(inner.y, outer.y - margin);
        int64_t bottom = MIN(inner.y + inner.height, outer.y + outer.height + margin);
        if (right <= left || bottom <= top)
                return 0;
        return (double)(right - left) * (double)(bottom - top) / ((double)inner.width * (double)inner.height);
}

bool clova_hides_number(const struct clova_reading *reading, const struct vision_plain *plain)
{
        const struct vision_box card = {0, 0, plain->width, plain->height}, number = reading->number;
        if (number.width < plain->width / 8 || number.width < 5 * number.height ||
            share_in(number, card, 0) < 1)
                return false;
        for (size_t i = 0; i < reading->masks_len; i++) {
                const struct vision_box mask = reading->masks[i];
                bool half = mask.x <= number.x + number.width * 4 / 7;
                bool reaches = mask.x + mask.width >= number.x + number.width - number.height / 2;
                bool high = mask.y <= number.y + number.height / 5 &&
                            mask.y + mask.height >= number.y + number.height * 4 / 5;
                if (mask.width > 0 && half && reaches && high &&
                    share_in(mask, number, number.height / 2) > 0.9)
                        return true;
        }
        return false;
}
