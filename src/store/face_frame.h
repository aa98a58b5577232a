/*
 * Pictures of faces that were seen, so that the same does not serve twice: of each the keyed hashes of eight
 * bands of each of its two perceptual hashes. A picture counts as seen where four bands of its first hash, or
 * five of its second, are those of one stored picture, in their places: one that was encoded anew, cropped,
 * shifted, scaled, mirrored or brightened keeps so many of the first, one that was stretched of the second,
 * one taken a moment later seldom does. Nearness is told by bands alone, as what is stored is keyed: who has
 * the rows learns nothing of a picture, nor how near two are that share no band. A hash with fewer bands
 * that tell anything is left alone.
 */
#pragma once

#include "store/session.h"

enum { FACE_FRAME_HASHES = 2, FACE_FRAME_HASH_LEN = 32, FACE_FRAME_BANDS = 8, FACE_FRAME_BANDS_SAME = 7 };

/* A picture's perceptual hashes; zeros: nothing is known of it. */
struct face_frame {
        uint8_t bits[FACE_FRAME_HASHES][FACE_FRAME_HASH_LEN];
};

/* Of one upload. */
struct face_pictures {
        struct face_frame selfie;
        const struct face_frame *frames;
        size_t frames_len;
};

struct face_pictures_seen {
        bool selfie;   /* in another session of the relying party: in one the same may be sent again */
        size_t frames; /* how many were, in any session */
        size_t same;   /* of these, how many with all their bands but one, or all: chance makes no such */
};

/* Look for all of them, then keep them as seen. Of two transactions with the same pictures the second waits
 * for the first. */
NODISCARD enum rc face_frames_see(struct tx *tx, const struct session *session,
                                  const struct face_pictures *pictures, int64_t now_ms,
                                  struct face_pictures_seen *ret);
/* Cleanup: forget up to `max` that were seen before `before_ms`. */
NODISCARD enum rc face_frames_clean(struct tx *tx, int64_t before_ms, int64_t max, int64_t *ret_deleted);
