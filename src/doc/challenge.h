/*
 * The challenge of active liveness: actions in an order that nobody knows before it is given, done before the
 * camera while it takes frames. Pure rules, for both sides: bonin draws a challenge and checks the times of
 * the frames, bonin-vision judges what they show.
 *
 * Directions are the person's own: turning left shows the right cheek, and moves the nose to the right border
 * of a picture that is not mirrored.
 */
#pragma once

#include "base/str.h"

enum face_action { FACE_TURN_LEFT, FACE_TURN_RIGHT, FACE_LOOK_UP, FACE_COME_CLOSER, FACE_ACTION_COUNT };

enum {
        CHALLENGE_ACTIONS_MIN = 2,
        CHALLENGE_ACTIONS_MAX = 3,
        CHALLENGE_TEXT_MAX = 64,
        CHALLENGE_MS = 60 * 1000, /* it is valid so long */
        FRAMES_MIN = 6,
        FRAMES_MAX = 24
};

struct challenge {
        enum face_action actions[CHALLENGE_ACTIONS_MAX]; /* none twice */
        size_t len;
};

/* "turn_left", … */
const char *face_action_name(enum face_action action);
/* FACE_ACTION_COUNT where there is none of that name. */
enum face_action face_action_of(struct str name);

/* A challenge out of random bytes. Each has a turn to a side, which tells a head from a picture best; those
 * that can be are about equally likely. */
void challenge_draw(const uint8_t random[8], struct challenge *ret);
/* Names parted by commas. */
void challenge_format(const struct challenge *challenge, char ret[CHALLENGE_TEXT_MAX]);
/* False for anything that challenge_format does not write. */
NODISCARD bool challenge_parse(struct str text, struct challenge *ret);

/* Whether a camera may have taken frames at these times, in ms since the challenge was given: in order, of a
 * number, spacing and duration that people and cameras have, and none before or after its life. */
bool frame_times_plausible(const int64_t times_ms[], size_t len);
