#include "base/arena.h"
#include "base/clock.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/op.h"
#include "base/utf8.h"
#include "unit/test.h"

TEST(buf_stops_at_its_maximum)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 4);
        buf_add(&buf, STR("abcd"));
        CHECK(buf_ok(&buf));
        buf_add_char(&buf, 'e');
        CHECK(!buf_ok(&buf));
        CHECK(buf.len == 4);
        buf_clear(&buf);
        buf_addf(&buf, "%d", 12);
        CHECK_STR(buf_str(&buf), "12");
}

TEST(buf_encodes)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 100);
        buf_add_base64(&buf, "\xff\xfe", 2);
        buf_add_char(&buf, ' ');
        buf_add_base64url(&buf, "\xff\xfe\xfd\xfc", 4);
        buf_add_char(&buf, ' ');
        buf_add_hex(&buf, "\x01\xab", 2);
        buf_add_char(&buf, ' ');
        buf_add_form(&buf, STR("+82 1&가"));
        CHECK_STR(buf_str(&buf), "//4= __79_A 01ab %2B82+1%26%EA%B0%80");
}

TEST(str_numbers_are_parsed_not_clamped)
{
        int64_t n;
        CHECK(str_to_int(STR("-42"), -100, 100, &n) && n == -42);
        CHECK(str_to_int(STR("9223372036854775807"), 0, INT64_MAX, &n));
        CHECK(!str_to_int(STR("9223372036854775808"), 0, INT64_MAX, &n));
        CHECK(!str_to_int(STR("101"), 0, 100, &n));
        CHECK(!str_to_int(STR(""), 0, 100, &n));
        CHECK(!str_to_int(STR("1 "), 0, 100, &n));
        CHECK(!str_to_int(STR("+1"), 0, 100, &n));
}

TEST(str_unbase64_knows_one_text_for_each_value)
{
        /* RFC 4648 section 10 */
        static const char *const good[][2] = {{"", ""},
                                              {"Zg==", "f"},
                                              {"Zm8=", "fo"},
                                              {"Zm9v", "foo"},
                                              {"Zm9vYg==", "foob"},
                                              {"Zm9vYmE=", "fooba"},
                                              {"/+8=", "\377\357"}};
        static const char *const bad[] = {"Zg",   "Zg=",  "Z===",         "====",    "Zm9v=",
                                          "Zh==", "Zm9=", "Zm 8",         "Zm8-",    "Zm8_",
                                          "=Zm8", "Zm=8", "Zg==\n\n\n\n", "Zg==Zm9v"};
        uint8_t bytes[8];
        size_t len;
        for (size_t i = 0; i < LEN(good); i++) {
                CHECK(str_unbase64(str_from(good[i][0]), bytes, sizeof(bytes), &len));
                CHECK_STR(str_from_bytes(bytes, len), good[i][1]);
                CHECK(len == 0 || !str_unbase64(str_from(good[i][0]), bytes, len - 1, &len));
        }
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(!str_unbase64(str_from(bad[i]), bytes, sizeof(bytes), &len));
}

TEST(str_split_gives_each_part)
{
        struct str rest = STR("a,,b"), head;
        CHECK(str_split(&rest, ',', &head) && str_equal(head, STR("a")));
        CHECK(str_split(&rest, ',', &head) && head.len == 0);
        CHECK(str_split(&rest, ',', &head) && str_equal(head, STR("b")));
        CHECK(!str_split(&rest, ',', &head));
}

TEST(arena_has_a_maximum)
{
        CLEANUP(arena_release) struct arena arena;
        arena_init(&arena, 10000);
        CHECK(arena_alloc(&arena, 9000));
        CHECK(!arena_alloc(&arena, 2000));
        CHECK(!arena_alloc(&arena, SIZE_MAX));
        CHECK_STR(arena_printf(&arena, "%d-%s", 1, "x"), "1-x");
}

TEST(clock_round_trip)
{
        int64_t ms;
        char text[CLOCK_TEXT_MAX];
        CHECK(clock_parse(STR("2024-02-29T23:59:59.5+09:00"), &ms));
        clock_format(ms, text);
        CHECK_STR(str_from(text), "2024-02-29T14:59:59Z");
        CHECK(clock_parse(STR("2026-01-01"), &ms) && ms == 1767225600000);
        CHECK(!clock_parse(STR("2023-02-29"), &ms));
        CHECK(!clock_parse(STR("2023-02-28T10:00:00"), &ms));
        CHECK(!clock_parse(STR("2023-02-28x"), &ms));
}

TEST(utf8_refuses_what_rfc_3629_refuses)
{
        CHECK(utf8_valid(STR("홍길동 a\xf0\x9f\x98\x80")));
        CHECK(!utf8_valid(STR("\xc0\xaf")));
        CHECK(!utf8_valid(STR("\xed\xa0\x80")));
        CHECK(!utf8_valid(STR("\xf4\x90\x80\x80")));
        CHECK(!utf8_valid(STR("\xe3\x81")));
        CHECK(utf8_count(STR("홍길동")) == 3);
}

TEST(emit_is_always_json)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1000);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_str(&emit, "a\"b", STR("x\n\x01\xff가\\"));
        emit_open_array(&emit, "list");
        emit_int(&emit, NULL, -1);
        emit_double(&emit, NULL, 0.5, 3);
        emit_double(&emit, NULL, 2, 3);
        emit_bool(&emit, NULL, true);
        emit_close_array(&emit);
        emit_str(&emit, "none", STR_NULL);
        emit_close(&emit);
        CHECK_STR(buf_str(&buf),
                  "{\"a\\\"b\":\"x\\n\\u0001\xef\xbf\xbd가\\\\\",\"list\":[-1,0.5,2,true],\"none\":null}");
        json_auto_t *root = NULL;
        CHECK(json_parse(buf_str(&buf), 1000, &root));
}

TEST(json_refuses_what_is_loose)
{
        static const char *const bad[] = {
            "",
            "{",
            "{}x",
            "{'a':1}",
            "{\"a\":1,\"a\":2}",
            "01",
            "[1,]",
            "\"\\ud800\"",
            "nul",
            "\"\xff\"",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"};
        for (size_t i = 0; i < LEN(bad); i++) {
                json_t *root = NULL;
                CHECK(!json_parse(str_from(bad[i]), 1000, &root));
        }
        json_auto_t *root = NULL;
        CHECK(json_parse(STR("{\"a\":\"[[[\\\"\"}"), 1000, &root));
        CHECK_STR(json_get_str(root, "a"), "[[[\"");
}

TEST(op_keeps_the_first_failure)
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1000, 1000);
        CHECK(strlen(op.id) == 32);
        CHECK(op_fail(&op, RC_SESSION_NOT_FOUND, "no session") == RC_SESSION_NOT_FOUND);
        CHECK(op_fail(&op, RC_INTERNAL, "later") == RC_SESSION_NOT_FOUND);
        CHECK_STR(str_from(op.why), "no session");
        CHECK(rc_status(op.rc) == 404 && rc_from_code("SESSION_NOT_FOUND") == RC_SESSION_NOT_FOUND);
}
