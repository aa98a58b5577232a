#include "crypto/secret.h"

#include "unit/data.h"
#include "unit/test.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(secret_is_made_once_and_kept_private)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        char folder[64], path[96];
        test_folder_make(folder);
        snprintf(path, sizeof(path), "%s/secret.key", folder);
        CLEANUP(buf_release) struct buf first, second;
        buf_init_secret(&first, 1000);
        buf_init_secret(&second, 1000);
        CHECK(secret_load_or_create(&op, path, &first) == RC_OK);
        CHECK(secret_load_or_create(&op, path, &second) == RC_OK);
        CHECK(first.len == SECRET_TEXT_MAX - 1 && str_equal(buf_str(&first), buf_str(&second)));
        struct stat info;
        CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600);
        CHECK(chmod(path, 0644) == 0);
        CHECK(secret_load_or_create(&op, path, &second) == RC_CONFIG && strstr(op.why, "chmod 600"));
        op_forgive(&op);
        CHECK(chmod(path, 0600) == 0 && truncate(path, 0) == 0);
        CHECK(secret_load_or_create(&op, path, &second) == RC_CONFIG);
        test_folder_remove(folder);
}

TEST(secret_cannot_be_made_without_a_folder)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(buf_release) struct buf secret;
        buf_init_secret(&secret, 1000);
        CHECK(secret_load_or_create(&op, "/nonexistent/secret.key", &secret) == RC_CONFIG);
        CHECK(secret_load_or_create(&op, "/dev/null", &secret) == RC_CONFIG);
        CHECK(secret.len == 0);
}

struct racer {
        pthread_t thread;
        const char *path;
        enum rc rc;
        struct buf secret;
};

static void *race(void *arg)
{
        struct racer *racer = arg;
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        racer->rc = secret_load_or_create(&op, racer->path, &racer->secret);
        return NULL;
}

TEST(secret_has_one_winner)
{
        char folder[64], path[96];
        test_folder_make(folder);
        snprintf(path, sizeof(path), "%s/secret.key", folder);
        struct racer racers[16];
        for (size_t i = 0; i < LEN(racers); i++) {
                racers[i] = (struct racer){.path = path};
                buf_init_secret(&racers[i].secret, 1000);
                CHECK(pthread_create(&racers[i].thread, NULL, race, &racers[i]) == 0);
        }
        for (size_t i = 0; i < LEN(racers); i++)
                pthread_join(racers[i].thread, NULL);
        for (size_t i = 0; i < LEN(racers); i++) {
                CHECK(racers[i].rc == RC_OK);
                CHECK(str_equal(buf_str(&racers[i].secret), buf_str(&racers[0].secret)));
        }
        for (size_t i = 0; i < LEN(racers); i++)
                buf_release(&racers[i].secret);
        test_folder_remove(folder);
}
