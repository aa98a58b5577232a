#include "vision/obstacle.h"

#include "doc/printed.h"
#include "vision/card.h"
#include "vision/hidden.h"
#include "vision/print.h"

#include <math.h>

/* Where documents have their fields, in shares of the card, and by which labels. Generous: layouts differ. */
static const struct spot {
        enum doc_kind kind;
        enum doc_field field;
        double left, top, right, bottom;
        const char *labels[3];
} spots[] = {
    {DOC_RESIDENT_CARD, DOC_NAME, 0, 0.17, 1, 0.42, {"성명", "이름"}},
    {DOC_RESIDENT_CARD, DOC_ID_NUMBER, 0, 0.3, 1, 0.55, {"주민등록번호"}},
    {DOC_RESIDENT_CARD, DOC_ISSUE_DATE, 0, 0.68, 1, 0.95, {NULL}},
    {DOC_DRIVER_LICENSE, DOC_LICENSE_CLASS, 0, 0, 1, 0.2, {NULL}},
    {DOC_DRIVER_LICENSE, DOC_LICENSE_NUMBER, 0.25, 0.13, 1, 0.32, {"면허번호"}},
    {DOC_DRIVER_LICENSE, DOC_NAME, 0.25, 0.22, 1, 0.45, {"성명", "이름"}},
    {DOC_DRIVER_LICENSE, DOC_ID_NUMBER, 0.25, 0.3, 1, 0.55, {"주민등록번호", "주민번호"}},
    {DOC_DRIVER_LICENSE, DOC_ISSUE_DATE, 0.25, 0.7, 1, 0.97, {NULL}},
    {DOC_DRIVER_LICENSE, DOC_EXPIRY_DATE, 0.25, 0.58, 1, 0.82, {"적성검사기간", "적성검사", "갱신기간"}},
    {DOC_ALIEN_CARD, DOC_ID_NUMBER, 0, 0.18, 1, 0.8, {"외국인등록번호", "RegistrationNo"}},
    {DOC_ALIEN_CARD, DOC_NAME, 0, 0.18, 1, 0.8, {"성명", "Name"}},
    {DOC_ALIEN_CARD, DOC_NATIONALITY, 0, 0.18, 1, 0.8, {"국가/지역", "Country/Region"}},
    {DOC_ALIEN_CARD, DOC_ISSUE_DATE, 0, 0.5, 1, 0.95, {"발급일자", "IssueDate", "발급일"}},
    {DOC_PASSPORT, DOC_MRZ, 0, 0.78, 1, 1, {NULL}},
    {DOC_IDENTITY_CARD, DOC_MRZ, 0, 0.62, 1, 1, {NULL}},
};

enum {
        LINE_PX_LEAST = 15, /* of a line of text in the picture as it came */
        CARD_PX_LEAST = 480,
        CARD_PX_FEW = 900, /* of a card that closer would be larger */
        GREY_DARK = 45,
        CONTRAST_LOW = 40,
        LABEL_SPARE = 12 /* bytes that may stand beside a label */
};
static const double far_share = 0.34; /* of the picture's width that a card takes when it is too far away */
static const double text_spare = 1.6; /* times the width of its text a card has, or less */
static const double sharp_least = 0.27, sure = 0.95, likely = 0.85;

static const struct spot *spot_of(enum doc_kind kind, enum doc_field field)
{
        if (doc_kind_has_zone(kind))
                field = DOC_MRZ;
        else if (field == DOC_BIRTH_DATE)
                field = DOC_ID_NUMBER;
        for (size_t i = 0; i < LEN(spots); i++) {
                if (spots[i].kind == kind && spots[i].field == field)
                        return &spots[i];
        }
        return NULL;
}

static bool is_label(const struct page_line *line, const char *const *labels)
{
        struct printed squeezed;
        printed_squeeze(read_str(&line->read), &squeezed);
        for (size_t i = 0; i < LEN(spots[0].labels) && labels[i]; i++) {
                if (squeezed.len <= strlen(labels[i]) + LABEL_SPARE &&
                    printed_likeness(printed_str(&squeezed), str_from(labels[i])) > 0.7)
                        return true;
        }
        return false;
}

