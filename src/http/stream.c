#include "http/stream.h"

#include <pthread.h>

enum { PENDING_MAX = 256 * 1024, CHUNK_BYTES = 4096, NEXT_MEMORY_MAX = 256 * 1024 };

struct stream {
        struct stream *following;
        struct stream **link;
        struct http_exchange *x;
        struct buf pending;       /* what the connection has not taken */
        size_t taken;             /* of pending */
        int64_t pending_since_ms; /* 0: nothing pends */
        int64_t beat_ms;          /* when the next heartbeat is due */
        int64_t poll_ms;          /* when `next` is due; INT64_MAX: only when woken */
        int64_t end_ms;
        bool asleep;   /* the connection is suspended */
        bool over;     /* end when all is taken */
        bool running;  /* a task is queued or runs */
        bool woken;    /* call `next` again after this run */
        bool detached; /* the connection is gone */
};

struct streams {
        struct http_server *server;
        pthread_mutex_t lock;
        struct stream *first;
        unsigned open;
        bool ending;
};

struct streams *streams_new(struct http_server *server)
{
        struct streams *streams = x_new(1, sizeof(*streams));
        streams->server = server;
        pthread_mutex_init(&streams->lock, NULL);
        return streams;
}

void streams_free(struct streams *streams)
{
        if (streams == NULL)
                return;
        pthread_mutex_destroy(&streams->lock);
        x_free(streams);
}

/* Let the connection look at what there is. */
static void rouse(struct stream *stream)
{
        if (!stream->asleep)
                return;
        stream->asleep = false;
        MHD_resume_connection(stream->x->mhd);
}

static void append(struct stream *stream, struct str bytes, int64_t now)
{
        if (bytes.len == 0)
                return;
        if (stream->pending_since_ms == 0)
                stream->pending_since_ms = now;
        buf_add(&stream->pending, bytes);
        if (!buf_ok(&stream->pending))
                stream->over = true;
        stream->beat_ms = now + stream->x->server->config.heartbeat_ms;
        rouse(stream);
}

static void finish(struct stream *stream)
{
        stream->over = true;
        rouse(stream);
}

static void release(struct stream *stream)
{
        buf_release(&stream->pending);
        x_free(stream);
}

static void run_next(struct crew_task *task);

/* Have `next` called soon. Under the lock. */
static void call_next(struct stream *stream, int64_t now)
{
        if (stream->over || stream->detached)
                return;
        int64_t poll_ms = stream->x->reply.stream.poll_ms;
        stream->poll_ms = poll_ms > 0 ? now + poll_ms : INT64_MAX;
        if (stream->running) {
                stream->woken = true;
                return;
        }
        stream->woken = false;
        stream->x->task.run = run_next;
        stream->running = crew_push(stream->x->server->crew, &stream->x->task);
        if (!stream->running)
                stream->poll_ms = now; /* the next tick tries again */
}

static void run_next(struct crew_task *task)
{
        struct http_exchange *x =
            (struct http_exchange *)((char *)task - offsetof(struct http_exchange, task));
        struct stream *stream = x->stream;
        struct streams *streams = x->server->streams;
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf fresh;
        op_init(&op, x->request.op.id, NEXT_MEMORY_MAX, x->server->config.story_ms);
        op.client = x->request.op.client;
        buf_init_secret(&fresh, PENDING_MAX);
        bool more = x->reply.stream.next(x->reply.stream.ctx, &op, &fresh);
        int64_t now = clock_mono_ms();

        pthread_mutex_lock(&streams->lock);
        stream->running = false;
        bool detached = stream->detached;
        if (!detached) {
                append(stream, buf_str(&fresh), now);
                if (!more || !buf_ok(&fresh))
                        finish(stream);
                else if (stream->woken)
                        call_next(stream, now);
        }
        pthread_mutex_unlock(&streams->lock);
        if (detached) {
                release(stream);
                exchange_free(x);
        }
}

