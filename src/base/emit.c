#include "base/emit.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <math.h>

/* Whether the byte stands for itself between quotes. Bytes past 7 bits are looked at as UTF-8. */
static bool plain(char c)
{
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* One character that cannot simply be copied. Returns what is left. */
static struct str add_special(struct buf *buf, struct str s)
{
        struct str before = s;
        uint32_t point;
        if (!utf8_next(&s, &point)) {
                buf_add(buf, STR("\xef\xbf\xbd"));
                return str_sub(s, 1, s.len);
        }
        if (point == '"' || point == '\\')
                buf_addf(buf, "\\%c", (char)point);
        else if (point == '\n')
                buf_add(buf, STR("\\n"));
        else if (point < 0x20 || point == 0x7f || point == 0x2028 || point == 0x2029)
                buf_addf(buf, "\\u%04x", point);
        else
                buf_add(buf, str_sub(before, 0, before.len - s.len));
        return s;
}

static void add_string(struct buf *buf, struct str s)
{
        buf_add_char(buf, '"');
        while (s.len > 0) {
                size_t run = 0;
                while (run < s.len && plain(s.ptr[run]))
                        run++;
                buf_add(buf, str_sub(s, 0, run));
                s = str_sub(s, run, s.len);
                if (s.len > 0)
                        s = add_special(buf, s);
        }
        buf_add_char(buf, '"');
}

static void begin(struct emit *emit, const char *key)
{
        if (emit->comma)
                buf_add_char(emit->buf, ',');
        emit->comma = true;
        if (key) {
                add_string(emit->buf, str_from(key));
                buf_add_char(emit->buf, ':');
        }
}

static void open_with(struct emit *emit, const char *key, char bracket)
{
        begin(emit, key);
        buf_add_char(emit->buf, bracket);
        emit->comma = false;
}

static void close_with(struct emit *emit, char bracket)
{
        buf_add_char(emit->buf, bracket);
        emit->comma = true;
}

void emit_open(struct emit *emit, const char *key)
{
        open_with(emit, key, '{');
}

void emit_close(struct emit *emit)
{
        close_with(emit, '}');
}

void emit_open_array(struct emit *emit, const char *key)
{
        open_with(emit, key, '[');
}

void emit_close_array(struct emit *emit)
{
        close_with(emit, ']');
}

void emit_str(struct emit *emit, const char *key, struct str value)
{
        if (str_is_null(value)) {
                emit_null(emit, key);
                return;
        }
        begin(emit, key);
        add_string(emit->buf, value);
}

void emit_text(struct emit *emit, const char *key, const char *value)
{
        emit_str(emit, key, str_from(value));
}

void emit_int(struct emit *emit, const char *key, int64_t value)
{
        begin(emit, key);
        buf_addf(emit->buf, "%lld", (long long)value);
}

void emit_double(struct emit *emit, const char *key, double value, int decimals)
{
        if (!isfinite(value)) {
                emit_null(emit, key);
                return;
        }
        begin(emit, key);
        size_t from = emit->buf->len;
        buf_addf(emit->buf, "%.*f", decimals, value);
        if (!buf_ok(emit->buf) || decimals == 0)
                return;
        size_t len = emit->buf->len;
        while (len > from + 1 && emit->buf->ptr[len - 1] == '0')
                len--;
        if (emit->buf->ptr[len - 1] == '.')
                len--;
        buf_truncate(emit->buf, len);
}

void emit_score(struct emit *emit, const char *key, double score)
{
        if (score < 0)
                emit_null(emit, key);
        else
                emit_double(emit, key, score, 4);
}

void emit_bool(struct emit *emit, const char *key, bool value)
{
        begin(emit, key);
        buf_add(emit->buf, value ? STR("true") : STR("false"));
}

void emit_null(struct emit *emit, const char *key)
{
        begin(emit, key);
        buf_add(emit->buf, STR("null"));
}

void emit_time(struct emit *emit, const char *key, int64_t wall_ms)
{
        char text[CLOCK_TEXT_MAX];
        if (wall_ms == 0) {
                emit_null(emit, key);
                return;
        }
        clock_format(wall_ms, text);
        emit_text(emit, key, text);
}

void emit_raw(struct emit *emit, const char *key, struct str json)
{
        begin(emit, key);
        buf_add(emit->buf, json);
}
