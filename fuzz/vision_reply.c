/* What bonin-vision may send: a header, and the answers to both requests. */
#include "vision/reply.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_document(const struct vision_document *document)
{
        if (document->kind >= DOC_KIND_COUNT || document->errors.len > DOC_ERRORS_MAX)
                abort();
        for (size_t i = 0; i < DOC_FIELD_COUNT; i++) {
                double confidence = document->fields.values[i].confidence;
                if (!(confidence >= 0 && confidence <= 1))
                        abort();
        }
        if (document->plain.paint_len > VISION_PAINT_MAX ||
            (document->plain.jpeg.len > 0) != (document->plain.width > 0))
                abort();
}

static void check_faces(const struct vision_faces *faces)
{
        if (faces->is_match && !(faces->similarity_score >= faces->match_threshold))
                abort();
        if (faces->errors.len == 0 && !(faces->is_match && faces->is_live_person))
                abort();
        if (faces->active.hashes_len > FRAMES_MAX ||
            (faces->active.judged && faces->active.passed != (faces->active.errors.len == 0)))
                abort();
}

/* The JSON ends at the first NUL; what follows is a picture. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static const struct frame_limits limits = {.json_max = 1000, .part_max = 1000, .total_max = 3000};
        struct str input = str_from_bytes(bytes, len), json = input;
        struct frame frame;
        if (len >= FRAME_HEADER_LEN && frame_parse(bytes, &limits, &frame) &&
            frame.memory_len > limits.total_max)
                abort();
        ssize_t end = str_find(input, '\0');
        struct str picture = STR_NULL;
        if (end >= 0) {
                json = str_sub(input, 0, (size_t)end);
                picture = str_sub(input, (size_t)end + 1, len);
        }
        for (int kind = 0; kind < 3; kind++) {
                struct op op;
                struct vision_document document;
                struct vision_faces faces;
                op_init(&op, "fuzz", 1000, 1000);
                /* The last is a document with a card in clear. */
                frame = (struct frame){.kind = FRAME_REPLY,
                                       .parts = {json, picture, [3] = kind == 2 ? picture : STR_NULL}};
                if (kind != 1 && reply_parse_document(&op, &frame, &document) == RC_OK)
                        check_document(&document);
                if (kind == 1 && reply_parse_faces(&op, &frame, &faces) == RC_OK)
                        check_faces(&faces);
                op_release(&op);
        }
        return 0;
}
