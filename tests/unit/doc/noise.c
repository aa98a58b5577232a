/* Mutations of right input: the rules must neither read past its end (sanitizers tell) nor let anything
 * through that breaks what they promise. */
#include "doc/email.h"
#include "doc/mask.h"
#include "doc/phone.h"
#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 20000, TEXT_MAX = 96 };

static const char *const seeds[] = {
    "+82 10-1234-5678", "010.1234.5678", "hong@example.org", "900101-1234567", "홍길동", "M12345678",
};

/* The same numbers in every run: a failure comes again. */
static uint32_t next(uint32_t *state)
{
        *state ^= *state << 13;
        *state ^= *state >> 17;
        *state ^= *state << 5;
        return *state;
}

/* On the heap and without a NUL, so that a step too far is seen. */
static struct str mutate(uint32_t *state)
{
        static const char signs[] = "0123456789+-.()@ \r\n\t\"<>a\xed\x99\x8d\xff";
        const char *seed = seeds[next(state) % LEN(seeds)];
        size_t len = strlen(seed);
        char text[TEXT_MAX];
        memcpy(text, seed, len);
        for (uint32_t n = next(state) % 4; n > 0; n--) {
                size_t at = len ? next(state) % len : 0;
                switch (next(state) % 3) {
                case 0:
                        text[at] = signs[next(state) % sizeof(signs)];
                        break;
                case 1:
                        len = at;
                        break;
                default:
                        memmove(text + at + 1, text + at, len - at);
                        text[at] = signs[next(state) % sizeof(signs)];
                        len++;
                }
        }
        char *bytes = malloc(len ? len : 1);
        CHECK(bytes != NULL);
        memcpy(bytes, text, len);
        return (struct str){bytes, len};
}

static void check_phone(struct str text)
{
        struct phone phone, again;
        if (!phone_parse(text, &phone))
                return;
        char local[PHONE_MAX + 8];
        struct str e164 = str_from(phone.e164);
        CHECK(str_starts_with(e164, STR("+821")) && (e164.len == 12 || e164.len == 13));
        phone_local(e164, local);
        CHECK(phone_parse(e164, &again) && strcmp(again.e164, phone.e164) == 0);
        CHECK(phone_parse(str_from(local), &again) && strcmp(again.e164, phone.e164) == 0);
}

static void check_email(struct str text)
{
        struct email email, again;
        if (!email_parse(text, &email))
                return;
        CHECK(strpbrk(email.text, " \r\n\t\"<>,;:()[]\\") == NULL);
        CHECK(email_parse(str_from(email.text), &again) && strcmp(again.text, email.text) == 0);
}

TEST(rules_hold_for_mutated_input)
{
        uint32_t state = 20260131;
        for (size_t i = 0; i < ROUNDS; i++) {
                struct str text = mutate(&state);
                check_phone(text);
                check_email(text);
                struct masked masked[] = {mask_name(text), mask_phone(text), mask_email(text),
                                          mask_id_number(text), mask_number(text)};
                for (size_t k = 0; k < LEN(masked); k++)
                        CHECK(memchr(masked[k].text, '\0', sizeof(masked[k].text)) != NULL);
                free((void *)(uintptr_t)text.ptr);
        }
}
