#include "unit/fake.h"

#include "unit/test.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIP_STATUS = 77 };

static void run(const char *name, int input, int output)
{
        const char *folder = getenv("BONIN_TESTS");
        char path[1024];
        snprintf(path, sizeof(path), "%s/fakes/%s", folder ? folder : "tests", name);
        if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
                _exit(1);
        execl(path, name, (char *)NULL);
        _exit(errno == ENOENT ? SKIP_STATUS : 1);
}

static bool read_line(int fd, struct buf *line)
{
        char c;
        while (fd_read_all(fd, &c, 1)) {
                if (c == '\n')
                        return true;
                buf_add_char(line, c);
        }
        return false;
}

void fake_start(struct fake *fake, const char *name)
{
        int input[2], output[2];
        CHECK(pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0);
        *fake = (struct fake){.pid = fork(), .input = input[1]};
        CHECK(fake->pid >= 0);
        if (fake->pid == 0)
                run(name, input[0], output[1]);
        fd_close(&input[0]);
        fd_close(&output[1]);
        CLEANUP(buf_release) struct buf line;
        buf_init(&line, 65536);
        bool ready = read_line(output[0], &line) && json_parse(buf_str(&line), 65536, &fake->ready);
        fd_close(&output[0]);
        if (ready)
                return;
        int status = 0;
        fd_close(&fake->input);
        waitpid(fake->pid, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == SKIP_STATUS)
                test_skip(name);
        test_fail(__FILE__, __LINE__, name);
}

void fake_stop(struct fake *fake)
{
        fd_close(&fake->input);
        if (fake->pid > 0)
                waitpid(fake->pid, NULL, 0);
        json_decref(fake->ready);
        *fake = (struct fake){.input = -1};
}
