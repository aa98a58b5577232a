#include "vision/codec.h"

#include <setjmp.h>
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>

enum {
        DECODE_MEMORY_MAX = 192 * 1024 * 1024, /* coefficients of a progressive picture */
        SCAN_PIXELS_MAX = 640 * 1000 * 1000,   /* pixels times scans: what a progressive picture may cost */
};

/* The library reports by callback and leaves by longjmp, so all that must survive is in here. `error` comes
 * first: the library knows only that part. */
struct decoder {
        struct jpeg_error_mgr error;
        struct jpeg_progress_mgr progress;
        struct jpeg_decompress_struct jpeg;
        jmp_buf out;
        struct op *op;
        const struct image_limits *limits;
        struct image image;
        int orientation;
};

static struct decoder *decoder_of(j_common_ptr jpeg)
{
        return jpeg->client_data;
}

_Noreturn static void leave(struct decoder *decoder, enum rc rc, const char *why)
{
        enum rc noted = op_fail(decoder->op, rc, "JPEG: %s", why);
        (void)noted;
        longjmp(decoder->out, 1);
}

static enum rc rc_of(int code)
{
        switch (code) {
        case JERR_BAD_PRECISION:
        case JERR_ARITH_NOTIMPL:
        case JERR_SOF_UNSUPPORTED:
                return RC_UNSUPPORTED_IMAGE_FORMAT;
        case JERR_NO_BACKING_STORE: /* past max_memory_to_use it would go to a file */
        case JERR_OUT_OF_MEMORY:
                return RC_FILE_TOO_LARGE;
        default:
                return RC_INVALID_IMAGE;
        }
}

_Noreturn static void on_error(j_common_ptr jpeg)
{
        char text[JMSG_LENGTH_MAX];
        jpeg->err->format_message(jpeg, text);
        leave(decoder_of(jpeg), rc_of(jpeg->err->msg_code), text);
}

/* Warnings (level -1) say that data was damaged and guessed at, but for these. A file cut short is told by
 * its missing end; rows missing before a proper end are grey, and judged as any other grey rows. */
static void on_message(j_common_ptr jpeg, int level)
{
        static const int harmless[] = {JWRN_EXTRANEOUS_DATA, JWRN_JFIF_MAJOR, JWRN_ADOBE_XFORM,
                                       JWRN_HIT_MARKER};
        for (size_t i = 0; i < LEN(harmless); i++)
                if (level >= 0 || jpeg->err->msg_code == harmless[i])
                        return;
        on_error(jpeg);
}

static void on_progress(j_common_ptr common)
{
        struct decoder *decoder = decoder_of(common);
        const struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
        int64_t pixels = (int64_t)jpeg->image_width * jpeg->image_height;
        if (jpeg->input_scan_number > decoder->limits->scans_max)
                leave(decoder, RC_INVALID_IMAGE, "too many scans");
        if (jpeg->input_scan_number * pixels > SCAN_PIXELS_MAX)
                leave(decoder, RC_FILE_TOO_LARGE, "too many scans for so many pixels");
        if (op_left_ms(decoder->op) == 0)
                leave(decoder, RC_TIMED_OUT, "out of time");
}

/* APP1 is read in place rather than saved by the library: a file may hold a hundred thousand of them. */
static boolean on_app1(j_decompress_ptr jpeg)
{
        static const struct str magic = {"Exif\0\0", 6};
        struct decoder *decoder = jpeg->client_data;
        struct jpeg_source_mgr *src = jpeg->src;
        if (src->bytes_in_buffer < 2)
                leave(decoder, RC_INVALID_IMAGE, "cut short");
        size_t len = (size_t)src->next_input_byte[0] << 8 | src->next_input_byte[1];
        if (len < 2 || len > src->bytes_in_buffer)
                leave(decoder, RC_INVALID_IMAGE, "cut short");
        struct str block = str_from_bytes(src->next_input_byte + 2, len - 2);
        if (decoder->orientation == 0 && str_starts_with(block, magic))
                decoder->orientation = exif_orientation(str_sub(block, magic.len, block.len - magic.len));
        src->next_input_byte += len;
        src->bytes_in_buffer -= len;
        return TRUE;
}

