/*
 * Files made to do harm, through the real bonin-vision in its cell, and through the decoders alone.
 */
#include "vision/child.h"
#include "vision/image.h"
#include "vision/reply.h"

#include "base/emit.h"
#include "unit/data.h"
#include "unit/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What one file may cost: time of the processor, for the machine may be busy with other things. */
enum { BOMB_CPU_MS_MAX = 2000, BOMB_MS_MAX = 25 * 1000, BOMB_KB_MAX = 512 * 1024 };

static void start(struct child *ret)
{
        struct op op;
        char path[600];
        const char *models = getenv("BONIN_MODELS");
        models = models ? models : getenv("MODEL_DIR");
        struct vision_options options = {.model_dir = models ? models : "../shared/models", .roles = "face"};
        if (!child_find_program(NULL, path, sizeof(path)))
                test_skip("bonin-vision is not built");
        if (access(options.model_dir, R_OK) != 0)
                test_skip("no models");
        op_init(&op, NULL, 1000, 20000);
        CHECK(child_start(&op, &options, ret) == RC_OK);
        CHECK(child_wait_ready(&op, ret) == RC_OK);
        op_release(&op);
        if (!ret->status.faces)
                test_skip("not all models are there");
}

/* The child's greatest memory so far, in kB. */
static int64_t peak_kb(const struct child *child)
{
        char path[64], text[4096];
        snprintf(path, sizeof(path), "/proc/%d/status", (int)child->pid);
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t len = read(fd, text, sizeof(text) - 1);
        text[len > 0 ? len : 0] = '\0';
        const char *at = strstr(text, "VmHWM:");
        return at ? strtoll(at + 6, NULL, 10) : INT64_MAX;
}

/* Time of the processor that the child has used, in ms; fields 14 and 15 of its line. */
static int64_t cpu_ms(const struct child *child)
{
        char path[64], text[1024];
        snprintf(path, sizeof(path), "/proc/%d/stat", (int)child->pid);
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t len = read(fd, text, sizeof(text));
        struct str rest = str_from_bytes(text, len > 0 ? (size_t)len : 0), field;
        int64_t ticks[2] = {0};
        for (int i = 1; i <= 15 && str_split(&rest, ' ', &field); i++)
                if (i >= 14)
                        CHECK(str_to_int(field, 0, INT64_MAX / 1000, &ticks[i - 14]));
        return (ticks[0] + ticks[1]) * 1000 / sysconf(_SC_CLK_TCK);
}

/* Hand the file to the child as a selfie. */
static enum rc judge(struct child *child, struct str file, struct vision_faces *ret)
{
        struct op op;
        CLEANUP(buf_release) struct buf json;
        CLEANUP(frame_release) struct frame reply = {0};
        op_init(&op, NULL, 1000, BOMB_MS_MAX);
        buf_init(&json, 1000);
        buf_addf(&json, "{\"left_ms\":%d,\"match_threshold\":0,\"liveness_threshold\":0}", BOMB_MS_MAX);
        struct frame ask = {.kind = FRAME_FACES, .parts = {buf_str(&json), file, file}};
        enum rc rc = child_ask(&op, child, &ask, &reply);
        if (rc == RC_OK)
                rc = reply_parse_faces(&op, &reply, ret);
        if (rc != RC_OK)
                printf("  %s\n", op.why);
        op_release(&op);
        return rc;
}

static bool is_clean(struct str picture)
{
        static const char *const canaries[] = {"PIICAMER", "<script", "<?php", "<html", "PK\x03\x04", "Exif"};
        for (size_t i = 0; i < LEN(canaries); i++)
                if (str_find_str(picture, str_from(canaries[i])) >= 0)
                        return false;
        return true;
}

/* Whether the verdict is the one that the manifest expects: rejected, accepted, or either. */
static bool is_expected(struct str expected, const struct vision_faces *faces)
{
        bool refused = doc_errors_have(&faces->errors, RC_INVALID_IMAGE);
        if (str_starts_with(expected, STR("reject")))
                return refused && faces->selfie_jpeg.len == 0;
        if (str_starts_with(expected, STR("accept")))
                return !refused && faces->selfie_jpeg.len > 0 && is_clean(faces->selfie_jpeg);
        return is_clean(faces->selfie_jpeg);
}

static bool is_harmless(const json_t *bomb, struct child *child)
{
        char name[256];
        CLEANUP(buf_release) struct buf file;
        CLEANUP(vision_faces_release) struct vision_faces faces = {0};
        snprintf(name, sizeof(name), "hostile/bombs/%.*s", STR_FMT(json_get_str(bomb, "file")));
        buf_init(&file, image_limits_default.bytes_max);
        data_read(name, &file);
        int64_t before_ms = cpu_ms(child);
        enum rc rc = judge(child, buf_str(&file), &faces);
        int64_t cost_ms = cpu_ms(child) - before_ms;
        struct str expected = json_get_str(bomb, "expect");
        if (rc == RC_OK && is_expected(expected, &faces) &&
            (!child->status.filtered || cost_ms <= BOMB_CPU_MS_MAX))
                return true;
        printf("  %s: %s in %jd ms, not %.*s\n", name, rc == RC_OK ? "answered" : rc_code(rc),
               (intmax_t)cost_ms, STR_FMT(expected));
        return false;
}

TEST(hostile_bombs_do_no_harm)
{
        struct child child;
        json_auto_t *bombs = data_json("hostile/bombs/manifest.json");
        signal(SIGPIPE, SIG_IGN);
        start(&child);
        size_t harmless = 0, count = json_array_size(bombs);
        while (harmless < count && is_harmless(json_array_get(bombs, harmless), &child))
                harmless++;
        int64_t kb = peak_kb(&child);
        bool filtered = child.status.filtered;
        child_end(&child);
        CHECK(count > 0 && harmless == count);
        CHECK(!filtered || kb <= BOMB_KB_MAX);
}

static size_t decoded, refused;

/* Decode one file as the child does; what matters is that nothing breaks. */
static int decode_file(const char *path, const struct stat *info, int kind, struct FTW *at)
{
        if (kind != FTW_F || info->st_size > (off_t)image_limits_default.bytes_max)
                return 0;
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        char *bytes = x_new(1, (size_t)info->st_size + 1);
        CLEANUP(image_release) struct image image = {0};
        struct op op;
        op_init(&op, NULL, 1000, 20000);
        bool read = fd >= 0 && fd_read_all(fd, bytes, (size_t)info->st_size);
        struct str file = str_from_bytes(bytes, (size_t)info->st_size);
        if (read && image_decode(&op, file, &image_limits_default, &image) == RC_OK)
                decoded++;
        else
                refused++;
        op_release(&op);
        x_free(bytes);
        return 0;
}

TEST(hostile_images_decode_or_are_refused)
{
        char path[1024];
        const char *folder = getenv("BONIN_DATA");
        snprintf(path, sizeof(path), "%s/hostile/images", folder ? folder : "../shared/data");
        decoded = refused = 0;
        if (nftw(path, decode_file, 16, FTW_PHYS) != 0)
                test_skip(path);
        CHECK(decoded > 0 && refused > 0);
}
