#include "vision/sandbox.h"

#include "vision/child.h"

#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a probe's exit status says, and that the kernel ended it. */
enum { WORKED = 0, REFUSED = 100, KILLED = 1000 };

static const char *program(void)
{
        static char path[600];
        if (!child_find_program(NULL, path, sizeof(path)))
                test_skip("bonin-vision is not built");
        return path;
}

static int probe(const char *operation, bool locked)
{
        const char *args[] = {program(), "--sandbox-probe", operation, locked ? NULL : "--unlocked", NULL};
        char *env[] = {NULL};
        posix_spawn_file_actions_t actions;
        pid_t pid;
        int status;
        CHECK(posix_spawn_file_actions_init(&actions) == 0);
        CHECK(posix_spawn_file_actions_addopen(&actions, 3, "/dev/null", O_RDWR, 0) == 0);
        CHECK(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_RDWR, 0) == 0);
        CHECK(posix_spawn(&pid, args[0], &actions, NULL, (char *const *)args, env) == 0);
        posix_spawn_file_actions_destroy(&actions);
        CHECK(waitpid(pid, &status, 0) == pid);
        if (WIFSIGNALED(status))
                return WTERMSIG(status) == SIGSYS ? KILLED : -1;
        return WEXITSTATUS(status);
}

static void start(struct op *op, struct child *ret)
{
        (void)program();
        op_init(op, NULL, 10000, 20000);
        CHECK(child_start(op, &(struct vision_options){.children = 1}, ret) == RC_OK);
        CHECK(child_wait_ready(op, ret) == RC_OK);
}

static bool is_filtered(void)
{
        struct op op;
        struct child child;
        start(&op, &child);
        bool filtered = child.status.filtered;
        child_end(&child);
        op_release(&op);
        return filtered;
}

/* What must not be possible inside, and whether it is possible outside in any case: others ask for privileges
 * or kernels that a machine may not have. */
static const struct {
        const char *name;
        bool works_outside;
} operations[] = {
    {"open", true},
    {"open_environ", true},
    {"create", true},
    {"unlink", true},
    {"memory_file", true},
    {"socket", true},
    {"udp", true},
    {"unix", true},
    {"sendmsg", true},
    {"ioctl", true},
    {"duplicate", true},
    {"exec", true},
    {"fork", true},
    {"namespace", true},
    {"ptrace", true},
    {"kill_parent", true},
    {"signal_self", true},
    {"process_handle", true},
    {"read_memory", true},
    {"write_memory", true},
    {"raise_limit", true},
    {"change_user", true},
    {"dumpable", true},
    {"write_stderr", true},
    {"make_executable", true},
    {"executable_memory", true},
    {"mount", false},
    {"io_uring", false},
    {"userfaultfd", false},
    {"bpf", false},
    {"x32", false},
};

/* Negative control: the test below, or SANDBOX_UNFILTERED. */
TEST(sandbox_forbids)
{
        size_t forbidden = 0;
        if (!is_filtered())
                test_skip("this build measures, and is not filtered");
        for (size_t i = 0; i < LEN(operations); i++) {
                int result = probe(operations[i].name, true);
                bool is_forbidden = result == KILLED || result == REFUSED;
                forbidden += is_forbidden;
                if (!is_forbidden)
                        printf("  %s ended with %d\n", operations[i].name, result);
        }
        CHECK(forbidden == LEN(operations));
        test_figure(16, "forbidden operations", "%zu of %zu killed or refused", forbidden, LEN(operations));
}

/* That the test above can fail: outside the cell the same operations work. */
TEST(sandbox_is_what_forbids)
{
        (void)program();
        for (size_t i = 0; i < LEN(operations); i++)
                if (operations[i].works_outside && probe(operations[i].name, false) != WORKED) {
                        printf("  %s does not work outside\n", operations[i].name);
                        CHECK(false);
                }
        CHECK(probe("no such operation", true) == 2);
}

/* Make one system call inside the cell, with the channel as its first argument and nothing else: 0 the kernel
 * took it up, REFUSED, KILLED. */
static int call(long number)
{
        struct op op;
        struct sandbox sandbox;
        int status, fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        pid_t pid = fork();
        CHECK(fd > STDERR_FILENO && pid >= 0);
        if (pid == 0) {
                op_init(&op, "call", 4096, 0);
                alarm(1); /* some that must not be allowed wait for ever */
                if (sandbox_lock(&op, fd, &sandbox) != RC_OK)
                        abort();
                long result = syscall(number, fd, 0, 0, 0, 0, 0);
                _exit(result < 0 && errno == EACCES ? REFUSED : 0);
        }
        fd_close(&fd);
        CHECK(waitpid(pid, &status, 0) == pid);
        if (WIFSIGNALED(status))
                return WTERMSIG(status) == SIGSYS ? KILLED : 0;
        return WEXITSTATUS(status) == REFUSED ? REFUSED : 0;
}

/* By trying every one that there is, not by reading the list. Kernels since 6.11 take up two more than the
 * list has, whatever a filter says: the returns from their own probes. Negative control: more than a few
 * lines more in the list, or a filter that allows what it does not know. */
TEST(sandbox_allows_few_system_calls)
{
        enum { NUMBERS = 512, ALLOWED_MAX = 30 };
        size_t allowed = 0, refused = 0, killed = 0;
        if (!is_filtered())
                test_skip("this build measures, and is not filtered");
        for (long number = 0; number < NUMBERS; number++) {
                int result = call(number);
                allowed += result == 0;
                refused += result == REFUSED;
                killed += result == KILLED;
        }
        CHECK(allowed + refused + killed == NUMBERS && allowed > 0 && allowed <= ALLOWED_MAX);
        test_figure(16, "system calls", "%zu allowed, %zu answered with EACCES, %zu of %d kill", allowed,
                    refused, killed, NUMBERS);
}

/* A line "Key:\tvalue" of /proc/PID/status. */
static bool status_has(pid_t pid, const char *line)
{
        char path[64], text[8192];
        snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t len = read(fd, text, sizeof(text));
        return len > 0 && str_find_str(str_from_bytes(text, (size_t)len), str_from(line)) >= 0;
}

TEST(sandbox_leaves_no_privilege)
{
        struct op op;
        struct child child;
        start(&op, &child);
        bool filtered = child.status.filtered;
        CHECK(status_has(child.pid, "CapEff:\t0000000000000000"));
        CHECK(status_has(child.pid, "CapPrm:\t0000000000000000"));
        CHECK(status_has(child.pid, "CapInh:\t0000000000000000"));
        CHECK(status_has(child.pid, "NoNewPrivs:\t1"));
        CHECK(!filtered || status_has(child.pid, "Seccomp:\t2"));
        CHECK(!filtered || status_has(child.pid, "Threads:\t1"));
        CHECK(!status_has(getpid(), "Seccomp:\t2"));
        child_end(&child);
        op_release(&op);
}
