/*
 * Run under valgrind: secrets count as undefined, so every branch and every address that depends on them is
 * reported. `timing-check code` compares a one-time code, under the current secret and a previous one,
 * `signature` a provider's signature. `timing-check naive` compares as one must not, and has to be reported.
 */
#include "crypto/mac.h"
#include "notify/twilio.h"

#include <valgrind/memcheck.h>

static const char row[] = "row", address[] = "+821012345678";

static const struct str secret = {"a secret of more than thirty-two bytes", 38};
static const struct str older_secret = {"an older secret of thirty-two bytes", 35};

static bool compare_naively(const uint8_t *a, const uint8_t *b)
{
        for (size_t i = 0; i < MAC_LEN; i++)
                if (a[i] != b[i])
                        return false;
        return true;
}

/* A code of before a rotation: the current secret is tried, and then the older one. */
static bool check_code(struct vault *vault, struct vault *older, bool naive)
{
        char code[] = "123456";
        uint8_t stored[MAC_LEN], made[MAC_LEN];
        mac_code(older, str_from(row), str_from(address), STR("123456"), stored);
        VALGRIND_MAKE_MEM_UNDEFINED(code, 6);
        VALGRIND_MAKE_MEM_UNDEFINED(stored, sizeof(stored));
        if (!naive)
                return mac_code_matches(vault, str_from(row), str_from(address), str_from_bytes(code, 6),
                                        str_from_bytes(stored, sizeof(stored)));
        mac_code(older, str_from(row), str_from(address), str_from_bytes(code, 6), made);
        return compare_naively(made, stored);
}

static bool check_signature(void)
{
        static const struct twilio_field fields[] = {{{"a", 1}, {"1", 1}}, {{"b", 1}, {"2", 1}}};
        char signature[] = "hvQCRXM0g+P9F7Lzjrs3/ScgOfc=";
        VALGRIND_MAKE_MEM_UNDEFINED(signature, sizeof(signature) - 1);
        return twilio_signature_valid(STR("token"), STR("https://id.example.org/report"), fields, LEN(fields),
                                      str_from_bytes(signature, sizeof(signature) - 1));
}

int main(int argc, char **argv)
{
        struct op op;
        op_init(&op, NULL, 65536, 10000);
        struct vault *older = NULL, *vault = NULL;
        struct str mode = str_from(argc > 1 ? argv[1] : "");
        if (vault_new(&op, older_secret, NULL, 0, &older) != RC_OK ||
            vault_new(&op, secret, &older_secret, 1, &vault) != RC_OK)
                return 2;
        bool same = str_equal(mode, STR("signature"))
                        ? check_signature()
                        : check_code(vault, older, str_equal(mode, STR("naive")));
        VALGRIND_MAKE_MEM_DEFINED(&same, sizeof(same));
        vault_free(&vault);
        vault_free(&older);
        op_release(&op);
        return same ? 0 : 1;
}
