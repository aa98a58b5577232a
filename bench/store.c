/*
 * usage: bench-store DATABASE_URL [SECONDS]
 *
 * Durable transactions a second at 1, 16 and 64 threads: one log entry each, as the smallest write that there
 * is. On SQLite with shared commits and without. The database is brought up to date first, and keeps the
 * rows.
 */
#include "store/event.h"

#include "crypto/vault.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { THREADS_MAX = 64, SAMPLES_MAX = 200000 };

struct worker {
        pthread_t thread;
        struct store *store;
        int64_t until_ms;
        int64_t done, failed;
        int32_t *us; /* how long each took */
};

static int64_t now_us(void)
{
        struct timespec ts;
        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t cpu_us(void)
{
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
               usage.ru_stime.tv_usec;
}

static enum rc write_one(struct store *store, struct op *op)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(store, op, TX_WRITE, &tx);
        if (rc == RC_OK)
                rc = event_append(&tx, EVENT_PHONE_SENT, NULL, STR("{\"to\":\"010-****-5678\"}"),
                                  clock_wall_ms());
        if (rc == RC_OK)
                rc = tx_commit(&tx);
        return rc;
}

static void *work(void *user)
{
        struct worker *worker = user;
        while (clock_mono_ms() < worker->until_ms) {
                struct op op;
                op_init(&op, NULL, 1 << 20, 10000);
                int64_t began = now_us();
                if (write_one(worker->store, &op) != RC_OK)
                        worker->failed++;
                else if (worker->done < SAMPLES_MAX)
                        worker->us[worker->done++] = (int32_t)(now_us() - began);
                op_release(&op);
        }
        return NULL;
}

static int compare(const void *a, const void *b)
{
        int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
        return (x > y) - (x < y);
}

static void measure(struct store *store, int threads, int64_t seconds, const char *how)
{
        struct worker workers[THREADS_MAX] = {0};
        int64_t began = now_us(), cpu = cpu_us(), until_ms = clock_mono_ms() + seconds * 1000, len = 0,
                failed = 0;
        int64_t commits, transactions, commits_before, before;
        db_count_commits(store->db, &commits_before, &before);
        for (int i = 0; i < threads; i++) {
                workers[i] = (struct worker){
                    .store = store, .until_ms = until_ms, .us = x_new(SAMPLES_MAX, sizeof(int32_t))};
                if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
                        abort();
        }
        int32_t *all = NULL;
        for (int i = 0; i < threads; i++) {
                pthread_join(workers[i].thread, NULL);
                all = x_grow(all, (size_t)(len + workers[i].done + 1), sizeof(*all));
                memcpy(all + len, workers[i].us, (size_t)workers[i].done * sizeof(*all));
                len += workers[i].done;
                failed += workers[i].failed;
                x_free(workers[i].us);
        }
        double took = (double)(now_us() - began) / 1e6;
        db_count_commits(store->db, &commits, &transactions);
        qsort(all, (size_t)len, sizeof(*all), compare);
        if (len > 0)
                printf("%-10s %-14s %7d %10.0f %10.2f %10.2f %10.1f %12.1f %7lld\n", db_name(store->db), how,
                       threads, (double)len / took, all[len / 2] / 1000.0, all[len * 99 / 100] / 1000.0,
                       (double)(cpu_us() - cpu) / (double)len,
                       (double)(transactions - before) / (double)MAX(commits - commits_before, (int64_t)1),
                       (long long)failed);
        x_free(all);
}

static enum rc run(struct op *op, struct str url, int batch_max, int64_t seconds, struct vault *vault)
{
        static const int threads[] = {1, 16, 64};
        struct store store;
        struct db_options options = {.batch_max = batch_max, .connections_max = 16};
        enum rc rc = store_open(op, url, &options, vault, &store);
        if (rc != RC_OK)
                return rc;
        rc = store_migrate(&store, op, NULL);
        bool sqlite = rc == RC_OK && db_name(store.db)[0] == 's';
        for (size_t i = 0; i < LEN(threads) && rc == RC_OK; i++)
                measure(&store, threads[i], seconds,
                        !sqlite          ? "pool of 16"
                        : batch_max == 1 ? "own commits"
                                         : "shared");
        store_close(&store);
        return rc;
}

int main(int argc, char **argv)
{
        int64_t seconds = 3;
        struct op op;
        struct vault *vault;
        if (argc < 2 || (argc > 2 && !str_to_int(str_from(argv[2]), 1, 600, &seconds))) {
                fputs("usage: bench-store DATABASE_URL [SECONDS]\n", stderr);
                return 2;
        }
        op_init(&op, "bench", 1 << 20, 3600 * 1000);
        enum rc rc = vault_new(&op, STR("a secret of the bench, 32 bytes or more"), NULL, 0, &vault);
        printf("%-10s %-14s %7s %10s %10s %10s %10s %12s %7s\n", "store", "commits", "threads", "tx/s",
               "p50 ms", "p99 ms", "CPU us/tx", "tx a commit", "failed");
        if (rc == RC_OK)
                rc = run(&op, str_from(argv[1]), 64, seconds, vault);
        if (rc == RC_OK && str_starts_with(str_from(argv[1]), STR("sqlite:")))
                rc = run(&op, str_from(argv[1]), 1, seconds, vault);
        if (rc != RC_OK)
                fprintf(stderr, "bench-store: %s\n", op.why);
        vault_free(&vault);
        op_release(&op);
        return rc == RC_OK ? 0 : 3;
}
