/*
 * Structured logs: one JSON object a line on stderr. The kinds of field below are the only ones, so that no
 * raw phone number, name, code or key can be passed: words are string literals or table entries of our own,
 * ids are our own public ids, and personal data goes in only masked (struct masked, made by doc/mask).
 * Thread-safe; a line is one write.
 */
#pragma once

#include "base/buf.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Text that masking made: "홍*동", "010-****-5678". */
struct masked {
        char text[128];
};

struct log_field {
        const char *key;
        enum { LOG_END, LOG_KIND_WORD, LOG_KIND_ID, LOG_KIND_INT, LOG_KIND_DOUBLE, LOG_KIND_TEXT } kind;
        const char *word;
        int64_t number;
        double real;
};

/* A literal or a word from a table. */
#define LOG_WORD(k, w) ((struct log_field){.key = (k), .kind = LOG_KIND_WORD, .word = (w)})
/* One of our own ids, an IP address, a path of our own. */
#define LOG_ID(k, i)     ((struct log_field){.key = (k), .kind = LOG_KIND_ID, .word = (i)})
#define LOG_INT(k, n)    ((struct log_field){.key = (k), .kind = LOG_KIND_INT, .number = (n)})
#define LOG_REAL(k, d)   ((struct log_field){.key = (k), .kind = LOG_KIND_DOUBLE, .real = (d)})
#define LOG_MASKED(k, m) ((struct log_field){.key = (k), .kind = LOG_KIND_TEXT, .word = (m)->text})
/* What a library or the system said of a failure (strerror, sqlite3_errmsg); never a caller's bytes. */
#define LOG_CAUSE(c) ((struct log_field){.key = "cause", .kind = LOG_KIND_TEXT, .word = (c)})

/* log_line(LOG_INFO, "listening", LOG_INT("port", port)); */
#define log_line(level, event, ...)                                                                          \
        log_write((level), (event), (struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){.key = NULL}})

void log_write(enum log_level level, const char *event, const struct log_field *fields);
/* Below this level nothing is written. LOG_INFO at the start. */
void log_set_level(enum log_level level);
