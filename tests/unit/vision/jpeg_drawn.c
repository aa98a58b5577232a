#include "unit/vision/jpeg_drawn.h"

#include <stdlib.h>

void jpeg_drawn(const struct jpeg_drawing *drawing, struct buf *ret)
{
        struct jpeg_error_mgr error;
        struct jpeg_compress_struct jpeg = {.err = jpeg_std_error(&error)};
        JSAMPROW row = (JSAMPROW)drawing->row;
        unsigned char *bytes = NULL;
        unsigned long len = 0;
        jpeg_create_compress(&jpeg);
        jpeg_mem_dest(&jpeg, &bytes, &len);
        jpeg.image_width = (JDIMENSION)drawing->width;
        jpeg.image_height = (JDIMENSION)drawing->height;
        jpeg.input_components = drawing->channels;
        jpeg.in_color_space = drawing->space;
        jpeg_set_defaults(&jpeg);
        drawing->set(&jpeg, drawing->ctx);
        jpeg_start_compress(&jpeg, TRUE);
        while (jpeg.next_scanline < jpeg.image_height)
                (void)jpeg_write_scanlines(&jpeg, &row, 1);
        jpeg_finish_compress(&jpeg);
        jpeg_destroy_compress(&jpeg);
        buf_add_bytes(ret, bytes, len);
        free(bytes);
}
