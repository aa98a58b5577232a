#include "contract/contract.h"
#include "crypto/vault.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What only an embedded database has to promise. */
#define SQLITE_ONLY(ident)                                                                                   \
        static void ident(struct fixture *fixture);                                                          \
        TEST(sqlite_##ident)                                                                                 \
        {                                                                                                    \
                contract_run(true, ident);                                                                   \
        }                                                                                                    \
        static void ident(struct fixture *fixture)

SQLITE_ONLY(the_files_are_for_the_owner_alone)
{
        static const char *const suffixes[] = {"", "-wal", "-shm"};
        for (size_t i = 0; i < LEN(suffixes); i++) {
                char path[256];
                struct stat stat_of;
                snprintf(path, sizeof(path), "%s%s", fixture->path, suffixes[i]);
                CHECK(stat(path, &stat_of) == 0 && (stat_of.st_mode & 0777) == 0600);
        }
}

static void must_not_open(struct fixture *fixture, const char *url)
{
        struct db *db;
        CHECK(db_open(&fixture->op, str_from(url), NULL, &db) == RC_CONFIG);
        CHECK(strlen(fixture->op.why) > 10);
        op_forgive(&fixture->op);
}

SQLITE_ONLY(what_cannot_be_a_database_is_told_so)
{
        char path[256], url[300];
        snprintf(path, sizeof(path), "%s/text", fixture->folder);
        FILE *file = fopen(path, "w");
        CHECK(file);
        for (int i = 0; i < 100; i++)
                fputs("this is no database, but a text that is long enough\n", file);
        fclose(file);
        snprintf(url, sizeof(url), "sqlite:%s", path);
        must_not_open(fixture, url);
        snprintf(url, sizeof(url), "sqlite:%s/no/such/folder/bonin.db", fixture->folder);
        must_not_open(fixture, url);
        snprintf(url, sizeof(url), "sqlite:%s", fixture->folder);
        must_not_open(fixture, url);
        must_not_open(fixture, "sqlite:");
        must_not_open(fixture, "sqlite::memory:");
        must_not_open(fixture, "mysql://localhost/bonin");
        must_not_open(fixture, "");
}

SQLITE_ONLY(a_missing_file_is_not_made_where_it_must_exist)
{
        struct db *db;
        struct db_options options = {.must_exist = true};
        char url[300];
        snprintf(url, sizeof(url), "sqlite:%s/none.db", fixture->folder);
        CHECK_RC(db_open(&fixture->op, str_from(url), &options, &db), RC_CONFIG);
        CHECK(access(url + 7, F_OK) != 0);
}

SQLITE_ONLY(one_thread_cannot_wait_for_itself)
{
        struct tx second CLEANUP(tx_rollback) = {0};
        BEGIN(tx, TX_WRITE);
        CHECK_RC(store_begin(&fixture->store, &fixture->op, TX_WRITE, &second), RC_INTERNAL);
        CHECK_OK(tx_commit(&tx));
}

static bool wait_in_vain(struct racer *racer)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        racer->op.deadline_ms = clock_mono_ms() + 200;
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_UNAVAILABLE;
}

SQLITE_ONLY(who_gets_no_turn_to_write_in_time_is_told_so_and_nobody_is_stuck)
{
        {
                BEGIN(tx, TX_WRITE);
                CHECK(race(fixture, 8, wait_in_vain, NULL) == 8);
                CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS));
                CHECK_OK(tx_commit(&tx));
        }
        struct session session;
        make_session(fixture, "key-1", &session);
}

