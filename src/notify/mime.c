#include "notify/mime.h"

#include "base/utf8.h"
#include "crypto/random.h"

#include <time.h>

/* A line with encoded words is at most 76 signs, the header's name on the first: 9 of name, 12 of frame, 52
 * of base64, which are 39 bytes. */
enum { WORD_BYTES = 39, LINE_BYTES = 57, PLAIN_MAX = 70 };

static bool header_safe(struct str text)
{
        for (size_t i = 0; i < text.len; i++)
                if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
                        return false;
        return utf8_valid(text);
}

bool mail_address_valid(struct str address)
{
        ssize_t at = str_find(address, '@');
        if (at < 1 || (size_t)at + 1 == address.len || address.len > 254)
                return false;
        for (size_t i = 0; i < address.len; i++) {
                char c = address.ptr[i];
                if (c <= ' ' || c >= 0x7f || strchr("<>()[],;:\\\"", c) || (c == '@' && i != (size_t)at))
                        return false;
        }
        return true;
}

struct str mail_domain(struct str address)
{
        return str_sub(address, (size_t)(str_find(address, '@') + 1), address.len);
}

bool mail_from_parse(struct str text, struct mail_from *ret)
{
        struct mail_from from = {.address = str_trim(text)};
        ssize_t open = str_find(from.address, '<');
        if (open >= 0) {
                if (!str_ends_with(from.address, STR(">")))
                        return false;
                from.name = str_trim(str_sub(from.address, 0, (size_t)open));
                from.address = str_sub(from.address, (size_t)open + 1, from.address.len - (size_t)open - 2);
        }
        if (!mail_address_valid(from.address) || !header_safe(from.name))
                return false;
        *ret = from;
        return true;
}

/* At most `max` bytes of whole code points from the front. */
static struct str take_points(struct str *rest, size_t max)
{
        struct str start = *rest;
        uint32_t point;
        for (;;) {
                struct str next = *rest;
                if (!utf8_next(&next, &point) || start.len - next.len > max)
                        break;
                *rest = next;
        }
        return str_sub(start, 0, start.len - rest->len);
}

static bool plain(struct str text)
{
        for (size_t i = 0; i < text.len; i++)
                if ((unsigned char)text.ptr[i] >= 0x7f)
                        return false;
        return text.len <= PLAIN_MAX && str_find_str(text, STR("=?")) < 0;
}

/* Header text: as it stands where it is short plain ASCII, else in encoded words, folded. */
static void add_words(struct buf *buf, struct str text)
{
        if (plain(text))
                return buf_add(buf, text);
        const char *before = "";
        while (text.len > 0) {
                struct str part = take_points(&text, WORD_BYTES);
                buf_addf(buf, "%s=?UTF-8?B?", before);
                buf_add_base64(buf, part.ptr, part.len);
                buf_add(buf, STR("?="));
                before = "\r\n ";
        }
}

static void add_from(struct buf *buf, const struct mail_from *from)
{
        buf_add(buf, STR("From: "));
        if (from->name.len > 0 && plain(from->name)) {
                /* A quoted string: no sign in it has a meaning but quote and backslash. */
                buf_add_char(buf, '"');
                for (size_t i = 0; i < from->name.len; i++)
                        if (from->name.ptr[i] != '"' && from->name.ptr[i] != '\\')
                                buf_add_char(buf, from->name.ptr[i]);
                buf_add(buf, STR("\" "));
        } else if (from->name.len > 0) {
                add_words(buf, from->name);
                buf_add_char(buf, ' ');
        }
        buf_add_char(buf, '<');
        buf_add(buf, from->address);
        buf_add(buf, STR(">\r\n"));
}

/* "Sat, 31 Jan 2026 09:30:00 +0000"; by tables, since strftime asks the locale. */
static void add_date(struct buf *buf, int64_t wall_ms)
{
        static const char days[] = "SunMonTueWedThuFriSat";
        static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
        time_t now = (time_t)(wall_ms / 1000);
        struct tm tm;
        gmtime_r(&now, &tm);
        buf_addf(buf, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n", days + 3 * tm.tm_wday,
                 tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void add_part(struct buf *buf, const char *boundary, const char *kind, struct str body)
{
        buf_addf(buf,
                 "--%s\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                 boundary, kind);
        for (size_t i = 0; i < body.len; i += LINE_BYTES) {
                buf_add_base64(buf, body.ptr + i, MIN(body.len - i, (size_t)LINE_BYTES));
                buf_add(buf, STR("\r\n"));
        }
}

enum rc mail_build(struct op *op, const struct mail_from *from, const struct mail *mail, struct buf *ret)
{
        if (!mail_address_valid(mail->to) || !header_safe(mail->subject))
                return op_fail(op, RC_DELIVERY_FAILED, "a mail's address or subject holds forbidden bytes");
        char id[RANDOM_ID_MAX], boundary[RANDOM_ID_MAX];
        random_id(id);
        random_id(boundary);
        add_date(ret, clock_wall_ms());
        add_from(ret, from);
        buf_add(ret, STR("To: <"));
        buf_add(ret, mail->to);
        buf_add(ret, STR(">\r\nSubject: "));
        add_words(ret, mail->subject);
        buf_addf(ret, "\r\nMessage-ID: <%s@", id);
        buf_add(ret, mail_domain(from->address));
        buf_addf(
            ret,
            ">\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
            boundary);
        add_part(ret, boundary, "plain", mail->text);
        add_part(ret, boundary, "html", mail->html);
        buf_addf(ret, "--%s--\r\n", boundary);
        return buf_ok(ret) ? RC_OK : op_fail(op, RC_DELIVERY_FAILED, "a mail is too long");
}
