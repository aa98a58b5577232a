/*
 * Run under valgrind: code, stored hash and keys count as undefined, so every branch and every address that
 * depends on them is reported. `timing-check naive` compares as one must not, and has to be reported.
 */
#include "crypto/mac.h"

#include <string.h>
#include <valgrind/memcheck.h>

static const char row[] = "row", address[] = "+821012345678";

static bool naive(const uint8_t *a, const uint8_t *b)
{
        for (size_t i = 0; i < MAC_LEN; i++)
                if (a[i] != b[i])
                        return false;
        return true;
}

int main(int argc, char **argv)
{
        struct op op;
        op_init(&op, NULL, 65536, 10000);
        struct vault *vault = NULL;
        if (vault_new(&op, STR("a secret of more than thirty-two bytes"), NULL, 0, &vault) != RC_OK)
                return 2;
        char code[] = "123456";
        uint8_t stored[MAC_LEN], made[MAC_LEN];
        mac_code(vault, str_from(row), str_from(address), STR("123456"), stored);
        VALGRIND_MAKE_MEM_UNDEFINED(code, 6);
        VALGRIND_MAKE_MEM_UNDEFINED(stored, sizeof(stored));
        bool same;
        if (argc > 1 && strcmp(argv[1], "naive") == 0) {
                mac_code(vault, str_from(row), str_from(address), str_from_bytes(code, 6), made);
                same = naive(made, stored);
        } else {
                same = mac_code_matches(vault, str_from(row), str_from(address), str_from_bytes(code, 6),
                                        str_from_bytes(stored, sizeof(stored)));
        }
        VALGRIND_MAKE_MEM_DEFINED(&same, sizeof(same));
        vault_free(&vault);
        op_release(&op);
        return same ? 0 : 1;
}
