/* What lies over a card, on cards painted here. */
#include "vision/obstacle.h"

#include "unit/test.h"

enum { WIDE = 1600, HIGH = 1009, PAPER = 200 };

/* Paper with lines of print, a letter's width apart. */
static void card_init(struct image *card)
{
        image_init(card, WIDE, HIGH, 3);
        memset(card->pixels, PAPER, card->stride * (size_t)HIGH);
        for (int y = 300; y < 360; y++) {
                for (int x = 100; x < 1500; x++)
                        memset(card->pixels + (size_t)y * card->stride + (size_t)x * 3,
                               x / 8 % 2 ? 30 : PAPER, 3);
        }
}

static void lay(struct image *card, struct box box, const uint8_t colour[3])
{
        for (int y = box.y; y < box.y + box.height; y++) {
                for (int x = box.x; x < box.x + box.width; x++)
                        memcpy(card->pixels + (size_t)y * card->stride + (size_t)x * 3, colour, 3);
        }
}

static enum rc over(const struct image *card, struct box box)
{
        struct obstacle_map map;
        obstacle_map_init(&map, card);
        return obstacle_over(&map, box);
}

/* Negative controls: each of the three ways to a code taken out of code_of() in obstacle_map.c; BRIGHTER out
 * of reach; FLAT_MOST and is_patch() not asked. */
TEST(obstacles_are_seen_where_they_lie)
{
        static const uint8_t light[3] = {255, 255, 255}, skin[3] = {140, 170, 220}, black[3] = {20, 20, 20},
                             shine[3] = {180, 235, 254};
        const struct box name = {300, 300, 200, 60}, number = {900, 300, 300, 60}, patch = {350, 280, 96, 96},
                         speck = {352, 304, 16, 16};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        CHECK(over(&card, name) == RC_OK);
        lay(&card, speck, skin);
        CHECK(over(&card, name) == RC_OK);
        lay(&card, patch, light);
        CHECK(over(&card, name) == RC_GLARE && over(&card, number) == RC_OK);
        lay(&card, patch, shine);
        CHECK(over(&card, name) == RC_GLARE);
        lay(&card, patch, skin);
        CHECK(over(&card, name) == RC_COVERED && over(&card, number) == RC_OK);
        lay(&card, patch, black);
        CHECK(over(&card, name) == RC_COVERED);
        /* What shows print is not covered, whatever its colour. */
        lay(&card, patch, skin);
        for (int x = patch.x; x < patch.x + patch.width; x += 4)
                lay(&card, (struct box){x, patch.y, 2, patch.height}, black);
        CHECK(over(&card, name) == RC_OK);
}

/* A rim that is seen on both sides is no patch: what is left of it here is not beside what is right of it.
 * Negative control: is_patch() without its first question. */
TEST(obstacles_do_not_reach_around_the_card)
{
        static const uint8_t black[3] = {20, 20, 20};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        lay(&card, (struct box){0, 0, 2 * OBSTACLE_CELL, HIGH}, black);
        lay(&card, (struct box){WIDE - OBSTACLE_CELL, 0, OBSTACLE_CELL, HIGH}, black);
        CHECK(over(&card, (struct box){0, 400, OBSTACLE_CELL / 2, 200}) == RC_OK);
}

/* A band of colour across the card is print, and white paper is no light. Negative controls: without the
 * colour of the row, WHITE, or BURNT_ABOVE. */
TEST(obstacles_are_not_seen_in_paper)
{
        static const uint8_t band[3] = {200, 170, 140}, whiter[3] = {247, 247, 247};
        const struct box all = {0, 0, WIDE, HIGH};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        lay(&card, (struct box){0, 0, WIDE, 160}, band);
        CHECK(over(&card, all) == RC_OK);
        memset(card.pixels, 240, card.stride * (size_t)HIGH);
        lay(&card, (struct box){400, 400, 160, 160}, whiter);
        CHECK(over(&card, all) == RC_OK);
        memset(card.pixels, 254, card.stride * (size_t)HIGH);
        CHECK(over(&card, all) == RC_OK);
}

/* A resident card that fills its picture, with its name and number read where they belong. */
struct scene {
        struct page page;
        struct document_reading reading;
};

