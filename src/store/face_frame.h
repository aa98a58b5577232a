/*
 * Frames that were seen, so that the same does not serve twice: of each the keyed hashes of eight bands of
 * its perceptual hash. A frame counts as seen where five of its bands are those of one stored frame, in their
 * places: one that was encoded anew keeps most of them. Bands of plain areas do not count, and a frame with
 * fewer than five others is left alone. Who has the rows alone learns nothing of a picture.
 */
#pragma once

#include "store/session.h"

enum { FACE_FRAME_BANDS = 8, FACE_FRAME_BANDS_SEEN = 5, FACE_FRAME_LEN = 32 };

/* A frame's perceptual hash. */
struct face_frame {
        uint8_t bits[FACE_FRAME_LEN];
};

/* Whether one of `frames` was seen before; then all are kept as seen. Of two transactions with the same
 * frames the second waits for the first. */
NODISCARD enum rc face_frames_see(struct tx *tx, const struct session *session,
                                  const struct face_frame frames[], size_t len, int64_t now_ms,
                                  bool *ret_seen);
/* Cleanup: forget up to `max` that were seen before `before_ms`. */
NODISCARD enum rc face_frames_clean(struct tx *tx, int64_t before_ms, int64_t max, int64_t *ret_deleted);
