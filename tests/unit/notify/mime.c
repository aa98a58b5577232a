#include "notify/mime.h"

#include "unit/data.h"
#include "unit/test.h"

static const struct mail_from sender = {{"본인 확인", 13}, {"no-reply@example.org", 20}};

static const struct mail specimen = {
    .to = {"hong@example.org", 16},
    .subject = {"본인 확인 SPECIMEN", 22},
    .text = {"인증번호 123456\n", 20},
    .html = {"<p>123456</p>", 13},
};

/* Lines of at most 76 signs, each ended by CR LF, no bare one of them, nothing past ASCII. */
static void check_lines(struct str bytes)
{
        size_t line = 0;
        for (size_t i = 0; i < bytes.len; i++) {
                unsigned char c = (unsigned char)bytes.ptr[i];
                CHECK(c < 0x7f && (c >= 0x20 || c == '\r' || c == '\n'));
                CHECK(c != '\r' || (i + 1 < bytes.len && bytes.ptr[i + 1] == '\n'));
                CHECK(c != '\n' || (i > 0 && bytes.ptr[i - 1] == '\r'));
                line = c == '\n' ? 0 : line + 1;
                CHECK(line <= 78);
        }
        CHECK(line == 0);
}

static size_t count_headers(struct str bytes)
{
        struct str rest = str_sub(bytes, 0, (size_t)str_find_str(bytes, STR("\r\n\r\n"))), line;
        size_t count = 0;
        while (str_split(&rest, '\n', &line))
                count += line.len > 0 && line.ptr[0] != ' ';
        return count;
}

TEST(mime_builds_two_parts)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(buf_release) struct buf mail;
        buf_init_secret(&mail, 65536);
        CHECK(mail_build(&op, &sender, &specimen, &mail) == RC_OK);
        struct str text = buf_str(&mail);
        check_lines(text);
        CHECK(count_headers(text) == 9);
        CHECK(str_find_str(text, STR("To: <hong@example.org>\r\n")) > 0);
        CHECK(str_find_str(text, STR("From: =?UTF-8?B?67O47J24IO2ZleyduA==?= <no-reply@example.org>\r\n")) >
              0);
        CHECK(str_find_str(text, STR("Auto-Submitted: auto-generated\r\n")) > 0);
        CHECK(str_find_str(text, STR("Message-ID: <")) > 0 &&
              str_find_str(text, STR("@example.org>\r\n")) > 0);
        CHECK(str_find_str(text, STR("Content-Type: multipart/alternative;\r\n boundary=")) > 0);
        ssize_t plain = str_find_str(text, STR("text/plain; charset=utf-8"));
        ssize_t html = str_find_str(text, STR("text/html; charset=utf-8"));
        CHECK(plain > 0 && html > plain); /* the last one is what a program shows */
        CHECK(str_find_str(text, STR("123456")) < 0);
}

TEST(mime_refuses_control_bytes)
{
        static const struct str rows[] = {STR("a\r\nBcc: x@example.org"),
                                          STR("a\nb"),
                                          STR("a\rb"),
                                          STR("a\0b"),
                                          STR("a\x7f"),
                                          STR("\xff\xfe")};
        for (size_t i = 0; i < LEN(rows); i++) {
                CLEANUP(op_release) struct op op;
                test_op_init(&op);
                CLEANUP(buf_release) struct buf bytes;
                buf_init(&bytes, 65536);
                struct mail mail = specimen;
                mail.subject = rows[i];
                CHECK(mail_build(&op, &sender, &mail, &bytes) == RC_DELIVERY_FAILED && bytes.len == 0);
                op_forgive(&op);
                mail = specimen;
                mail.to = rows[i];
                CHECK(mail_build(&op, &sender, &mail, &bytes) == RC_DELIVERY_FAILED && bytes.len == 0);
        }
}

TEST(mime_of_naughty_strings_adds_no_header)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        json_auto_t *strings = data_json("hostile/blns/blns.json");
        const json_t *string;
        size_t i, built = 0;
        json_array_foreach(strings, i, string)
        {
                CLEANUP(buf_release) struct buf bytes;
                buf_init(&bytes, 65536);
                struct mail mail = specimen;
                struct str text = str_from_bytes(json_string_value(string), json_string_length(string));
                mail.subject = mail.text = mail.html = text;
                op_forgive(&op);
                if (mail_build(&op, &sender, &mail, &bytes) != RC_OK)
                        continue;
                built++;
                check_lines(buf_str(&bytes));
                CHECK(count_headers(buf_str(&bytes)) == 9);
                CHECK(!mail_address_valid(text) || str_find(text, ' ') < 0);
        }
        CHECK(built > 400);
}

TEST(mime_reads_the_sender)
{
        struct mail_from from;
        CHECK(mail_from_parse(STR("bonin@localhost"), &from));
        CHECK_STR(from.address, "bonin@localhost");
        CHECK(from.name.len == 0);
        CHECK(mail_from_parse(STR("본인 확인 <no-reply@example.org>"), &from));
        CHECK_STR(from.name, "본인 확인");
        CHECK_STR(from.address, "no-reply@example.org");
        CHECK_STR(mail_domain(from.address), "example.org");
        static const struct str wrong[] = {STR(""),
                                           STR("a"),
                                           STR("<a@b.co"),
                                           STR("A <a b@c.co>"),
                                           STR("a@b.co, c@d.co"),
                                           STR("A\r\nB <a@b.co>"),
                                           STR("A <a@b.co> x"),
                                           STR("@b.co"),
                                           STR("a@")};
        for (size_t i = 0; i < LEN(wrong); i++)
                CHECK(!mail_from_parse(wrong[i], &from));
}
