#include "crypto/random.h"

#include "crypto/token.h"
#include "unit/test.h"

#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Upper tail of the chi-square distribution, by Wilson and Hilferty's normal approximation. */
static double chi_square_p(double chi, double freedom)
{
        double spread = 2 / (9 * freedom);
        double z = (cbrt(chi / freedom) - (1 - spread)) / sqrt(spread);
        return erfc(z / sqrt(2)) / 2;
}

static double chi_square(const unsigned *count, size_t cells, double expected)
{
        double chi = 0;
        for (size_t i = 0; i < cells; i++)
                chi += (count[i] - expected) * (count[i] - expected) / expected;
        return chi;
}

TEST(random_codes_are_equally_likely)
{
        enum { CODES = 1000000, CELLS = 1000 };
        static unsigned head[CELLS], tail[CELLS], pair[100];
        memset(head, 0, sizeof(head));
        memset(tail, 0, sizeof(tail));
        memset(pair, 0, sizeof(pair));
        unsigned last = 0;
        for (size_t i = 0; i < CODES; i++) {
                char code[RANDOM_CODE_MAX + 1];
                random_code(6, code);
                unsigned number = (unsigned)strtoul(code, NULL, 10);
                CHECK(strlen(code) == 6);
                head[number / CELLS]++;
                tail[number % CELLS]++;
                pair[last * 10 + number % 10]++; /* one code says nothing of the next */
                last = number % 10;
        }
        double p[] = {
            chi_square_p(chi_square(head, CELLS, CODES / CELLS), CELLS - 1),
            chi_square_p(chi_square(tail, CELLS, CODES / CELLS), CELLS - 1),
            chi_square_p(chi_square(pair, 100, CODES / 100.0), 99),
        };
        for (size_t i = 0; i < LEN(p); i++)
                CHECK(p[i] > 1e-4 && p[i] < 0.9999);
}

/* The negative control: digits drawn as a byte modulo 10 must fail the same measure. */
TEST(random_measure_sees_a_bias)
{
        static unsigned count[10];
        memset(count, 0, sizeof(count));
        for (size_t i = 0; i < 1000000; i++) {
                uint8_t byte;
                random_bytes(&byte, 1);
                count[byte % 10]++;
        }
        CHECK(chi_square_p(chi_square(count, 10, 100000), 9) < 1e-4);
}

TEST(random_below_reaches_every_number)
{
        bool seen[7] = {false};
        for (size_t i = 0; i < 1000; i++) {
                uint32_t drawn = random_below(7);
                CHECK(drawn < 7);
                seen[drawn] = true;
        }
        for (size_t i = 0; i < LEN(seen); i++)
                CHECK(seen[i]);
        CHECK(random_below(1) == 0);
}

TEST(random_differs_after_fork)
{
        enum { BYTES = 32 };
        uint8_t mine[BYTES], theirs[BYTES];
        random_bytes(mine, sizeof(mine));
        int channel[2];
        CHECK(pipe(channel) == 0);
        pid_t child = fork();
        if (child == 0) {
                random_bytes(theirs, sizeof(theirs));
                _exit(!fd_write_all(channel[1], theirs, sizeof(theirs)));
        }
        random_bytes(mine, sizeof(mine));
        CHECK(child > 0 && fd_read_all(channel[0], theirs, sizeof(theirs)));
        CHECK(memcmp(mine, theirs, sizeof(mine)) != 0);
        waitpid(child, NULL, 0);
        fd_close(&channel[0]);
        fd_close(&channel[1]);
}

TEST(random_id_has_a_form)
{
        char id[RANDOM_ID_MAX], other[RANDOM_ID_MAX];
        random_id(id);
        random_id(other);
        CHECK(random_id_valid(str_from(id)) && strcmp(id, other) != 0);
        CHECK(!random_id_valid(STR("")));
        CHECK(!random_id_valid(STR("../../../../../../../etc/passwd0")));
        CHECK(!random_id_valid(STR("0123456789ABCDEF0123456789abcdef")));
        CHECK(!random_id_valid(str_sub(str_from(id), 0, 31)));
}

TEST(token_tells_its_kind)
{
        char key[TOKEN_MAX], other[TOKEN_MAX];
        token_new(TOKEN_API_KEY, key);
        token_new(TOKEN_API_KEY, other);
        CHECK(strlen(key) == TOKEN_LEN && strncmp(key, "bnk_", 4) == 0 && strcmp(key, other) != 0);
        CHECK(token_valid(TOKEN_API_KEY, str_from(key)));
        CHECK(!token_valid(TOKEN_SESSION, str_from(key)));
        CHECK(!token_valid(TOKEN_API_KEY, str_sub(str_from(key), 0, TOKEN_LEN - 1)));
        CHECK(!token_valid(TOKEN_API_KEY, STR_NULL));
        key[10] = '\n';
        CHECK(!token_valid(TOKEN_API_KEY, str_from(key)));
        uint8_t hash[TOKEN_HASH_LEN], again[TOKEN_HASH_LEN];
        token_hash(str_from(other), hash);
        token_hash(str_from(other), again);
        CHECK(memcmp(hash, again, sizeof(hash)) == 0);
        token_hash(str_from(key), again);
        CHECK(memcmp(hash, again, sizeof(hash)) != 0);
}