/* Behind its label, and below it. */
static struct box beside(const struct page *page, const struct cv_line *label)
{
        return (struct box){(int)line_left(label), (int)(label->y - 1.2 * label->height),
                            (int)(label->width + 0.45 * page->card.width), (int)(4 * label->height)};
}

/* A name stands above the number, and the number below the name. */
static bool find_beside_other(const struct page *page, const struct document_reading *reading,
                              enum doc_field field, struct box *ret)
{
        const struct box *number = &reading->places[DOC_ID_NUMBER], *name = &reading->places[DOC_NAME];
        int wide = (int)(0.5 * page->card.width);
        if (field == DOC_NAME && number->width > 0)
                *ret = (struct box){number->x - number->height, number->y - 4 * number->height, wide,
                                    4 * number->height};
        else if (field == DOC_ID_NUMBER && name->width > 0)
                *ret = (struct box){name->x - name->height, name->y + name->height, wide, 3 * name->height};
        else
                return false;
        return true;
}

static bool find_beside_label(const struct page *page, const struct spot *spot, struct box *ret)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                if (is_label(&page->lines[i], spot->labels)) {
                        *ret = beside(page, &page->lines[i].place);
                        return true;
                }
        }
        return false;
}

static struct box usual_at(const struct page *page, const struct spot *spot)
{
        double w = page->card.width, h = page->card.height;
        return (struct box){(int)(spot->left * w), (int)(spot->top * h),
                            (int)((spot->right - spot->left) * w), (int)((spot->bottom - spot->top) * h)};
}

/* Where an absent field should stand. */
static struct box expected_at(const struct page *page, const struct document_reading *reading,
                              const struct spot *spot)
{
        struct box box;
        if (find_beside_label(page, spot, &box) ||
            (spot->kind != DOC_ALIEN_CARD && find_beside_other(page, reading, spot->field, &box)))
                return box;
        return usual_at(page, spot);
}

static bool touch(struct box a, struct box b)
{
        return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/* Whoever hides the name must not be taken for the next word that could be one: a name that stands neither
 * beside its label nor above the number is none. */
static void doubt_misplaced_name(const struct page *page, struct document_reading *ret)
{
        const struct spot *spot = spot_of(ret->kind, DOC_NAME);
        struct doc_value *name = &ret->fields.values[DOC_NAME];
        struct box place = ret->places[DOC_NAME], label, above;
        if (!spot || place.width == 0 || (ret->kind != DOC_RESIDENT_CARD && ret->kind != DOC_DRIVER_LICENSE))
                return;
        bool labelled = find_beside_label(page, spot, &label);
        bool anchored = find_beside_other(page, ret, DOC_NAME, &above);
        bool placed = (labelled && touch(place, label)) || (anchored && touch(place, above)) ||
                      (!anchored && touch(place, usual_at(page, spot)));
        if (!placed)
                name->confidence = doubted(name->confidence);
}

/* With the letters before and behind that were not seen. */
static struct box with_ends(struct box place)
{
        int more = 2 * place.height;
        return (struct box){place.x - more, place.y - place.height / 4, place.width + 2 * more,
                            place.height * 3 / 2};
}

/* A portrait is no cover. */
static void forget_portrait(struct obstacle_map *map, struct box portrait)
{
        int from_x = MAX(0, portrait.x / OBSTACLE_CELL - 1), from_y = MAX(0, portrait.y / OBSTACLE_CELL - 1);
        for (int y = from_y; portrait.width > 0 && y < map->high; y++) {
                for (int x = from_x; x < map->wide; x++) {
                        if (map->codes[y][x] == RC_COVERED &&
                            y * OBSTACLE_CELL <= portrait.y + portrait.height + OBSTACLE_CELL &&
                            x * OBSTACLE_CELL <= portrait.x + portrait.width + OBSTACLE_CELL)
                                map->codes[y][x] = RC_OK;
                }
        }
}

/* The share of a line across the card that its text takes: little where the corners are not the card's. */
static double text_share(const struct page *page)
{
        double left = page->card.width, right = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                left = MIN(left, line_left(&page->lines[i].place));
                right = MAX(right, line_right(&page->lines[i].place));
        }
        return right > left ? (right - left) / page->card.width : 1;
}

