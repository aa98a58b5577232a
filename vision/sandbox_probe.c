/*
 * What must not be possible from inside the cell. Each operation uses the system call itself, not the
 * library, so that nothing but the kernel decides.
 */
#include "vision/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static long try_open(void)
{
        return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static long try_open_environ(void)
{
        return syscall(SYS_openat, AT_FDCWD, "/proc/self/environ", O_RDONLY);
}

static long try_create(void)
{
        long fd =
            syscall(SYS_openat, AT_FDCWD, "/tmp/bonin-sandbox-probe", O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (fd >= 0)
                (void)unlink("/tmp/bonin-sandbox-probe");
        return fd;
}

/* Of a file that is not there: only the right to look for it is asked about. */
static long try_unlink(void)
{
        long result = syscall(SYS_unlinkat, AT_FDCWD, "/bonin-sandbox-probe", 0);
        return result < 0 && errno == ENOENT ? 0 : result;
}

static long try_memory_file(void)
{
        return syscall(SYS_memfd_create, "probe", 0);
}

static long try_socket(void)
{
        return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static long try_udp(void)
{
        return syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0);
}

static long try_unix(void)
{
        return syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
}

/* Over the one descriptor that may be used, in a way that could carry others. */
static long try_sendmsg(void)
{
        struct msghdr nothing = {0};
        long result = syscall(SYS_sendmsg, STDERR_FILENO + 1, &nothing, 0);
        return result < 0 && errno == ENOTSOCK ? 0 : result;
}

static long try_ioctl(void)
{
        int bytes = 0;
        long result = syscall(SYS_ioctl, STDERR_FILENO + 1, FIONREAD, &bytes);
        return result < 0 && errno == ENOTTY ? 0 : result;
}

static long try_duplicate(void)
{
        return syscall(SYS_dup, STDERR_FILENO + 1);
}

static long try_exec(void)
{
        const char *argv[] = {"true", NULL}, *env[] = {NULL};
        return syscall(SYS_execve, "/bin/true", argv, env);
}

static long try_fork(void)
{
        long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (pid == 0)
                _exit(0);
        return pid;
}

static long try_namespace(void)
{
        return syscall(SYS_unshare, 0);
}

static long try_ptrace(void)
{
        return syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

static long try_kill_parent(void)
{
        return syscall(SYS_kill, getppid(), 0);
}

static long try_signal_self(void)
{
        return syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), 0);
}

static long try_process_handle(void)
{
        return syscall(SYS_pidfd_open, getppid(), 0);
}

/* Our own memory: that of another process is the same call. */
static long try_read_memory(void)
{
        char from = 'a', to;
        struct iovec there = {&from, 1}, here = {&to, 1};
        return syscall(SYS_process_vm_readv, getpid(), &here, 1, &there, 1, 0);
}

static long try_write_memory(void)
{
        char from = 'a', to;
        struct iovec there = {&to, 1}, here = {&from, 1};
        return syscall(SYS_process_vm_writev, getpid(), &here, 1, &there, 1, 0);
}

static long try_mount(void)
{
        return syscall(SYS_mount, "none", "/nonexistent", "tmpfs", 0, NULL);
}

static long try_io_uring(void)
{
        uint64_t params[15] = {0}; /* struct io_uring_params: 120 bytes */
        return syscall(SYS_io_uring_setup, 1, params);
}

static long try_userfaultfd(void)
{
        return syscall(SYS_userfaultfd, 1 /* user mode only */);
}

static long try_bpf(void)
{
        return syscall(SYS_bpf, 0, NULL, 0);
}

static long try_dumpable(void)
{
        return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long try_executable_memory(void)
{
        return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                       -1, 0) == -1
                   ? -1
                   : 0;
}

static long try_make_executable(void)
{
        static char page[8192];
        char *at = page + 4096 - (uintptr_t)page % 4096;
        return syscall(SYS_mprotect, at, 4096, PROT_READ | PROT_EXEC);
}

static long try_raise_limit(void)
{
        struct rlimit limit;
        return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
}

static long try_change_user(void)
{
        return syscall(SYS_setuid, getuid());
}

static long try_write_stderr(void)
{
        return syscall(SYS_write, STDERR_FILENO, "", 1);
}

static long try_x32(void)
{
        return syscall(0x40000000 | SYS_getpid);
}

static const struct {
        const char *name;
        long (*run)(void);
} probes[] = {
    {"open", try_open},
    {"open_environ", try_open_environ},
    {"create", try_create},
    {"unlink", try_unlink},
    {"memory_file", try_memory_file},
    {"socket", try_socket},
    {"udp", try_udp},
    {"unix", try_unix},
    {"sendmsg", try_sendmsg},
    {"ioctl", try_ioctl},
    {"duplicate", try_duplicate},
    {"exec", try_exec},
    {"fork", try_fork},
    {"namespace", try_namespace},
    {"ptrace", try_ptrace},
    {"kill_parent", try_kill_parent},
    {"signal_self", try_signal_self},
    {"process_handle", try_process_handle},
    {"read_memory", try_read_memory},
    {"write_memory", try_write_memory},
    {"mount", try_mount},
    {"io_uring", try_io_uring},
    {"userfaultfd", try_userfaultfd},
    {"bpf", try_bpf},
    {"dumpable", try_dumpable},
    {"executable_memory", try_executable_memory},
    {"make_executable", try_make_executable},
    {"raise_limit", try_raise_limit},
    {"change_user", try_change_user},
    {"write_stderr", try_write_stderr},
    {"x32", try_x32},
};

int sandbox_probe(const char *name)
{
        for (size_t i = 0; i < LEN(probes); i++)
                if (strcmp(probes[i].name, name) == 0)
                        return probes[i].run() < 0 ? errno : 0;
        return -1;
}
