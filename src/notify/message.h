/*
 * The words that bonin sends: one place for all of them, in Korean and English.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

struct message {
        enum lang lang;
        struct str service; /* SERVICE_NAME */
        struct str code;
        int minutes;       /* how long the code is good */
        struct str origin; /* SMS: PUBLIC_ORIGIN; empty: no WebOTP line */
        struct str link;   /* mail: where the button leads; empty: no button */
};

/* At most this many bytes in EUC-KR are one domestic SMS; what follows the code is left out to keep to it. */
enum { MESSAGE_SMS_BYTES_MAX = 90 };

/* Ends with the line by which a phone's browser recognises the code: "@host #123456". */
void message_sms(const struct message *message, struct buf *ret);
/* Bytes of `body` in EUC-KR: what a domestic provider counts. */
size_t message_sms_bytes(struct str body);

void message_mail_subject(const struct message *message, struct buf *ret);
void message_mail_text(const struct message *message, struct buf *ret);
void message_mail_html(const struct message *message, struct buf *ret);
