/*
 * Two documents in one picture: the name of one must never go with the portrait of the other. Pictures are
 * made of the specimens with real portraits, all kinds of cards with each other.
 */
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/clean_card.h"
#include "unit/vision/watched.h"
#include "vision/cv_shim.h"
#include "vision/document_search.h"

#include <stdio.h>
#include <stdlib.h>

enum { WIDE = 1000, HIGH = 630, CARDS = 36 };

static enum doc_kind kind_of(const json_t *entry)
{
        struct str type = json_get_str(entry, "type");
        return str_equal(type, STR("driver"))  ? DOC_DRIVER_LICENSE
               : str_equal(type, STR("alien")) ? DOC_ALIEN_CARD
                                               : DOC_RESIDENT_CARD;
}

static void open_card(const json_t *entry, struct image *ret)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf file;
        char name[256];
        test_op_init(&op);
        snprintf(name, sizeof(name), "cards_with_faces/%.*s", STR_FMT(json_get_str(entry, "file")));
        buf_init(&file, image_limits_default.bytes_max);
        data_read(name, &file);
        CHECK(image_decode(&op, buf_str(&file), &image_limits_default, ret) == RC_OK);
}

static void place(const struct image *card, int x, int y, int width, int height, struct image *sheet)
{
        CLEANUP(image_release) struct image small = {0};
        image_init(&small, width, height, 3);
        CHECK(cv_resize(card, &small));
        for (int row = 0; row < height; row++)
                memcpy(sheet->pixels + (size_t)(y + row) * sheet->stride + (size_t)x * 3,
                       small.pixels + (size_t)row * small.stride, (size_t)width * 3);
}

/* How two cards may lie: each of its own size, or squeezed so that both together have a card's proportions.
 */
static const struct pose {
        int width, height, x, y, sheet_width, sheet_height; /* of each card, and where the second one lies */
} poses[] = {
    {WIDE, HIGH, 0, HIGH, WIDE, 2 * HIGH},
    {WIDE, HIGH, WIDE, 0, 2 * WIDE, HIGH},
    {WIDE, HIGH, 0, HIGH / 2, WIDE, HIGH + HIGH / 2},
    {800, 630, 800, 0, 1600, 630},
    {1000, 420, 0, 420, 1000, 840},
};

static bool is_taken(enum doc_kind declared, const struct vision_document *document)
{
        struct judge_input input = {.declared = declared,
                                    .recognised = document->kind,
                                    .kind_confidence = document->kind_confidence,
                                    .fields = document->fields,
                                    .errors = document->errors,
                                    .today = {2026, 1, 31},
                                    .confidence_min = 0.8};
        struct judgement judgement;
        judge_document(&input, &judgement);
        return judgement.verdict == DOC_SUCCESS;
}

static bool is_number_of(const json_t *entry, const struct vision_document *document)
{
        static const struct {
                const char *key;
                enum doc_field field;
        } numbers[] = {{"rrn", DOC_ID_NUMBER}, {"reg_no", DOC_ID_NUMBER}, {"number", DOC_PASSPORT_NUMBER}};
        const json_t *truth = json_object_get(entry, "truth");
        for (size_t i = 0; i < LEN(numbers); i++) {
                struct str number = json_get_str(truth, numbers[i].key);
                if (number.len > 0 && str_equal(number, doc_text(&document->fields, numbers[i].field)))
                        return true;
        }
        return false;
}

/* Whether the portrait that was taken lies on the second card: its middle, through the corners back into the
 * sheet. */
static bool is_portrait_of_second(const struct pose *pose, const struct vision_document *document)
{
        const struct vision_plain *plain = &document->plain;
        double across = (double)(plain->portrait.x + plain->portrait.width / 2) / (double)plain->width;
        double down = (double)(plain->portrait.y + plain->portrait.height / 2) / (double)plain->height, at[2];
        for (size_t axis = 0; axis < 2; axis++) {
                const double(*corners)[2] = document->corners;
                double top = corners[0][axis] + (corners[1][axis] - corners[0][axis]) * across;
                double bottom = corners[3][axis] + (corners[2][axis] - corners[3][axis]) * across;
                at[axis] = top + (bottom - top) * down;
        }
        return at[0] * pose->sheet_width >= pose->x && at[1] * pose->sheet_height >= pose->y;
}

