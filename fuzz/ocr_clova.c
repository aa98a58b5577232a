/* What NAVER CLOVA OCR may answer, and what is made of it beside a reading of our own. */
#include "ocr/clova.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct vision_document_request request = {.declared = DOC_RESIDENT_CARD, .today = {2026, 6, 1}};

static void check_reading(const struct clova_reading *reading)
{
        if (reading->kind >= DOC_KIND_COUNT || reading->seen != (reading->kind != DOC_UNKNOWN) ||
            reading->masks_len > CLOVA_MASKS_MAX)
                abort();
        for (size_t i = 0; i < reading->masks_len; i++)
                if (reading->masks[i].width < 0 || reading->masks[i].height < 0 ||
                    llabs(reading->masks[i].x) > 100001 || reading->masks[i].width > 200002)
                        abort();
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++)
                if (reading->fields.values[field].confidence != 0)
                        abort();
}

/* Never surer than both together, nor, where it doubts, than our own word; no picture of a kind that is in
 * dispute. */
static void check_document(const struct clova_reading *reading, enum doc_kind kind,
                           const struct vision_document *document)
{
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++) {
                double confidence = document->fields.values[field].confidence;
                if (!(confidence >= 0 && confidence <= 1 - (1 - 0.995) * (1 - 0.96) + 1e-9))
                        abort();
                if (!reading->confident && confidence > 0.6 && confidence < 0.96)
                        abort();
        }
        if (reading->kind != kind && (document->card_jpeg.len > 0 || document->plain.jpeg.len > 0))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct op op;
        struct clova_reading reading;
        op_init(&op, "fuzz", 1000, 1000);
        if (clova_reply_parse(&op, str_from_bytes(bytes, len), STR("r"), &reading) == RC_OK) {
                struct vision_document document = {
                    .kind = DOC_RESIDENT_CARD,
                    .kind_confidence = 0.96,
                    .card_jpeg = STR("card"),
                    .plain = {.jpeg = STR("plain"), .width = 1000, .height = 630}};
                (void)doc_set(&document.fields, DOC_NAME, STR("홍길동"), 0.96);
                check_reading(&reading);
                (void)clova_hides_number(&reading, &document.plain);
                clova_merge(&reading, &request, &document);
                check_document(&reading, DOC_RESIDENT_CARD, &document);
        }
        op_release(&op);
        return 0;
}
