/* E-mail addresses, and what is shown of them. */
#include "doc/email.h"
#include "doc/mask.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Printable ASCII with one `@`, and nothing that means something in a header or to a shell that quotes. */
static void check_form(struct str address)
{
        size_t ats = 0;
        for (size_t i = 0; i < address.len; i++) {
                char c = address.ptr[i];
                if (c <= ' ' || c >= 0x7f || strchr("<>()[],;:\\\"", c))
                        abort();
                ats += c == '@';
        }
        if (ats != 1 || address.len >= EMAIL_MAX)
                abort();
}

/* Of the part before the `@` only the first sign may show. */
static void check_mask(struct str address)
{
        struct masked masked = mask_email(address);
        if (masked.text[0] != address.ptr[0] || strncmp(masked.text + 1, "***@", 4) != 0)
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str text = str_from_bytes(bytes, len);
        struct email email, again;
        (void)mask_email(text);
        if (!email_parse(text, &email))
                return 0;
        struct str address = str_from(email.text);
        check_form(address);
        check_mask(address);
        if (!email_parse(address, &again) || strcmp(email.text, again.text) != 0)
                abort();
        return 0;
}