static void start(struct decoder *decoder, struct str bytes)
{
        struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
        jpeg->err = jpeg_std_error(&decoder->error);
        decoder->error.error_exit = on_error;
        decoder->error.emit_message = on_message;
        jpeg->client_data = decoder;
        jpeg_create_decompress(jpeg);
        jpeg->mem->max_memory_to_use = DECODE_MEMORY_MAX;
        decoder->progress.progress_monitor = on_progress;
        jpeg->progress = &decoder->progress;
        jpeg_mem_src(jpeg, (const unsigned char *)bytes.ptr, bytes.len);
        jpeg_set_marker_processor(jpeg, JPEG_APP0 + 1, on_app1);
}

static void read_header(struct decoder *decoder)
{
        struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
        (void)jpeg_read_header(jpeg, TRUE);
        if (codec_check_size(decoder->op, decoder->limits, jpeg->image_width, jpeg->image_height) != RC_OK)
                longjmp(decoder->out, 1);
        if (jpeg->arith_code)
                leave(decoder, RC_UNSUPPORTED_IMAGE_FORMAT, "arithmetic coding");
        bool inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
        if (!inks && jpeg->jpeg_color_space != JCS_YCbCr && jpeg->jpeg_color_space != JCS_RGB &&
            jpeg->jpeg_color_space != JCS_GRAYSCALE)
                leave(decoder, RC_UNSUPPORTED_IMAGE_FORMAT, "unusual colours");
        jpeg->out_color_space = inks ? JCS_CMYK : JCS_EXT_BGR;
        jpeg->dct_method = JDCT_ISLOW;
        jpeg->scale_num = 8;
        jpeg->scale_denom = 8;
        int64_t side = MAX(jpeg->image_width, jpeg->image_height);
        while (decoder->limits->decode_side_min > 0 && jpeg->scale_num > 1 &&
               side * (jpeg->scale_num - 1) / 8 >= decoder->limits->decode_side_min)
                jpeg->scale_num--;
}

/* What four inks leave of white paper, as near as it comes without a profile. In files that are marked as
 * Adobe's, 255 is no ink. */
static void mix_inks(const struct jpeg_decompress_struct *jpeg, const JSAMPLE *inks, uint8_t *ret_bgr)
{
        unsigned flip = jpeg->saw_Adobe_marker ? 0 : 255;
        for (JDIMENSION x = 0; x < jpeg->output_width; x++, inks += 4, ret_bgr += 3)
                for (int i = 0; i < 3; i++)
                        ret_bgr[2 - i] = (uint8_t)(((inks[i] ^ flip) * (inks[3] ^ flip) + 127) / 255);
}

static void read_pixels(struct decoder *decoder)
{
        struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
        bool inks = jpeg->out_color_space == JCS_CMYK;
        if (!jpeg_start_decompress(jpeg) || jpeg->output_components != (inks ? 4 : 3))
                leave(decoder, RC_INVALID_IMAGE, "no pixels");
        struct image *image = &decoder->image;
        image_init(image, (int)jpeg->output_width, (int)jpeg->output_height, 3);
        JSAMPARRAY mixed =
            inks ? jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1) : NULL;
        while (jpeg->output_scanline < jpeg->output_height) {
                uint8_t *bgr = image->pixels + jpeg->output_scanline * image->stride;
                JSAMPROW row = inks ? mixed[0] : bgr;
                if (jpeg_read_scanlines(jpeg, &row, 1) != 1)
                        leave(decoder, RC_INVALID_IMAGE, "cut short");
                if (inks)
                        mix_inks(jpeg, row, bgr);
        }
        (void)jpeg_finish_decompress(jpeg);
}

enum rc codec_decode_jpeg(struct op *op, struct str bytes, const struct image_limits *limits,
                          struct image *ret, int *ret_orientation)
{
        struct decoder *decoder = x_new(1, sizeof(*decoder));
        decoder->op = op;
        decoder->limits = limits;
        volatile bool done = false;
        if (setjmp(decoder->out) == 0) {
                start(decoder, bytes);
                read_header(decoder);
                read_pixels(decoder);
                done = true;
        }
        jpeg_destroy_decompress(&decoder->jpeg);
        if (done) {
                *ret = decoder->image;
                *ret_orientation = MAX(decoder->orientation, 1);
        } else {
                image_release(&decoder->image);
        }
        x_free(decoder);
        return done ? RC_OK : op->rc;
}
