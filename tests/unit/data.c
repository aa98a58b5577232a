#include "unit/data.h"

#include "unit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DATA_MAX = 64 << 20, PATH_BYTES = 1024 };

static void path_of(const char *name, char ret[PATH_BYTES])
{
        const char *folder = getenv("BONIN_DATA");
        snprintf(ret, PATH_BYTES, "%s/%s", folder ? folder : "../shared/data", name);
}

static void read_path(const char *path, struct buf *ret)
{
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                test_skip(path);
        char chunk[65536];
        ssize_t n;
        while ((n = read(fd, chunk, sizeof(chunk))) > 0)
                buf_add_bytes(ret, chunk, (size_t)n);
        CHECK(n == 0 && buf_ok(ret));
}

void data_read(const char *name, struct buf *ret)
{
        char path[PATH_BYTES];
        path_of(name, path);
        read_path(path, ret);
}

const char *data_models(void)
{
        const char *folder = getenv("BONIN_MODELS");
        if (!folder || !*folder)
                folder = getenv("MODEL_DIR");
        return folder && *folder ? folder : "../shared/models";
}

void data_model(const char *name, struct buf *ret)
{
        char path[PATH_BYTES];
        snprintf(path, sizeof(path), "%s/%s", data_models(), name);
        read_path(path, ret);
}

json_t *data_json(const char *name)
{
        struct buf text;
        buf_init(&text, DATA_MAX);
        data_read(name, &text);
        json_t *json = json_loadb(buf_str(&text).ptr, text.len, 0, NULL);
        buf_release(&text);
        CHECK(json != NULL);
        return json;
}

const json_t *data_clean_card(const json_t *manifest, const char *type, struct buf *ret)
{
        for (size_t i = 0; i < json_array_size(manifest); i++) {
                const json_t *entry = json_array_get(manifest, i);
                char name[256];
                int64_t level;
                if (!str_equal(json_get_str(entry, "type"), str_from(type)) ||
                    !json_get_int(entry, "level", 0, 0, &level))
                        continue;
                snprintf(name, sizeof(name), "documents/%.*s", STR_FMT(json_get_str(entry, "file")));
                data_read(name, ret);
                return entry;
        }
        test_skip("no such specimen");
        return NULL;
}

void data_each(const char *folder, const char *suffix, void (*each)(void *ctx, const char *stem), void *ctx)
{
        char path[PATH_BYTES];
        path_of(folder, path);
        DIR *dir = opendir(path);
        if (dir == NULL)
                test_skip(path);
        for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
                struct str file = str_from(entry->d_name);
                if (!str_ends_with(file, str_from(suffix)))
                        continue;
                char stem[256];
                snprintf(stem, sizeof(stem), "%.*s", (int)(file.len - strlen(suffix)), file.ptr);
                each(ctx, stem);
        }
        closedir(dir);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
        return strcmp((*a)->fts_name, (*b)->fts_name);
}

void data_walk(const char *folder, void (*each)(void *ctx, const char *name), void *ctx)
{
        char path[PATH_BYTES];
        path_of(folder, path);
        if (access(path, R_OK) != 0)
                test_skip(path);
        size_t above = strlen(path) - strlen(folder);
        FTS *tree = fts_open((char *[]){path, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
        CHECK(tree != NULL);
        for (FTSENT *entry; (entry = fts_read(tree)) != NULL;)
                if (entry->fts_info == FTS_F)
                        each(ctx, entry->fts_path + above);
        fts_close(tree);
}

static int digit(char c)
{
        const char *digits = "0123456789abcdef";
        const char *at = c ? strchr(digits, c) : NULL;
        return at ? (int)(at - digits) : -1;
}

bool data_hex(const json_t *object, const char *key, struct buf *ret)
{
        struct str text = json_get_str(object, key);
        if (str_is_null(text) || text.len % 2)
                return false;
        for (size_t i = 0; i < text.len; i += 2) {
                int high = digit(text.ptr[i]), low = digit(text.ptr[i + 1]);
                if (high < 0 || low < 0)
                        return false;
                buf_add_char(ret, (char)(high << 4 | low));
        }
        return buf_ok(ret);
}

void test_folder_make(char ret[64])
{
        const char *tmp = getenv("TMPDIR");
        snprintf(ret, 64, "%s/bonin-test-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
        CHECK(mkdtemp(ret) != NULL);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
        return remove(path);
}

void test_folder_remove(const char *path)
{
        nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void test_op_init(struct op *op)
{
        op_init(op, NULL, 1 << 20, 10000);
}
