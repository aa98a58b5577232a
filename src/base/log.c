#include "base/log.h"

#include "base/clock.h"
#include "base/emit.h"

#include <unistd.h>

static enum log_level least = LOG_INFO;

void log_set_level(enum log_level level)
{
        least = level;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
        static const char *const names[] = {"debug", "info", "warn", "error"};
        if (level < least)
                return;
        CLEANUP(buf_release) struct buf line;
        buf_init(&line, 8192);
        struct emit emit = emit_to(&line);
        emit_open(&emit, NULL);
        emit_time(&emit, "time", clock_wall_ms());
        emit_text(&emit, "level", names[level]);
        emit_text(&emit, "event", event);
        for (const struct log_field *field = fields; field->key; field++) {
                if (field->kind == LOG_KIND_INT)
                        emit_int(&emit, field->key, field->number);
                else if (field->kind == LOG_KIND_DOUBLE)
                        emit_double(&emit, field->key, field->real, 3);
                else
                        emit_text(&emit, field->key, field->word);
        }
        emit_close(&emit);
        buf_add_char(&line, '\n');
        if (buf_ok(&line))
                (void)!write(STDERR_FILENO, line.ptr, line.len);
}
