#include "contract/contract.h"
#include "contract/record.h"
#include "crypto/vault.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A power cut, gone through in full: for every moment between two writes or syncs of the database and its
 * log, the states that a disk may be found in afterwards. What was synced is there; of what was not, nothing,
 * all, any part, or any sectors of any part. In each state the store must open, be whole, and hold what had
 * been acknowledged by then.
 *
 * Negative control: PRAGMA synchronous=NORMAL (db/sqlite_conn.c).
 */
enum { SECTOR = 512, IMAGE_MAX = 8 << 20, SEEDS = 3 };

struct image {
        uint8_t *bytes; /* IMAGE_MAX */
        size_t len;
};

static void image_load(const char *path, struct image *image)
{
        struct stat stat_of;
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        CHECK(fd >= 0 && fstat(fd, &stat_of) == 0 && stat_of.st_size <= IMAGE_MAX);
        CHECK(fd_read_all(fd, image->bytes, (size_t)stat_of.st_size));
        image->len = (size_t)stat_of.st_size;
}

static void image_save(const char *path, const struct image *image)
{
        CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        CHECK(fd >= 0 && fd_write_all(fd, image->bytes, image->len));
}

static void image_put(struct image *image, size_t at, const uint8_t *bytes, size_t len)
{
        CHECK(at + len <= IMAGE_MAX);
        if (at > image->len)
                memset(image->bytes + image->len, 0, at - image->len);
        memcpy(image->bytes + at, bytes, len);
        image->len = MAX(image->len, at + len);
}

static void image_apply(struct image *image, const struct deed *deed)
{
        if (deed->kind == DEED_WRITE)
                image_put(image, deed->at, deed->bytes, deed->len);
        if (deed->kind == DEED_TRUNCATE)
                image->len = MIN(image->len, deed->len);
}

/* What becomes of a deed that was not synced. */
enum fate { FATE_LOST, FATE_KEPT, FATE_ANY, FATE_TORN, FATES };

static void image_apply_perhaps(struct image *image, const struct deed *deed, enum fate fate)
{
        bool whole = fate == FATE_KEPT || (fate == FATE_ANY && random() % 2);
        if (whole || (fate == FATE_TORN && deed->kind == DEED_TRUNCATE && random() % 2))
                image_apply(image, deed);
        if (fate != FATE_TORN || deed->kind != DEED_WRITE)
                return;
        for (size_t at = 0; at < deed->len; at += SECTOR)
                if (random() % 2)
                        image_put(image, deed->at + at, (const uint8_t *)deed->bytes + at,
                                  MIN(deed->len - at, SECTOR));
}

/* One file as it is found after the cut before deed `cut`. */
static void image_after(const struct image *begin, int file, size_t cut, enum fate fate, struct image *ret)
{
        size_t synced = 0;
        memcpy(ret->bytes, begin->bytes, begin->len);
        ret->len = begin->len;
        for (size_t i = 0; i < cut; i++)
                if (record.deeds[i].kind == DEED_SYNC && record.deeds[i].file == file)
                        synced = i;
        for (size_t i = 0; i < cut; i++) {
                const struct deed *deed = &record.deeds[i];
                if (deed->file == file && i < synced)
                        image_apply(ret, deed);
                else if (deed->file == file)
                        image_apply_perhaps(ret, deed, fate);
        }
}

/* Two rows, that are both there or neither. */
static void append_pair(struct fixture *fixture)
{
        BEGIN(tx, TX_WRITE);
        CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, "first", STR("{\"a\":1}"), NOW_MS));
        CHECK_OK(event_append(&tx, EVENT_PHONE_VERIFIED, "second", STR("{\"a\":2}"), NOW_MS));
        CHECK_OK(tx_commit(&tx));
        record_acknowledge();
}

static void write_and_note(struct fixture *fixture)
{
        record.on = true;
        for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 6; i++)
                        append_pair(fixture);
                CHECK_OK(db_scrub(fixture->store.db, &fixture->op)); /* the log goes into the database */
        }
        append_pair(fixture);
        record.on = false;
}

