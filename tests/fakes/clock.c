/*
 * A wall clock that tests can move: LD_PRELOAD this, and let BONIN_TEST_CLOCK name a file of eight bytes, the
 * seconds to add (native byte order), which may change at any time. Only the wall clock moves; what waits by
 * the monotonic clock is left alone.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

static const volatile int64_t *ahead_s;

__attribute__((constructor)) static void open_clock(void)
{
        const char *path = getenv("BONIN_TEST_CLOCK");
        int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (fd < 0)
                return;
        void *map = mmap(NULL, sizeof *ahead_s, PROT_READ, MAP_SHARED, fd, 0);
        close(fd);
        if (map != MAP_FAILED)
                ahead_s = map;
}

SHOWN int clock_gettime(clockid_t id, struct timespec *ts)
{
        int rc = (int)syscall(SYS_clock_gettime, id, ts);
        if (rc == 0 && ahead_s && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
                ts->tv_sec += *ahead_s;
        return rc;
}

SHOWN time_t time(time_t *ret)
{
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (ret)
                *ret = now.tv_sec;
        return now.tv_sec;
}

SHOWN int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
        struct timespec now;
        (void)zone;
        clock_gettime(CLOCK_REALTIME, &now);
        *tv = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
        return 0;
}
