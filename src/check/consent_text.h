/*
 * The text that applicants agree to, in Korean and English, read once at the start: from CONSENT_FILE, or the
 * built-in one. Identity documents and faces are items of their own, since each wants a consent of its own.
 * Being compared with earlier sessions is an item too, which nobody has to agree to; it is part of the text
 * where DUPLICATE_FACE_DAYS is set. What is hashed is the whole text of one language, so that a hash tells
 * for ever what was shown. Immutable: any thread may read it.
 */
#pragma once

#include "check/session.h"
#include "conf/conf.h"
#include "crypto/hash.h"

/* Each step's, then what is not a step. */
enum consent_item { CONSENT_COMPARISON = STEP_COUNT, CONSENT_ITEMS };

enum { CONSENT_LANGS = 2, CONSENT_HASH_HEX = 2 * HASH_LEN + 1 };

struct consent_text {
        struct arena arena; /* that all of it lies in */
        struct str version;
        int64_t retention_days; /* 0: until it is erased */
        bool comparison;        /* is an item of it */
        struct consent_words {
                struct str purpose, intro, text; /* `text`: intro and all items, as it is hashed */
                struct str titles[CONSENT_ITEMS],
                    items[CONSENT_ITEMS]; /* null where it is not part of the text */
                struct hash hash;
        } words[CONSENT_LANGS]; /* by enum lang */
        struct str json;        /* all of that as an object */
};

/* RC_CONFIG, naming CONSENT_FILE, where the file is not as it must be, or where it promises to keep less long
 * than RETENTION_DAYS does. */
NODISCARD enum rc consent_text_load(struct op *op, const struct conf *conf, struct consent_text **ret);
/* For CLEANUP too; NULL is fine. */
void consent_text_free(struct consent_text **text);

/* The item that a step needs: "phone", "email", "document", "face"; and "comparison"; static. */
const char *consent_item(unsigned item);
NODISCARD bool consent_item_parse(struct str name, unsigned *ret);