static struct scene *scene_new(void)
{
        struct scene *scene = x_new(1, sizeof(*scene));
        struct document_reading *reading = &scene->reading;
        card_init(&scene->page.card);
        *reading = (struct document_reading){
            .kind = DOC_RESIDENT_CARD,
            .quality = {.card_width_px = WIDE, .sharpness = 0.8, .brightness = 180, .contrast = 150},
            .corners = {{0, 0}, {WIDE, 0}, {WIDE, HIGH}, {0, HIGH}}};
        reading->places[DOC_NAME] = (struct box){100, 300, 200, 60};
        reading->places[DOC_ID_NUMBER] = (struct box){100, 420, 500, 60};
        CHECK(doc_set(&reading->fields, DOC_NAME, STR("홍길동"), 0.99));
        CHECK(doc_set(&reading->fields, DOC_ID_NUMBER, STR("900101-1234568"), 0.99));
        return scene;
}

static void scene_free(struct scene *scene)
{
        image_release(&scene->page.card);
        x_free(scene);
}

/* The code of a field, once obstacles were looked for. */
static enum rc code_of(struct scene *scene, enum doc_field field)
{
        obstacles_find(&scene->page, &scene->page.card, &scene->reading);
        return scene->reading.obstacles.codes[field];
}

/* `label`: what stands before the place at the foot of the card; NULL: nothing. */
static double name_confidence(enum doc_kind kind, struct box name, bool with_number, const char *label)
{
        struct scene *scene = scene_new();
        struct page_line *line = &scene->page.lines[0];
        scene->reading.kind = kind;
        scene->reading.places[DOC_NAME] = name;
        if (!with_number)
                scene->reading.places[DOC_ID_NUMBER] = (struct box){0};
        if (label) {
                scene->page.lines_len = 1;
                line->place = (struct cv_line){.x = 150, .y = 870, .width = 100, .height = 50};
                memcpy(line->read.text, label, strlen(label) + 1);
        }
        obstacles_find(&scene->page, &scene->page.card, &scene->reading);
        double confidence = scene->reading.fields.values[DOC_NAME].confidence;
        scene_free(scene);
        return confidence;
}

/* Who hides the name must not be taken for the next word that could be one. Negative controls: without the
 * last two lines of doubt_misplaced_name() what stands elsewhere is a name; with any of the three reasons in
 * `placed` made false, a right one is doubted; with the last made true where the number is there, or any line
 * that begins with a label taken for one, one beside it is not. */
TEST(names_are_doubted_where_no_name_belongs)
{
        const struct box above = {100, 300, 200, 60}, aside = {1000, 300, 200, 60},
                         below = {300, 840, 200, 60};
        CHECK(name_confidence(DOC_RESIDENT_CARD, above, true, NULL) > 0.9);
        CHECK(name_confidence(DOC_RESIDENT_CARD, aside, true, NULL) <= 0.9);
        CHECK(name_confidence(DOC_RESIDENT_CARD, below, true, NULL) <= 0.9);
        CHECK(name_confidence(DOC_DRIVER_LICENSE, below, true, NULL) <= 0.9);
        CHECK(name_confidence(DOC_RESIDENT_CARD, aside, false, NULL) > 0.9);
        CHECK(name_confidence(DOC_RESIDENT_CARD, below, false, NULL) <= 0.9);
        CHECK(name_confidence(DOC_RESIDENT_CARD, below, true, "성명") > 0.9);
        CHECK(name_confidence(DOC_RESIDENT_CARD, below, true, "성명을 아래와 같이 적습니다") <= 0.9);
        CHECK(name_confidence(DOC_ALIEN_CARD, below, true, NULL) > 0.9);
}

static void forget(struct scene *scene, enum doc_field field)
{
        scene->reading.places[field] = (struct box){0};
        scene->reading.fields.values[field] = (struct doc_value){0};
}

static const uint8_t finger[3] = {140, 170, 220};

/* Negative controls: over_field() that looks nowhere, or not beyond the ends of a place; find_beside_other()
 * that finds nothing, or of alien cards something; spot_of() without the number for the birth date, or
 * without the zone. */
