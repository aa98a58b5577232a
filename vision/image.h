/*
 * Pictures in memory, and the way in and out of files. Only JPEG and PNG are known, told by their first bytes
 * and never by a name. The headers are checked before a pixel is allocated; a large JPEG is decoded at a
 * smaller scale; EXIF orientation is obeyed and every other piece of metadata is dropped. A file that is
 * damaged in any way (cut short, wrong checksums, more scans than a camera writes) is refused, not repaired.
 */
#pragma once

#include "base/op.h"

/* Eight bits a channel: three channels are BGR, one is grey. Rows are `stride` bytes apart. Owned: release.
 */
struct image {
        int width, height, channels;
        size_t stride;
        uint8_t *pixels;
};

struct image_limits {
        size_t bytes_max;    /* of the file */
        int64_t pixels_max;  /* of the picture as its header tells */
        int side_max;        /* of either side */
        int aspect_max;      /* long side over short side */
        int scans_max;       /* of a progressive JPEG */
        int decode_side_min; /* 0, or a picture is shrunk while its long side stays at least this */
};

/* 10 MB, 50 million pixels, and what the rest is worth. */
extern const struct image_limits image_limits_default;

/* Black, BGR. Aborts out of memory; the caller has checked the size. */
void image_init(struct image *image, int width, int height, int channels);
/* Fits CLEANUP; twice, or a zeroed image, is fine. */
void image_release(struct image *image);

/* Decode a JPEG or PNG to upright BGR. Fails with RC_UNSUPPORTED_IMAGE_FORMAT (neither, animated, or a kind
 * of JPEG that no camera writes), RC_FILE_TOO_LARGE (bytes, pixels, or what these cost in a progressive
 * JPEG), RC_IMAGE_TOO_SMALL (narrower than aspect_max), RC_TIMED_OUT, or RC_INVALID_IMAGE. */
NODISCARD enum rc image_decode(struct op *op, struct str bytes, const struct image_limits *limits,
                               struct image *ret);

/* A baseline JPEG of `image` without any metadata, appended to `ret`; the buffer's maximum is obeyed
 * (RC_FILE_TOO_LARGE). */
NODISCARD enum rc image_encode_jpeg(struct op *op, const struct image *image, int quality, struct buf *ret);
