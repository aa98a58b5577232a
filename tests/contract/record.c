#include "contract/record.h"

#include "unit/test.h"

#include <sqlite3.h>
#include <string.h>

struct record record;
static sqlite3_file *files[RECORD_FILES]; /* the writer's */
static sqlite3_vfs *before;

static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
/* One table for the database, another for the log; their xWrite, xTruncate and xSync are the same. */
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods methods[RECORD_FILES];

static void note(struct deed deed)
{
        CHECK(record.len < RECORD_MAX);
        record.deeds[record.len++] = deed;
}

/* Which of the files, or RECORD_FILES. */
static int file_of(const sqlite3_file *file)
{
        int i = 0;
        while (i < RECORD_FILES && (!record.on || files[i] != file))
                i++;
        return i;
}

static int note_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
        int index = file_of(file);
        if (index < RECORD_FILES) {
                void *copy = x_new((size_t)len, 1);
                memcpy(copy, bytes, (size_t)len);
                note((struct deed){DEED_WRITE, index, (size_t)at, (size_t)len, copy});
        }
        return real_methods->xWrite(file, bytes, len, at);
}

static int note_truncate(sqlite3_file *file, sqlite3_int64 len)
{
        int index = file_of(file);
        if (index < RECORD_FILES)
                note((struct deed){.kind = DEED_TRUNCATE, .file = index, .len = (size_t)len});
        return real_methods->xTruncate(file, len);
}

static int note_sync(sqlite3_file *file, int flags)
{
        int index = file_of(file);
        if (index < RECORD_FILES)
                note((struct deed){.kind = DEED_SYNC, .file = index});
        return real_methods->xSync(file, flags);
}

/* The writer opens first, and a reader's files are none that are written. */
static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
        int code = real_open(vfs, name, file, flags, ret_flags);
        int index = flags & SQLITE_OPEN_MAIN_DB ? RECORD_DATABASE
                    : flags & SQLITE_OPEN_WAL   ? RECORD_LOG
                                                : RECORD_FILES;
        if (code != SQLITE_OK || index == RECORD_FILES || files[index])
                return code;
        real_methods = file->pMethods;
        methods[index] = *file->pMethods;
        methods[index].xWrite = note_write;
        methods[index].xTruncate = note_truncate;
        methods[index].xSync = note_sync;
        files[index] = file;
        file->pMethods = &methods[index];
        return code;
}

void record_begin(void)
{
        static sqlite3_vfs vfs;
        before = sqlite3_vfs_find(NULL);
        CHECK(before);
        vfs = *before;
        real_open = before->xOpen;
        vfs.xOpen = open_file;
        vfs.zName = "noting";
        CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

void record_end(void)
{
        sqlite3_vfs_register(before, 1);
        for (size_t i = 0; i < record.len; i++)
                x_free(record.deeds[i].bytes);
        memset(files, 0, sizeof(files));
        record = (struct record){0};
}

void record_acknowledge(void)
{
        note((struct deed){.kind = DEED_ACKNOWLEDGE, .file = RECORD_FILES});
}
