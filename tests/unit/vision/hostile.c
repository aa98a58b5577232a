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
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BOMB_MS_MAX = 2000, BOMB_KB_MAX = 512 * 1024 };

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

TEST(hostile_bombs_do_no_harm)
{
        struct child child;
        start(&child);
        json_auto_t *bombs = data_json("hostile/bombs/manifest.json");
        size_t wrong = 0;
        for (size_t i = 0; i < json_array_size(bombs); i++) {
                const json_t *bomb = json_array_get(bombs, i);
                char name[256];
                CLEANUP(buf_release) struct buf file;
                CLEANUP(vision_faces_release) struct vision_faces faces = {0};
                snprintf(name, sizeof(name), "hostile/bombs/%.*s", STR_FMT(json_get_str(bomb, "file")));
                buf_init(&file, image_limits_default.bytes_max);
                data_read(name, &file);
                enum rc rc = judge(&child, buf_str(&file), &faces);
                if (rc == RC_OK && is_expected(json_get_str(bomb, "expect"), &faces))
                        continue;
                printf("  %s: %s, not %.*s\n", name, rc == RC_OK ? "answered" : rc_code(rc),
                       STR_FMT(json_get_str(bomb, "expect")));
                wrong++;
        }
        int64_t kb = peak_kb(&child);
        bool filtered = child.status.filtered;
        child_end(&child);
        CHECK(json_array_size(bombs) > 0 && wrong == 0);
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
