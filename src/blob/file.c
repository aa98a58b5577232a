#include "blob/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Names below the folder: "ab/cdef…", and "ab/.cdef….new" while it is written. */
enum { NAME_MAX_LEN = 64 };

/* What the next few commits may need. */
enum { ROOM_MIN = 256 * 1024 };

struct file_store {
        struct blob_store store;
        int dir;
};

struct blob_sink {
        struct file_store *files;
        int fd;
        char name[NAME_MAX_LEN];
        char temp[NAME_MAX_LEN];
};

static struct file_store *files_of(struct blob_store *store)
{
        return (struct file_store *)store;
}

static void name_of(const char *id, char ret[NAME_MAX_LEN])
{
        snprintf(ret, NAME_MAX_LEN, "%.2s/%s", id, id + 2);
}

/* Storage that fails now may work later; nothing of the request is at fault. */
enum rc file_broken(struct op *op, const char *what)
{
        return op_fail(op, RC_UNAVAILABLE, "the blob store cannot %s: %s", what, strerror(errno));
}

static int fsync_folder(int dir, const char *name)
{
        char folder[3] = {name[0], name[1], '\0'};
        CLEANUP(fd_close) int fd = openat(dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return fd < 0 ? -1 : fsync(fd);
}

/* The folder of two signs, made when it is first needed, and durable before anything lies in it. */
static int make_folder(int dir, const char *name)
{
        char folder[3] = {name[0], name[1], '\0'};
        if (mkdirat(dir, folder, 0700) == 0)
                return fsync(dir);
        return errno == EEXIST ? 0 : -1;
}

static enum rc file_create(struct blob_store *store, struct op *op, const char *id, struct blob_sink **ret)
{
        struct blob_sink *sink = x_new(1, sizeof(*sink));
        sink->files = files_of(store);
        name_of(id, sink->name);
        snprintf(sink->temp, sizeof(sink->temp), "%.2s/.%s.new", id, id + 2);
        sink->fd = -1;
        if (make_folder(sink->files->dir, sink->name) == 0)
                sink->fd =
                    openat(sink->files->dir, sink->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (sink->fd < 0) {
                x_free(sink);
                return file_broken(op, "make a file");
        }
        *ret = sink;
        return RC_OK;
}

static enum rc file_append(struct blob_sink *sink, struct op *op, struct str bytes)
{
        return fd_write_all(sink->fd, bytes.ptr, bytes.len) ? RC_OK : file_broken(op, "write");
}

static void file_abort(struct blob_sink *sink)
{
        fd_close(&sink->fd);
        unlinkat(sink->files->dir, sink->temp, 0);
        x_free(sink);
}

static enum rc file_commit(struct blob_sink *sink, struct op *op)
{
        int dir = sink->files->dir;
        bool ok = fsync(sink->fd) == 0 && renameat(dir, sink->temp, dir, sink->name) == 0;
        if (!ok) {
                enum rc rc = file_broken(op, "finish a file");
                file_abort(sink);
                return rc;
        }
        enum rc rc = fsync_folder(dir, sink->name) == 0 ? RC_OK : file_broken(op, "sync its folder");
        /* Its name may not outlive a power cut: a blob that nobody was told of must not stay either. */
        if (rc != RC_OK)
                unlinkat(dir, sink->name, 0);
        fd_close(&sink->fd);
        x_free(sink);
        return rc;
}

static enum rc read_rest(struct op *op, int fd, struct buf *ret)
{
        char chunk[16384];
        for (;;) {
                ssize_t n = read(fd, chunk, sizeof(chunk));
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return file_broken(op, "read");
                if (n == 0)
                        return RC_OK;
                buf_add_bytes(ret, chunk, (size_t)n);
                if (!buf_ok(ret))
                        return op_fail(op, RC_INTERNAL, "a blob is longer than it may be");
        }
}

static enum rc file_read(struct blob_store *store, struct op *op, const char *id, struct buf *ret)
{
        char name[NAME_MAX_LEN];
        name_of(id, name);
        CLEANUP(fd_close) int fd = openat(files_of(store)->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0 && errno == ENOENT)
                return op_fail(op, RC_NOT_FOUND, "no such blob");
        return fd < 0 ? file_broken(op, "open a file") : read_rest(op, fd, ret);
}

static enum rc file_remove(struct blob_store *store, struct op *op, const char *id)
{
        char name[NAME_MAX_LEN];
        name_of(id, name);
        int dir = files_of(store)->dir;
        if (unlinkat(dir, name, 0) < 0)
                return errno == ENOENT ? RC_OK : file_broken(op, "remove a file");
        return fsync_folder(dir, name) == 0 ? RC_OK : file_broken(op, "sync its folder");
}

static enum rc file_exists(struct blob_store *store, struct op *op, const char *id, bool *ret)
{
        char name[NAME_MAX_LEN];
        name_of(id, name);
        struct stat info;
        bool there = fstatat(files_of(store)->dir, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
        if (!there && errno != ENOENT)
                return file_broken(op, "look for a file");
        *ret = there && S_ISREG(info.st_mode);
        return RC_OK;
}

/* The embedded database lies on the same disk, so this speaks for it, too. */
static enum rc file_ready(struct blob_store *store, struct op *op)
{
        struct statvfs disk;
        if (fstatvfs(files_of(store)->dir, &disk) != 0)
                return file_broken(op, "ask for room");
        if ((disk.f_flag & ST_RDONLY) || (uint64_t)disk.f_bavail * disk.f_frsize < ROOM_MIN)
                return op_fail(op, RC_UNAVAILABLE, "the disk of the blobs is full, or may be read only");
        return RC_OK;
}

static enum rc file_walk(struct blob_store *store, struct op *op, unsigned part, int64_t before_ms,
                         enum rc (*each)(void *ctx, struct op *op, const char *id), void *ctx)
{
        return file_walk_part(files_of(store)->dir, op, part, before_ms, each, ctx);
}

static enum rc file_claim(struct blob_store *store, struct op *op, struct str owner, bool *ret_ours)
{
        return file_claim_folder(files_of(store)->dir, op, owner, ret_ours);
}

static void file_free(struct blob_store *store)
{
        struct file_store *files = files_of(store);
        fd_close(&files->dir);
        x_free(files);
}

enum rc blob_file_open(struct op *op, const char *dir, struct blob_store **ret)
{
        if (mkdir(dir, 0700) < 0 && errno != EEXIST)
                return op_fail(op, RC_CONFIG, "BLOB_URL: %s cannot be made: %s", dir, strerror(errno));
        int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) < 0) {
                enum rc rc = op_fail(op, RC_CONFIG, "BLOB_URL: %s cannot be used: %s", dir, strerror(errno));
                fd_close(&fd);
                return rc;
        }
        struct file_store *files = x_new(1, sizeof(*files));
        *files = (struct file_store){
            .store = {file_create, file_append, file_commit, file_abort, file_read, file_remove, file_exists,
                      file_ready, file_walk, file_claim, file_free},
            .dir = fd,
        };
        *ret = &files->store;
        return RC_OK;
}