TEST(obstacles_are_told_of_the_field_that_they_hide)
{
        struct scene *scene = scene_new();
        struct image *card = &scene->page.card;
        CHECK(code_of(scene, DOC_NAME) == RC_OK && code_of(scene, DOC_ID_NUMBER) == RC_OK);
        lay(card, (struct box){336, 290, 96, 96}, finger);
        CHECK(code_of(scene, DOC_NAME) == RC_COVERED && code_of(scene, DOC_ID_NUMBER) == RC_OK);
        lay(card, (struct box){120, 420, 400, 112}, finger);
        CHECK(code_of(scene, DOC_ID_NUMBER) == RC_COVERED);
        /* Where it was not read, it is expected below the name. */
        forget(scene, DOC_ID_NUMBER);
        CHECK(code_of(scene, DOC_ID_NUMBER) == RC_COVERED && code_of(scene, DOC_BIRTH_DATE) == RC_COVERED);
        CHECK(code_of(scene, DOC_ISSUE_DATE) == RC_OK);
        scene_free(scene);

        scene = scene_new();
        card = &scene->page.card;
        lay(card, (struct box){1200, 400, 160, 112}, finger);
        forget(scene, DOC_ID_NUMBER);
        CHECK(code_of(scene, DOC_ID_NUMBER) == RC_OK);
        scene->reading.kind = DOC_ALIEN_CARD;
        CHECK(code_of(scene, DOC_ID_NUMBER) == RC_COVERED);
        scene->reading.kind = DOC_PASSPORT;
        CHECK(code_of(scene, DOC_SURNAME) == RC_OK);
        lay(card, (struct box){400, 850, 400, 112}, finger);
        CHECK(code_of(scene, DOC_SURNAME) == RC_COVERED);
        scene_free(scene);
}

/* Negative controls: no spot for the day of expiry; one that has no label. */
TEST(obstacles_over_the_expiry_of_a_licence_are_told)
{
        const struct box period = {640, 650, 500, 64}, lower = {640, 850, 500, 64};
        struct scene *scene = scene_new();
        scene->reading.kind = DOC_DRIVER_LICENSE;
        lay(&scene->page.card, period, finger);
        CHECK(code_of(scene, DOC_EXPIRY_DATE) == RC_COVERED && code_of(scene, DOC_ISSUE_DATE) == RC_OK);
        CHECK(doc_set(&scene->reading.fields, DOC_EXPIRY_DATE, STR("2035-12-31"), 0.99));
        scene->reading.places[DOC_EXPIRY_DATE] = (struct box){640, 750, 500, 50};
        CHECK(code_of(scene, DOC_EXPIRY_DATE) == RC_OK);
        scene_free(scene);

        scene = scene_new();
        struct page_line *line = &scene->page.lines[0];
        scene->reading.kind = DOC_DRIVER_LICENSE;
        scene->page.lines_len = 1;
        line->place = (struct cv_line){.x = 550, .y = 870, .width = 120, .height = 42};
        memcpy(line->read.text, "적성검사", sizeof("적성검사"));
        lay(&scene->page.card, lower, finger);
        CHECK(code_of(scene, DOC_EXPIRY_DATE) == RC_COVERED);
        scene_free(scene);
}

/* Whether a field, of which all that was seen is surely read, is doubted for this. */
static bool doubts(struct scene *scene, enum doc_field field, enum rc why)
{
        enum rc code = code_of(scene, field);
        double confidence = scene->reading.fields.values[field].confidence;
        return why == RC_OK ? code == RC_OK && confidence > 0.9 : code == why && confidence <= 0.9;
}

/* Negative controls: light_over() not asked; `beyond` 0, or 3; the portrait not cut off; the confidence
 * left as it is; numbers not excepted; documents with a zone not excepted. */
TEST(obstacles_that_hide_a_letter_make_the_field_doubtful)
{
        static const uint8_t light[3] = {255, 255, 255};
        const struct box beside = {340, 290, 50, 80}, far = {450, 290, 50, 80}, before = {30, 290, 50, 80};
        struct scene *scene = scene_new();
        lay(&scene->page.card, far, light);
        CHECK(doubts(scene, DOC_NAME, RC_OK));
        lay(&scene->page.card, beside, light);
        scene->reading.portrait = (struct box){320, 250, 400, 400};
        CHECK(doubts(scene, DOC_NAME, RC_OK));
        scene->reading.portrait = (struct box){0};
        scene->reading.kind = DOC_PASSPORT;
        (void)code_of(scene, DOC_NAME);
        CHECK(scene->reading.fields.values[DOC_NAME].confidence > 0.9);
        scene->reading.kind = DOC_RESIDENT_CARD;
        scene->reading.places[DOC_ID_NUMBER] = scene->reading.places[DOC_NAME];
        CHECK(doubts(scene, DOC_NAME, RC_GLARE));
        CHECK(scene->reading.fields.values[DOC_ID_NUMBER].confidence > 0.9);
        scene_free(scene);

        scene = scene_new();
        lay(&scene->page.card, before, light);
        CHECK(doubts(scene, DOC_NAME, RC_GLARE));
        scene_free(scene);
}

