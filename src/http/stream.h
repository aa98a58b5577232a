/*
 * Event streams that are open. `next` of the application runs on story threads; what it gives waits here
 * until the connection can take it. Between events the connection sleeps. A client that takes nothing, or is
 * gone, is noticed by the heartbeats that it leaves lying.
 */
#pragma once

#include "http/core.h"

struct streams *streams_new(struct http_server *server);
/* All streams must be detached. NULL is fine. */
void streams_free(struct streams *streams);
/* Give heartbeats, call `next` of those that are due, end those whose life is over. */
void streams_tick(struct streams *streams, int64_t now_ms);
/* Call `next` of those with this topic. */
void streams_wake(struct streams *streams, struct str topic);
/* End all, and each that comes. */
void streams_end(struct streams *streams);

/* Make x->stream of x->reply.stream. False where there are too many. */
NODISCARD bool stream_open(struct streams *streams, struct http_exchange *x);
struct MHD_Response *stream_response(struct stream *stream);
/* The connection is over. True where nothing runs any more and the exchange can be freed; otherwise the task
 * that runs will free it. */
bool stream_detach(struct stream *stream);