static int64_t acknowledged_before(size_t cut)
{
        int64_t count = 0;
        for (size_t i = 0; i < cut; i++)
                count += record.deeds[i].kind == DEED_ACKNOWLEDGE;
        return count;
}

static int64_t count_of(struct fixture *fixture, struct tx *tx, const char *sql)
{
        struct db_rows rows;
        CHECK_OK(tx_query(tx, sql, NULL, 0, &rows));
        return db_get_int(&rows, 0, 0);
}

static void check_found(struct fixture *fixture, const char *url, int64_t acknowledged)
{
        struct db_rows rows;
        struct store *store = &fixture->store;
        CHECK_OK(store_open(&fixture->op, str_from(url), NULL, store->vault, store));
        CHECK_OK(store_check_schema(store, &fixture->op));
        {
                BEGIN(tx, TX_READ);
                CHECK_OK(tx_query(&tx, "PRAGMA integrity_check", NULL, 0, &rows));
                CHECK_STR(db_get_str(&rows, 0, 0), "ok");
                int64_t first =
                    count_of(fixture, &tx, "SELECT COUNT(*) FROM logs WHERE session_id = 'first'");
                int64_t second =
                    count_of(fixture, &tx, "SELECT COUNT(*) FROM logs WHERE session_id = 'second'");
                CHECK(first == second);
                CHECK(first == acknowledged || first == acknowledged + 1); /* on disk, and not yet told */
        }
        struct vault *vault = store->vault;
        store_close(store);
        store->vault = vault;
}

/* Each of them, and the two that depend on chance a few times more. */
static enum fate fate_of(int turn)
{
        return turn < FATES ? (enum fate)turn : turn % 2 ? FATE_ANY : FATE_TORN;
}

/* All moments, all fates. */
static int check_all_cuts(struct fixture *fixture, const struct image begin[RECORD_FILES],
                          struct image *found)
{
        char path[300], url[320], log[320], index[320];
        int states = 0;
        /* A thousand stores are opened and synced: in memory where there is a file system for it. */
        bool memory = access("/dev/shm", W_OK) == 0;
        snprintf(path, sizeof(path), "%s/bonin-found-%d.db", memory ? "/dev/shm" : fixture->folder,
                 (int)getpid());
        snprintf(url, sizeof(url), "sqlite:%s", path);
        snprintf(log, sizeof(log), "%s-wal", path);
        snprintf(index, sizeof(index), "%s-shm", path);
        for (size_t cut = 0; cut <= record.len; cut++) {
                for (int turn = 0; turn < FATES + SEEDS; turn++, states++) {
                        srandom((unsigned)(cut * 100 + (size_t)turn));
                        unlink(index);
                        for (int file = 0; file < RECORD_FILES; file++) {
                                image_after(&begin[file], file, cut, fate_of(turn), found);
                                image_save(file ? log : path, found);
                        }
                        check_found(fixture, url, acknowledged_before(cut));
                }
        }
        unlink(path);
        unlink(log);
        unlink(index);
        return states;
}

static void cut_everywhere(struct fixture *fixture)
{
        struct image images[RECORD_FILES + 1] = {0};
        for (size_t i = 0; i < LEN(images); i++)
                images[i].bytes = x_new(IMAGE_MAX, 1);
        CHECK_OK(db_scrub(fixture->store.db, &fixture->op));
        image_load(fixture->path, &images[0]); /* and the log is empty */
        write_and_note(fixture);
        struct store open = fixture->store;
        store_close(&open);
        int states = check_all_cuts(fixture, images, &images[RECORD_FILES]);
        printf("  %zu writes and syncs, %d states of the disk\n", record.len, states);
        CHECK(states > 500);
        CHECK_OK(
            store_open(&fixture->op, str_from(fixture->url), NULL, fixture->store.vault, &fixture->store));
        for (size_t i = 0; i < LEN(images); i++)
                x_free(images[i].bytes);
}

TEST(sqlite_whatever_a_power_cut_leaves_holds_what_was_acknowledged)
{
        record_begin();
        contract_run(true, cut_everywhere);
        record_end();
}
