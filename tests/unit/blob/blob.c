#include "blob/blob.h"

#include "unit/data.h"
#include "unit/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BIG = 3 * SEAL_CHUNK + 17 };

struct bench {
        struct op op;
        char folder[64];
        struct blob_store *store;
        uint8_t key[SEAL_KEY_LEN];
        char *bytes; /* BIG of them */
        struct buf out;
};

static void bench_init(struct bench *bench)
{
        *bench = (struct bench){.store = NULL};
        test_op_init(&bench->op);
        test_folder_make(bench->folder);
        random_bytes(bench->key, sizeof(bench->key));
        bench->bytes = x_new(BIG, 1);
        random_bytes(bench->bytes, BIG);
        buf_init(&bench->out, 4 * BIG);
        CHECK(blob_file_open(&bench->op, bench->folder, &bench->store) == RC_OK);
}

static void bench_release(struct bench *bench)
{
        blob_store_free(&bench->store);
        test_folder_remove(bench->folder);
        x_free(bench->bytes);
        buf_release(&bench->out);
        op_release(&bench->op);
}

static void path_of(const struct bench *bench, const char *id, char ret[160])
{
        snprintf(ret, 160, "%s/%.2s/%s", bench->folder, id, id + 2);
}

static size_t files_found;

static int count_file(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
        files_found += kind == FTW_F;
        return 0;
}

static size_t count_files(const char *folder)
{
        files_found = 0;
        nftw(folder, count_file, 16, FTW_PHYS);
        return files_found;
}

TEST(blob_comes_back_as_it_went_in)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        const size_t sizes[] = {0, 1, SEAL_CHUNK - 1, SEAL_CHUNK, SEAL_CHUNK + 1, 2 * SEAL_CHUNK, BIG};
        for (size_t i = 0; i < LEN(sizes); i++) {
                char id[RANDOM_ID_MAX];
                struct str bytes = str_from_bytes(bench.bytes, sizes[i]);
                buf_clear(&bench.out);
                CHECK(blob_put(&bench.op, bench.store, bench.key, bytes, id) == RC_OK);
                CHECK(blob_read(&bench.op, bench.store, id, bench.key, sizes[i], &bench.out) == RC_OK);
                CHECK(str_equal(buf_str(&bench.out), bytes));
                if (sizes[i] > 0)
                        CHECK(blob_read(&bench.op, bench.store, id, bench.key, sizes[i] - 1, &bench.out) ==
                              RC_INTERNAL);
                op_forgive(&bench.op);
        }
}

TEST(blob_is_written_in_pieces)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CLEANUP(blob_abort) struct blob_writer *writer = NULL;
        CHECK(blob_writer_open(&bench.op, bench.store, bench.key, &writer) == RC_OK);
        struct str rest = str_from_bytes(bench.bytes, BIG);
        for (size_t n = 1; rest.len > 0; n = n * 3 + 1) {
                CHECK(blob_write(&bench.op, writer, str_sub(rest, 0, n)) == RC_OK);
                rest = str_sub(rest, n, rest.len);
        }
        CHECK(blob_writer_len(writer) == BIG);
        char id[RANDOM_ID_MAX];
        snprintf(id, sizeof(id), "%s", blob_writer_id(writer));
        bool there = true;
        CHECK(blob_exists(&bench.op, bench.store, id, &there) == RC_OK && !there);
        CHECK(blob_commit(&bench.op, &writer) == RC_OK && writer == NULL);
        CHECK(blob_exists(&bench.op, bench.store, id, &there) == RC_OK && there);
        CHECK(blob_read(&bench.op, bench.store, id, bench.key, BIG, &bench.out) == RC_OK);
        CHECK(str_equal(buf_str(&bench.out), str_from_bytes(bench.bytes, BIG)));
}

TEST(blob_that_is_given_up_leaves_nothing)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct blob_writer *writer = NULL;
        CHECK(blob_writer_open(&bench.op, bench.store, bench.key, &writer) == RC_OK);
        CHECK(blob_write(&bench.op, writer, str_from_bytes(bench.bytes, BIG)) == RC_OK);
        CHECK(count_files(bench.folder) == 1);
        blob_abort(&writer);
        CHECK(count_files(bench.folder) == 0);
}

TEST(blob_is_sealed_private_and_gone_when_removed)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        char id[RANDOM_ID_MAX], path[160];
        memcpy(bench.bytes, "CANARY-IN-A-PICTURE", 19);
        CHECK(blob_put(&bench.op, bench.store, bench.key, str_from_bytes(bench.bytes, BIG), id) == RC_OK);
        path_of(&bench, id, path);
        struct stat info;
        CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600);
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        char start[200];
        CHECK(fd_read_all(fd, start, sizeof(start)) && memmem(start, sizeof(start), "CANARY", 6) == NULL);
        CHECK(blob_remove(&bench.op, bench.store, id) == RC_OK);
        CHECK(blob_remove(&bench.op, bench.store, id) == RC_OK);
        CHECK(blob_read(&bench.op, bench.store, id, bench.key, BIG, &bench.out) == RC_NOT_FOUND);
}

