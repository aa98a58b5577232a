#include "notify/message.h"

#include "base/utf8.h"
#include "unit/test.h"

static const struct message specimen = {
    .lang = LANG_KO,
    .service = STR("bonin"),
    .code = STR("123456"),
    .minutes = 10,
    .origin = STR("https://verify.example.org:8443"),
    .link = STR("https://verify.example.org/api/verification/email/confirm?token=bnc_A&x=1"),
};

TEST(message_sms_ends_with_the_webotp_line)
{
        for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++) {
                CLEANUP(buf_release) struct buf sms;
                buf_init_secret(&sms, 1000);
                struct message message = specimen;
                message.lang = lang;
                message_sms(&message, &sms);
                CHECK(buf_ok(&sms) && utf8_valid(buf_str(&sms)));
                CHECK(str_ends_with(buf_str(&sms), STR("\n@verify.example.org #123456")));
                CHECK(str_starts_with(buf_str(&sms), STR("[bonin] ")));
                CHECK(message_sms_bytes(buf_str(&sms)) <= MESSAGE_SMS_BYTES_MAX);
        }
}

TEST(message_sms_without_origin)
{
        static const char *const origins[] = {"", "http://[::1]:8080", "nonsense"};
        for (size_t i = 0; i < LEN(origins); i++) {
                CLEANUP(buf_release) struct buf sms;
                buf_init_secret(&sms, 1000);
                struct message message = specimen;
                message.origin = str_from(origins[i]);
                message_sms(&message, &sms);
                CHECK_STR(buf_str(&sms), "[bonin] 인증번호 123456 (10분간 유효)\n타인에게 알려주지 마세요.");
                CHECK(message_sms_bytes(buf_str(&sms)) == 63);
        }
}

/* What does not fit is left out, never the code nor the last line. */
TEST(message_sms_keeps_to_one_sms)
{
        CLEANUP(buf_release) struct buf sms;
        buf_init_secret(&sms, 1000);
        struct message message = specimen;
        message.service = STR("한국본인확인센터");
        message.origin = STR("https://verification.example.org");
        message_sms(&message, &sms);
        CHECK_STR(buf_str(&sms),
                  "[한국본인확인센터] 인증번호 123456 (10분간 유효)\n@verification.example.org #123456");
        CHECK(message_sms_bytes(buf_str(&sms)) <= MESSAGE_SMS_BYTES_MAX);
        buf_clear(&sms);
        message.origin =
            STR("https://a-very-long-name-of-a-host-that-leaves-no-room.verification.example.org");
        message_sms(&message, &sms);
        CHECK(str_find_str(buf_str(&sms), STR("123456")) > 0);
        CHECK(str_find_str(buf_str(&sms), STR("유효")) < 0);
        CHECK(str_ends_with(buf_str(&sms), STR(" #123456")));
}

TEST(message_mail_tells_code_and_link_in_both_parts)
{
        for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++) {
                CLEANUP(buf_release) struct buf text, html, subject;
                buf_init_secret(&text, 16384);
                buf_init_secret(&html, 16384);
                buf_init(&subject, 1000);
                struct message message = specimen;
                message.lang = lang;
                message_mail_text(&message, &text);
                message_mail_html(&message, &html);
                message_mail_subject(&message, &subject);
                CHECK(buf_ok(&text) && buf_ok(&html) && buf_ok(&subject));
                CHECK(str_find_str(buf_str(&text), STR("123456")) > 0);
                CHECK(str_find_str(buf_str(&html), STR(">123456<")) > 0);
                CHECK(str_find_str(buf_str(&text), specimen.link) > 0);
                CHECK(str_find_str(buf_str(&html),
                                   STR("href=\"https://verify.example.org/api/verification/email/"
                                       "confirm?token=bnc_A&amp;x=1\"")) > 0);
                CHECK(str_find_str(buf_str(&html),
                                   lang == LANG_KO ? STR("lang=\"ko\"") : STR("lang=\"en\"")) > 0);
                CHECK(str_find_str(buf_str(&subject), STR("123456")) < 0);
                CHECK(str_find_str(buf_str(&text), STR("{")) < 0 &&
                      str_find_str(buf_str(&html), STR("{")) < 0);
        }
}

TEST(message_mail_without_link_has_no_button)
{
        CLEANUP(buf_release) struct buf text, html;
        buf_init_secret(&text, 16384);
        buf_init_secret(&html, 16384);
        struct message message = specimen;
        message.link = STR_NULL;
        message_mail_text(&message, &text);
        message_mail_html(&message, &html);
        CHECK(str_find_str(buf_str(&text), STR("http")) < 0 && str_find_str(buf_str(&html), STR("<a ")) < 0);
}

TEST(message_mail_escapes_the_service)
{
        CLEANUP(buf_release) struct buf html;
        buf_init_secret(&html, 16384);
        struct message message = specimen;
        message.service = STR("<script>\"&{c}");
        message_mail_html(&message, &html);
        CHECK(str_find_str(buf_str(&html), STR("<script>")) < 0);
        CHECK(str_find_str(buf_str(&html), STR("&lt;script&gt;&quot;&amp;{c}")) > 0);
}
