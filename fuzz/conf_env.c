/* The .env file: as text, and as the configuration that is made of it. */
#include "conf/env_file.h"
#include "conf/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_values(const struct env_file *file)
{
        for (size_t i = 0; i < conf_keys_len; i++) {
                struct str value = env_file_get(file, str_from(conf_keys[i].name));
                if (value.len > 0 && (memchr(value.ptr, '\n', value.len) || memchr(value.ptr, 0, value.len)))
                        abort();
        }
}

/* Numbers lie within the bounds of the table; texts are not longer. */
static void check_bounds(const struct conf *conf)
{
        for (size_t i = 0; i < conf_keys_len; i++) {
                const struct conf_key *key = &conf_keys[i];
                const void *at = (const char *)conf + key->offset;
                if (key->type == CONF_INT) {
                        double number = (double)*(const int64_t *)at;
                        if (number < key->min || number > key->max)
                                abort();
                } else if (key->type == CONF_SECRET) {
                        const char *text = *(char *const *)at;
                        if (*text && ((double)strlen(text) < key->min || (double)strlen(text) > key->max))
                                abort();
                }
        }
}

static void check_conf(const char *path)
{
        struct op op;
        struct conf conf;
        op_init(&op, "fuzz", 1000, 1000);
        enum rc rc = conf_load(&op, path, NULL, 0, &conf);
        if (rc == RC_OK)
                check_bounds(&conf);
        else if (rc != RC_CONFIG || op.why[0] == '\0')
                abort();
        conf_release(&conf);
        op_release(&op);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct op op;
        CLEANUP(env_file_release) struct env_file file = {0};
        op_init(&op, "fuzz", 1000, 1000);
        if (env_file_parse(&op, "fuzz", str_from_bytes(bytes, len), &file) == RC_OK)
                check_values(&file);
        op_release(&op);
        CLEANUP(fd_close) int fd = memfd_create("fuzz", MFD_CLOEXEC);
        char path[64];
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        if (fd < 0 || !fd_write_all(fd, bytes, len))
                abort();
        check_conf(path);
        return 0;
}
