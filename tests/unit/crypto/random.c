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

enum { CODES = 1000000, CELLS = 1000, MEASURES = 3 };

/* Whether a million codes look equally likely: their first and their last three digits, and each last digit
 * with that of the code before, of which it must tell nothing. */
static bool codes_are_even(double ret_p[MEASURES])
{
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
                pair[last * 10 + number % 10]++;
                last = number % 10;
        }
        ret_p[0] = chi_square_p(chi_square(head, CELLS, CODES / CELLS), CELLS - 1);
        ret_p[1] = chi_square_p(chi_square(tail, CELLS, CODES / CELLS), CELLS - 1);
        ret_p[2] = chi_square_p(chi_square(pair, 100, CODES / 100.0), 99);
        for (size_t i = 0; i < MEASURES; i++)
                if (!(ret_p[i] > 1e-4 && ret_p[i] < 0.9999))
                        return false;
        return true;
}

/* Chance alone fails one run in 1,700: it gets a second one. */
TEST(random_codes_are_equally_likely)
{
        double p[MEASURES];
        CHECK(codes_are_even(p) || codes_are_even(p));
        test_figure(10, "1,000,000 codes, chi-square of their first and last three digits, and of neighbours",
                    "p = %.4f, %.4f, %.4f", p[0], p[1], p[2]);
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

enum { FORKS = 16 };

struct drawn {
        char id[RANDOM_ID_MAX];
        char code[RANDOM_CODE_MAX + 1];
        char token[TOKEN_MAX];
};

static void draw(struct drawn *ret)
{
        *ret = (struct drawn){""};
        random_id(ret->id);
        random_code(RANDOM_CODE_MAX, ret->code);
        token_new(TOKEN_SESSION, ret->token);
}

/* Children that were forked from one state, and their parent. Control: with a generator that keeps a state of
 * its own (rand_r() over a static seed, say) they draw the same. */
TEST(random_differs_after_fork)
{
        struct drawn drawn[FORKS + 1];
        int channel[2];
        CHECK(pipe(channel) == 0);
        draw(&drawn[FORKS]);
        for (size_t i = 0; i < FORKS; i++) {
                pid_t child = fork();
                if (child == 0) {
                        draw(&drawn[i]);
                        _exit(!fd_write_all(channel[1], &drawn[i], sizeof(drawn[i])));
                }
                CHECK(child > 0 && fd_read_all(channel[0], &drawn[i], sizeof(drawn[i])));
                waitpid(child, NULL, 0);
        }
        draw(&drawn[FORKS]);
        for (size_t i = 0; i <= FORKS; i++)
                for (size_t k = 0; k < i; k++)
                        CHECK(strcmp(drawn[i].id, drawn[k].id) != 0 &&
                              strcmp(drawn[i].code, drawn[k].code) != 0 &&
                              strcmp(drawn[i].token, drawn[k].token) != 0);
        test_figure(10, "ids, codes and tokens of a parent and its forks", "%d forks, 0 alike", FORKS);
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
