#include "blob/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER_MAX = 64 };

static const char owner_name[] = "owner", owner_new[] = ".owner.new";

/* Of one folder of two signs. */
struct walk {
        char folder[3];
        int fd;
        int64_t before_ms;
        enum rc (*each)(void *ctx, struct op *op, const char *id);
        void *ctx;
};

static bool is_older(const struct stat *info, int64_t before_ms)
{
        return S_ISREG(info->st_mode) && info->st_mtim.tv_sec < before_ms / 1000;
}

/* A blob's name is the rest of its id; what begins with a dot was being written. */
static enum rc walk_entry(struct op *op, const struct walk *walk, const char *name)
{
        char id[RANDOM_ID_MAX];
        struct stat info;
        bool half = name[0] == '.' && str_ends_with(str_from(name), STR(".new"));
        bool whole = snprintf(id, sizeof(id), "%s%s", walk->folder, name) == RANDOM_ID_MAX - 1 &&
                     random_id_valid(str_from(id));
        if (!half && !whole)
                return RC_OK;
        if (fstatat(walk->fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? RC_OK : file_broken(op, "look at a file");
        if (!is_older(&info, walk->before_ms))
                return RC_OK;
        if (whole)
                return walk->each(walk->ctx, op, id);
        return unlinkat(walk->fd, name, 0) == 0 || errno == ENOENT ? RC_OK : file_broken(op, "remove a file");
}

static enum rc walk_entries(struct op *op, const struct walk *walk, DIR *entries)
{
        do {
                errno = 0;
                const struct dirent *entry = readdir(entries);
                if (entry == NULL)
                        return errno == 0 ? RC_OK : file_broken(op, "read a folder");
                if (walk_entry(op, walk, entry->d_name) != RC_OK)
                        return op->rc;
        } while (op_left_ms(op) > 0);
        return RC_OK;
}

enum rc file_walk_part(int dir, struct op *op, unsigned part, int64_t before_ms,
                       enum rc (*each)(void *ctx, struct op *op, const char *id), void *ctx)
{
        struct walk walk = {.before_ms = before_ms, .each = each, .ctx = ctx};
        snprintf(walk.folder, sizeof(walk.folder), "%02x", part & 0xff);
        walk.fd = openat(dir, walk.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (walk.fd < 0)
                return errno == ENOENT ? RC_OK : file_broken(op, "open a folder");
        DIR *entries = fdopendir(walk.fd);
        if (entries == NULL) {
                enum rc rc = file_broken(op, "read a folder");
                fd_close(&walk.fd);
                return rc;
        }
        enum rc rc = walk_entries(op, &walk, entries);
        closedir(entries);
        return rc;
}

/* Linked in place, so that it is there whole or not at all, and the first one stays. */
static enum rc write_owner(int dir, struct op *op, struct str owner)
{
        CLEANUP(fd_close) int fd = openat(dir, owner_new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0 || !fd_write_all(fd, owner.ptr, owner.len) || fsync(fd) < 0)
                return file_broken(op, "write whose it is");
        if (linkat(dir, owner_new, dir, owner_name, 0) < 0 && errno != EEXIST)
                return file_broken(op, "write whose it is");
        unlinkat(dir, owner_new, 0);
        return fsync(dir) == 0 ? RC_OK : file_broken(op, "sync its folder");
}

enum rc file_claim_folder(int dir, struct op *op, struct str owner, bool *ret_ours)
{
        char text[OWNER_MAX];
        if (faccessat(dir, owner_name, F_OK, 0) < 0 && write_owner(dir, op, owner) != RC_OK)
                return op->rc;
        CLEANUP(fd_close) int fd = openat(dir, owner_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));
        if (len < 0)
                return file_broken(op, "read whose it is");
        *ret_ours = str_equal(str_from_bytes(text, (size_t)len), owner);
        return RC_OK;
}
