#include "contract/contract.h"

#include "crypto/vault.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A disk that fails when told to: the default VFS, but for the methods of its files, of which writing and
 * syncing go by a switch.
 */
enum { DISK_GOOD, DISK_NO_SYNC, DISK_NO_WRITE, DISK_NO_DATABASE_SYNC };

static _Atomic int disk;
/* The default VFS has one table for databases and another for logs; their xSync and xWrite are the same. */
static struct {
        const sqlite3_io_methods *real;
        sqlite3_io_methods bad;
} tables[4];
static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

static int bad_sync(sqlite3_file *file, int flags)
{
        return atomic_load(&disk) == DISK_NO_SYNC ? SQLITE_IOERR_FSYNC : tables[0].real->xSync(file, flags);
}

/* Of a database, not of its log. */
static int bad_database_sync(sqlite3_file *file, int flags)
{
        return atomic_load(&disk) == DISK_NO_DATABASE_SYNC ? SQLITE_IOERR_FSYNC : bad_sync(file, flags);
}

static int bad_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
        if (atomic_load(&disk) == DISK_NO_WRITE)
                return SQLITE_IOERR_WRITE;
        return tables[0].real->xWrite(file, bytes, len, at);
}

/* All files are opened by one thread at a time here: writers when a store is opened, readers later. */
static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
        int code = real_open(vfs, name, file, flags, ret_flags);
        if (code != SQLITE_OK || file->pMethods == NULL)
                return code;
        size_t i = 0;
        while (i < LEN(tables) && tables[i].real && tables[i].real != file->pMethods)
                i++;
        if (i == LEN(tables))
                return SQLITE_INTERNAL;
        if (tables[i].real == NULL) {
                tables[i].bad = *file->pMethods;
                tables[i].bad.xSync = flags & SQLITE_OPEN_MAIN_DB ? bad_database_sync : bad_sync;
                tables[i].bad.xWrite = bad_write;
                tables[i].real = file->pMethods;
        }
        file->pMethods = &tables[i].bad;
        return code;
}

static void use_bad_disk(void)
{
        static sqlite3_vfs vfs;
        if (real_open)
                return;
        sqlite3_vfs *real = sqlite3_vfs_find(NULL);
        CHECK(real);
        vfs = *real;
        real_open = real->xOpen;
        vfs.xOpen = open_file;
        vfs.zName = "bad-disk";
        CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

struct tally {
        _Atomic int good, unavailable, other;
};

static bool append(struct racer *racer)
{
        struct tally *tally = racer->user;
        for (int i = 0; i < 30; i++) {
                op_forgive(&racer->op);
                struct tx tx CLEANUP(tx_rollback) = {0};
                enum rc rc = store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx);
                if (rc == RC_OK)
                        rc = event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS);
                if (rc == RC_OK)
                        rc = tx_commit(&tx);
                atomic_fetch_add(rc == RC_OK            ? &tally->good
                                 : rc == RC_UNAVAILABLE ? &tally->unavailable
                                                        : &tally->other,
                                 1);
                if (racer->index == 0 && i % 10 == 9) /* one thread breaks and mends the disk meanwhile */
                        atomic_store(&disk, atomic_load(&disk) ? DISK_GOOD : 1 + i / 10 % 2);
                usleep(500);
        }
        return true;
}

static void fail_and_mend(struct fixture *fixture)
{
        static struct tally tally;
        struct db_rows rows;
        tally = (struct tally){0};
        CHECK(race(fixture, 8, append, &tally) == 8);
        atomic_store(&disk, DISK_GOOD);
        struct session session;
        make_session(fixture, "key-1", &session);
        CHECK(atomic_load(&tally.good) > 8 && atomic_load(&tally.unavailable) > 8);
        CHECK(atomic_load(&tally.other) == 0);
        fixture_reopen(fixture, NULL);
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM logs", NULL, 0, &rows));
        CHECK(db_get_int(&rows, 0, 0) == atomic_load(&tally.good));
        CHECK_OK(tx_query(&tx, "PRAGMA integrity_check", NULL, 0, &rows));
        CHECK_STR(db_get_str(&rows, 0, 0), "ok");
}