TEST(blob_names_of_others_are_not_looked_up)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        const char *const names[] = {"", "../../../../../../../../etc/passwd",
                                     "aa/../../../../../../../etc/pass", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
        for (size_t i = 0; i < LEN(names); i++) {
                bool there = true;
                CHECK(blob_read(&bench.op, bench.store, names[i], bench.key, BIG, &bench.out) ==
                      RC_NOT_FOUND);
                CHECK(blob_exists(&bench.op, bench.store, names[i], &there) == RC_OK && !there);
                CHECK(blob_remove(&bench.op, bench.store, names[i]) == RC_OK);
                op_forgive(&bench.op);
        }
}

/* Change one byte, cut, append, swap: nothing of it may open. */
TEST(blob_notices_tampering)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        char id[RANDOM_ID_MAX], other[RANDOM_ID_MAX], path[160], other_path[160];
        struct str bytes = str_from_bytes(bench.bytes, BIG);
        const size_t sealed_chunk = SEAL_CHUNK + SEAL_CHUNK_OVERHEAD;
        const off_t changed[] = {0, 1, SEAL_HEADER_LEN, SEAL_HEADER_LEN + 70000};
        for (size_t i = 0; i < LEN(changed); i++) {
                CHECK(blob_put(&bench.op, bench.store, bench.key, bytes, id) == RC_OK);
                path_of(&bench, id, path);
                CLEANUP(fd_close) int fd = open(path, O_RDWR | O_CLOEXEC);
                char byte;
                CHECK(pread(fd, &byte, 1, changed[i]) == 1);
                byte ^= 1;
                CHECK(pwrite(fd, &byte, 1, changed[i]) == 1);
                CHECK(blob_read(&bench.op, bench.store, id, bench.key, BIG, &bench.out) == RC_INTERNAL);
                op_forgive(&bench.op);
        }
        const size_t cut[] = {0, 10, SEAL_HEADER_LEN, SEAL_HEADER_LEN + sealed_chunk,
                              SEAL_HEADER_LEN + 3 * sealed_chunk};
        for (size_t i = 0; i < LEN(cut); i++) {
                CHECK(blob_put(&bench.op, bench.store, bench.key, bytes, id) == RC_OK);
                path_of(&bench, id, path);
                CHECK(truncate(path, (off_t)cut[i]) == 0);
                CHECK(blob_read(&bench.op, bench.store, id, bench.key, BIG, &bench.out) == RC_INTERNAL);
                op_forgive(&bench.op);
        }
        CHECK(blob_put(&bench.op, bench.store, bench.key, bytes, id) == RC_OK);
        CHECK(blob_put(&bench.op, bench.store, bench.key, bytes, other) == RC_OK);
        path_of(&bench, id, path);
        path_of(&bench, other, other_path);
        CHECK(rename(path, other_path) == 0);
        CHECK(blob_read(&bench.op, bench.store, other, bench.key, BIG, &bench.out) == RC_INTERNAL);
        CHECK(bench.out.len == 0);
}

TEST(blob_of_another_session_does_not_open)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        char id[RANDOM_ID_MAX];
        CHECK(blob_put(&bench.op, bench.store, bench.key, STR("picture"), id) == RC_OK);
        bench.key[0] ^= 1;
        CHECK(blob_read(&bench.op, bench.store, id, bench.key, BIG, &bench.out) == RC_INTERNAL);
}

/* A limit on the size of files stands for a full disk: writing fails in the middle. */
TEST(blob_reports_a_full_disk)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct rlimit before, small;
        CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
        small = before;
        small.rlim_cur = SEAL_CHUNK;
        void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
        CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
        char id[RANDOM_ID_MAX] = "unset";
        enum rc rc = blob_put(&bench.op, bench.store, bench.key, str_from_bytes(bench.bytes, BIG), id);
        CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
        signal(SIGXFSZ, handler);
        CHECK(rc == RC_UNAVAILABLE && strcmp(id, "unset") == 0 && count_files(bench.folder) == 0);
        op_forgive(&bench.op);
        CHECK(blob_put(&bench.op, bench.store, bench.key, str_from_bytes(bench.bytes, BIG), id) == RC_OK);
}

TEST(blob_store_needs_a_folder)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        struct blob_store *store = NULL;
        CHECK(blob_file_open(&op, "/nonexistent/blobs", &store) == RC_CONFIG && store == NULL);
        op_forgive(&op);
        CHECK(blob_file_open(&op, "/dev/null", &store) == RC_CONFIG && store == NULL);
        CHECK(strstr(op.why, "BLOB_URL"));
}
