#include "unit/vision/watched.h"

#include "vision/reply.h"

#include "base/emit.h"
#include "unit/data.h"
#include "unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { START_MS_MAX = 60 * 1000, ANSWER_MS_MAX = 60 * 1000, MEMORY_MAX = 64 * 1024 };

void watched_start(struct watched *ret)
{
        struct op op;
        char path[600];
        struct vision_options options = {.model_dir = data_models()};
        if (!child_find_program(NULL, path, sizeof(path)))
                test_skip("bonin-vision is not built");
        if (access(options.model_dir, R_OK) != 0)
                test_skip("no models");
        *ret = (struct watched){0};
        op_init(&op, NULL, MEMORY_MAX, START_MS_MAX);
        CHECK(child_start(&op, &options, &ret->child) == RC_OK);
        CHECK(child_wait_ready(&op, &ret->child) == RC_OK);
        op_release(&op);
        if (!ret->child.status.faces || !ret->child.status.documents) {
                watched_end(ret);
                test_skip("not all models are there");
        }
}

void watched_end(struct watched *watched)
{
        child_end(&watched->child);
}

static struct str read_proc(const struct watched *watched, const char *name, char *text, size_t max)
{
        char path[64];
        snprintf(path, sizeof(path), "/proc/%d/%s", (int)watched->child.pid, name);
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t len = fd < 0 ? -1 : read(fd, text, max);
        return str_from_bytes(text, len > 0 ? (size_t)len : 0);
}

int64_t watched_peak_mb(const struct watched *watched)
{
        char text[4096];
        struct str status = read_proc(watched, "status", text, sizeof(text) - 1);
        text[status.len] = '\0';
        const char *at = strstr(text, "VmHWM:");
        return at ? (strtoll(at + 6, NULL, 10) + 1023) / 1024 : INT64_MAX;
}

/* Fields 14 and 15 of its line: ticks in its own code and in the kernel's. 0 where it is gone. */
static int64_t cpu_ms(const struct watched *watched)
{
        char text[1024];
        struct str rest = read_proc(watched, "stat", text, sizeof(text)), field;
        int64_t ticks[2] = {0};
        for (int i = 1; i <= 15 && str_split(&rest, ' ', &field); i++)
                if (i >= 14)
                        CHECK(str_to_int(field, 0, INT64_MAX / 1000, &ticks[i - 14]));
        return (ticks[0] + ticks[1]) * 1000 / sysconf(_SC_CLK_TCK);
}

static enum rc ask(struct watched *watched, struct op *op, const struct frame *request, struct frame *ret)
{
        int64_t before_ms = cpu_ms(watched);
        enum rc rc = child_ask(op, &watched->child, request, ret);
        watched->cost_ms = cpu_ms(watched) - before_ms;
        return rc;
}

static enum rc say(struct op *op, enum rc rc)
{
        if (rc != RC_OK)
                printf("  %s\n", op->why);
        op_release(op);
        return rc;
}

enum rc watched_read(struct watched *watched, enum doc_kind declared, struct str front, struct str back,
                     struct vision_document *ret)
{
        struct op op;
        CLEANUP(buf_release) struct buf json;
        CLEANUP(frame_release) struct frame reply = {0};
        op_init(&op, NULL, MEMORY_MAX, ANSWER_MS_MAX);
        buf_init(&json, 1000);
        buf_addf(&json, "{\"left_ms\":%lld,\"type\":\"%s\",\"today\":\"2026-01-31\"}",
                 watched->left_ms > 0 ? (long long)watched->left_ms : ANSWER_MS_MAX, doc_kind_name(declared));
        struct frame request = {.kind = FRAME_DOCUMENT, .parts = {buf_str(&json), front, back}};
        enum rc rc = ask(watched, &op, &request, &reply);
        if (rc == RC_OK)
                rc = reply_parse_document(&op, &reply, ret);
        return say(&op, rc);
}

enum rc watched_compare(struct watched *watched, struct str file, struct vision_faces *ret)
{
        struct op op;
        CLEANUP(buf_release) struct buf json;
        CLEANUP(frame_release) struct frame reply = {0};
        op_init(&op, NULL, MEMORY_MAX, ANSWER_MS_MAX);
        buf_init(&json, 1000);
        buf_addf(&json, "{\"left_ms\":%d,\"match_threshold\":0,\"liveness_threshold\":0}", ANSWER_MS_MAX);
        struct frame request = {.kind = FRAME_FACES, .parts = {buf_str(&json), file, file}};
        enum rc rc = ask(watched, &op, &request, &reply);
        if (rc == RC_OK)
                rc = reply_parse_faces(&op, &reply, ret);
        return say(&op, rc);
}
