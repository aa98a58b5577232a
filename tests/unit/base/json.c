/*
 * JSON from strangers: the verdicts of JSONTestSuite, and bodies made to be slow. Controls: without json.c's
 * look for NULs one verdict changes (n_multidigit_number_then_00), without JSON_REJECT_DUPLICATES two do.
 * Depth is tested in base.c.
 */
#include "base/json.h"

#include "base/clock.h"
#include "unit/data.h"
#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { FAST_US = 50000 }; /* jansson is not watched, but all that it allocates is */
#else
enum { FAST_US = 5000 };
#endif
enum { BODY_MAX = 64 * 1024, TRIES = 7 };

/* What a JSON text may hold and ours may not: a key twice, and a NUL in a string. */
static bool refused_by_design(struct str stem)
{
        static const char *const stems[] = {
            "y_object_duplicated_key",
            "y_object_duplicated_key_and_value",
            "y_object_escaped_null_in_key",
            "y_string_null_escape",
        };
        for (size_t i = 0; i < LEN(stems); i++)
                if (str_equal(stem, str_from(stems[i])))
                        return true;
        return false;
}

struct tally {
        size_t refused, accepted, undecided, by_design, wrong;
};

static void judge(void *ctx, const char *stem)
{
        struct tally *tally = ctx;
        char name[512];
        snprintf(name, sizeof(name), "hostile/JSONTestSuite/test_parsing/%s.json", stem);
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 1 << 20);
        data_read(name, &text);
        json_auto_t *json = NULL;
        bool taken = json_parse(buf_str(&text), text.len, &json);
        bool design = refused_by_design(str_from(stem));
        if (stem[0] != 'i' && taken != (stem[0] == 'y' && !design)) {
                printf("  %s was %s\n", stem, taken ? "accepted" : "refused");
                tally->wrong++;
        }
        tally->refused += stem[0] == 'n' && !taken;
        tally->accepted += stem[0] == 'y' && taken;
        tally->undecided += stem[0] == 'i';
        tally->by_design += design;
}

TEST(json_test_suite_verdicts)
{
        struct tally tally = {0};
        data_each("hostile/JSONTestSuite/test_parsing", ".json", judge, &tally);
        CHECK(tally.wrong == 0);
        CHECK(tally.refused == 188 && tally.accepted == 91 && tally.by_design == 4 && tally.undecided == 35);
        test_figure(21, "JSONTestSuite, the parser alone", "0 of 188 n_ accepted, 91 of 95 y_");
}

/* Microseconds that it took at its quickest; whether it parsed. */
static int64_t parse_us(struct str text, bool *ret_taken)
{
        int64_t least_us = INT64_MAX;
        for (int i = 0; i < TRIES; i++) {
                json_auto_t *json = NULL;
                int64_t since_us = clock_thread_cpu_us();
                *ret_taken = json_parse(text, BODY_MAX, &json);
                least_us = MIN(least_us, clock_thread_cpu_us() - since_us);
        }
        return least_us;
}

static void repeat(struct buf *buf, const char *head, const char *unit, const char *tail)
{
        buf_clear(buf);
        buf_add(buf, str_from(head));
        while (buf->len + strlen(unit) + strlen(tail) <= BODY_MAX)
                buf_add(buf, str_from(unit));
        buf_add(buf, str_from(tail));
        CHECK(buf_ok(buf));
}

TEST(json_of_any_shape_is_parsed_in_5_ms)
{
        static const struct {
                const char *head, *unit, *tail;
                bool taken;
        } shapes[] = {
            {"", "[", "", false},
            {"", "{\"a\":", "", false},
            {"[0", ",0", "]", true},
            {"[\"", "\\u00e9", "\"]", true},
            {"[\"", "\\\\", "\"]", true},
            {"[0.", "1", "]", true},
            {"[1e", "0", "1]", true},
            {"[1", "9", "]", false},
            {"[1", "0", ".0]", false},
            {"[0", ",[]", "]", true},
            {"[", " ", "]", true},
            {"[[[[[[[[0", ",{\"a\":{}}", "]]]]]]]]", true},
            {"[\"", "\xed\x99\x8d", "\"]", true},
        };
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, BODY_MAX);
        int64_t most_us = 0;
        for (size_t i = 0; i < LEN(shapes); i++) {
                bool taken;
                repeat(&text, shapes[i].head, shapes[i].unit, shapes[i].tail);
                int64_t us = parse_us(buf_str(&text), &taken);
                if (us > FAST_US || taken != shapes[i].taken)
                        printf("  %s%s…: %s in %lld us\n", shapes[i].head, shapes[i].unit,
                               taken ? "accepted" : "refused", (long long)us);
                CHECK(us <= FAST_US && taken == shapes[i].taken);
                most_us = MAX(most_us, us);
        }
        test_figure(21, "64 KiB of 13 shapes, the parser alone", "%lld us at most", (long long)most_us);
}

TEST(json_of_a_million_brackets_is_refused_at_once)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 1 << 20);
        for (int i = 0; i < 1000000; i++)
                buf_add_char(&text, '[');
        json_auto_t *json = NULL;
        int64_t since_us = clock_thread_cpu_us();
        CHECK(!json_parse(buf_str(&text), BODY_MAX, &json));
        CHECK(!json_parse(buf_str(&text), text.len, &json));
        CHECK(clock_thread_cpu_us() - since_us <= FAST_US);
}

/* Microseconds that json-flood says, built in the folder of this program's tests. */
static int64_t flood_us(const char *argument)
{
        char self[512] = "", command[1200], said[64] = "";
        CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
        *strrchr(self, '/') = '\0';
        snprintf(command, sizeof(command), "%s/tests/unit/base/json-flood %s", self, argument);
        FILE *pipe = popen(command, "r"); // NOLINT(cert-env33-c)
        CHECK(pipe && fgets(said, sizeof(said), pipe) != NULL);
        int64_t us;
        CHECK(pclose(pipe) == 0 && str_to_int(str_trim(str_from(said)), 1, INT32_MAX, &us));
        return us;
}

/* The control is within: keys that collide under one seed are as slow as they were meant to be where jansson
 * hashes with that seed, and are like any others with the random one of this and every process. */
TEST(json_keys_made_to_collide_do_not)
{
        int64_t random_us = flood_us(""), known_us = flood_us("known");
        CHECK(random_us <= FAST_US && known_us >= 5 * random_us);
        test_figure(21, "4,000 keys made to collide",
                    "%lld us, and %lld us under the seed that they were made for", (long long)random_us,
                    (long long)known_us);
}