/* Negative controls: over_lines() that looks at nothing, or at all lines. */
TEST(obstacles_over_any_line_of_an_address_make_it_doubtful)
{
        static const uint8_t light[3] = {255, 255, 255};
        for (int at = 0; at < 2; at++) {
                struct scene *scene = scene_new();
                scene->reading.places[DOC_ADDRESS] = (struct box){100, 600, 600, 120};
                CHECK(doc_set(&scene->reading.fields, DOC_ADDRESS, STR("인천광역시 서구 능동로 25-2"), 0.99));
                scene->page.lines_len = 3;
                for (int i = 0; i < 3; i++)
                        scene->page.lines[i].place = (struct cv_line){
                            .x = 300 + 50 * i, .y = 630 + 60 * i, .width = 400, .height = 50};
                CHECK(doubts(scene, DOC_ADDRESS, RC_OK));
                lay(&scene->page.card, (struct box){570, at ? 735 : 675, 50, 40}, light);
                CHECK(doubts(scene, DOC_ADDRESS, at ? RC_OK : RC_GLARE));
                scene_free(scene);
        }
}

static void print_stripes(struct image *card, struct box box, uint8_t ink)
{
        for (int x = box.x; x < box.x + box.width; x += 16)
                lay(card, (struct box){x, box.y, 8, box.height}, (uint8_t[3]){ink, ink, ink});
}

static bool is_unsure(struct scene *scene, enum doc_field field)
{
        (void)code_of(scene, field);
        return scene->reading.fields.values[field].confidence <= 0.9;
}

/* Of a name of two letters a third may be hidden, and of a day its second digit; three letters are whole,
 * unless a straight side beside them tells of a slip. Seals stand beside dates and no names, shadows
 * anywhere. Negative controls: cover_beside() that sees none; may_be_short() of all names or of none;
 * is_seal() of none; `shadow` 0.9; slip_over() not asked. */
TEST(obstacles_beside_a_short_name_or_day_make_it_doubtful)
{
        static const uint8_t skin[3] = {140, 170, 220}, black[3] = {20, 20, 20}, seal[3] = {60, 40, 195},
                             dim[3] = {120, 120, 120};
        const struct box beside = {325, 200, 60, 270}, low = {325, 270, 60, 130};
        const struct {
                const char *name, *date;
                const uint8_t *colour;
                const struct box *box;
                bool name_unsure, date_unsure;
        } cases[] = {{"홍길", "2016-01-05", skin, &beside, true, true},
                     {"홍길", "2016-01-05", black, &beside, true, true},
                     {"홍길동", "2016-01-15", skin, &beside, false, false},
                     {"홍길동", "2016-01-15", dim, &low, true, false},
                     {"HONG GIL", "2016-01-15", skin, &beside, true, false},
                     {"홍길", "2016-01-05", seal, &beside, true, false},
                     {"홍길", "2016-01-05", dim, &beside, false, false}};
        for (size_t i = 0; i < LEN(cases); i++) {
                struct scene *scene = scene_new();
                lay(&scene->page.card, (struct box){0, 300, WIDE, 60}, (uint8_t[3]){PAPER, PAPER, PAPER});
                print_stripes(&scene->page.card, (struct box){100, 300, 200, 60}, 30);
                lay(&scene->page.card, *cases[i].box, cases[i].colour);
                CHECK(doc_set(&scene->reading.fields, DOC_NAME, str_from(cases[i].name), 0.99));
                CHECK(is_unsure(scene, DOC_NAME) == cases[i].name_unsure);
                scene->reading.places[DOC_ISSUE_DATE] = scene->reading.places[DOC_NAME];
                CHECK(doc_set(&scene->reading.fields, DOC_ISSUE_DATE, str_from(cases[i].date), 0.99));
                CHECK(is_unsure(scene, DOC_ISSUE_DATE) == cases[i].date_unsure);
                scene_free(scene);
        }
}

