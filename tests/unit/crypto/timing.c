#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPORTED = 9 };

/* Exit status of timing-check, built in the same folder as this program, under valgrind. */
static int check_under_valgrind(const char *argument)
{
        char self[512] = "", command[1200];
        CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
        char *name = strrchr(self, '/');
        *name = '\0';
        snprintf(command, sizeof(command), "%s/tests/unit/crypto/timing-check", self);
        if (access(command, X_OK) != 0)
                test_skip("timing-check is not built: valgrind's header is missing, or sanitizers are on");
        snprintf(command, sizeof(command),
                 "valgrind -q --error-exitcode=%d %s/tests/unit/crypto/timing-check %s 2>/dev/null", REPORTED,
                 self, argument);
        int status = system(command);
        CHECK(WIFEXITED(status));
        if (WEXITSTATUS(status) == 127)
                test_skip("valgrind is not installed");
        return WEXITSTATUS(status);
}

/* Controls: with memcmp for sodium_memcmp in mac.c, or `||` for `|` between the two signatures in
 * twilio_callback.c, they are reported. */
TEST(timing_of_comparisons_tells_nothing)
{
        static const char *const secrets[] = {"code", "signature"};
        for (size_t i = 0; i < LEN(secrets); i++)
                CHECK(check_under_valgrind(secrets[i]) == 0);
        test_figure(11,
                    "valgrind, secrets undefined: codes (two generations of keys), the provider's signature",
                    "0 reports");
}

TEST(timing_of_a_naive_comparison_is_seen)
{
        CHECK(check_under_valgrind("naive") == REPORTED);
}