SQLITE_ONLY(another_program_may_hold_the_file_for_a_while)
{
        sqlite3 *other;
        CHECK(sqlite3_open(fixture->path, &other) == SQLITE_OK);
        CHECK(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t deadline_ms = fixture->op.deadline_ms;
        fixture->op.deadline_ms = clock_mono_ms() + 100;
        CHECK_RC(store_begin(&fixture->store, &fixture->op, TX_WRITE, &tx), RC_UNAVAILABLE);
        fixture->op.deadline_ms = deadline_ms;
        CHECK(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
        sqlite3_close(other);
        struct session session;
        make_session(fixture, "key-1", &session);
}

struct teller {
        struct store *store;
        int pipe_out;
};

/* Writes until it is killed; one byte down the pipe for each commit that was acknowledged. */
static void *write_and_tell(void *user)
{
        const struct teller *teller = user;
        for (;;) {
                struct op op;
                op_init(&op, NULL, 1 << 20, 10000);
                struct tx tx = {0};
                if (store_begin(teller->store, &op, TX_WRITE, &tx) != RC_OK ||
                    event_append(&tx, EVENT_PHONE_SENT, "durable", STR_NULL, NOW_MS) != RC_OK ||
                    tx_commit(&tx) != RC_OK || write(teller->pipe_out, "x", 1) != 1)
                        _exit(1);
                op_release(&op);
        }
        return NULL;
}

enum { TELLERS = 8 };

static _Noreturn void write_in_child(struct fixture *fixture, int pipe_out)
{
        struct op op;
        op_init(&op, NULL, 1 << 20, 10000);
        if (store_open(&op, str_from(fixture->url), NULL, NULL, &fixture->store) != RC_OK)
                _exit(1);
        struct teller teller = {&fixture->store, pipe_out};
        pthread_t thread;
        for (int i = 1; i < TELLERS; i++)
                if (pthread_create(&thread, NULL, write_and_tell, &teller) != 0)
                        _exit(1);
        write_and_tell(&teller);
        _exit(1);
}

static int64_t kill_a_writer(struct fixture *fixture, useconds_t after_us)
{
        int ends[2];
        CHECK(pipe2(ends, O_CLOEXEC) == 0);
        store_close(&fixture->store); /* SQLite's handles must not go through a fork */
        pid_t child = fork();
        if (child == 0)
                write_in_child(fixture, ends[1]);
        close(ends[1]);
        struct pollfd begun = {.fd = ends[0], .events = POLLIN};
        CHECK(poll(&begun, 1, 10000) == 1);
        usleep(after_us);
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        int64_t acknowledged = 0;
        char bytes[4096];
        for (ssize_t n; (n = read(ends[0], bytes, sizeof(bytes))) > 0;)
                acknowledged += n;
        close(ends[0]);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        return acknowledged;
}

SQLITE_ONLY(what_was_acknowledged_survives_kill_9)
{
        struct vault *vault = fixture->store.vault;
        int64_t acknowledged = 0;
        for (int run = 0; run < 10; run++) {
                acknowledged += kill_a_writer(fixture, 30000 + 7000 * (useconds_t)run);
                CHECK_OK(store_open(&fixture->op, str_from(fixture->url), NULL, vault, &fixture->store));
                BEGIN(tx, TX_READ);
                struct db_rows rows;
                CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM logs", NULL, 0, &rows));
                int64_t there = db_get_int(&rows, 0, 0);
                /* Each thread may have been killed between its commit and saying so. */
                CHECK(there >= acknowledged && there <= acknowledged + (run + 1) * TELLERS);
                CHECK_OK(tx_query(&tx, "PRAGMA integrity_check", NULL, 0, &rows));
                CHECK_STR(db_get_str(&rows, 0, 0), "ok");
                CHECK_OK(tx_commit(&tx));
        }
        CHECK(acknowledged >= 10);
}

struct told {
        _Atomic int good, bad;
};

/* Every tenth makes the shared COMMIT impossible: a row whose parent is missing, to be looked at only then.
 */
static bool append_or_poison(struct racer *racer)
{
        struct told *told = racer->user;
        for (int i = 0; i < 40; i++) {
                bool poison = racer->index == 0 && i % 10 == 9;
                op_forgive(&racer->op);
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK ||
                    event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS) != RC_OK)
                        return false;
                if (poison && (tx_exec(&tx, "PRAGMA defer_foreign_keys = ON", NULL, 0, NULL) != RC_OK ||
                               TX_EXEC(&tx,
                                       "INSERT INTO phone_verifications (id, session_id, code_hash, "
                                       "created_at, expires_at) "
                                       "VALUES ('a', 'no session', $1, 1, 1)",
                                       NULL, db_bytes("x", 1)) != RC_OK))
                        return false;
                atomic_fetch_add(tx_commit(&tx) == RC_OK ? &told->good : &told->bad, 1);
        }
        return true;
}

