#include "db/sqlite_disk.h"

#include "base/log.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

/* Behind the system's own part of an open database. */
struct tail {
        const sqlite3_io_methods *real;
        sqlite3_io_methods methods;
};

static sqlite3_vfs disk;

static struct tail *tail_of(sqlite3_file *file)
{
        return (struct tail *)(void *)((char *)file + disk.szOsFile - sizeof(struct tail));
}

static int sync_or_end(sqlite3_file *file, int flags)
{
        if (tail_of(file)->real->xSync(file, flags) == SQLITE_OK)
                return SQLITE_OK;
        log_line(LOG_ERROR, "disk_failed",
                 LOG_WORD("mend", "mend the disk and start again: nothing that was answered is lost"));
        abort();
}

/* A checkpoint that readers hold up half-way is not synced, and yet counts as done so far. */
static int control(sqlite3_file *file, int what, void *arg)
{
        if (what == SQLITE_FCNTL_CKPT_DONE)
                (void)!sync_or_end(file, SQLITE_SYNC_NORMAL);
        return tail_of(file)->real->xFileControl(file, what, arg);
}

/* By whatever is the system's VFS now: tests put others in its place. */
static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
        sqlite3_vfs *system = sqlite3_vfs_find(NULL);
        if (system->szOsFile > disk.szOsFile - (int)sizeof(struct tail))
                return SQLITE_INTERNAL;
        int code = system->xOpen(system, name, file, flags, ret_flags);
        if (code != SQLITE_OK || !(flags & SQLITE_OPEN_MAIN_DB))
                return code;
        struct tail *tail = tail_of(file);
        *tail = (struct tail){file->pMethods, *file->pMethods};
        tail->methods.xSync = sync_or_end;
        tail->methods.xFileControl = control;
        file->pMethods = &tail->methods;
        return SQLITE_OK;
}

static void set_up(void)
{
        const size_t align = _Alignof(struct tail);
        disk = *sqlite3_vfs_find(NULL);
        disk.szOsFile = (int)(((size_t)disk.szOsFile + align - 1) / align * align + sizeof(struct tail));
        disk.zName = "bonin";
        disk.xOpen = open_file;
        sqlite3_vfs_register(&disk, 0);
}

const char *sqlite_disk_name(void)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        pthread_once(&once, set_up);
        return disk.zName;
}
