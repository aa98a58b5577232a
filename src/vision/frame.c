#include "vision/frame.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Magic and version in one; then kind, and the length of each part, all 32 bits little-endian. */
static const uint32_t magic = 0x31764e42; /* "BNv1" */

static void put(uint8_t *at, uint32_t value)
{
        for (int i = 0; i < 4; i++)
                at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t take(const uint8_t *at)
{
        return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void frame_format(const struct frame *frame, uint8_t ret_header[FRAME_HEADER_LEN])
{
        put(ret_header, magic);
        put(ret_header + 4, frame->kind);
        for (int i = 0; i < FRAME_PARTS_MAX; i++)
                put(ret_header + 8 + 4 * i, (uint32_t)frame->parts[i].len);
}

bool frame_parse(const uint8_t header[FRAME_HEADER_LEN], const struct frame_limits *limits, struct frame *ret)
{
        struct frame frame = {.kind = (enum frame_kind)take(header + 4)};
        if (take(header) != magic || frame.kind < FRAME_READY || frame.kind >= FRAME_KIND_COUNT)
                return false;
        for (int i = 0; i < FRAME_PARTS_MAX; i++) {
                size_t len = take(header + 8 + 4 * i);
                if (len > (i == FRAME_JSON ? limits->json_max : limits->part_max))
                        return false;
                frame.parts[i].len = len;
                frame.memory_len += len; /* a few 32-bit numbers: cannot run over */
        }
        if (frame.memory_len > limits->total_max)
                return false;
        *ret = frame;
        return true;
}

void frame_release(struct frame *frame)
{
        if (frame->memory)
                explicit_bzero(frame->memory, frame->memory_len);
        x_free(frame->memory);
        *frame = (struct frame){0};
}

/* Called after EAGAIN, so only for non-blocking sockets. */
static enum rc wait_for(struct op *op, int fd, short events)
{
        struct pollfd poll_fd = {.fd = fd, .events = events};
        int64_t left_ms = op_left_ms(op);
        if (left_ms == 0)
                return op_fail(op, RC_TIMED_OUT, "vision: out of time");
        if (poll(&poll_fd, 1, (int)MIN(left_ms, 60000)) < 0 && errno != EINTR)
                return op_fail(op, RC_INTERNAL, "vision: poll: %m");
        return RC_OK;
}

static enum rc send_bytes(struct op *op, int fd, const void *bytes, size_t len)
{
        const char *at = bytes;
        while (len > 0) {
                ssize_t done = write(fd, at, len);
                if (done < 0 && errno != EAGAIN && errno != EINTR)
                        return op_fail(op, RC_UNAVAILABLE, "vision: write: %m");
                if (done > 0) {
                        at += done;
                        len -= (size_t)done;
                        continue;
                }
                enum rc rc = wait_for(op, fd, POLLOUT);
                if (rc != RC_OK)
                        return rc;
        }
        return RC_OK;
}

static enum rc receive_bytes(struct op *op, int fd, void *bytes, size_t len)
{
        char *at = bytes;
        while (len > 0) {
                ssize_t done = read(fd, at, len);
                if (done == 0)
                        return op_fail(op, RC_UNAVAILABLE, "vision: the other side is gone");
                if (done < 0 && errno != EAGAIN && errno != EINTR)
                        return op_fail(op, RC_UNAVAILABLE, "vision: read: %m");
                if (done > 0) {
                        at += done;
                        len -= (size_t)done;
                        continue;
                }
                enum rc rc = wait_for(op, fd, POLLIN);
                if (rc != RC_OK)
                        return rc;
        }
        return RC_OK;
}

enum rc frame_send(struct op *op, int fd, const struct frame *frame)
{
        uint8_t header[FRAME_HEADER_LEN];
        frame_format(frame, header);
        enum rc rc = send_bytes(op, fd, header, sizeof(header));
        for (int i = 0; rc == RC_OK && i < FRAME_PARTS_MAX; i++)
                rc = send_bytes(op, fd, frame->parts[i].ptr, frame->parts[i].len);
        return rc;
}

enum rc frame_receive(struct op *op, int fd, const struct frame_limits *limits, struct frame *ret)
{
        uint8_t header[FRAME_HEADER_LEN];
        enum rc rc = receive_bytes(op, fd, header, sizeof(header));
        if (rc != RC_OK)
                return rc;
        CLEANUP(frame_release) struct frame frame = {0};
        if (!frame_parse(header, limits, &frame))
                return op_fail(op, RC_INTERNAL, "vision: not a frame");
        if (frame.memory_len > 0)
                frame.memory = x_new(1, frame.memory_len);
        rc = receive_bytes(op, fd, frame.memory, frame.memory_len);
        if (rc != RC_OK)
                return rc;
        size_t at = 0;
        for (int i = 0; i < FRAME_PARTS_MAX; i++) {
                frame.parts[i].ptr = frame.memory ? frame.memory + at : "";
                at += frame.parts[i].len;
        }
        *ret = frame;
        frame = (struct frame){0};
        return RC_OK;
}
