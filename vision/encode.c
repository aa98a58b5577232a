#include "vision/image.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

struct encoder {
        struct jpeg_error_mgr error;
        struct jpeg_compress_struct jpeg;
        jmp_buf out;
        unsigned char *bytes; /* by the library's malloc */
        unsigned long len;
};

_Noreturn static void on_encode_error(j_common_ptr jpeg)
{
        struct encoder *encoder = jpeg->client_data;
        longjmp(encoder->out, 1);
}

static void encode(struct encoder *encoder, const struct image *image, int quality)
{
        struct jpeg_compress_struct *jpeg = &encoder->jpeg;
        jpeg->err = jpeg_std_error(&encoder->error);
        encoder->error.error_exit = on_encode_error;
        jpeg->client_data = encoder;
        jpeg_create_compress(jpeg);
        jpeg_mem_dest(jpeg, &encoder->bytes, &encoder->len);
        jpeg->image_width = (JDIMENSION)image->width;
        jpeg->image_height = (JDIMENSION)image->height;
        jpeg->input_components = image->channels;
        jpeg->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_EXT_BGR;
        jpeg_set_defaults(jpeg);
        jpeg_set_quality(jpeg, quality, TRUE);
        jpeg_start_compress(jpeg, TRUE);
        while (jpeg->next_scanline < jpeg->image_height) {
                JSAMPROW row = image->pixels + jpeg->next_scanline * image->stride;
                (void)jpeg_write_scanlines(jpeg, &row, 1);
        }
        jpeg_finish_compress(jpeg);
}

enum rc image_encode_jpeg(struct op *op, const struct image *image, int quality, struct buf *ret)
{
        struct encoder *encoder = x_new(1, sizeof(*encoder));
        volatile bool done = false;
        if (setjmp(encoder->out) == 0) {
                encode(encoder, image, quality);
                done = true;
        }
        jpeg_destroy_compress(&encoder->jpeg);
        if (done)
                buf_add_bytes(ret, encoder->bytes, encoder->len);
        free(encoder->bytes);
        x_free(encoder);
        if (!done)
                return op_fail(op, RC_INTERNAL, "cannot encode a JPEG of %d x %d", image->width,
                               image->height);
        return buf_ok(ret) ? RC_OK : op_fail(op, RC_FILE_TOO_LARGE, "encoded image too large");
}
