#include "vision/card.h"

#include "vision/cv_page.h"

#include <math.h>
#include <stdlib.h>

static double side(const double a[2], const double b[2])
{
        return hypot(a[0] - b[0], a[1] - b[1]);
}

static double aspect_of(const double corners[4][2])
{
        double across = side(corners[0], corners[1]) + side(corners[3], corners[2]);
        double down = side(corners[0], corners[3]) + side(corners[1], corners[2]);
        return down > 1 ? across / down : 1;
}

/* The whole picture; one that stands upright is taken to be turned by 90 degrees. */
static struct card_guess whole_picture(const struct image *picture)
{
        double w = picture->width, h = picture->height;
        struct card_guess lying = {{{0, 0}, {w, 0}, {w, h}, {0, h}}, 0};
        struct card_guess standing = {{{w, 0}, {w, h}, {0, h}, {0, 0}}, 0};
        return h > 1.1 * w ? standing : lying;
}

size_t card_guess(const struct image *picture, struct card_guess ret[CARD_GUESSES_MAX])
{
        /* A scan is cut to the card: then its proportions are a card's, and what looks like an outline inside
         * is a portrait or a frame. */
        static const double scan_aspects[] = {1.586, 1.42};
        struct cv_quad quads[CARD_GUESSES_MAX];
        size_t found = cv_find_quads(picture, quads, CARD_GUESSES_MAX - 1), count = 0;
        struct card_guess whole = whole_picture(picture);
        for (size_t i = 0; i < LEN(scan_aspects); i++) {
                if (fabs(aspect_of(whole.corners) / scan_aspects[i] - 1) < 0.01)
                        whole.fit = 0.93;
        }
        bool placed = false;
        for (size_t i = 0; i < found; i++) {
                if (!placed && whole.fit >= quads[i].fit) {
                        ret[count++] = whole;
                        placed = true;
                }
                memcpy(ret[count].corners, quads[i].corners, sizeof(ret[count].corners));
                ret[count++].fit = quads[i].fit;
        }
        if (!placed)
                ret[count++] = whole;
        return count;
}

void card_straighten(const struct image *picture, const double corners[4][2], struct image *ret)
{
        /* Perspective shortens one direction: snap to the proportions of the known cards where near. */
        double aspect = aspect_of(corners);
        aspect = aspect > 1.30 && aspect < 1.503 ? 1.42 : aspect >= 1.503 && aspect < 1.75 ? 1.586 : aspect;
        aspect = MAX(0.5, MIN(2.4, aspect));
        image_init(ret, CARD_WIDTH, (int)lround(CARD_WIDTH / aspect), 3);
        cv_warp_quad(picture, corners, ret);
}

void card_turn(double corners[4][2])
{
        for (int i = 0; i < 2; i++) {
                for (int k = 0; k < 2; k++) {
                        double swap = corners[i][k];
                        corners[i][k] = corners[i + 2][k];
                        corners[i + 2][k] = swap;
                }
        }
}

static int grey_at(const struct image *card, int x, int y)
{
        const uint8_t *p = card->pixels + (size_t)y * card->stride + (size_t)(x * card->channels);
        return card->channels == 1 ? p[0] : (p[0] * 29 + p[1] * 150 + p[2] * 77) >> 8;
}

/* The steepest change over two pixels against the range over sixteen: 1 for a step, little for a blurred one.
 * Its mean over the strongest edges is the sharpness. */
static double edge_steepness(const struct image *card, int x, int y, int *ret_range)
{
        int low = 255, high = 0, steep = 0;
        for (int i = 0; i < 16; i++) {
                int grey = grey_at(card, x + i, y);
                low = MIN(low, grey);
                high = MAX(high, grey);
                if (i >= 2)
                        steep = MAX(steep, abs(grey - grey_at(card, x + i - 2, y)));
        }
        *ret_range = high - low;
        return *ret_range ? (double)steep / *ret_range : 0;
}

double card_sharpness(const struct image *card, struct box box)
{
        enum { EDGE_LEAST = 40, EDGES_FEWEST = 12 };
        size_t edges[256] = {0}, all = 0, have = 0;
        double steepness[256] = {0}, steep = 0;
        int right = MIN(card->width - 16, box.x + box.width), bottom = MIN(card->height, box.y + box.height);
        for (int y = MAX(0, box.y); y < bottom; y += 3) {
                for (int x = MAX(0, box.x); x < right; x += 16) {
                        int range;
                        double its = edge_steepness(card, x, y, &range);
                        if (range < EDGE_LEAST)
                                continue;
                        steepness[range] += its;
                        edges[range]++;
                        all++;
                }
        }
        for (int range = 255; range > 0 && have < all / 4 + 1; range--) {
                have += edges[range];
                steep += steepness[range];
        }
        return all < EDGES_FEWEST ? -1 : steep / (double)have;
}

void card_measure(const struct image *card, const double corners[4][2], struct document_quality *ret)
{
        *ret = (struct document_quality){0};
        ret->card_width_px = (int)MIN(1e6, MAX(side(corners[0], corners[1]), side(corners[3], corners[2])));
        size_t histogram[256] = {0}, edges[256] = {0};
        double steepness[256] = {0}, sum = 0;
        size_t count = 0;
        for (int y = 0; y < card->height; y += 3) {
                for (int x = 0; x < card->width; x += 3, count++) {
                        int grey = grey_at(card, x, y);
                        histogram[grey]++;
                        sum += grey;
                }
        }
        for (int y = 4; y < card->height; y += 8) {
                for (int x = 0; x + 16 < card->width; x += 16) {
                        int range;
                        double steep = edge_steepness(card, x, y, &range);
                        steepness[range] += steep;
                        edges[range]++;
                }
        }
        size_t wanted = count / 16 / 40 + 1, have = 0;
        double steep = 0;
        for (int range = 255; range > 0 && have < wanted; range--) {
                have += edges[range];
                steep += steepness[range];
                ret->contrast = range;
        }
        size_t burnt = 0, below = 0;
        for (int grey = 253; grey < 256; grey++)
                burnt += histogram[grey];
        for (int grey = 0; grey < 230; grey++)
                below += histogram[grey];
        ret->sharpness = have ? steep / (double)have : 0;
        ret->brightness = count ? sum / (double)count : 0;
        ret->glare_share = count && below > count / 2 ? (double)burnt / (double)count : 0;
}
