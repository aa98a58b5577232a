/*
 * Two clocks. The wall clock is for what is stored and shown; deadlines and durations use the monotonic one,
 * which does not jump. Both count milliseconds.
 */
#pragma once

#include "base/buf.h"

/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_wall_ms(void);
/* Milliseconds of a clock that never goes back. */
int64_t clock_mono_ms(void);
/* CPU microseconds that this thread has used. */
int64_t clock_thread_cpu_us(void);

/* "2026-01-31T09:30:00Z" (RFC 3339, UTC, whole seconds). */
enum { CLOCK_TEXT_MAX = 32 };
void clock_format(int64_t wall_ms, char ret[CLOCK_TEXT_MAX]);
/* RFC 3339 in UTC with `Z` or an offset, or a bare date (its midnight, UTC). */
NODISCARD bool clock_parse(struct str text, int64_t *ret_wall_ms);
