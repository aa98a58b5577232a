/*
 * The words that bonin sends: one place for all of them, in Korean and English.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

struct message {
        enum lang lang;
        struct str code;
        int minutes; /* how long the code is good */
        struct str
            public_origin; /* "https://verify.example.org"; null: none, and neither link nor WebOTP line */
        struct str confirm_token; /* mail: for the link; null: no link */
};

/* At most this many bytes in EUC-KR are one domestic SMS. */
enum { MESSAGE_SMS_BYTES_MAX = 90 };

/* The text of an SMS with a code; its last line is the WebOTP line where there is a public origin. */
void message_sms(const struct message *message, struct buf *ret);
/* Bytes of `body` in EUC-KR. */
size_t message_sms_bytes(struct str body);

void message_mail_subject(const struct message *message, struct buf *ret);
void message_mail_text(const struct message *message, struct buf *ret);
void message_mail_html(const struct message *message, struct buf *ret);
