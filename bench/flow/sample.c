#include "flow/flow.h"

#include <stdlib.h>

static const char *const names[STEP_COUNT] = {"create",       "phone_send", "phone_verify", "email_send",
                                              "email_verify", "complete",   "status",       "flow"};

static struct samples {
        uint32_t *us;
        size_t len, cap;
        unsigned errors;
} samples[STEP_COUNT];
static bool measuring;
static unsigned told;

void sample_measure(bool on)
{
        measuring = on;
}

void sample_add(enum step step, int64_t us)
{
        struct samples *at = &samples[step];
        if (!measuring)
                return;
        if (at->len == at->cap) {
                at->cap = at->cap ? at->cap * 2 : 65536;
                at->us = x_grow(at->us, at->cap, sizeof *at->us);
        }
        at->us[at->len++] = (uint32_t)MIN(us, (int64_t)UINT32_MAX);
}

void sample_error(enum step step, int status, struct str body)
{
        samples[step].errors++;
        if (told++ < 5)
                fprintf(stderr, "bench-flow: %s: %d %.*s\n", names[step], status, (int)MIN(body.len, 300u),
                        body.ptr);
}

static int compare(const void *a, const void *b)
{
        uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
        return (one > two) - (one < two);
}

static double percentile_ms(const struct samples *at, double part)
{
        if (at->len == 0)
                return 0;
        size_t index = (size_t)((double)(at->len - 1) * part);
        return at->us[index] / 1000.0;
}

void sample_print(double seconds, double own_cpu_s, double server_cpu_s, long server_rss_kb)
{
        size_t requests = 0;
        unsigned errors = 0;
        for (int i = 0; i < STEP_FLOW; i++) {
                requests += samples[i].len;
                errors += samples[i].errors;
        }
        size_t flows = samples[STEP_FLOW].len;
        double each = (double)MAX(options.status ? requests : flows, (size_t)1);
        printf("{\"clients\":%d,\"rate\":%.0f,\"seconds\":%.2f,\"flows\":%zu,\"flows_s\":%.1f,\"requests_s\":"
               "%.0f,"
               "\"errors\":%u,\"server_cpu_us\":%.0f,\"server_rss_mb\":%.1f,\"own_cpu_us_request\":%.1f",
               options.clients, options.rate, seconds, flows, (double)flows / seconds,
               (double)requests / seconds, errors, server_cpu_s * 1e6 / each, (double)server_rss_kb / 1024,
               own_cpu_s * 1e6 / (double)MAX(requests, (size_t)1));
        for (int i = 0; i < STEP_COUNT; i++) {
                struct samples *at = &samples[i];
                if (at->len == 0)
                        continue;
                qsort(at->us, at->len, sizeof *at->us, compare);
                printf(",\"%s\":{\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}", names[i],
                       percentile_ms(at, 0.5), percentile_ms(at, 0.99), percentile_ms(at, 1));
        }
        puts("}");
}
