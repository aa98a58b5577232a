/*
 * Twilio's side of the conversation: what its status callback says, and whether it was Twilio who said it.
 */
#pragma once

#include "base/op.h"

/* A field of the callback's form, decoded. */
struct twilio_field {
        struct str key;
        struct str value;
};

enum twilio_state { TWILIO_PENDING, TWILIO_DELIVERED, TWILIO_FAILED };

/* Whether `signature` (the X-Twilio-Signature header) is right for this URL, as Twilio was told it, and these
 * fields. The URL is tried with and without its port. Constant time in the signature. */
bool twilio_signature_valid(struct str auth_token, struct str url, const struct twilio_field *fields,
                            size_t fields_len, struct str signature);
/* What a MessageStatus means; words that are not known are TWILIO_PENDING. */
enum twilio_state twilio_state_from(struct str message_status);