TEST(sqlite_a_disk_that_fails_is_told_and_loses_nothing_that_was_acknowledged)
{
        use_bad_disk();
        atomic_store(&disk, DISK_GOOD);
        contract_run(true, fail_and_mend);
}

/* Some that fill the log, and others that are few. */
enum { FEW = 20, MANY = 1000, SURVIVED = 7 };

static bool append_large(struct fixture *fixture)
{
        static char text[20000];
        memset(text, 'x', sizeof(text) - 1);
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&fixture->store, &fixture->op, TX_WRITE, &tx) == RC_OK &&
               event_append(&tx, EVENT_PHONE_SENT, "kept", str_from(text), NOW_MS) == RC_OK &&
               tx_commit(&tx) == RC_OK;
}

/* The log goes into the database when somebody asks for it. */
static void copy_all(struct fixture *fixture)
{
        for (int i = 0; i < FEW; i++)
                if (!append_large(fixture))
                        _exit(1);
        atomic_store(&disk, DISK_NO_DATABASE_SYNC);
        (void)!db_scrub(fixture->store.db, &fixture->op);
}

/* … or when it has grown, as far as a reader lets it. */
static void copy_in_part(struct fixture *fixture)
{
        struct op op;
        struct event *events;
        struct event_filter all = {0};
        size_t len;
        int64_t total;
        struct tx reading = {0};
        for (int i = 0; i < FEW; i++)
                if (!append_large(fixture))
                        _exit(1);
        op_init(&op, "reader", 1 << 20, 60000);
        if (store_begin(&fixture->store, &op, TX_READ, &reading) != RC_OK ||
            event_list(&reading, &all, (struct page){1, 1}, &events, &len, &total) != RC_OK)
                _exit(1);
        atomic_store(&disk, DISK_NO_DATABASE_SYNC);
        for (int i = 0; i < MANY; i++)
                if (!append_large(fixture))
                        _exit(1);
}

/* A process that copies the log while the database cannot be synced, ends; and nothing of it is lost. */
static void end_and_keep(struct fixture *fixture, void (*copy)(struct fixture *fixture))
{
        struct vault *vault = fixture->store.vault;
        struct db_rows rows;
        int status;
        store_close(&fixture->store); /* SQLite's handles must not go through a fork */
        pid_t child = fork();
        if (child == 0) {
                fixture->op.deadline_ms = clock_mono_ms() + 60000;
                if (store_open(&fixture->op, str_from(fixture->url), NULL, vault, &fixture->store) != RC_OK)
                        _exit(1);
                copy(fixture);
                _exit(SURVIVED);
        }
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        CHECK_OK(store_open(&fixture->op, str_from(fixture->url), NULL, vault, &fixture->store));
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM logs WHERE session_id = 'kept'", NULL, 0, &rows));
        CHECK(db_get_int(&rows, 0, 0) >= FEW);
        CHECK_OK(tx_query(&tx, "PRAGMA integrity_check", NULL, 0, &rows));
        CHECK_STR(db_get_str(&rows, 0, 0), "ok");
}

static void end_when_all_is_copied(struct fixture *fixture)
{
        end_and_keep(fixture, copy_all);
}

static void end_when_part_is_copied(struct fixture *fixture)
{
        end_and_keep(fixture, copy_in_part);
}

/* Negative control: without src/db/sqlite_disk.c both go on, and believe the next sync. */
TEST(sqlite_a_database_that_cannot_be_synced_ends_the_program)
{
        use_bad_disk();
        atomic_store(&disk, DISK_GOOD);
        contract_run(true, end_when_all_is_copied);
        contract_run(true, end_when_part_is_copied);
}