/* A card is taken for what it is, whatever lies beside it: number and portrait are of the same one. */
static bool is_of_one(const struct pose *pose, const json_t *const cards[2],
                      const struct vision_document *document)
{
        return is_number_of(cards[is_portrait_of_second(pose, document)], document);
}

static struct vision_pool *open_pool(void)
{
        struct watched watched;
        watched_start(&watched); /* skips where anything is missing */
        watched_end(&watched);
        return vision_pool_open(&(struct vision_options){.model_dir = data_models(), .children = 1});
}

static bool read_sheet(struct vision_pool *pool, enum doc_kind declared, const struct image *sheet,
                       struct vision_document *ret)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf jpeg;
        op_init(&op, NULL, image_limits_default.bytes_max, TEST_PATIENCE_MS);
        buf_init(&jpeg, image_limits_default.bytes_max);
        CHECK(image_encode_jpeg(&op, sheet, 92, &jpeg) == RC_OK);
        struct vision_document_request request = {
            .declared = declared, .today = {2026, 1, 31}, .front = buf_str(&jpeg), .plain = true};
        return vision_read_document(pool, &op, &request, ret) == RC_OK;
}

/* Control: without page_shows_several, the second number of card_numbers.c, portrait_is_beside_number and the
 * rivals of face_choose.c 3 of 35 are taken for one. */
TEST(two_documents_are_never_one)
{
        json_auto_t *manifest = data_json("cards_with_faces/manifest.json");
        struct vision_pool *pool = open_pool();
        size_t tried = 0, taken = 0, cards = MIN(json_array_size(manifest), (size_t)CARDS);
        for (size_t i = 0; i + 1 < cards; i += CARDS / test_scale(3, 7)) {
                for (size_t k = 0; k < LEN(poses); k++) {
                        const struct pose *pose = &poses[k];
                        const json_t *first = json_array_get(manifest, i),
                                     *second = json_array_get(manifest, i + 1 + k % 3);
                        CLEANUP(image_release) struct image a = {0}, b = {0}, sheet = {0};
                        CLEANUP(vision_document_release) struct vision_document document = {0};
                        open_card(first, &a);
                        open_card(second, &b);
                        image_init(&sheet, pose->sheet_width, pose->sheet_height, 3);
                        place(&a, 0, 0, pose->width, pose->height, &sheet);
                        place(&b, pose->x, pose->y, pose->width, pose->height, &sheet);
                        CHECK(read_sheet(pool, kind_of(first), &sheet, &document));
                        tried++;
                        bool is =
                            !is_of_one(pose, (const json_t *const[2]){first, second}, &document) &&
                            (is_taken(kind_of(first), &document) || is_taken(kind_of(second), &document));
                        taken += is;
                        if (is)
                                printf("  taken: %.*s and %.*s, pose %zu\n",
                                       STR_FMT(json_get_str(first, "file")),
                                       STR_FMT(json_get_str(second, "file")), k);
                }
        }
        vision_pool_close(pool);
        printf("  two documents in one picture: %zu of %zu taken for one\n", taken, tried);
        CHECK(tried > 0 && taken == 0);
}

