#include "vision/child.h"

#include "base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNEL = 3, READY_JSON_MAX = 4096, JSON_MAX = 64 * 1024, PICTURE_MAX = 10 * 1024 * 1024 };

bool child_find_program(const char *given, char *ret_path, size_t path_max)
{
        /* Installed, and as the build leaves it. */
        static const char *const places[] = {"bonin-vision", "vision/bonin-vision",
                                             "../libexec/bonin/bonin-vision"};
        const char *from_env = getenv("BONIN_VISION");
        if (given || (from_env && from_env[0])) {
                snprintf(ret_path, path_max, "%s", given ? given : from_env);
                return access(ret_path, X_OK) == 0;
        }
        char self[512];
        ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
        self[MAX(len, 0)] = '\0';
        char *slash = strrchr(self, '/');
        if (slash == NULL)
                return false;
        *slash = '\0';
        for (size_t i = 0; i < LEN(places); i++) {
                int needed = snprintf(ret_path, path_max, "%s/%s", self, places[i]);
                if (needed > 0 && (size_t)needed < path_max && access(ret_path, X_OK) == 0)
                        return true;
        }
        return false;
}

/* Its own process group, so that a key pressed at our terminal is ours alone; default signals. */
static bool prepare(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int fd)
{
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        return posix_spawnattr_setflags(attributes, flags) == 0 &&
               posix_spawnattr_setpgroup(attributes, 0) == 0 &&
               posix_spawnattr_setsigmask(attributes, &none) == 0 &&
               posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
               posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
               posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
               posix_spawn_file_actions_adddup2(actions, fd, CHANNEL) == 0 &&
               posix_spawn_file_actions_addclosefrom_np(actions, CHANNEL + 1) == 0;
}

enum { ARGS_MAX = 12 };

static void build_args(const struct vision_options *options, char *program, char *ret[ARGS_MAX])
{
        const struct {
                const char *flag, *value;
        } flags[] = {{"--models", options->model_dir},
                     {"--manifest", options->manifest},
                     {"--tessdata", options->tessdata_dir},
                     {"--roles", options->roles}};
        size_t len = 0;
        ret[len++] = program;
        for (size_t i = 0; i < LEN(flags); i++)
                if (flags[i].value) {
                        ret[len++] = (char *)flags[i].flag;
                        ret[len++] = (char *)flags[i].value;
                }
        ret[len] = NULL;
}

enum rc child_start(struct op *op, const struct vision_options *options, struct child *ret)
{
        /* One thread each: the filter allows no other, and a card is read five times slower with more. */
        static const char *const env[] = {
            "OMP_THREAD_LIMIT=1",       "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1",
            "OPENCV_FOR_THREADS_NUM=1", "LC_ALL=C",          NULL};
        char path[512];
        char *args[ARGS_MAX];
        if (!child_find_program(options->program, path, sizeof(path)))
                return op_fail(op, RC_UNAVAILABLE,
                               "bonin-vision not found; put it beside bonin, or name it in BONIN_VISION");
        build_args(options, path, args);
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
                return op_fail(op, RC_UNAVAILABLE, "vision: socketpair: %m");
        CLEANUP(fd_close) int ours = pair[0];
        CLEANUP(fd_close) int theirs = pair[1];
        if (fcntl(ours, F_SETFL, O_NONBLOCK) != 0)
                return op_fail(op, RC_UNAVAILABLE, "vision: fcntl: %m");

        posix_spawnattr_t attributes;
        posix_spawn_file_actions_t actions;
        pid_t pid = 0;
        if (posix_spawnattr_init(&attributes) != 0 || posix_spawn_file_actions_init(&actions) != 0)
                return op_fail(op, RC_UNAVAILABLE, "vision: no memory to start a process");
        int error = prepare(&attributes, &actions, theirs)
                        ? posix_spawn(&pid, path, &actions, &attributes, args, (char *const *)env)
                        : ENOMEM;
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
        if (error != 0) {
                errno = error;
                return op_fail(op, RC_UNAVAILABLE, "vision: cannot start bonin-vision: %m");
        }
        *ret = (struct child){.pid = pid, .fd = ours};
        ours = -1;
        return RC_OK;
}

static bool parse_status(struct str text, struct vision_status *ret)
{
        json_auto_t *json = NULL;
        struct vision_status status = {0};
        int64_t abi;
        if (!json_parse(text, READY_JSON_MAX, &json) || !json_get_int(json, "landlock_abi", 0, 1000, &abi) ||
            !json_get_int(json, "load_ms", 0, INT32_MAX, &status.load_ms))
                return false;
        const struct {
                const char *key;
                bool *at;
        } flags[] = {{"documents", &status.documents},       {"faces", &status.faces},
                     {"mrz_model", &status.mrz_model},       {"line_model", &status.line_model},
                     {"script_model", &status.script_model}, {"filtered", &status.filtered},
                     {"no_new_code", &status.no_new_code},   {"unprivileged", &status.unprivileged}};
        for (size_t i = 0; i < LEN(flags); i++)
                *flags[i].at = json_get_bool(json, flags[i].key);
        status.landlock_abi = (int)abi;
        struct str why = json_get_str(json, "why");
        snprintf(status.why, sizeof(status.why), "%.*s", STR_FMT(why));
        *ret = status;
        return true;
}

enum rc child_wait_ready(struct op *op, struct child *child)
{
        static const struct frame_limits limits = {.json_max = READY_JSON_MAX, .total_max = READY_JSON_MAX};
        if (child->ready)
                return RC_OK;
        CLEANUP(frame_release) struct frame frame = {0};
        enum rc rc = frame_receive(op, child->fd, &limits, &frame);
        if (rc == RC_TIMED_OUT)
                return rc;
        if (rc != RC_OK || frame.kind != FRAME_READY ||
            !parse_status(frame.parts[FRAME_JSON], &child->status)) {
                op_forgive(op);
                return op_fail(op, RC_UNAVAILABLE,
                               "bonin-vision ended before it was ready; its own words stand on stderr");
        }
        child->ready = true;
        return RC_OK;
}

bool child_has_spoken(const struct child *child)
{
        struct pollfd poll_fd = {.fd = child->fd, .events = POLLIN};
        return poll(&poll_fd, 1, 0) != 0;
}

enum rc child_ask(struct op *op, struct child *child, const struct frame *request, struct frame *ret_reply)
{
        static const struct frame_limits limits = {
            .json_max = JSON_MAX, .part_max = PICTURE_MAX, .total_max = 3 * PICTURE_MAX};
        child->served++;
        enum rc rc = frame_send(op, child->fd, request);
        if (rc == RC_OK)
                rc = frame_receive(op, child->fd, &limits, ret_reply);
        if (rc == RC_OK && ret_reply->kind != FRAME_REPLY) {
                frame_release(ret_reply);
                return op_fail(op, RC_INTERNAL, "vision: not a reply");
        }
        if (rc != RC_UNAVAILABLE && rc != RC_TIMED_OUT)
                return rc;
        op_forgive(op);
        return rc == RC_TIMED_OUT
                   ? op_fail(op, rc, "bonin-vision did not answer in time, and was started anew")
                   : op_fail(op, RC_INTERNAL, "bonin-vision died over a picture");
}

void child_end(struct child *child)
{
        fd_close(&child->fd);
        if (child->pid > 0) {
                /* Where killing is not allowed, the closed socket ends it, and it is not waited for. */
                int options = kill(child->pid, SIGKILL) == 0 ? 0 : WNOHANG;
                while (waitpid(child->pid, NULL, options) < 0 && errno == EINTR)
                        ;
        }
        *child = (struct child){.fd = -1};
}
