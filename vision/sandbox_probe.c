/*
 * What must not be possible from inside the cell. Each operation uses the system call itself, not the
 * library, so that nothing but the kernel decides.
 */
#include "vision/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

static long try_ptrace(void)
{
        return syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

static long try_kill_parent(void)
{
        return syscall(SYS_kill, getppid(), 0);
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
    {"socket", try_socket},
    {"udp", try_udp},
    {"unix", try_unix},
    {"exec", try_exec},
    {"fork", try_fork},
    {"ptrace", try_ptrace},
    {"kill_parent", try_kill_parent},
    {"mount", try_mount},
    {"io_uring", try_io_uring},
    {"userfaultfd", try_userfaultfd},
    {"bpf", try_bpf},
    {"dumpable", try_dumpable},
    {"executable_memory", try_executable_memory},
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
