/*
 * A plain HTTP client for tests: raw bytes out, a reply in.
 */
#pragma once

#include "base/buf.h"

struct client_reply {
        int status;      /* 0: the connection closed, or nothing came in time */
        struct str head; /* with the status line */
        struct str body;
        size_t used; /* bytes of the buffer that the reply took */
        bool closed; /* the server closed the connection */
};

/* Ends the test where it cannot connect. */
int client_connect(unsigned port);
/* False where the server closed. */
bool client_send(int fd, struct str bytes);
/* Wait for a whole reply (by Content-Length, or by the end of the connection). `buf` holds what was received
 * and owns the views in *ret. `head_only` for replies to HEAD. */
void client_read(int fd, struct buf *buf, int timeout_ms, bool head_only, struct client_reply *ret);
/* Read until `text` has come. False where it does not in time. */
bool client_expect(int fd, struct buf *buf, const char *text, int timeout_ms);
/* Whether the server closes the connection in time; what comes meanwhile is dropped. */
bool client_closed(int fd, int timeout_ms);
/* Connect, send, read one reply, close. */
void client_ask(unsigned port, struct str bytes, struct buf *buf, struct client_reply *ret);
/* Value of a header; null where absent. */
struct str client_header(const struct client_reply *reply, const char *name);
