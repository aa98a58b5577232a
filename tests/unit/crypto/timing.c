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

TEST(mac_comparison_takes_one_time)
{
        CHECK(check_under_valgrind("") == 0);
}

TEST(mac_comparison_that_does_not_is_seen)
{
        CHECK(check_under_valgrind("naive") == REPORTED);
}
