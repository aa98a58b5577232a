#include "crypto/secret.h"

#include "crypto/random.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_BYTES = 48, SECRET_FILE_MAX = 4096, PATH_LEN_MAX = 4096 };

void secret_new(char ret[SECRET_TEXT_MAX])
{
        uint8_t random[SECRET_BYTES];
        random_bytes(random, sizeof(random));
        CLEANUP(buf_release) struct buf text;
        buf_init_secret(&text, SECRET_TEXT_MAX);
        buf_add_base64url(&text, random, sizeof(random));
        memcpy(ret, buf_text(&text), text.len + 1);
        explicit_bzero(random, sizeof(random));
}

static enum rc read_all(struct op *op, int fd, const char *path, size_t len, struct buf *ret)
{
        char chunk[1024];
        bool ok = true;
        while (ok && len > 0) {
                size_t n = MIN(len, sizeof(chunk));
                ok = fd_read_all(fd, chunk, n);
                if (ok)
                        buf_add_bytes(ret, chunk, n);
                len -= n;
        }
        explicit_bzero(chunk, sizeof(chunk));
        return ok ? RC_OK : op_fail(op, RC_CONFIG, "%s: cannot be read: %s", path, strerror(errno));
}

enum rc secret_file_read(struct op *op, const char *path, size_t max, struct buf *ret, bool *ret_found)
{
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0 && errno == ENOENT) {
                *ret_found = false;
                return RC_OK;
        }
        struct stat info;
        if (fd < 0 || fstat(fd, &info) < 0)
                return op_fail(op, RC_CONFIG, "%s: %s", path, strerror(errno));
        if (!S_ISREG(info.st_mode))
                return op_fail(op, RC_CONFIG, "%s: not a file", path);
        if (info.st_mode & (S_IRWXG | S_IRWXO))
                return op_fail(op, RC_CONFIG, "%s: others may read it; run: chmod 600 %s", path, path);
        if ((uint64_t)info.st_size > max)
                return op_fail(op, RC_CONFIG, "%s: longer than %zu bytes", path, max);
        enum rc rc = read_all(op, fd, path, (size_t)info.st_size, ret);
        if (rc == RC_OK)
                *ret_found = true;
        return rc;
}

/* The name must be as durable as the bytes: without this, a power cut may leave data sealed under a key that
 * no file holds. */
static bool sync_folder_of(const char *path)
{
        char copy[PATH_LEN_MAX];
        snprintf(copy, sizeof(copy), "%s", path);
        CLEANUP(fd_close) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return fd >= 0 && fsync(fd) == 0;
}

static bool write_file(const char *path, struct str bytes)
{
        CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        return fd >= 0 && fd_write_all(fd, bytes.ptr, bytes.len) && fsync(fd) == 0;
}

enum rc secret_file_make(struct op *op, const char *path, struct str bytes, bool *ret_made)
{
        char id[RANDOM_ID_MAX];
        random_id(id);
        char temp[PATH_LEN_MAX];
        if (snprintf(temp, sizeof(temp), "%s.%s", path, id) >= (int)sizeof(temp))
                return op_fail(op, RC_CONFIG, "the path of a secret is too long");
        bool ok = write_file(temp, bytes);
        /* link and not rename: it does not replace a file that another program has just made. */
        bool made = ok && link(temp, path) == 0;
        int error = errno;
        unlink(temp);
        if (!made && !(ok && error == EEXIST))
                return op_fail(op, RC_CONFIG, "%s: cannot be made: %s", path, strerror(error));
        if (!sync_folder_of(path))
                return op_fail(op, RC_CONFIG, "%s: cannot be made durable: %s", path, strerror(errno));
        *ret_made = made;
        return RC_OK;
}

static enum rc load(struct op *op, const char *path, struct buf *ret, bool *ret_found)
{
        CLEANUP(buf_release) struct buf file;
        buf_init_secret(&file, SECRET_FILE_MAX);
        enum rc rc = secret_file_read(op, path, SECRET_FILE_MAX, &file, ret_found);
        if (rc != RC_OK || !*ret_found)
                return rc;
        struct str text = str_trim(buf_str(&file));
        if (text.len == 0)
                return op_fail(op, RC_CONFIG, "%s: empty", path);
        buf_add(ret, text);
        return buf_ok(ret) ? RC_OK : op_fail(op, RC_CONFIG, "%s: too long", path);
}

enum rc secret_load_or_create(struct op *op, const char *path, struct buf *ret)
{
        bool found = false, made = false;
        enum rc rc = load(op, path, ret, &found);
        if (rc != RC_OK || found)
                return rc;
        char text[SECRET_TEXT_MAX + 1];
        secret_new(text);
        size_t len = strlen(text);
        text[len] = '\n';
        rc = secret_file_make(op, path, str_from_bytes(text, len + 1), &made);
        if (rc == RC_OK && made)
                buf_add_bytes(ret, text, len);
        explicit_bzero(text, sizeof(text));
        if (rc != RC_OK || made)
                return rc;
        rc = load(op, path, ret, &found);
        if (rc == RC_OK && !found)
                return op_fail(op, RC_CONFIG, "%s: vanished", path);
        return rc;
}
