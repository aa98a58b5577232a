#include "vision/child.h"

#include "unit/test.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
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

TEST(sandbox_forbids)
{
        static const char *const operations[] = {
            "open",  "open_environ", "create",   "socket",      "udp", "unix",     "exec",
            "fork",  "ptrace",       "io_uring", "kill_parent", "bpf", "dumpable", "executable_memory",
            "mount", "userfaultfd",  "x32",      "write_stderr"};
        if (!is_filtered())
                test_skip("this build measures, and is not filtered");
        for (size_t i = 0; i < LEN(operations); i++) {
                int result = probe(operations[i], true);
                if (result != KILLED && result != REFUSED)
                        printf("  %s ended with %d\n", operations[i], result);
                CHECK(result == KILLED || result == REFUSED);
        }
}

/* That the test above can fail: outside the cell the same operations work. */
TEST(sandbox_is_what_forbids)
{
        static const char *const operations[] = {"open",         "socket",   "udp",         "unix",
                                                 "exec",         "fork",     "ptrace",      "kill_parent",
                                                 "open_environ", "dumpable", "write_stderr"};
        (void)program();
        for (size_t i = 0; i < LEN(operations); i++)
                CHECK(probe(operations[i], false) == WORKED);
        CHECK(probe("no such operation", true) == 2);
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
        CHECK(status_has(child.pid, "NoNewPrivs:\t1"));
        CHECK(!filtered || status_has(child.pid, "Seccomp:\t2"));
        CHECK(!filtered || status_has(child.pid, "Threads:\t1"));
        CHECK(!status_has(getpid(), "Seccomp:\t2"));
        child_end(&child);
        op_release(&op);
}
