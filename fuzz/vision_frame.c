/* Frames as they come out of the socket: a header that lies, parts that do not come. */
#include "vision/frame.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct frame_limits limits = {.json_max = 1000, .part_max = 1000, .total_max = 3000};

/* What was received is within the limits, is all there, and is sent as it came. */
static void check_frame(const struct frame *frame, const uint8_t *bytes)
{
        uint8_t header[FRAME_HEADER_LEN];
        size_t at = FRAME_HEADER_LEN;
        frame_format(frame, header);
        if (memcmp(header, bytes, sizeof(header)) != 0 || frame->memory_len > limits.total_max)
                abort();
        for (size_t i = 0; i < FRAME_PARTS_MAX; i++) {
                struct str part = frame->parts[i];
                if (part.len > limits.part_max || !str_equal(part, str_from_bytes(bytes + at, part.len)))
                        abort();
                at += part.len;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct op op;
        CLEANUP(frame_release) struct frame frame = {0};
        CLEANUP(fd_close) int fd = memfd_create("fuzz", MFD_CLOEXEC);
        if (fd < 0 || !fd_write_all(fd, bytes, len) || lseek(fd, 0, SEEK_SET) != 0)
                abort();
        op_init(&op, "fuzz", 1000, 1000);
        enum rc rc = frame_receive(&op, fd, &limits, &frame);
        if (rc == RC_OK)
                check_frame(&frame, bytes);
        else if (rc != RC_INTERNAL && rc != RC_UNAVAILABLE)
                abort();
        op_release(&op);
        return 0;
}
