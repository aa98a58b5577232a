#include "vision/syscall_filter.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "no list of system calls for this processor"
#endif

enum { ARGUMENT_LOW = offsetof(struct seccomp_data, args) }; /* little-endian: the low half comes first */

enum check {
        CHECK_NONE,
        CHECK_FD, /* the first argument is the descriptor; others are refused: libraries complain on stderr */
        CHECK_PROT, /* the third argument asks for no executable memory */
};

static const struct {
        int number;
        enum check check;
} allowed[] = {
    {SYS_read, CHECK_FD},
    {SYS_write, CHECK_FD},
    {SYS_mmap, CHECK_PROT},
    {SYS_mprotect, CHECK_PROT},
    {SYS_munmap, CHECK_NONE},
    {SYS_mremap, CHECK_NONE},
    {SYS_madvise, CHECK_NONE},
    {SYS_brk, CHECK_NONE},
    {SYS_futex, CHECK_NONE},
    {SYS_clock_gettime, CHECK_NONE},
    {SYS_gettimeofday, CHECK_NONE},
    {SYS_sched_yield, CHECK_NONE},
    {SYS_restart_syscall, CHECK_NONE},
    {SYS_exit, CHECK_NONE},
    {SYS_exit_group, CHECK_NONE},
};

/* Libraries look for processors and settings in files, and take no for an answer. */
static const int refused[] = {
    SYS_openat,     SYS_newfstatat, SYS_statx,     SYS_readlinkat, SYS_faccessat, SYS_sched_getaffinity,
    SYS_faccessat2, SYS_sysinfo,    SYS_getrandom, SYS_getcpu,
#ifdef SYS_open /* older calls that newer processors do not have */
    SYS_open,       SYS_stat,       SYS_lstat,     SYS_access,     SYS_readlink,
#endif
};

enum { RULE_MAX = 5, PROGRAM_MAX = 4 + RULE_MAX * LEN(allowed) + 2 * LEN(refused) + 1 };

struct program {
        struct sock_filter code[PROGRAM_MAX];
        unsigned short len;
};

static void add(struct program *program, uint16_t op, uint32_t value, uint8_t if_true, uint8_t if_false)
{
        program->code[program->len++] = (struct sock_filter){op, if_true, if_false, value};
}

/* A rule leaves the number loaded where it does not match, and ends the program where it does. */
static void add_rule(struct program *program, int number, enum check check, int fd)
{
        if (check == CHECK_NONE) {
                add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
                add(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
                return;
        }
        uint32_t at = ARGUMENT_LOW + (check == CHECK_PROT ? 2 * sizeof(uint64_t) : 0);
        add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 4);
        add(program, BPF_LD | BPF_W | BPF_ABS, at, 0, 0);
        if (check == CHECK_FD)
                add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)fd, 1, 0);
        else
                add(program, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1);
        uint32_t otherwise = check == CHECK_FD ? SECCOMP_RET_ERRNO | EACCES : SECCOMP_RET_KILL_PROCESS;
        add(program, BPF_RET | BPF_K, otherwise, 0, 0);
        add(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

bool syscall_filter_install(int fd)
{
        struct program program = {.len = 0};
        add(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
        add(&program, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
        add(&program, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
        add(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
        for (size_t i = 0; i < LEN(allowed); i++)
                add_rule(&program, allowed[i].number, allowed[i].check, fd);
        for (size_t i = 0; i < LEN(refused); i++) {
                add(&program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)refused[i], 0, 1);
                add(&program, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES, 0, 0);
        }
        add(&program, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);

        struct sock_fprog prog = {.len = program.len, .filter = program.code};
        long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog);
        if (result > 0) /* a thread that could not be brought along */
                errno = EBUSY;
        return result == 0;
}