/* The share of the picture that the card takes, in the direction in which it lies. */
static double share_taken(const struct page *page, const struct document_reading *reading,
                          const struct image *picture)
{
        double across = fabs(reading->corners[1][0] - reading->corners[0][0]);
        double down = fabs(reading->corners[1][1] - reading->corners[0][1]);
        double share = across > down ? across / picture->width : down / picture->height;
        return share * MIN(1, text_spare * text_share(page));
}

/* Height of the text in the picture as it came. */
static double line_px(const struct page *page, const struct document_reading *reading)
{
        double heights[TEXT_LINES_MAX];
        size_t count = 0;
        for (size_t i = 0; i < page->lines_len; i++)
                heights[count++] = page->lines[i].place.height;
        double middle = count ? print_median(heights, count) : 0;
        return middle * reading->quality.card_width_px / page->card.width;
}

enum rc picture_obstacle(const struct page *page, const struct image *picture, double sharpness,
                         const struct document_reading *reading)
{
        const struct document_quality *quality = &reading->quality;
        double share = share_taken(page, reading, picture);
        bool small = page->lines_len > 0 ? line_px(page, reading) < LINE_PX_LEAST
                                         : quality->card_width_px < CARD_PX_LEAST;
        if (quality->brightness < GREY_DARK || quality->contrast < CONTRAST_LOW)
                return RC_POOR_LIGHTING;
        if (share < far_share && (small || quality->card_width_px < CARD_PX_FEW))
                return RC_TOO_FAR_AWAY;
        if (small)
                return RC_IMAGE_TOO_SMALL;
        return sharpness >= 0 && sharpness < sharp_least ? RC_IMAGE_TOO_BLURRY : RC_OK;
}

/* Whether what was read is the field, or likely it, and where that stands. */
static bool is_in_place(const struct page *page, enum doc_field field, const struct spot *spot,
                        const struct document_reading *reading)
{
        double confidence = reading->fields.values[field].confidence;
        return confidence >= sure ||
               (confidence >= likely && touch(reading->places[field], expected_at(page, reading, spot)));
}

/* Over where the field was read; where that is not sure to be the field, over where it should be. */
static enum rc over_field(const struct page *page, const struct obstacle_map *map, enum doc_field field,
                          const struct document_reading *reading)
{
        const struct spot *spot = spot_of(reading->kind, field);
        bool found = reading->places[field].width > 0;
        enum rc code = found ? obstacle_over(map, with_ends(reading->places[field])) : RC_OK;
        if (code == RC_OK && spot && !(found && is_in_place(page, field, spot, reading)))
                code = obstacle_over(map, expected_at(page, reading, spot));
        return code;
}

void obstacles_find(const struct page *page, const struct image *picture, struct document_reading *ret)
{
        struct obstacle_map map;
        doubt_misplaced_name(page, ret);
        obstacle_map_init(&map, &page->card);
        forget_portrait(&map, ret->portrait);
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++) {
                struct box place = ret->places[field];
                double sharpness = place.width > 0 ? card_sharpness(&page->card, place) : -1;
                enum rc all =
                    picture_obstacle(page, picture, sharpness >= 0 ? sharpness : ret->quality.sharpness, ret);
                enum rc here = hidden_doubt(page, map.burnt, field, ret);
                here = here != RC_OK ? here : over_field(page, &map, field, ret);
                /* What is tiny or dark shows no patches that could be told. */
                bool hopeless = all != RC_OK && all != RC_IMAGE_TOO_BLURRY;
                ret->obstacles.codes[field] = hopeless || here == RC_OK ? all : here;
        }
}