SQLITE_ONLY(a_shared_commit_that_fails_is_told_to_all_whom_it_carried)
{
        static struct told told;
        struct db_rows rows;
        told = (struct told){0};
        CHECK(race(fixture, 16, append_or_poison, &told) == 16);
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM logs", NULL, 0, &rows));
        CHECK(db_get_int(&rows, 0, 0) == atomic_load(&told.good));
        CHECK(atomic_load(&told.good) + atomic_load(&told.bad) == 16 * 40);
        /* The four poisoned ones, and others who went with them. */
        CHECK(atomic_load(&told.bad) > 4);
}

static bool sees_event(struct racer *racer, enum tx_mode mode)
{
        struct event *events;
        size_t len = 0;
        int64_t total;
        struct event_filter all = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, mode, &tx) == RC_OK &&
               event_list(&tx, &all, (struct page){1, 1}, &events, &len, &total) == RC_OK && len == 1;
}

/* In one batch, in this order: the first writes, the second only looks, the third takes its time. */
static bool write_look_dawdle(struct racer *racer)
{
        usleep(50000 * (unsigned)racer->index);
        if (racer->index == 1)
                return sees_event(racer, TX_WRITE) && sees_event(racer, TX_READ);
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK)
                return false;
        usleep(150000);
        return (racer->index == 2 || event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS) == RC_OK) &&
               tx_commit(&tx) == RC_OK;
}

SQLITE_ONLY(what_a_writer_has_seen_is_committed_once_it_has_rolled_back)
{
        struct db_options options = {.batch_ms = 5000};
        fixture_reopen(fixture, &options);
        CHECK(race(fixture, 3, write_look_dawdle, NULL) == 3);
}

static _Noreturn void start_in_child(const char *url, int gate)
{
        struct op op;
        struct store store;
        char byte;
        op_init(&op, NULL, 1 << 20, 10000);
        if (read(gate, &byte, 1) != 0) /* opens for all at once, when its other end is closed */
                _exit(1);
        enum rc rc = store_open(&op, str_from(url), NULL, NULL, &store);
        if (rc == RC_OK)
                rc = store_migrate(&store, &op, NULL);
        if (rc == RC_OK)
                rc = store_check_schema(&store, &op);
        if (rc != RC_OK)
                printf("  %s\n", op.why);
        fflush(stdout);
        _exit(rc == RC_OK ? 0 : 1);
}

