/*
 * Progressive JPEGs that cost more than they may: too large, and not damaged.
 */
#include "vision/image.h"

#include "unit/test.h"
#include "unit/vision/jpeg_drawn.h"

enum { SIDE = 7000, DRAWN = 16, SCANS_MAX = 80 };

/* Have the header claim another size. */
static void claim(unsigned char *bytes, size_t len, int side)
{
        size_t at = 0;
        while (at + 9 < len && !(bytes[at] == 0xff && bytes[at + 1] == 0xc2))
                at++;
        CHECK(at + 9 < len);
        bytes[at + 5] = bytes[at + 7] = (unsigned char)(side >> 8);
        bytes[at + 6] = bytes[at + 8] = (unsigned char)side;
}

/* The mean in one scan, and a frequency in each that follows: first one by one, then again by its last bit.
 */
static void plan(jpeg_scan_info scans[SCANS_MAX], int len)
{
        for (int i = 0; i < len; i++) {
                int round = i == 0 ? 0 : (i - 1) / 63, frequency = i == 0 ? 0 : 1 + (i - 1) % 63;
                scans[i] = (jpeg_scan_info){.comps_in_scan = 1,
                                            .Ss = frequency,
                                            .Se = frequency,
                                            .Ah = round,
                                            .Al = frequency == 0 ? 0 : 1 - round};
        }
}

struct planned {
        jpeg_scan_info scans[SCANS_MAX];
        int len; /* 0: as files of its kind usually have them */
};

static void set_plan(struct jpeg_compress_struct *jpeg, const void *ctx)
{
        const struct planned *planned = ctx;
        for (int i = 0; i < jpeg->num_components; i++)
                jpeg->comp_info[i].h_samp_factor = jpeg->comp_info[i].v_samp_factor = 1;
        if (planned->len == 0) {
                jpeg_simple_progression(jpeg);
                return;
        }
        jpeg->scan_info = planned->scans;
        jpeg->num_scans = planned->len;
}

/* A square of `drawn` pixels that claims to be of `side`. */
static enum rc decode(J_COLOR_SPACE space, int channels, int scans, int drawn, int side)
{
        struct planned planned = {.len = scans};
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(buf_release) struct buf file;
        uint8_t *row = x_new((size_t)drawn, (size_t)channels);
        struct op op CLEANUP(op_release);
        op_init(&op, NULL, 1024, 60000);
        buf_init(&file, image_limits_default.bytes_max);
        plan(planned.scans, scans);
        jpeg_drawn(&(struct jpeg_drawing){drawn, drawn, channels, space, row, set_plan, &planned}, &file);
        claim((unsigned char *)file.ptr, file.len, side);
        x_free(row);
        return image_decode(&op, buf_str(&file), &image_limits_default, &image);
}

/* Room for what is claimed is asked for before a pixel is read. Control: rc_of (vision/jpeg.c) without
 * JERR_NO_BACKING_STORE. */
TEST(progressive_past_the_memory_is_too_large)
{
        CHECK(decode(JCS_RGB, 3, 0, DRAWN, SIDE) == RC_FILE_TOO_LARGE);
        CHECK(decode(JCS_CMYK, 4, 0, DRAWN, SIDE) == RC_FILE_TOO_LARGE);
        CHECK(decode(JCS_RGB, 3, 0, DRAWN, DRAWN) == RC_OK);
}

/* A camera writes ten scans. Controls: on_progress with RC_INVALID_IMAGE for SCAN_PIXELS_MAX; scans_max
 * 100. */
TEST(progressive_of_many_scans_is_too_large_or_damaged)
{
        CHECK(decode(JCS_GRAYSCALE, 1, 16, SIDE, SIDE) == RC_FILE_TOO_LARGE);
        CHECK(decode(JCS_GRAYSCALE, 1, 16, DRAWN, DRAWN) == RC_OK);
        CHECK(decode(JCS_GRAYSCALE, 1, 70, DRAWN, DRAWN) == RC_INVALID_IMAGE);
}
