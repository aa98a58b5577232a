#include "http/meter.h"

#include <stdatomic.h>

enum { STATUSES_MAX = 24 };

static const int bounds_ms[] = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000};

struct row {
        atomic_int statuses[STATUSES_MAX]; /* 0: free */
        atomic_uint_fast64_t counts[STATUSES_MAX];
        atomic_uint_fast64_t buckets[LEN(bounds_ms) + 1];
        atomic_uint_fast64_t sum_ms;
};

struct meter {
        const struct http_route *routes;
        size_t len;
        struct row rows[];
};

struct meter *meter_new(const struct http_route *routes, size_t len)
{
        struct meter *meter = x_new(1, sizeof(*meter) + (len + 1) * sizeof(struct row));
        meter->routes = routes;
        meter->len = len;
        return meter;
}

void meter_free(struct meter *meter)
{
        x_free(meter);
}

static void count_status(struct row *row, int status)
{
        for (size_t i = 0; i < STATUSES_MAX; i++) {
                int seen = 0;
                if (atomic_load_explicit(&row->statuses[i], memory_order_relaxed) == status ||
                    atomic_compare_exchange_strong(&row->statuses[i], &seen, status) || seen == status) {
                        atomic_fetch_add_explicit(&row->counts[i], 1, memory_order_relaxed);
                        return;
                }
        }
}

void meter_count(struct meter *meter, const struct http_route *route, int status, int64_t ms)
{
        struct row *row = &meter->rows[route ? (size_t)(route - meter->routes) : meter->len];
        count_status(row, status);
        size_t i = 0;
        while (i < LEN(bounds_ms) && ms > bounds_ms[i])
                i++;
        atomic_fetch_add_explicit(&row->buckets[i], 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&row->sum_ms, (uint_fast64_t)ms, memory_order_relaxed);
}

static void label(const struct meter *meter, size_t i, struct buf *buf)
{
        if (i < meter->len)
                buf_addf(buf, "method=\"%s\",route=\"%s\"", http_method_name(meter->routes[i].method),
                         meter->routes[i].pattern);
        else
                buf_addf(buf, "method=\"\",route=\"\"");
}

static void write_requests(const struct meter *meter, struct buf *buf)
{
        buf_addf(buf, "# HELP bonin_http_requests_total Requests answered.\n"
                      "# TYPE bonin_http_requests_total counter\n");
        for (size_t i = 0; i <= meter->len; i++) {
                for (size_t k = 0; k < STATUSES_MAX && meter->rows[i].statuses[k]; k++) {
                        buf_addf(buf, "bonin_http_requests_total{");
                        label(meter, i, buf);
                        buf_addf(buf, ",status=\"%d\"} %llu\n", meter->rows[i].statuses[k],
                                 (unsigned long long)meter->rows[i].counts[k]);
                }
        }
}

static void write_durations(const struct meter *meter, size_t i, struct buf *buf)
{
        const struct row *row = &meter->rows[i];
        unsigned long long total = 0;
        for (size_t k = 0; k <= LEN(bounds_ms); k++)
                total += row->buckets[k];
        if (total == 0)
                return;
        unsigned long long below = 0;
        for (size_t k = 0; k < LEN(bounds_ms); k++) {
                below += row->buckets[k];
                buf_addf(buf, "bonin_http_request_seconds_bucket{");
                label(meter, i, buf);
                buf_addf(buf, ",le=\"%g\"} %llu\n", bounds_ms[k] / 1000.0, below);
        }
        buf_addf(buf, "bonin_http_request_seconds_bucket{");
        label(meter, i, buf);
        buf_addf(buf, ",le=\"+Inf\"} %llu\nbonin_http_request_seconds_count{", total);
        label(meter, i, buf);
        buf_addf(buf, "} %llu\nbonin_http_request_seconds_sum{", total);
        label(meter, i, buf);
        buf_addf(buf, "} %g\n", (double)row->sum_ms / 1000.0);
}

void meter_write(const struct meter *meter, struct buf *buf)
{
        write_requests(meter, buf);
        buf_addf(buf,
                 "# HELP bonin_http_request_seconds From the head of a request to the end of its answer.\n"
                 "# TYPE bonin_http_request_seconds histogram\n");
        for (size_t i = 0; i <= meter->len; i++)
                write_durations(meter, i, buf);
}
