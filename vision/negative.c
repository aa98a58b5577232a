#include "vision/negative.h"

#include <math.h>

bool negative_is(const struct text_shades *shades, const struct cv_line *line)
{
        struct image part = shades->grey; /* a view, not released */
        struct box box =
            box_within(&part, (struct box){(int)line_left(line), (int)(line->y - line->height / 2),
                                           (int)line->width, (int)line->height});
        size_t dark = 0;
        if (box.width <= 0 || box.height <= 0)
                return false;
        part.pixels += (size_t)box.y * part.stride + (size_t)box.x;
        part.width = box.width;
        part.height = box.height;
        int threshold = text_threshold(&part);
        for (int y = 0; y < box.height; y++)
                for (int x = 0; x < box.width; x++)
                        dark += part.pixels[(size_t)y * part.stride + (size_t)x] <= threshold;
        return 2 * dark > (size_t)box.width * (size_t)box.height;
}

struct box negative_around(const struct cv_line *line)
{
        double c = fabs(cos(line->angle)), s = fabs(sin(line->angle)), grown = line->width + line->height;
        double wide = grown * c + 2 * line->height * s, tall = grown * s + 2 * line->height * c;
        return (struct box){(int)(line->x - wide / 2), (int)(line->y - tall / 2), (int)ceil(wide),
                            (int)ceil(tall)};
}

bool negative_shades(const struct image *card, struct cv_line *line, struct text_shades *ret)
{
        CLEANUP(image_release) struct image negative = {0};
        struct box box = box_within(card, negative_around(line));
        if (box.width <= 0 || box.height <= 0)
                return false;
        image_init(&negative, box.width, box.height, 3);
        for (int y = 0; y < box.height; y++) {
                const uint8_t *from = card->pixels + (size_t)(box.y + y) * card->stride + (size_t)box.x * 3;
                uint8_t *to = negative.pixels + (size_t)y * negative.stride;
                for (int i = 0; i < box.width * 3; i++)
                        to[i] = (uint8_t)(255 - from[i]);
        }
        line->x -= box.x;
        line->y -= box.y;
        text_shades_init(ret, &negative);
        return true;
}