/* Ink without edges is a letter that was smeared; but not where it is a part of the card that is darker, nor
 * in a seal's red, nor where all print is as soft, nor of a date, which stands beside seals. Negative
 * controls: smear_over() not asked; `above` or `below` for both; red_at() in green; STEEP_LEAST 0;
 * `may_smear` not asked; ink_least 0 and 1.5. */
TEST(obstacles_that_smear_a_letter_make_the_name_doubtful)
{
        static const uint8_t grey[3] = {120, 120, 120}, pale[3] = {185, 185, 185}, red[3] = {60, 60, 195};
        const struct box spot = {310, 300, 60, 60};
        const struct {
                struct box box;
                const uint8_t *colour;
                uint8_t ink;
                enum rc code;
        } cases[] = {{spot, grey, 30, RC_IMAGE_TOO_BLURRY},
                     {{310, 200, 60, 160}, grey, 30, RC_OK},
                     {{310, 300, 60, 160}, grey, 30, RC_OK},
                     {spot, pale, 30, RC_OK},
                     {spot, grey, 160, RC_OK}};
        for (size_t i = 0; i < LEN(cases); i++) {
                struct scene *scene = scene_new();
                lay(&scene->page.card, (struct box){0, 300, WIDE, 60}, (uint8_t[3]){PAPER, PAPER, PAPER});
                print_stripes(&scene->page.card, (struct box){100, 300, 200, 60}, cases[i].ink);
                lay(&scene->page.card, cases[i].box, cases[i].colour);
                CHECK(doubts(scene, DOC_NAME, cases[i].code));
                scene->reading.places[DOC_ISSUE_DATE] = scene->reading.places[DOC_NAME];
                CHECK(doc_set(&scene->reading.fields, DOC_ISSUE_DATE, STR("2016-01-15"), 0.99));
                CHECK(doubts(scene, DOC_ISSUE_DATE, RC_OK));
                scene_free(scene);
        }
        struct scene *scene = scene_new();
        lay(&scene->page.card, (struct box){0, 300, WIDE, 60}, (uint8_t[3]){PAPER, PAPER, PAPER});
        print_stripes(&scene->page.card, (struct box){100, 300, 200, 60}, 30);
        lay(&scene->page.card, spot, red);
        CHECK(code_of(scene, DOC_NAME) != RC_IMAGE_TOO_BLURRY);
        scene_free(scene);
}

/* Negative controls: `sure` or `likely` out of reach; is_in_place() that does not ask where;
 * forget_portrait() that forgets nothing, or light, too. */
TEST(obstacles_beside_a_sure_field_and_over_the_portrait_are_none)
{
        static const uint8_t light[3] = {255, 255, 255};
        const struct box lower = {700, 620, 200, 200};
        struct scene *scene = scene_new();
        double *sure = &scene->reading.fields.values[DOC_ISSUE_DATE].confidence;
        scene->reading.places[DOC_ISSUE_DATE] = (struct box){200, 800, 200, 60};
        CHECK(doc_set(&scene->reading.fields, DOC_ISSUE_DATE, STR("2016-01-15"), 0.7));
        lay(&scene->page.card, lower, finger);
        CHECK(code_of(scene, DOC_ISSUE_DATE) == RC_COVERED);
        *sure = 0.96;
        CHECK(code_of(scene, DOC_ISSUE_DATE) == RC_OK);
        *sure = 0.9;
        CHECK(code_of(scene, DOC_ISSUE_DATE) == RC_OK);
        scene->reading.places[DOC_ISSUE_DATE].y = 100;
        CHECK(code_of(scene, DOC_ISSUE_DATE) == RC_COVERED);
        scene->reading.places[DOC_ISSUE_DATE].y = 800;
        *sure = 0.7;
        scene->reading.portrait = lower;
        CHECK(code_of(scene, DOC_ISSUE_DATE) == RC_OK);
        lay(&scene->page.card, lower, light);
        CHECK(code_of(scene, DOC_ISSUE_DATE) == RC_GLARE);
        scene_free(scene);
}

