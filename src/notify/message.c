#include "notify/message.h"

#include "base/utf8.h"

/* {s} service, {c} code, {m} minutes, {l} link: filled in by `fill`, the only format there is. */
struct words {
        const char *html_lang;
        const char *sms;
        const char *sms_more[2]; /* added in this order as far as they fit */
        const char *subject;
        const char *title;
        const char *intro;
        const char *valid;
        const char *link_intro;
        const char *button;
        const char *warning;
};

static const struct words words[] = {
    [LANG_KO] =
        {
            .html_lang = "ko",
            .sms = "[{s}] 인증번호 {c}",
            .sms_more = {" ({m}분간 유효)", "\n타인에게 알려주지 마세요."},
            .subject = "[{s}] 이메일 인증번호 안내",
            .title = "이메일 인증",
            .intro = "아래 인증번호를 본인 확인 화면에 입력해 주세요.",
            .valid = "{m}분 동안 한 번만 쓸 수 있습니다.",
            .link_intro = "또는 아래 단추를 눌러 확인할 수 있습니다.",
            .button = "이메일 확인하기",
            .warning = "본인이 요청하지 않았다면 이 메일을 무시해 주세요. {s}에서는 인증번호를 묻지 않으니 "
                       "누구에게도 알려주지 마세요.",
        },
    [LANG_EN] =
        {
            .html_lang = "en",
            .sms = "[{s}] Your code is {c}",
            .sms_more = {" (valid {m} min)", "\nDo not share it."},
            .subject = "[{s}] Your verification code",
            .title = "Confirm your e-mail address",
            .intro = "Enter this code on the verification page.",
            .valid = "It works once, within {m} minutes.",
            .link_intro = "Or confirm with this button.",
            .button = "Confirm this address",
            .warning = "If you did not ask for this, ignore this mail. Nobody at {s} will ever ask you "
                       "for the code: do not share it.",
        },
};

static void add_escaped(struct buf *buf, struct str text)
{
        for (size_t i = 0; i < text.len; i++) {
                switch (text.ptr[i]) {
                case '&':
                        buf_add(buf, STR("&amp;"));
                        break;
                case '<':
                        buf_add(buf, STR("&lt;"));
                        break;
                case '>':
                        buf_add(buf, STR("&gt;"));
                        break;
                case '"':
                        buf_add(buf, STR("&quot;"));
                        break;
                default:
                        buf_add_char(buf, text.ptr[i]);
                }
        }
}

static void fill(struct buf *ret, const struct message *message, const char *format, bool html)
{
        void (*add)(struct buf *, struct str) = html ? add_escaped : buf_add;
        for (const char *at = format; *at; at++) {
                if (strncmp(at, "{s}", 3) == 0)
                        add(ret, message->service);
                else if (strncmp(at, "{c}", 3) == 0)
                        add(ret, message->code);
                else if (strncmp(at, "{l}", 3) == 0)
                        add(ret, message->link);
                else if (strncmp(at, "{m}", 3) == 0)
                        buf_addf(ret, "%d", message->minutes);
                else {
                        buf_add_char(ret, *at);
                        continue;
                }
                at += 2;
        }
}

size_t message_sms_bytes(struct str body)
{
        size_t bytes = 0;
        uint32_t point;
        while (utf8_next(&body, &point))
                bytes += point < 0x80 ? 1 : 2;
        return bytes + 2 * body.len;
}

/* The host of an origin, without scheme and port. */
static struct str host_of(struct str origin)
{
        ssize_t at = str_find_str(origin, STR("://"));
        struct str host = at < 0 ? STR_NULL : str_sub(origin, (size_t)at + 3, origin.len);
        /* An address in brackets is no name that a phone compares with. */
        if (host.len == 0 || host.ptr[0] == '[')
                return STR_NULL;
        ssize_t port = str_find(host, ':');
        return port < 0 ? host : str_sub(host, 0, (size_t)port);
}

