#include "vision/frame.h"

#include "unit/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

static const struct frame_limits limits = {.json_max = 100, .part_max = 1000, .total_max = 1500};

struct pair {
        struct op op;
        int fds[2];
};

static void pair_open(struct pair *pair)
{
        op_init(&pair->op, NULL, 1000, 50);
        CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair->fds) == 0);
}

static void pair_close(struct pair *pair)
{
        fd_close(&pair->fds[0]);
        fd_close(&pair->fds[1]);
        op_release(&pair->op);
}

/* What comes of these bytes, sent and then closed. */
static enum rc receive(const void *bytes, size_t len, struct frame *ret)
{
        CLEANUP(pair_close) struct pair pair;
        pair_open(&pair);
        CHECK(fd_write_all(pair.fds[0], bytes, len));
        fd_close(&pair.fds[0]);
        return frame_receive(&pair.op, pair.fds[1], &limits, ret);
}

TEST(frame_round_trip)
{
        CLEANUP(pair_close) struct pair pair;
        CLEANUP(frame_release) struct frame back = {0};
        struct frame frame = {.kind = FRAME_REPLY, .parts = {STR("{}"), STR("one"), STR_NULL, STR("three")}};
        pair_open(&pair);
        CHECK(frame_send(&pair.op, pair.fds[0], &frame) == RC_OK);
        CHECK(frame_receive(&pair.op, pair.fds[1], &limits, &back) == RC_OK);
        CHECK(back.kind == FRAME_REPLY);
        CHECK_STR(back.parts[0], "{}");
        CHECK_STR(back.parts[1], "one");
        CHECK(back.parts[2].len == 0 && back.parts[4].len == 0);
        CHECK_STR(back.parts[3], "three");
}

TEST(frame_larger_than_the_limits_is_refused)
{
        static const size_t lens[][3] = {
            {101, 0, 0}, {0, 1001, 0}, {0, 1000, 501}, {0, UINT32_MAX, UINT32_MAX}};
        for (size_t i = 0; i < LEN(lens); i++) {
                uint8_t header[FRAME_HEADER_LEN];
                struct frame back = {0};
                struct frame frame = {.kind = FRAME_REPLY,
                                      .parts = {{NULL, lens[i][0]}, {NULL, lens[i][1]}, {NULL, lens[i][2]}}};
                frame_format(&frame, header);
                CHECK(!frame_parse(header, &limits, &back));
                CHECK(receive(header, sizeof(header), &back) == RC_INTERNAL);
        }
}

TEST(frame_cut_short_is_refused)
{
        uint8_t bytes[FRAME_HEADER_LEN + 10] = {0};
        frame_format(&(struct frame){.kind = FRAME_REPLY, .parts = {{NULL, 10}}}, bytes);
        struct frame back = {0};
        for (size_t len = 0; len < sizeof(bytes); len++)
                CHECK(receive(bytes, len, &back) == RC_UNAVAILABLE);
        CHECK(receive(bytes, sizeof(bytes), &back) == RC_OK);
        frame_release(&back);
}

TEST(frame_that_never_comes_is_waited_for_until_the_deadline)
{
        CLEANUP(pair_close) struct pair pair;
        struct frame back = {0};
        pair_open(&pair);
        int64_t start_ms = clock_mono_ms();
        CHECK(frame_receive(&pair.op, pair.fds[1], &limits, &back) == RC_TIMED_OUT);
        CHECK(clock_mono_ms() - start_ms >= 45);
}

TEST(frame_survives_noise)
{
        srandom(20260131);
        for (int round = 0; round < 20000; round++) {
                uint8_t bytes[FRAME_HEADER_LEN];
                frame_format(&(struct frame){.kind = FRAME_FACES, .parts = {{NULL, 4}, {NULL, 3}}}, bytes);
                for (long n = random() % 4; n >= 0; n--)
                        bytes[(size_t)random() % sizeof(bytes)] = (uint8_t)random();
                struct frame back = {0};
                if (!frame_parse(bytes, &limits, &back))
                        continue;
                CHECK(back.kind >= FRAME_READY && back.kind < FRAME_KIND_COUNT);
                CHECK(back.parts[0].len <= limits.json_max && back.memory_len <= limits.total_max);
                CHECK(back.memory == NULL);
        }
}
