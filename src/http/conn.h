/*
 * The connections that are open: how many from where, and until when each may take for what it is doing. A
 * reaper thread shuts down those past their deadline; it does so under the lock that conn_close takes, so
 * that it never touches a descriptor that somebody else has by then.
 */
#pragma once

#include "http/addr.h"

struct conns;
struct conn;

/* `tick` runs on the reaper's thread about four times a second. */
struct conns *conns_new(unsigned per_ip_max, const struct addr_nets *exempt,
                        void (*tick)(void *ctx, int64_t now_ms), void *ctx);
/* Ends the reaper; all connections must be closed by then. NULL is fine. */
void conns_free(struct conns *conns);

/* Whether one more connection from there may be opened. */
bool conns_allow(struct conns *conns, const struct addr *peer);
/* How many are open. */
unsigned conns_open(struct conns *conns);
/* Shut down all that are open. */
void conns_shut(struct conns *conns);

struct conn *conn_open(struct conns *conns, int fd, const struct addr *peer, int64_t deadline_ms);
/* Before the descriptor is closed. */
void conn_close(struct conns *conns, struct conn *conn);
const struct addr *conn_peer(const struct conn *conn);
/* The time by which what comes next must be done. From the thread that serves the connection. */
void conn_deadline(struct conn *conn, int64_t deadline_ms);
/* As conn_deadline, but only to bring it nearer. */
void conn_deadline_sooner(struct conn *conn, int64_t deadline_ms);
/* Shut it down now. From any thread that knows it to be open. */
void conn_shut(struct conns *conns, struct conn *conn);
