#include "blob/blob.h"

#include "unit/data.h"
#include "unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOBS = 70 }; /* more than are asked about at a time */

struct bench {
        struct op op;
        char folder[64];
        struct blob_store *store;
        char ids[BLOBS][RANDOM_ID_MAX];
        size_t asked;
};

/* All in one part, as a folder of one's own. */
static void bench_init(struct bench *bench)
{
        static const uint8_t key[SEAL_KEY_LEN] = {1};
        *bench = (struct bench){.store = NULL};
        test_op_init(&bench->op);
        test_folder_make(bench->folder);
        CHECK(blob_file_open(&bench->op, bench->folder, &bench->store) == RC_OK);
        for (int i = 0; i < BLOBS; i++) {
                char from[128], to[128], folder[96];
                CHECK(blob_put(&bench->op, bench->store, key, STR("picture"), bench->ids[i]) == RC_OK);
                snprintf(from, sizeof(from), "%s/%.2s/%s", bench->folder, bench->ids[i], bench->ids[i] + 2);
                memcpy(bench->ids[i], "ab", 2);
                snprintf(folder, sizeof(folder), "%s/ab", bench->folder);
                snprintf(to, sizeof(to), "%s/%s", folder, bench->ids[i] + 2);
                (void)!mkdir(folder, 0700);
                CHECK(rename(from, to) == 0);
        }
}

static void bench_release(struct bench *bench)
{
        blob_store_free(&bench->store);
        test_folder_remove(bench->folder);
        op_release(&bench->op);
}

/* Rows speak of every third. */
static enum rc find_named(void *ctx, struct op *op, const struct str *ids, size_t len,
                          bool ret_named[BLOB_SWEEP_MAX])
{
        struct bench *bench = ctx;
        CHECK(len > 0 && len <= BLOB_SWEEP_MAX);
        bench->asked += len;
        for (size_t i = 0; i < len; i++) {
                ret_named[i] = false;
                for (int j = 0; j < BLOBS; j += 3)
                        ret_named[i] |= str_equal(ids[i], str_from(bench->ids[j]));
        }
        return RC_OK;
}

static struct blob_sweep sweep_of(struct bench *bench)
{
        return (struct blob_sweep){.owner = STR("a-database"),
                                   .part = 0xab,
                                   .before_ms = clock_wall_ms() + 60000,
                                   .find_named = find_named,
                                   .ctx = bench};
}

static int count_left(struct bench *bench, int step)
{
        int left = 0;
        for (int i = 0; i < BLOBS; i += step) {
                bool there = false;
                CHECK(blob_exists(&bench->op, bench->store, bench->ids[i], &there) == RC_OK);
                left += there;
        }
        return left;
}

TEST(sweep_removes_the_blobs_that_no_row_speaks_of)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct blob_sweep sweep = sweep_of(&bench);
        bool ours;
        int64_t removed;
        const int named = (BLOBS + 2) / 3;
        CHECK(blob_sweep(&bench.op, bench.store, &sweep, &ours, &removed) == RC_OK);
        CHECK(ours && removed == BLOBS - named && bench.asked == BLOBS);
        CHECK(count_left(&bench, 3) == named && count_left(&bench, 1) == named);
        CHECK(blob_sweep(&bench.op, bench.store, &sweep, &ours, &removed) == RC_OK);
        CHECK(ours && removed == 0);
}

TEST(sweep_leaves_young_blobs_and_other_parts_alone)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct blob_sweep young = sweep_of(&bench), other = sweep_of(&bench);
        bool ours;
        int64_t removed;
        young.before_ms = clock_wall_ms() - 3600 * 1000;
        other.part = 0xac;
        CHECK(blob_sweep(&bench.op, bench.store, &young, &ours, &removed) == RC_OK && removed == 0);
        CHECK(blob_sweep(&bench.op, bench.store, &other, &ours, &removed) == RC_OK && removed == 0);
        CHECK(bench.asked == 0 && count_left(&bench, 1) == BLOBS);
}

TEST(sweep_removes_what_was_left_half_written)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct blob_sweep sweep = sweep_of(&bench);
        char half[128], strange[128];
        bool ours;
        int64_t removed;
        snprintf(half, sizeof(half), "%s/ab/.0123456789abcdef0123456789abcd.new", bench.folder);
        snprintf(strange, sizeof(strange), "%s/ab/README", bench.folder);
        CLEANUP(fd_close) int a = open(half, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        CLEANUP(fd_close) int b = open(strange, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        CHECK(a >= 0 && b >= 0);
        CHECK(blob_sweep(&bench.op, bench.store, &sweep, &ours, &removed) == RC_OK);
        CHECK(access(half, F_OK) != 0 && access(strange, F_OK) == 0);
}

/* The rows are in another database: to us none of its blobs is spoken of. */
TEST(sweep_touches_nothing_of_another_database)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct blob_sweep sweep = sweep_of(&bench);
        bool ours = true;
        int64_t removed;
        sweep.part = 0;
        CHECK(blob_sweep(&bench.op, bench.store, &sweep, &ours, &removed) == RC_OK && ours);
        sweep.part = 0xab;
        sweep.owner = STR("another-database");
        CHECK(blob_sweep(&bench.op, bench.store, &sweep, &ours, &removed) == RC_OK);
        CHECK(!ours && removed == 0 && bench.asked == 0 && count_left(&bench, 1) == BLOBS);
}

static enum rc away(void *ctx, struct op *op, const struct str *ids, size_t len,
                    bool ret_named[BLOB_SWEEP_MAX])
{
        return op_fail(op, RC_UNAVAILABLE, "the database is away");
}

TEST(sweep_removes_nothing_while_the_database_does_not_answer)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct blob_sweep sweep = sweep_of(&bench);
        bool ours;
        int64_t removed;
        sweep.find_named = away;
        CHECK(blob_sweep(&bench.op, bench.store, &sweep, &ours, &removed) == RC_UNAVAILABLE);
        CHECK(removed == 0 && count_left(&bench, 1) == BLOBS);
}
