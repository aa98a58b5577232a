#include "doc/email.h"

#include "base/buf.h"
#include "unit/data.h"
#include "unit/test.h"

TEST(email_takes_what_people_have)
{
        static const struct {
                const char *text, *want;
        } rows[] = {
            {"hong@example.org", "hong@example.org"},
            {"  hong@example.org ", "hong@example.org"},
            {"Hong.GilDong+bonin@EXAMPLE.Org", "Hong.GilDong+bonin@example.org"},
            {"a@b.co", "a@b.co"},
            {"o'hara_1{x}@sub.example.co.kr", "o'hara_1{x}@sub.example.co.kr"},
            {"1@1.example", "1@1.example"},
            {"hong@xn--3e0b707e.kr", "hong@xn--3e0b707e.kr"},
        };
        for (size_t i = 0; i < LEN(rows); i++) {
                struct email email;
                CHECK(email_parse(str_from(rows[i].text), &email));
                CHECK_STR(str_from(email.text), rows[i].want);
        }
}

TEST(email_refuses_the_rest)
{
        static const struct str rows[] = {
            {NULL, 0},
            {"", 0},
            STR("@"),
            STR("a@"),
            STR("@b.co"),
            STR("a"),
            STR("a@b"),
            STR("a@b."),
            STR("a@.b.co"),
            STR(".a@b.co"),
            STR("a.@b.co"),
            STR("a..b@c.co"),
            STR("a@b..co"),
            STR("a@@b.co"),
            STR("a@b@c.co"),
            STR("a b@c.co"),
            STR("a@b c.co"),
            STR("\"a b\"@c.co"),
            STR("\"a\"@c.co"),
            STR("a(x)@c.co"),
            STR("a@[192.0.2.1]"),
            STR("a@192.0.2.1"),
            STR("a@[IPv6:::1]"),
            STR("a@-b.co"),
            STR("a@b-.co"),
            STR("a@b_c.co"),
            STR("홍길동@example.org"),
            STR("a@한국.kr"),
            STR("a\r\n@b.co"),
            STR("a@b.co\r\n"),
            STR("a@b.co\n"),
            STR("\ta@b.co"),
            STR("a@b.co\r\nBcc: c@d.co"),
            STR("a\0@b.co"),
            STR("a@b.co\0"),
            STR("a@b.co,c@d.co"),
            STR("<a@b.co>"),
            STR("A <a@b.co>"),
            STR("a;b@c.co"),
            STR("a:b@c.co"),
            STR("a\\@b.co"),
            STR("a@b.c"),
            STR("a@b.1co"),
            STR("a@b.co "
                "\x7f"),
        };
        for (size_t i = 0; i < LEN(rows); i++) {
                struct email email = {"untouched"};
                CHECK(!email_parse(rows[i], &email));
                CHECK_STR(str_from(email.text), "untouched");
        }
}

TEST(email_has_limits)
{
        CLEANUP(buf_release) struct buf text;
        struct email email;
        buf_init(&text, 1000);
        for (size_t local = 64; local <= 65; local++) {
                buf_clear(&text);
                for (size_t i = 0; i < local; i++)
                        buf_add_char(&text, 'a');
                buf_add(&text, STR("@example.org"));
                CHECK(email_parse(buf_str(&text), &email) == (local == 64));
        }
        /* 1 + 1 + 62 labels of four signs and a short end */
        for (size_t extra = 2; extra <= 6; extra++) {
                buf_clear(&text);
                buf_add(&text, STR("a@"));
                for (size_t i = 0; i < 62; i++)
                        buf_add(&text, STR("abc."));
                for (size_t i = 0; i < extra; i++)
                        buf_add_char(&text, 'c');
                CHECK(email_parse(buf_str(&text), &email) == (text.len <= 254));
        }
        buf_clear(&text);
        buf_add(&text, STR("a@"));
        for (size_t i = 0; i < 64; i++)
                buf_add_char(&text, 'b');
        buf_add(&text, STR(".org"));
        CHECK(!email_parse(buf_str(&text), &email));
}

/* Whatever is taken, no naughty string brings a control byte, a blank or a second address through. */
TEST(email_of_naughty_strings_is_clean)
{
        json_auto_t *strings = data_json("hostile/blns/blns.json");
        const json_t *string;
        size_t i;
        json_array_foreach(strings, i, string)
        {
                struct email email;
                CLEANUP(buf_release) struct buf text;
                buf_init(&text, 65536);
                buf_add(&text, str_from_bytes(json_string_value(string), json_string_length(string)));
                buf_add(&text, STR("@example.org"));
                if (!email_parse(buf_str(&text), &email))
                        continue;
                for (const char *at = email.text; *at; at++)
                        CHECK(*at > ' ' && *at < 0x7f && strchr("<>,;:\"()[]\\", *at) == NULL);
                CHECK(strchr(email.text, '@') == strrchr(email.text, '@'));
        }
        CHECK(i > 400);
}
