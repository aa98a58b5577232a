/* The reader of lines. What it reads of documents is measured by bench-documents. */
#include "vision/line_net.h"

#include "unit/test.h"

static void paper(struct image *image, int width, int height)
{
        image_init(image, width, height, 1);
        memset(image->pixels, 255, image->stride * (size_t)image->height);
}

TEST(line_net_reads_nothing_on_paper)
{
        struct line_net *net = line_net_open();
        struct ocr_line line;
        CHECK(net != NULL);
        static const int widths[] = {4, 63, 64, 65, 300, 1280};
        for (size_t i = 0; i < LEN(widths); i++) {
                struct image image;
                paper(&image, widths[i], 50);
                CHECK(!line_net_read(net, NULL, &image, &line) && line.text[0] == '\0');
                image_release(&image);
        }
        line_net_close(net);
}

/* Control: without the look at the size the sanitizer finds a read outside of the picture. */
TEST(line_net_refuses_what_it_cannot_hold)
{
        static const int sizes[][2] = {{3, 50}, {1281, 50}, {300, 31}, {1, 1}};
        struct line_net *net = line_net_open();
        struct ocr_line line;
        for (size_t i = 0; i < LEN(sizes); i++) {
                struct image image;
                paper(&image, sizes[i][0], sizes[i][1]);
                CHECK(!line_net_read(net, NULL, &image, &line));
                image_release(&image);
        }
        line_net_close(net);
}

/* Strokes of any kind are read as letters that exist, and only such as are allowed. */
TEST(line_net_keeps_to_the_letters_that_may_occur)
{
        struct line_net *net = line_net_open();
        unsigned seed = 7;
        for (int round = 0; round < 20; round++) {
                struct image image;
                struct ocr_line line;
                paper(&image, 400, 50);
                for (int i = 0; i < 400; i++) {
                        seed = seed * 1664525u + 1013904223u;
                        int x = (int)(seed >> 8) % 380, y = 12 + (int)(seed >> 20) % 24,
                            down = (seed >> 5) & 1;
                        for (int k = 0; k < 9; k++)
                                image.pixels[(size_t)(down ? MIN(y + k, 40) : y) * image.stride +
                                             (size_t)(down ? x : x + k)] = 0;
                }
                line_net_read(net, "0123456789-", &image, &line);
                CHECK(strspn(line.text, "0123456789-") == strlen(line.text));
                for (size_t i = 0; i < line.symbols_len; i++)
                        CHECK(line.left[i] < line.right[i] && line.sure[i] <= OCR_SURE);
                image_release(&image);
        }
        line_net_close(net);
}
