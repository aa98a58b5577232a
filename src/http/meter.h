/*
 * Counters of what was answered: requests by route and status, and how long they took. Lock-free, from any
 * thread.
 */
#pragma once

#include "http/server.h"

struct meter;

/* One row a route, and one for requests that no route took. */
struct meter *meter_new(const struct http_route *routes, size_t len);
void meter_free(struct meter *meter);
/* `route` NULL: none took it. */
void meter_count(struct meter *meter, const struct http_route *route, int status, int64_t ms);
/* Prometheus text. */
void meter_write(const struct meter *meter, struct buf *buf);
