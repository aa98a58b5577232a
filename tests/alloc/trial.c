/*
 * Each parser, with each of its allocations failing once: it says so and has kept nothing, or, where the
 * memory was to be had by x_new, the program ends as documented. Each is tried in a process of its own, and
 * once more afterwards, when memory is there again.
 *
 * Negative controls: without set_memory in base/json.c jansson runs into an assertion of its own; without a
 * json_decref on a way out something is held.
 */
#include "alloc/alloc.h"
#include "alloc/parsers.h"

#include "unit/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY_MAX = 1 << 20, TIMEOUT_MS = 5000, CALLS_MAX = 20000 };
/* How a trial ended; what else a process may end with is a crash. */
enum { TRIAL_REFUSED = 10, TRIAL_TAKEN, TRIAL_LEAKED, TRIAL_SPOILT, TRIAL_OVER };

static bool once(const struct parser *parser)
{
        struct op op;
        op_init(&op, "alloc", MEMORY_MAX, TIMEOUT_MS);
        bool ok = parser->parse(&op);
        op_release(&op);
        return ok;
}

/* In a child: libraries have made what they keep by a first, undisturbed parse. */
static int try(const struct parser *parser, int64_t at)
{
        alloc_arm(at);
        bool ok = once(parser);
        struct alloc_tally tally = alloc_disarm();
        if (!tally.failed)
                return TRIAL_OVER;
        if (tally.held != 0 && !parser->library_leaks)
                return TRIAL_LEAKED;
        if (!once(parser))
                return TRIAL_SPOILT;
        return ok ? TRIAL_TAKEN : TRIAL_REFUSED;
}

/* The exit status, or minus the signal; `said`: what the process wrote on stderr. */
static int try_apart(const struct parser *parser, int64_t at, char said[256])
{
        int ends[2], status;
        CHECK(pipe2(ends, O_CLOEXEC) == 0);
        fflush(stdout);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
                setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
                dup2(ends[1], STDERR_FILENO);
                _exit(try(parser, at));
        }
        close(ends[1]);
        ssize_t len = read(ends[0], said, 255);
        said[MAX(len, 0)] = '\0';
        close(ends[0]);
        waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void fail_each_allocation(const struct parser *parser)
{
        int64_t at = 1, refused = 0, taken = 0, ended = 0;
        char said[256];
        CHECK(once(parser) && once(parser));
        for (int end; (end = try_apart(parser, at, said)) != TRIAL_OVER; at++) {
                bool documented = end == -SIGABRT && strcmp(said, "bonin: out of memory\n") == 0;
                if (!documented && end != TRIAL_REFUSED && end != TRIAL_TAKEN) {
                        printf("  %s, allocation %lld: ended with %d, said: %s\n", parser->name,
                               (long long)at, end, said);
                        test_fail(__FILE__, __LINE__, "it is refused, or ends as documented");
                }
                refused += end == TRIAL_REFUSED;
                taken += end == TRIAL_TAKEN;
                ended += documented;
                CHECK(at < CALLS_MAX);
        }
        printf("  %s: %lld allocations, of which failing %lld were refused, %lld done without, %lld ended "
               "the program\n",
               parser->name, (long long)at - 1, (long long)refused, (long long)taken, (long long)ended);
}

TEST(parsers_survive_each_allocation_that_fails)
{
        parsers_prepare();
        for (size_t i = 0; i < parsers_len; i++)
                fail_each_allocation(&parsers[i]);
        parsers_release();
}
