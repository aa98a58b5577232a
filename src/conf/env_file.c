#include "conf/env_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 };

/* `# …` behind a value: a comment for some readers of such files, part of the value for others. */
static bool has_comment(struct str value)
{
        for (size_t i = 0; i < value.len; i++)
                if (value.ptr[i] == '#' && (i == 0 || value.ptr[i - 1] == ' ' || value.ptr[i - 1] == '\t'))
                        return true;
        return false;
}

/* Split one line: false where it is neither KEY=VALUE nor empty. An empty key means: nothing on it. */
static bool parse_line(struct str line, struct str *ret_key, struct str *ret_value)
{
        line = str_trim(line);
        *ret_key = *ret_value = STR_NULL;
        if (line.len == 0 || line.ptr[0] == '#')
                return true;
        if (str_starts_with(line, STR("export ")))
                line = str_trim(str_sub(line, 7, line.len));
        ssize_t at = str_find(line, '=');
        if (at <= 0)
                return false;
        *ret_key = str_trim(str_sub(line, 0, (size_t)at));
        struct str value = str_trim(str_sub(line, (size_t)at + 1, line.len));
        bool quoted = value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'');
        if (quoted ? value.ptr[value.len - 1] != value.ptr[0] : has_comment(value))
                return false;
        *ret_value = quoted ? str_sub(value, 1, value.len - 2) : value;
        for (size_t i = 0; i < ret_key->len; i++) {
                char c = ret_key->ptr[i];
                if (!(c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      (i > 0 && c >= '0' && c <= '9')))
                        return false;
        }
        return true;
}

enum rc env_file_parse(struct op *op, const char *path, struct str text, struct env_file *ret)
{
        if (text.len > FILE_MAX)
                return op_fail(op, RC_CONFIG, "%s: larger than 64 KiB", path);
        struct str rest = text, line, key, value;
        for (int number = 1; str_split(&rest, '\n', &line); number++)
                if (!parse_line(line, &key, &value) || memchr(line.ptr, '\0', line.len))
                        return op_fail(op, RC_CONFIG,
                                       "%s:%d: not KEY=VALUE; a comment has a line of its own, and a value "
                                       "with # in it stands in quotes",
                                       path, number);
        buf_init_secret(&ret->text, FILE_MAX);
        buf_add(&ret->text, text);
        return RC_OK;
}

enum rc env_file_read(struct op *op, const char *path, struct env_file *ret)
{
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return op_fail(op, RC_CONFIG, "%s: %s", path, strerror(errno));
        CLEANUP(buf_release) struct buf text;
        buf_init_secret(&text, FILE_MAX + 1);
        char chunk[4096];
        ssize_t n;
        while ((n = read(fd, chunk, sizeof(chunk))) > 0)
                buf_add_bytes(&text, chunk, (size_t)n);
        explicit_bzero(chunk, sizeof(chunk));
        if (n < 0)
                return op_fail(op, RC_CONFIG, "%s: %s", path, strerror(errno));
        if (!buf_ok(&text))
                return op_fail(op, RC_CONFIG, "%s: larger than 64 KiB", path);
        return env_file_parse(op, path, buf_str(&text), ret);
}

void env_file_release(struct env_file *file)
{
        buf_release(&file->text);
}

struct str env_file_get(const struct env_file *file, struct str wanted)
{
        struct str found = STR_NULL, line, key, value;
        struct str rest = file->text.ptr ? buf_str(&file->text) : STR_NULL;
        while (str_split(&rest, '\n', &line))
                if (parse_line(line, &key, &value) && str_equal(key, wanted))
                        found = value;
        return found;
}

void env_file_each(const struct env_file *file, void (*each)(void *ctx, struct str key, int line), void *ctx)
{
        struct str line, key, value;
        struct str rest = file->text.ptr ? buf_str(&file->text) : STR_NULL;
        for (int number = 1; str_split(&rest, '\n', &line); number++)
                if (parse_line(line, &key, &value) && key.len > 0)
                        each(ctx, key, number);
}
