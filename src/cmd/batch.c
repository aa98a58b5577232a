#include "cmd/batch.h"

#include "cmd/app.h"
#include "vision/models.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 256 * 1024, JOBS_MAX = 64 };

struct state {
        const struct batch *batch;
        struct vision_pool *pool;
        pthread_mutex_t mutex;
        pthread_cond_t printed;
        size_t next, done; /* to be taken; printed */
        int status;
        bool stop;
        bool show_progress;
        int finished_fd; /* an eventfd: a worker is through */
};

static bool take(struct state *state, size_t *ret_index)
{
        pthread_mutex_lock(&state->mutex);
        bool more = !state->stop && state->next < state->batch->count;
        *ret_index = state->next;
        state->next += more;
        pthread_mutex_unlock(&state->mutex);
        return more;
}

/* Lines leave in order: wait for the one before. */
static void put(struct state *state, size_t index, int status, struct buf *line)
{
        pthread_mutex_lock(&state->mutex);
        while (!state->stop && state->done != index)
                pthread_cond_wait(&state->printed, &state->mutex);
        if (!state->stop) {
                state->status = MAX(state->status, status);
                buf_add_char(line, '\n');
                if (!buf_ok(line) || fwrite(line->ptr, 1, line->len, stdout) != line->len ||
                    fflush(stdout) != 0) {
                        state->stop = true;
                        state->status = EXIT_OUTSIDE;
                }
                state->done++;
                if (state->show_progress)
                        fprintf(stderr, "\r%zu of %zu%s", state->done, state->batch->count,
                                state->done == state->batch->count ? "\n" : "");
        }
        pthread_cond_broadcast(&state->printed);
        pthread_mutex_unlock(&state->mutex);
}

static void *work(void *arg)
{
        struct state *state = arg;
        for (size_t index; take(state, &index);) {
                CLEANUP(buf_release) struct buf line;
                buf_init_secret(&line, LINE_MAX_LEN);
                int status = state->batch->run(state->batch->ctx, state->pool, index, &line);
                put(state, index, status, &line);
        }
        (void)eventfd_write(state->finished_fd, 1);
        return NULL;
}

/* Until `threads` workers are through, or a signal ends it. The calls under way are ended with the pool, by
 * the caller. */
static void wait_for_end(struct state *state, int signal_fd, size_t threads)
{
        for (eventfd_t ended = 0, more; ended < threads;) {
                struct pollfd fds[2] = {{.fd = state->finished_fd, .events = POLLIN},
                                        {.fd = signal_fd, .events = POLLIN}};
                if (poll(fds, 2, -1) < 0)
                        continue;
                if (fds[1].revents) {
                        struct signalfd_siginfo info = {.ssi_signo = SIGINT};
                        (void)!read(signal_fd, &info, sizeof(info));
                        pthread_mutex_lock(&state->mutex);
                        state->stop = true;
                        state->status = EXIT_SIGNALLED + (int)info.ssi_signo;
                        if (state->show_progress)
                                fputc('\n', stderr);
                        pthread_cond_broadcast(&state->printed);
                        pthread_mutex_unlock(&state->mutex);
                        return;
                }
                if (eventfd_read(state->finished_fd, &more) == 0)
                        ended += more;
        }
}

static size_t jobs_of(const struct batch *batch)
{
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        size_t jobs = batch->jobs > 0 ? batch->jobs : (size_t)MAX(cores, 1);
        return MAX(MIN(MIN(jobs, batch->count), JOBS_MAX), 1);
}

static struct vision_pool *open_pool(const struct batch *batch, const struct conf *conf, size_t jobs)
{
        struct vision_models models;
        vision_find_models(conf->model_dir, conf->data_dir, &models);
        struct vision_options options = {
            .model_dir = models.dir[0] ? models.dir : NULL, .roles = batch->roles, .children = jobs};
        return vision_pool_open(&options);
}

/* Say once what makes the answers weaker than they could be. */
static void tell_what_is_missing(struct vision_pool *pool)
{
        struct op op;
        struct vision_status status;
        op_init(&op, NULL, 4096, 1000);
        if (vision_pool_status(pool, &op, &status) != RC_OK)
                fprintf(stderr, "bonin: %s\n", op.why);
        else if (status.why[0])
                fprintf(stderr, "bonin: %s (MODEL_DIR names the folder of models)\n", status.why);
        else if (status.documents && (!status.mrz_model || !status.line_model))
                fprintf(stderr, "bonin: %s is missing in MODEL_DIR: %s; run `tools/models`\n",
                        status.line_model ? "mrz.traineddata" : "ppocr_v3_det_zh.onnx",
                        status.line_model ? "fewer zones are read" : "hardly a card is read");
        op_release(&op);
}

int batch_run(const struct batch *batch, const struct conf *conf)
{
        size_t jobs = jobs_of(batch), started = 0;
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals, NULL);
        CLEANUP(fd_close) int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
        CLEANUP(fd_close) int finished_fd = eventfd(0, EFD_CLOEXEC);
        if (signal_fd < 0 || finished_fd < 0) {
                perror("bonin");
                return EXIT_OUTSIDE;
        }
        struct state state = {.batch = batch,
                              .pool = open_pool(batch, conf, jobs),
                              .mutex = PTHREAD_MUTEX_INITIALIZER,
                              .printed = PTHREAD_COND_INITIALIZER,
                              .show_progress = batch->count > 1 && isatty(STDERR_FILENO),
                              .finished_fd = finished_fd};
        pthread_t threads[JOBS_MAX];
        while (started < jobs && pthread_create(&threads[started], NULL, work, &state) == 0)
                started++;
        if (started == 0)
                state.status = EXIT_OUTSIDE;
        wait_for_end(&state, signal_fd, started);
        if (!state.stop)
                tell_what_is_missing(state.pool);
        vision_pool_end_calls(state.pool);
        for (size_t i = 0; i < started; i++)
                pthread_join(threads[i], NULL);
        vision_pool_close(state.pool);
        return state.status;
}

enum rc batch_read_file(struct op *op, const char *path, size_t max, struct buf *ret)
{
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        struct stat info;
        if (fd < 0 || fstat(fd, &info) != 0)
                return op_fail(op, RC_NOT_FOUND, "%m: %s", path);
        if (S_ISDIR(info.st_mode))
                return op_fail(op, RC_NOT_FOUND, "is a folder: %s", path);
        char chunk[65536];
        ssize_t len;
        while ((len = read(fd, chunk, sizeof(chunk))) > 0) {
                if (ret->len + (size_t)len > max)
                        return op_fail(op, RC_FILE_TOO_LARGE, "more than %zu bytes: %s", max, path);
                buf_add_bytes(ret, chunk, (size_t)len);
        }
        return len == 0 && buf_ok(ret) ? RC_OK : op_fail(op, RC_NOT_FOUND, "%m: %s", path);
}

bool batch_load_conf(const char *env_file, struct conf *ret)
{
        struct op op;
        op_init(&op, NULL, 1024 * 1024, 10000);
        bool loaded = conf_load(&op, env_file, NULL, 0, ret) == RC_OK;
        app_tell_notes(ret);
        if (!loaded) {
                fprintf(stderr, "bonin: %s\n", op.why);
                conf_release(ret);
        }
        op_release(&op);
        return loaded;
}
