#include "vision/sandbox.h"

#include "vision/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

/* Memory that one picture may take beyond what is loaded, and processor time of the whole life. */
enum { MEMORY_MORE = 384 * 1024 * 1024, CPU_SECONDS_MAX = 3600, UID_NOBODY = 65534 };

/* Of the kernel's interface; Debian 12's headers know only the first member and none of the later bits. */
struct landlock_ruleset {
        uint64_t fs, net, scoped;
};
enum { PR_SET_MDWE_ = 65, MDWE_REFUSE_EXEC_GAIN_ = 1 };
enum { LANDLOCK_VERSION = 1 << 0, LANDLOCK_NET_ALL = 3, LANDLOCK_SCOPE_ALL = 3 };
static const struct {
        struct landlock_ruleset all;
        size_t size;
} landlock_abis[] = {
    [1] = {{(1 << 13) - 1, 0, 0}, 8},
    [2] = {{(1 << 14) - 1, 0, 0}, 8},
    [3] = {{(1 << 15) - 1, 0, 0}, 8},
    [4] = {{(1 << 15) - 1, LANDLOCK_NET_ALL, 0}, 16},
    [5] = {{(1 << 16) - 1, LANDLOCK_NET_ALL, 0}, 16},
    [6] = {{(1 << 16) - 1, LANDLOCK_NET_ALL, LANDLOCK_SCOPE_ALL}, 24},
};

/* A set of rules that handles everything and allows nothing. The kernel's version, 0 where there is none. */
static int lock_files(void)
{
        long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);
        if (abi < 1)
                return 0;
        size_t known = MIN((size_t)abi, LEN(landlock_abis) - 1);
        CLEANUP(fd_close)
        int fd = (int)syscall(SYS_landlock_create_ruleset, &landlock_abis[known].all,
                              landlock_abis[known].size, 0);
        if (fd < 0 || syscall(SYS_landlock_restrict_self, fd, 0) != 0)
                return 0;
        return (int)abi;
}

static bool limit_memory(void)
{
        CLEANUP(fd_close) int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
        char text[128];
        ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));
        struct str rest = str_from_bytes(text, len > 0 ? (size_t)len : 0), head;
        int64_t pages;
        if (!str_split(&rest, ' ', &head) || !str_to_int(head, 0, INT64_MAX / 65536, &pages))
                return false;
#ifdef SANDBOX_UNFILTERED
        return true; /* a sanitizer's shadow is larger than any limit */
#else
        rlim_t max = (rlim_t)(pages * sysconf(_SC_PAGESIZE) + MEMORY_MORE);
        return setrlimit(RLIMIT_AS, &(struct rlimit){max, max}) == 0;
#endif
}

/* No uid but nobody's where we may choose, and no capability in any case. */
static bool drop_privileges(void)
{
        if (geteuid() == 0 && setgroups(0, NULL) == 0 && setresgid(UID_NOBODY, UID_NOBODY, UID_NOBODY) == 0 &&
            setresuid(UID_NOBODY, UID_NOBODY, UID_NOBODY) != 0)
                return false;
        struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
        struct __user_cap_data_struct none[2] = {0};
        return syscall(SYS_capset, &header, none) == 0;
}

/* Nothing stays open but `fd`; the three standard ones lead nowhere. */
static bool close_others(int fd)
{
        int null = open("/dev/null", O_RDWR);
        if (null < 0 || fd <= STDERR_FILENO)
                return false;
        for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
                if (dup2(null, i) != i)
                        return false;
        if (fd > STDERR_FILENO + 1 && close_range(STDERR_FILENO + 1, (unsigned)fd - 1, 0) != 0)
                return false;
        return close_range((unsigned)fd + 1, ~0U, 0) == 0;
}

static bool limit_all(void)
{
        static const struct {
                __rlimit_resource_t what;
                rlim_t max;
        } limits[] = {{RLIMIT_CORE, 0},
                      {RLIMIT_FSIZE, 0},
                      {RLIMIT_NPROC, 0},
                      {RLIMIT_NOFILE, 0},
                      {RLIMIT_MSGQUEUE, 0},
                      {RLIMIT_MEMLOCK, 0},
                      {RLIMIT_CPU, CPU_SECONDS_MAX}};
        for (size_t i = 0; i < LEN(limits); i++) {
                struct rlimit limit = {limits[i].max, limits[i].max};
                if (setrlimit(limits[i].what, &limit) != 0)
                        return false;
        }
        return true;
}

enum rc sandbox_lock(struct op *op, int fd, struct sandbox *ret)
{
        struct sandbox sandbox = {0};
        if (!limit_memory())
                return op_fail(op, RC_INTERNAL, "sandbox: memory limit: %m");
        if (!close_others(fd))
                return op_fail(op, RC_INTERNAL, "sandbox: descriptors: %m");
        if (!drop_privileges())
                return op_fail(op, RC_INTERNAL, "sandbox: privileges: %m");
        sandbox.unprivileged = geteuid() != 0;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return op_fail(op, RC_INTERNAL, "sandbox: no_new_privs: %m");
        sandbox.landlock_abi = lock_files();
        sandbox.no_new_code = prctl(PR_SET_MDWE_, MDWE_REFUSE_EXEC_GAIN_, 0, 0, 0) == 0;
        if (!limit_all())
                return op_fail(op, RC_INTERNAL, "sandbox: limits: %m");
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
                return op_fail(op, RC_INTERNAL, "sandbox: dumpable: %m");
#ifndef SANDBOX_UNFILTERED
        if (!syscall_filter_install(fd))
                return op_fail(op, RC_INTERNAL, "sandbox: system call filter: %m");
        sandbox.filtered = true;
#endif
        *ret = sandbox;
        return RC_OK;
}
