/* Light over a line, on cards painted here. */
#include "vision/light.h"

#include "unit/test.h"

enum { WIDE = 1400, HIGH = 300, INK = 40, BURNT = 244, NOTHING_IS = 256 /* on a white card */ };

static void fill(struct image *card, struct box box, int level)
{
        for (int y = box.y; y < box.y + box.height; y++)
                memset(card->pixels + (size_t)y * card->stride + (size_t)box.x * 3, level,
                       (size_t)box.width * 3);
}

/* A line of so many letters of bars on paper, which gets `brighter` levels lighter to the right end of the
 * card; a spot over it. */
struct scene {
        int letters, paper, brighter;
        struct box spot;
        int light, burnt;
};

static bool is_seen(const struct scene *scene)
{
        const struct box place = {100, 120, 60 * scene->letters, 60}, line = {10, 120, place.width + 180, 60};
        CLEANUP(image_release) struct image card = {0};
        image_init(&card, WIDE, HIGH, 3);
        for (int x = 0; x < WIDE; x++)
                fill(&card, (struct box){x, 0, 1, HIGH}, scene->paper + scene->brighter * x / WIDE);
        for (int x = place.x; x < place.x + place.width; x += 30)
                fill(&card, (struct box){x, place.y, 8, place.height}, INK);
        fill(&card, scene->spot, scene->light);
        return light_over(&card, place, line, scene->burnt);
}

/* A line whose letters are blurred into what is between them, on paper that is lighter around them. */
static bool is_seen_beside_blur(int paper, int between, int light, int burnt, struct box spot)
{
        const struct box place = {100, 120, 600, 60}, line = {10, 120, 780, 60};
        CLEANUP(image_release) struct image card = {0};
        image_init(&card, WIDE, HIGH, 3);
        memset(card.pixels, paper, card.stride * (size_t)HIGH);
        fill(&card, place, between);
        for (int x = place.x; x < place.x + place.width; x += 30)
                fill(&card, (struct box){x, place.y, 8, place.height}, INK);
        fill(&card, spot, light);
        return light_over(&card, place, line, burnt);
}

/* Controls: paper_of() that looks between the letters only; TOLD_LEAST 0. */
TEST(light_is_told_from_paper_beside_blurred_letters)
{
        const struct box beside = {720, 130, 40, 40}, none = {0};
        CHECK(!is_seen_beside_blur(250, 238, 0, BURNT, none));
        CHECK(is_seen_beside_blur(240, 228, 250, BURNT, beside));
        CHECK(!is_seen_beside_blur(255, 255, 0, BURNT, none));
        CHECK(is_seen_beside_blur(245, 233, 254, NOTHING_IS, beside));
}

/* Controls: BRIGHTER 0; `near` 100; the papers' middle one in place of the lower quarter; `whiter` 2;
 * BURNT_SURE 256; light_over() that sees none. */
TEST(light_is_told_from_bright_paper)
{
        const struct box beside = {300, 130, 40, 40}, half = {180, 110, 200, 80}, none = {0};
        const struct {
                struct scene scene;
                bool seen;
        } cases[] = {{{3, 200, 0, beside, 253, BURNT}, true},  {{3, 243, 0, beside, 249, BURNT}, false},
                     {{18, 228, 22, none, 0, BURNT}, false},   {{3, 200, 0, half, 254, BURNT}, true},
                     {{3, 248, 0, beside, 255, BURNT}, true},  {{3, 251, 0, beside, 253, BURNT}, false},
                     {{3, 200, 0, none, 0, BURNT}, false},     {{3, 245, 0, beside, 255, NOTHING_IS}, true},
                     {{3, 253, 0, none, 0, NOTHING_IS}, false}};
        for (size_t i = 0; i < LEN(cases); i++)
                CHECK(is_seen(&cases[i].scene) == cases[i].seen);
}