SQLITE_ONLY(programs_that_start_at_once_on_a_new_file_all_start)
{
        char url[300];
        int gate[2], status, failed = 0;
        pid_t children[8];
        snprintf(url, sizeof(url), "sqlite:%s/new.db", fixture->folder);
        CHECK(pipe2(gate, O_CLOEXEC) == 0);
        fflush(stdout);
        for (size_t i = 0; i < LEN(children); i++) {
                children[i] = fork();
                if (children[i] == 0) {
                        close(gate[1]);
                        start_in_child(url, gate[0]);
                }
        }
        close(gate[1]);
        for (size_t i = 0; i < LEN(children); i++) {
                waitpid(children[i], &status, 0);
                failed += !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
        close(gate[0]);
        CHECK(failed == 0);
}

static enum rc fill_one(struct fixture *fixture)
{
        static char text[20000];
        memset(text, 'x', sizeof(text) - 1);
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(&fixture->store, &fixture->op, TX_WRITE, &tx);
        if (rc == RC_OK)
                rc = event_append(&tx, EVENT_PHONE_SENT, "full", str_from(text), NOW_MS);
        if (rc == RC_OK)
                rc = tx_commit(&tx);
        return rc;
}

static int64_t count_full(struct fixture *fixture)
{
        struct db_rows rows;
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM logs WHERE session_id = 'full'", NULL, 0, &rows));
        return db_get_int(&rows, 0, 0);
}

static void fill_up(struct fixture *fixture, const char *ballast)
{
        struct session session;
        int64_t written = 0;
        make_session(fixture, "key-1", &session);
        enum rc rc;
        while ((rc = fill_one(fixture)) == RC_OK)
                written++;
        CHECK(rc == RC_UNAVAILABLE && written > 10);
        op_forgive(&fixture->op);
        CHECK(count_full(fixture) == written);
        CHECK(unlink(ballast) == 0);
        CHECK_OK(fill_one(fixture));
        CHECK(count_full(fixture) == written + 1);
        fixture_reopen(fixture, NULL);
        CHECK(count_full(fixture) == written + 1);
}

static bool make_ballast(const char *path)
{
        static char block[1 << 20];
        CLEANUP(fd_close) int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        return fd >= 0 && fd_write_all(fd, block, sizeof(block));
}

SQLITE_ONLY(a_full_disk_is_told_loses_nothing_and_passes)
{
        char ballast[256];
        struct vault *vault = fixture->store.vault;
        if (mount("bonin-test", fixture->folder, "tmpfs", 0, "size=4m") != 0)
                test_skip("may not mount a tmpfs");
        store_close(&fixture->store);
        snprintf(ballast, sizeof(ballast), "%s/ballast", fixture->folder);
        CHECK(make_ballast(ballast));
        CHECK_OK(store_open(&fixture->op, str_from(fixture->url), NULL, vault, &fixture->store));
        CHECK_OK(store_migrate(&fixture->store, &fixture->op, NULL));
        fill_up(fixture, ballast);
        struct store open = fixture->store;
        store_close(&open);
        umount2(fixture->folder, MNT_DETACH);
        CHECK_OK(store_open(&fixture->op, str_from(fixture->url), NULL, vault, &fixture->store));
}

/* One empties the log over and over, while the others write without a pause. */
static bool scrub_or_append(struct racer *racer)
{
        enum { SCRUBS = 30 };
        atomic_bool *over = racer->user;
        bool well = true;
        for (int i = 0; racer->index == 0 && well && i < SCRUBS; i++)
                well = db_scrub(racer->fixture->store.db, &racer->op) == RC_OK;
        if (racer->index == 0)
                atomic_store(over, true);
        while (racer->index > 0 && well && !atomic_load(over)) {
                struct tx tx CLEANUP(tx_rollback) = {0};
                well = store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
                       event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS) == RC_OK &&
                       tx_commit(&tx) == RC_OK;
        }
        return well;
}

/* Control: go on with the baton (give_baton) before the checkpoint: somebody else's batch is open then. */
SQLITE_ONLY(the_log_is_emptied_while_others_write)
{
        static atomic_bool over;
        atomic_store(&over, false);
        CHECK(race(fixture, 12, scrub_or_append, &over) == 12);
}

SQLITE_ONLY(nothing_personal_stands_in_the_files_and_nothing_is_left_after_erasing)
{
        static const char *const canaries[] = {"821012345678", "hong@example.org", "홍길동",
                                               "1990-01-01",   "key-canary",       "order"};
        struct session session;
        struct erased what;
        char id[ID_MAX];
        struct buf content CLEANUP(buf_release);
        make_session(fixture, "key-canary", &session);
        make_code(fixture, &session, CODE_EMAIL, id);
        for (int erased = 0; erased < 2; erased++) {
                static const char *const suffixes[] = {"", "-wal"};
                buf_init(&content, 16 << 20);
                for (size_t i = 0; i < LEN(suffixes); i++) {
                        char path[256], chunk[65536];
                        snprintf(path, sizeof(path), "%s%s", fixture->path, suffixes[i]);
                        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
                        CHECK(fd >= 0);
                        for (ssize_t n; (n = read(fd, chunk, sizeof(chunk))) > 0;)
                                buf_add_bytes(&content, chunk, (size_t)n);
                }
                CHECK(buf_ok(&content) && str_find_str(buf_str(&content), str_from(session.id)) >= 0);
                for (size_t i = 0; i < LEN(canaries); i++)
                        CHECK(str_find_str(buf_str(&content), str_from(canaries[i])) < 0);
                if (erased)
                        break;
                buf_release(&content);
                BEGIN(tx, TX_WRITE);
                CHECK_OK(session_erase(&tx, str_from(session.id), NOW_MS, &what));
                CHECK_OK(tx_commit(&tx));
                CHECK_OK(db_scrub(fixture->store.db, &fixture->op));
        }
}
