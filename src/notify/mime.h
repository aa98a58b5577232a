/*
 * The bytes of a mail: headers and a text and an HTML part (RFC 5322, 2045, 2047), lines ending in CR LF.
 */
#pragma once

#include "notify/mail.h"

/* Views into the text that mail_from_parse was given. */
struct mail_from {
        struct str name; /* may be empty */
        struct str address;
};

/* "address" or "Name <address>". False where the address is none, or either holds control bytes. */
NODISCARD bool mail_from_parse(struct str text, struct mail_from *ret);
/* Printable ASCII with one `@` and none of the signs that have a meaning in a header. */
bool mail_address_valid(struct str address);
/* The part behind the `@`. */
struct str mail_domain(struct str address);

/* Builds the mail. RC_DELIVERY_FAILED where subject or address hold what no header may: CR, LF, any other
 * control byte, bytes that are not UTF-8. */
NODISCARD enum rc mail_build(struct op *op, const struct mail_from *from, const struct mail *mail,
                             struct buf *ret);
