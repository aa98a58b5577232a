/* Queries and forms, the times and numbers in them, and media types. */
#include "base/clock.h"
#include "base/utf8.h"
#include "http/media.h"
#include "http/query.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What a handler is given: text without a NUL. */
static void check_text(struct str text)
{
        if (!utf8_valid(text) || (text.len > 0 && memchr(text.ptr, 0, text.len)))
                abort();
}

/* A time that was read is one that can be written, and is read as the same. */
static void check_time(struct str text)
{
        int64_t wall_ms, again_ms;
        char again[CLOCK_TEXT_MAX];
        if (!clock_parse(text, &wall_ms))
                return;
        clock_format(wall_ms, again);
        if (wall_ms % 1000 != 0 || strlen(again) < strlen("1970-01-01T00:00:00Z"))
                abort();
        if (again[0] == '1' && (!clock_parse(str_from(again), &again_ms) || again_ms != wall_ms))
                abort();
}

static void check_number(struct str text)
{
        int64_t whole;
        double real;
        if (str_to_int(text, -5, 1000, &whole) && (whole < -5 || whole > 1000))
                abort();
        if (str_to_double(text, 0, 1, &real) && !(real >= 0 && real <= 1))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str text = str_from_bytes(bytes, len);
        struct arena arena;
        arena_init(&arena, 65536);
        struct http_pairs pairs;
        if (query_parse(&arena, text, &pairs)) {
                for (size_t i = 0; i < pairs.len; i++) {
                        check_text(pairs.items[i].name);
                        check_text(pairs.items[i].value);
                        check_time(pairs.items[i].value);
                        check_number(pairs.items[i].value);
                }
        }
        struct media media;
        if (media_parse(text, &media))
                (void)media_param(&media, "boundary");
        arena_release(&arena);
        return 0;
}