static void tick_one(struct stream *stream, int64_t now)
{
        const struct http_config *config = &stream->x->server->config;
        if (stream->pending_since_ms && now - stream->pending_since_ms > config->answer_ms)
                conn_shut(stream->x->server->conns, stream->x->conn);
        if (now >= stream->end_ms)
                finish(stream);
        if (now >= stream->beat_ms)
                append(stream, STR(": still here\n\n"), now);
        if (now >= stream->poll_ms)
                call_next(stream, now);
}

void streams_tick(struct streams *streams, int64_t now_ms)
{
        pthread_mutex_lock(&streams->lock);
        for (struct stream *stream = streams->first; stream; stream = stream->following)
                tick_one(stream, now_ms);
        pthread_mutex_unlock(&streams->lock);
}

void streams_wake(struct streams *streams, struct str topic)
{
        int64_t now = clock_mono_ms();
        pthread_mutex_lock(&streams->lock);
        for (struct stream *stream = streams->first; stream; stream = stream->following)
                if (str_equal(str_from(stream->x->reply.stream.topic), topic))
                        call_next(stream, now);
        pthread_mutex_unlock(&streams->lock);
}

void streams_end(struct streams *streams)
{
        pthread_mutex_lock(&streams->lock);
        streams->ending = true;
        for (struct stream *stream = streams->first; stream; stream = stream->following)
                finish(stream);
        pthread_mutex_unlock(&streams->lock);
}

bool stream_open(struct streams *streams, struct http_exchange *x)
{
        const struct http_config *config = &x->server->config;
        int64_t now = clock_mono_ms();
        struct stream *stream = x_new(1, sizeof(*stream));
        buf_init_secret(&stream->pending, PENDING_MAX);
        stream->x = x;
        stream->beat_ms = now + config->heartbeat_ms;
        stream->end_ms = now + config->stream_ms;
        x->stream = stream;

        pthread_mutex_lock(&streams->lock);
        bool room = !streams->ending && streams->open < config->streams_max;
        if (room) {
                streams->open++;
                stream->following = streams->first;
                stream->link = &streams->first;
                if (stream->following)
                        stream->following->link = &stream->following;
                streams->first = stream;
                call_next(stream, now);
        }
        pthread_mutex_unlock(&streams->lock);
        if (room)
                return true;
        x->stream = NULL;
        release(stream);
        return false;
}

/* Called by the event thread when the connection can take more. */
static ssize_t read_stream(void *ctx, uint64_t at, char *bytes, size_t max)
{
        struct stream *stream = ctx;
        struct streams *streams = stream->x->server->streams;
        ssize_t result = 0;
        pthread_mutex_lock(&streams->lock);
        size_t left = stream->pending.len - stream->taken;
        if (left > 0) {
                size_t len = MIN(left, max);
                memcpy(bytes, stream->pending.ptr + stream->taken, len);
                stream->taken += len;
                result = (ssize_t)len;
        } else if (stream->over) {
                result = MHD_CONTENT_READER_END_OF_STREAM;
        } else {
                stream->asleep = true;
                MHD_suspend_connection(stream->x->mhd);
        }
        if (stream->taken == stream->pending.len) {
                buf_clear(&stream->pending);
                stream->taken = 0;
                stream->pending_since_ms = 0;
        }
        pthread_mutex_unlock(&streams->lock);
        return result;
}

struct MHD_Response *stream_response(struct stream *stream)
{
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, CHUNK_BYTES, read_stream, stream, NULL);
}

bool stream_detach(struct stream *stream)
{
        struct streams *streams = stream->x->server->streams;
        pthread_mutex_lock(&streams->lock);
        *stream->link = stream->following;
        if (stream->following)
                stream->following->link = stream->link;
        streams->open--;
        stream->detached = true;
        bool running = stream->running;
        pthread_mutex_unlock(&streams->lock);
        if (running)
                return false;
        release(stream);
        return true;
}