void message_sms(const struct message *message, struct buf *ret)
{
        const struct words *say = &words[message->lang];
        CLEANUP(buf_release) struct buf tail, more;
        buf_init_secret(&tail, 512);
        buf_init_secret(&more, 512);
        struct str host = host_of(message->origin);
        if (host.len > 0) {
                buf_add(&tail, STR("\n@"));
                buf_add(&tail, host);
                buf_add(&tail, STR(" #"));
                buf_add(&tail, message->code);
        }
        size_t start = ret->len;
        fill(ret, message, say->sms, false);
        for (size_t i = 0; i < LEN(say->sms_more); i++) {
                buf_clear(&more);
                fill(&more, message, say->sms_more[i], false);
                size_t bytes = message_sms_bytes(str_sub(buf_str(ret), start, ret->len)) +
                               message_sms_bytes(buf_str(&more)) + message_sms_bytes(buf_str(&tail));
                if (bytes <= MESSAGE_SMS_BYTES_MAX)
                        buf_add(ret, buf_str(&more));
        }
        buf_add(ret, buf_str(&tail));
}

void message_mail_subject(const struct message *message, struct buf *ret)
{
        fill(ret, message, words[message->lang].subject, false);
}

void message_mail_text(const struct message *message, struct buf *ret)
{
        const struct words *say = &words[message->lang];
        const char *const lines[] = {say->intro, "", "    {c}", "", say->valid, ""};
        for (size_t i = 0; i < LEN(lines); i++) {
                fill(ret, message, lines[i], false);
                buf_add(ret, STR("\n"));
        }
        if (message->link.len > 0) {
                buf_add(ret, str_from(say->button));
                fill(ret, message, ": {l}\n\n", false);
        }
        fill(ret, message, say->warning, false);
        buf_add(ret, STR("\n"));
}

/* Tables and inline styles: what mail programs show alike. No picture, no outside address. */
void message_mail_html(const struct message *message, struct buf *ret)
{
        const struct words *say = &words[message->lang];
        buf_addf(ret,
                 "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                 "<meta name=\"viewport\" content=\"width=device-width\"><title>%s</title></head>\n"
                 "<body style=\"margin:0;background:#f3f4f6;color:#111827;"
                 "font:16px/1.6 'Apple SD Gothic Neo','Malgun Gothic',sans-serif\">\n"
                 "<table role=\"presentation\" align=\"center\" cellpadding=\"0\" cellspacing=\"0\" "
                 "style=\"width:100%%;max-width:480px;margin:0 auto\"><tr><td style=\"padding:32px 24px\">\n",
                 say->html_lang, say->title);
        fill(ret, message, "<p style=\"margin:0 0 16px;font-weight:bold\">{s}</p>\n", true);
        buf_addf(ret, "<h1 style=\"margin:0 0 8px;font-size:22px\">%s</h1>\n<p style=\"margin:0 0 16px\">",
                 say->title);
        fill(ret, message, say->intro, true);
        fill(ret, message,
             "</p>\n<p style=\"margin:0 0 8px;padding:16px;background:#ffffff;border-radius:8px;"
             "font-size:32px;font-weight:bold;letter-spacing:6px;text-align:center\">{c}</p>\n"
             "<p style=\"margin:0 0 24px;color:#4b5563\">",
             true);
        fill(ret, message, say->valid, true);
        buf_add(ret, STR("</p>\n"));
        if (message->link.len > 0) {
                buf_addf(ret, "<p style=\"margin:0 0 12px\">%s</p>\n", say->link_intro);
                fill(ret, message,
                     "<p style=\"margin:0 0 24px\"><a href=\"{l}\" style=\"display:inline-block;padding:12px "
                     "24px;"
                     "background:#1d4ed8;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:"
                     "bold\">",
                     true);
                buf_addf(ret, "%s</a></p>\n", say->button);
        }
        buf_add(ret, STR("<p style=\"margin:0;color:#4b5563;font-size:14px\">"));
        fill(ret, message, say->warning, true);
        buf_add(ret, STR("</p>\n</td></tr></table>\n</body></html>\n"));
}
