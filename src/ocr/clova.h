/*
 * NAVER CLOVA OCR's id-card model: what it is asked, what it answers, and what that is worth beside what
 * bonin-vision read of the same card. Its answers are hostile input: bounded, every member checked for its
 * type, range and length, and what does not fit makes the whole answer worthless.
 */
#pragma once

#include "conf/conf.h"
#include "vision/client.h"

enum { CLOVA_MASKS_MAX = 16, CLOVA_REPLY_MAX = 256 << 10 };

/* One answer: all of it personal data. */
struct clova_reading {
        bool seen;                /* it saw a document; otherwise nothing below is set */
        enum doc_kind kind;       /* by its idtype */
        bool confident;           /* its own word on the whole */
        struct doc_fields fields; /* in the words of doc/field.h; the confidences are 0 */
        /* Of the identity number, in pixels of the picture that was sent. */
        struct vision_box masks[CLOVA_MASKS_MAX]; /* it would paint these over */
        size_t masks_len;
        struct vision_box number; /* around all of the number; no width: not told */
};

void clova_reading_wipe(struct clova_reading *reading); /* fits CLEANUP */

/* A reply of status 200 to the request that had this id. RC_UNAVAILABLE where it is no answer to it. */
NODISCARD enum rc clova_reply_parse(struct op *op, struct str reply, struct str request_id,
                                    struct clova_reading *ret);

/* Ask about one card. As provider.h tells failures. */
struct clova;
NODISCARD enum rc clova_new(struct op *op, const struct conf *conf, struct clova **ret);
void clova_free(struct clova **clova);
NODISCARD enum rc clova_ask(struct clova *clova, struct op *op, struct str jpeg, struct clova_reading *ret);

/*
 * Put what was told in place of what bonin-vision read. Confidence is ours: NAVER publishes no rate of
 * errors, so a field that CLOVA alone read counts 0.995 where it calls itself confident and 0.6 where not;
 * one that both read the same is as unlikely to be wrong as that both err; one that they read differently,
 * and bonin-vision surely, 0.5. A field that it has to tell of and does not is not there, and kinds that
 * differ count 0.5. The newest address of a list on the back stands, and of two without a list neither is
 * sure. Pictures of a card that it did not see, or takes for another kind, are dropped. `request` is what
 * bonin-vision was asked.
 */
void clova_merge(const struct clova_reading *reading, const struct vision_document_request *request,
                 struct vision_document *document);
/* Whether its masks can be believed to hide the number: they lie on the number, reach to its end, and are as
 * large as half a number is on a card. */
bool clova_hides_number(const struct clova_reading *reading, const struct vision_plain *plain);