/* Each with its outline, on a ground of one grey. Control: without shows_another() none is told. */
TEST(two_documents_apart_are_told)
{
        enum { MARGIN = 80, GREY = 70 };
        static const int seconds[][4] = {
            {WIDE + 2 * MARGIN, MARGIN, WIDE, HIGH}, /* beside it */
            {MARGIN, HIGH + 2 * MARGIN, WIDE, HIGH}, /* beneath it */
            {WIDE + MARGIN, HIGH + MARGIN, WIDE * 3 / 5, HIGH * 3 / 5},
        };
        json_auto_t *manifest = data_json("cards_with_faces/manifest.json");
        struct vision_pool *pool = open_pool();
        const json_t *entry = json_array_get(manifest, 0);
        CLEANUP(image_release) struct image first = {0}, second = {0};
        open_card(entry, &first);
        open_card(json_array_get(manifest, 1), &second);
        for (size_t i = 0; i < LEN(seconds); i++) {
                CLEANUP(image_release) struct image sheet = {0};
                CLEANUP(vision_document_release) struct vision_document document = {0};
                const int *at = seconds[i];
                image_init(&sheet, MAX(WIDE + 2 * MARGIN, at[0] + at[2] + MARGIN),
                           MAX(HIGH + 2 * MARGIN, at[1] + at[3] + MARGIN), 3);
                memset(sheet.pixels, GREY, (size_t)sheet.height * sheet.stride);
                place(&first, MARGIN, MARGIN, WIDE, HIGH, &sheet);
                place(&second, at[0], at[1], at[2], at[3], &sheet);
                CHECK(read_sheet(pool, kind_of(entry), &sheet, &document));
                CHECK(doc_errors_have(&document.errors, RC_SEVERAL_DOCUMENTS));
        }
        vision_pool_close(pool);
}

TEST(one_document_is_not_several)
{
        json_auto_t *manifest = data_json("cards_with_faces/manifest.json");
        struct vision_pool *pool = open_pool();
        size_t several = 0, cards = MIN(json_array_size(manifest), (size_t)CARDS);
        for (size_t i = 0; i < cards; i += CARDS / test_scale(9, CARDS)) {
                CLEANUP(image_release) struct image card = {0};
                CLEANUP(vision_document_release) struct vision_document document = {0};
                const json_t *entry = json_array_get(manifest, i);
                open_card(entry, &card);
                CHECK(read_sheet(pool, kind_of(entry), &card, &document));
                if (doc_errors_have(&document.errors, RC_SEVERAL_DOCUMENTS)) {
                        several++;
                        printf("  several: %.*s\n", STR_FMT(json_get_str(entry, "file")));
                }
        }
        vision_pool_close(pool);
        CHECK(several == 0);
}

/* Outlines are guessed, and one may have the lower half of the document and as much of the table: its zone is
 * no second passport. Beside it the same passport is one. Control: without stands_outside() both are told. */
TEST(part_of_a_document_is_no_second_one)
{
        enum { LEFT = 60, TOP = 60, GREY = 70 };
        CLEANUP(image_release) struct image sheet = {0};
        struct clean_card passport;
        bool told[2];
        clean_card_open("passport", &passport);
        image_init(&sheet, 2 * (WIDE + 2 * LEFT), 2 * (HIGH + 2 * TOP), 3);
        memset(sheet.pixels, GREY, (size_t)sheet.height * sheet.stride);
        place(&passport.picture, LEFT, TOP, WIDE, HIGH, &sheet);
        place(&passport.picture, WIDE + 2 * LEFT, TOP, WIDE, HIGH, &sheet);
        for (size_t beside = 0; beside < 2; beside++) {
                double left = beside ? WIDE + 2 * LEFT : LEFT, right = left + WIDE;
                double top = beside ? TOP : TOP + 0.55 * HIGH, foot = top + HIGH;
                struct document_request request = {.today = {2026, 1, 31}};
                struct search search = {
                    .reader = passport.reader,
                    .op = &passport.op,
                    .request = &request,
                    .picture = &sheet,
                    .guesses = {{{{left, top}, {right, top}, {right, foot}, {left, foot}}, 0.5}},
                    .guesses_len = 1,
                    .best.corners = {
                        {LEFT, TOP}, {LEFT + WIDE, TOP}, {LEFT + WIDE, TOP + HIGH}, {LEFT, TOP + HIGH}}};
                told[beside] = search_shows_another(&search);
        }
        clean_card_close(&passport);
        CHECK(!told[0] && told[1]);
}
