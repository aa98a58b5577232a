/* Phone numbers as people write them, and what is shown of them. */
#include "doc/mask.h"
#include "doc/phone.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* "+821" and eight or nine digits more. */
static void check_form(struct str e164)
{
        if (!str_starts_with(e164, STR("+821")) || e164.len < 12 || e164.len > 13)
                abort();
        for (size_t i = 1; i < e164.len; i++)
                if (e164.ptr[i] < '0' || e164.ptr[i] > '9')
                        abort();
}

static void check_reads_as(struct str text, struct str e164)
{
        struct phone phone;
        if (!phone_parse(text, &phone) || !str_equal(str_from(phone.e164), e164))
                abort();
}

/* The middle is hidden, and nothing else. */
static void check_mask(const char *masked, const char *local)
{
        size_t len = strlen(local);
        if (strlen(masked) != len)
                abort();
        for (size_t i = 0; i < len; i++)
                if (masked[i] != (i > 3 && i < len - 5 ? '*' : local[i]))
                        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str text = str_from_bytes(bytes, len);
        struct phone phone;
        char local[PHONE_MAX + 8];
        struct masked masked = mask_phone(text);
        if (!phone_parse(text, &phone)) {
                if (strcmp(masked.text, "***") != 0)
                        abort();
                return 0;
        }
        struct str e164 = str_from(phone.e164);
        check_form(e164);
        check_reads_as(e164, e164);
        phone_local(e164, local);
        check_reads_as(str_from(local), e164);
        check_mask(masked.text, local);
        return 0;
}
