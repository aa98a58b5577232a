/*
 * What bonin and bonin-vision say to each other over a socket pair: frames. A frame is a fixed header, a JSON
 * part, and up to 26 binary parts (pictures). All lengths stand in the header and are checked against the
 * receiver's own maxima before anything is allocated; neither side trusts the other. A socket in blocking
 * mode is waited on for ever, one in non-blocking mode until the deadline.
 */
#pragma once

#include "base/op.h"

enum frame_kind {
        FRAME_READY = 1, /* child: loaded and locked in; JSON says what is there */
        FRAME_DOCUMENT,  /* bonin: read a document: front, back (may be empty) */
        FRAME_FACES,  /* bonin: compare: reference, selfie, and the frames of a challenge, if there is one */
        FRAME_REDACT, /* bonin: paint over: a card as a reply gave it */
        FRAME_REPLY,  /* child: the answer; also to a picture that cannot be read */
        FRAME_KIND_COUNT
};

enum {
        FRAME_JSON = 0,
        FRAME_OF_CHALLENGE = 3,
        FRAME_PARTS_MAX = 27,
        FRAME_HEADER_LEN = 8 + 4 * FRAME_PARTS_MAX
};

struct frame {
        enum frame_kind kind;
        struct str parts[FRAME_PARTS_MAX]; /* parts[FRAME_JSON] is the JSON; absent ones are empty */
        char *memory;                      /* of a received frame; NULL where the parts are somebody else's */
        size_t memory_len;
};

/* What a receiver puts up with. */
struct frame_limits {
        size_t json_max;
        size_t part_max;
        size_t total_max;
};

/* Wipes the memory. Fits CLEANUP; twice, or a zeroed frame, is fine. */
void frame_release(struct frame *frame);

/* RC_TIMED_OUT at the op's deadline, RC_UNAVAILABLE where the peer is gone. */
NODISCARD enum rc frame_send(struct op *op, int fd, const struct frame *frame);
/* The next frame. Also RC_INTERNAL where what came is no frame, or larger than the limits. */
NODISCARD enum rc frame_receive(struct op *op, int fd, const struct frame_limits *limits, struct frame *ret);

/* The two halves of the header, pure. frame_parse fills kind and the lengths of the parts (their pointers
 * stay NULL) and answers false where the header is not one, or asks for more than the limits. */
void frame_format(const struct frame *frame, uint8_t ret_header[FRAME_HEADER_LEN]);
NODISCARD bool frame_parse(const uint8_t header[FRAME_HEADER_LEN], const struct frame_limits *limits,
                           struct frame *ret);