/* What is dark shows no patches; what is blurred does. Of a field that was read its own sharpness counts.
 * Negative controls: `hopeless` false, or true of blur; the sharpness of all in place of the field's own. */
TEST(obstacles_are_told_before_blur_and_after_darkness)
{
        struct scene *scene = scene_new();
        forget(scene, DOC_ID_NUMBER);
        scene->reading.quality.sharpness = 0.1;
        CHECK(code_of(scene, DOC_ID_NUMBER) == RC_IMAGE_TOO_BLURRY && code_of(scene, DOC_NAME) == RC_OK);
        lay(&scene->page.card, (struct box){120, 390, 400, 120}, finger);
        CHECK(code_of(scene, DOC_ID_NUMBER) == RC_COVERED);
        scene->reading.quality.brightness = 20;
        CHECK(code_of(scene, DOC_ID_NUMBER) == RC_POOR_LIGHTING);
        scene_free(scene);
}

/* How a card lies in its picture. */
struct pose {
        double share; /* of the picture's sides that its own take */
        bool turned;
        double text_wide, text_tall; /* on the card; 0: no text */
};

static enum rc picture_code(struct document_quality quality, struct pose pose)
{
        static const double corners[5][2] = {{0, 0}, {WIDE, 0}, {WIDE, HIGH}, {0, HIGH}, {0, 0}};
        struct scene *scene = scene_new();
        scene->reading.quality = quality;
        for (int i = 0; i < 4; i++)
                for (int k = 0; k < 2; k++)
                        scene->reading.corners[i][k] = pose.share * corners[i + pose.turned][k];
        if (pose.text_tall > 0) {
                scene->page.lines_len = 1;
                scene->page.lines[0].place = (struct cv_line){
                    .x = WIDE / 2.0, .y = 330, .width = pose.text_wide, .height = pose.text_tall};
        }
        enum rc code = picture_obstacle(&scene->page, &scene->page.card, quality.sharpness, &scene->reading);
        scene_free(scene);
        return code;
}

/* Negative controls: each of the returns of a code taken out of picture_obstacle(), or one of the conditions
 * of the first or the second; text_share() that answers 1; share_taken() that knows no `down`; line_px() in
 * pixels of the card. */
TEST(obstacles_of_all_of_a_picture_are_told)
{
        static const struct pose fills = {.share = 1}, far = {.share = 0.3},
                                 turned = {.share = 1, .turned = true},
                                 loose = {.share = 1, .text_wide = 300, .text_tall = 40};
        const struct document_quality good = {
            .card_width_px = 1600, .sharpness = 0.8, .brightness = 180, .contrast = 150};
        struct document_quality dark = good, flat = good, blurred = good, few = good, tiny = good,
                                unknown = good;
        dark.brightness = 30;
        flat.contrast = 20;
        blurred.sharpness = 0.2;
        unknown.sharpness = -1;
        few.card_width_px = 800;
        tiny.card_width_px = 400;
        CHECK(picture_code(good, fills) == RC_OK && picture_code(good, far) == RC_OK);
        CHECK(picture_code(dark, fills) == RC_POOR_LIGHTING && picture_code(flat, fills) == RC_POOR_LIGHTING);
        CHECK(picture_code(blurred, fills) == RC_IMAGE_TOO_BLURRY && picture_code(unknown, fills) == RC_OK);
        CHECK(picture_code(few, fills) == RC_OK && picture_code(few, turned) == RC_OK);
        CHECK(picture_code(few, far) == RC_TOO_FAR_AWAY && picture_code(few, loose) == RC_TOO_FAR_AWAY);
        CHECK(picture_code(tiny, fills) == RC_IMAGE_TOO_SMALL && picture_code(tiny, far) == RC_TOO_FAR_AWAY);
        /* By its text where there is some: 40 of 1600 are 20 of 800, and 10 of 400. */
        const struct pose tall = {1, false, 1400, 40}, low = {1, false, 1400, 24},
                          lower = {0.3, false, 1400, 12};
        CHECK(picture_code(few, tall) == RC_OK && picture_code(tiny, tall) == RC_IMAGE_TOO_SMALL);
        CHECK(picture_code(few, low) == RC_IMAGE_TOO_SMALL && picture_code(good, lower) == RC_TOO_FAR_AWAY);
}
