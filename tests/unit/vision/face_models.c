/*
 * With the real models, and pictures of the face sets where they are there.
 */
#include "vision/cv_shim.h"
#include "vision/face.h"
#include "vision/face_align.h"
#include "vision/face_refine.h"

#include "unit/test.h"
#include "unit/vision/face_set.h"

#include <math.h>

static bool has_error(const struct face_comparison *comparison, enum rc error)
{
        for (size_t i = 0; i < comparison->errors_len; i++)
                if (comparison->errors[i] == error)
                        return true;
        return false;
}

TEST(faces_without_a_model_say_which)
{
        struct op op;
        struct faces *faces = NULL;
        op_init(&op, NULL, 1 << 20, TEST_PATIENCE_MS);
        CHECK(faces_open(&op, "/nonexistent", NULL, &faces) == RC_MODEL_MISSING);
        CHECK(strstr(op.why, "face_detection_yunet_2022mar.onnx") != NULL);
        CHECK(faces == NULL);
        op_release(&op);
}

TEST(faces_of_a_grey_wall_are_none)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image wall = {0};
        struct face_comparison comparison;
        image_init(&wall, 320, 240, 3);
        memset(wall.pixels, 128, wall.stride * 240);
        CHECK(face_compare(faces, &op, &wall, &wall, (struct face_thresholds){0}, &comparison) == RC_OK);
        CHECK(has_error(&comparison, RC_NO_PORTRAIT) && has_error(&comparison, RC_NO_FACE));
        CHECK(!comparison.compared && !comparison.is_match && !comparison.is_live_person);
        struct face_region region;
        CHECK(face_find_portrait(faces, &op, &wall, &region, &(bool){false}) == RC_NO_PORTRAIT);
        face_set_close(&op, faces);
}

/* The finder sees a face in much of it. */
static void fill_with_noise(struct image *image, uint64_t seed)
{
        for (size_t i = 0; i < image->stride * (size_t)image->height; i++) {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                image->pixels[i] = (uint8_t)(seed >> 32);
        }
}

/* Not as TURNED_AWAY, which asks the applicant to turn a head that is none. Negative control: without
 * is_no_face most are a face that does not match. */
TEST(faces_of_noise_are_none)
{
        enum { NOISES = 12 };
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image one = {0};
        CLEANUP(image_release) struct image noise = {0};
        struct face_comparison comparison;
        struct face_view view;
        size_t seen = 0;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &one);
        image_init(&noise, 320, 240, 3);
        for (uint64_t i = 1; i <= NOISES; i++) {
                fill_with_noise(&noise, 0x9E3779B97F4A7C15U * i);
                CHECK(face_look(faces, &op, &noise, FACE_BEFORE_CAMERA, &view) == RC_OK);
                seen += view.found;
                CHECK(face_compare(faces, &op, &one, &noise, (struct face_thresholds){0}, &comparison) ==
                      RC_OK);
                CHECK(!comparison.compared && !comparison.is_live_person && comparison.errors_len == 1 &&
                      comparison.errors[0] == RC_NO_FACE);
        }
        CHECK(seen > NOISES / 4); /* else it says nothing */
        face_set_close(&op, faces);
}

TEST(faces_stop_at_the_deadline)
{
        struct op op, late;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image wall = {0};
        struct face_comparison comparison;
        image_init(&wall, 64, 64, 3);
        op_init(&late, NULL, 1 << 20, 0);
        CHECK(face_compare(faces, &late, &wall, &wall, (struct face_thresholds){0}, &comparison) ==
              RC_TIMED_OUT);
        op_release(&late);
        face_set_close(&op, faces);
}

TEST(faces_of_one_person_match_and_of_two_do_not)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image a = {0};
        CLEANUP(image_release) struct image b = {0};
        CLEANUP(image_release) struct image other = {0};
        struct face_comparison same, different, strict;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &a);
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0002.jpg", &b);
        face_set_load(&op, "faces/east_asian/Zhang_Wenkang/Zhang_Wenkang_0001.jpg", &other);
        CHECK(face_compare(faces, &op, &a, &b, (struct face_thresholds){0}, &same) == RC_OK);
        CHECK(face_compare(faces, &op, &a, &other, (struct face_thresholds){0}, &different) == RC_OK);
        CHECK(same.is_match && !has_error(&same, RC_FACE_MISMATCH));
        CHECK(!different.is_match && has_error(&different, RC_FACE_MISMATCH));
        CHECK(same.similarity_score > different.similarity_score + 0.5);
        CHECK(face_compare(faces, &op, &a, &b, (struct face_thresholds){.match = 1}, &strict) == RC_OK);
        CHECK(!strict.is_match && strict.cosine == same.cosine);
        face_set_close(&op, faces);
}

static void take_template(struct faces *faces, struct op *op, const struct image *image,
                          struct face_template *ret)
{
        CLEANUP(face_print_release) struct face_print print = {0};
        struct face_view view;
        CHECK(face_look(faces, op, image, FACE_BEFORE_CAMERA, &view) == RC_OK && view.found);
        CHECK(face_print_take(faces, op, image, &view, &print) == RC_OK);
        face_template_make(faces, &print, ret);
}

/* Controls: leave the weight's root, or the strangers, out of face_template_make. */
TEST(templates_multiply_to_the_fused_cosine)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image a = {0};
        CLEANUP(image_release) struct image b = {0};
        struct face_comparison same;
        struct face_template one, two;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &a);
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0002.jpg", &b);
        CHECK(face_compare(faces, &op, &a, &b, (struct face_thresholds){0}, &same) == RC_OK);
        take_template(faces, &op, &a, &one);
        take_template(faces, &op, &b, &two);
        CHECK(fabs((double)template_cosine(&one, &two) - same.cosine) <
              0.01); /* `a` was looked at as a card */
        CHECK(fabsf(template_cosine(&one, &one) - (1 - one.strangers)) < 1e-5F);
        face_set_close(&op, faces);
}

TEST(faces_side_by_side_are_doubtful)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image one = {0};
        CLEANUP(image_release) struct image two = {0};
        struct face_view view;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &one);
        image_init(&two, one.width * 2, one.height, 3);
        for (int y = 0; y < one.height; y++) {
                uint8_t *to = two.pixels + (size_t)y * two.stride;
                const uint8_t *from = one.pixels + (size_t)y * one.stride;
                memcpy(to, from, 3 * (size_t)one.width);
                memcpy(to + 3 * (size_t)one.width, from, 3 * (size_t)one.width);
        }
        CHECK(face_look(faces, &op, &one, FACE_BEFORE_CAMERA, &view) == RC_OK);
        CHECK(view.found && !view.several);
        CHECK(face_look(faces, &op, &two, FACE_BEFORE_CAMERA, &view) == RC_OK);
        CHECK(view.found && view.several && view.faces_len == 2);
        face_set_close(&op, faces);
}

/* A card's portrait, and to its right a face of `share` of its size, as pale as ghost images are. */
static void draw_card(const struct image *portrait, const struct image *face, double share, struct image *ret)
{
        enum { PALE = 90 };
        CLEANUP(image_release) struct image small = {0};
        image_init(&small, (int)(share * face->width), (int)(share * face->height), 3);
        CHECK(cv_resize(face, &small));
        image_init(ret, 3 * portrait->width, portrait->height, 3);
        memset(ret->pixels, 255, ret->stride * (size_t)ret->height);
        for (int y = 0; y < portrait->height; y++)
                memcpy(ret->pixels + (size_t)y * ret->stride, portrait->pixels + (size_t)y * portrait->stride,
                       3 * (size_t)portrait->width);
        for (int y = 0; y < small.height; y++) {
                uint8_t *to = ret->pixels + (size_t)y * ret->stride + 6 * (size_t)portrait->width;
                const uint8_t *from = small.pixels + (size_t)y * small.stride;
                for (int x = 0; x < 3 * small.width; x++)
                        to[x] = (uint8_t)(PALE + (255 - PALE) * from[x] / 255);
        }
}

/* Controls: find_rival that does not compare calls the ghost image another's; without face_choose_rival in it
 * nobody is. */
TEST(faces_of_ghost_images_are_the_holders_own)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image holder = {0};
        CLEANUP(image_release) struct image stranger = {0};
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &holder);
        face_set_load(&op, "faces/east_asian/Chen_Kaige/Chen_Kaige_0001.jpg", &stranger);
        const struct image *const second[] = {&holder, &stranger};
        for (size_t i = 0; i < LEN(second); i++) {
                CLEANUP(image_release) struct image card = {0};
                struct face_view view;
                draw_card(&holder, second[i], 0.7, &card);
                CHECK(face_look(faces, &op, &card, FACE_ON_CARD, &view) == RC_OK);
                CHECK(view.found && view.faces_len == 2 && view.several == (second[i] == &stranger));
        }
        face_set_close(&op, faces);
}

TEST(faces_printed_on_paper_are_not_live)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image live = {0};
        CLEANUP(image_release) struct image print = {0};
        struct face_view view;
        double live_score, print_score;
        face_set_load(&op, "faces/misc/image_T1.jpg", &live);
        face_set_load(&op, "faces/misc/image_F1.jpg", &print);
        CHECK(face_look(faces, &op, &live, FACE_BEFORE_CAMERA, &view) == RC_OK && view.found);
        CHECK(face_liveness(faces, &op, &live, &view, &live_score) == RC_OK);
        CHECK(face_look(faces, &op, &print, FACE_BEFORE_CAMERA, &view) == RC_OK && view.found);
        CHECK(face_liveness(faces, &op, &print, &view, &print_score) == RC_OK);
        CHECK(live_score > faces_manifest(faces)->live_threshold);
        CHECK(print_score < faces_manifest(faces)->live_threshold);
        face_set_close(&op, faces);
}

/* How far apart two looks saw the points, in heights of the face. */
static double points_apart(const struct face_points *a, const struct face_points *b, double height)
{
        double sum = 0;
        for (int i = 0; i < FACE_POINTS; i++)
                sum += hypot((double)a->at[i][0] - (double)b->at[i][0],
                             (double)a->at[i][1] - (double)b->at[i][1]);
        return sum / FACE_POINTS / height;
}

/* The detector sees a mirrored face a little elsewhere; the points of both together must not depend on it.
 * Negative control: without the mirrored look they are 0.036 and 0.049 apart on two of these. */
TEST(faces_have_the_same_points_in_a_mirror)
{
        static const char *const names[] = {"faces/misc/image_T1.jpg",
                                            "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg",
                                            "faces/east_asian/Zhang_Wenkang/Zhang_Wenkang_0001.jpg"};
        struct op op;
        struct faces *faces = face_set_open(&op);
        for (size_t i = 0; i < LEN(names); i++) {
                CLEANUP(image_release) struct image image = {0};
                struct face_view plain, mirrored;
                face_set_load(&op, names[i], &image);
                CHECK(face_look(faces, &op, &image, FACE_BEFORE_CAMERA, &plain) == RC_OK && plain.found);
                face_mirror(&image);
                CHECK(face_look(faces, &op, &image, FACE_BEFORE_CAMERA, &mirrored) == RC_OK &&
                      mirrored.found);
                struct face_points back = face_points_mirrored(&mirrored.box.points, image.width);
                CHECK(points_apart(&plain.box.points, &back, plain.quality.height) < 0.03);
        }
        face_set_close(&op, faces);
}

/* Paint a band over the face, from so many heights of the way from eyes to mouth to so many. */
static void paint_band(struct image *image, const struct face_view *view, double from, double to)
{
        const struct face_points *points = &view->box.points;
        double eyes = ((double)points->at[0][1] + (double)points->at[1][1]) / 2;
        double mouth = ((double)points->at[3][1] + (double)points->at[4][1]) / 2;
        int left = MAX(0, (int)view->box.x - 10),
            right = MIN(image->width, (int)(view->box.x + view->box.width) + 10);
        for (int y = MAX(0, (int)(eyes + from * (mouth - eyes)));
             y < MIN(image->height, (int)(eyes + to * (mouth - eyes))); y++)
                memset(image->pixels + (size_t)y * image->stride + 3 * (size_t)left, 230,
                       3 * (size_t)(right - left));
}

/* Negative control: without the limit of detail the code is missing; the open face shows that not everything
 * is called covered. */
TEST(faces_that_are_covered_are_told_so_where_they_do_not_match)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image one = {0};
        CLEANUP(image_release) struct image other = {0};
        struct face_comparison open, masked;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &one);
        face_set_load(&op, "faces/east_asian/Zhang_Wenkang/Zhang_Wenkang_0001.jpg", &other);
        CHECK(face_compare(faces, &op, &one, &other, (struct face_thresholds){0}, &open) == RC_OK);
        CHECK(has_error(&open, RC_FACE_MISMATCH) && !has_error(&open, RC_COVERED));
        CHECK(!has_error(&open, RC_TURNED_AWAY));
        paint_band(&other, &open.selfie, 0.6, 2);
        CHECK(face_compare(faces, &op, &one, &other, (struct face_thresholds){0}, &masked) == RC_OK);
        CHECK(!masked.is_match && has_error(&masked, RC_COVERED));
        face_set_close(&op, faces);
}

/* The same picture, `share` as wide. */
static void shrink(const struct image *from, double share, struct image *ret)
{
        image_init(ret, (int)(from->width * share), (int)(from->height * share), 3);
        CHECK(cv_resize(from, ret));
}

static void compare(struct faces *faces, struct op *op, const struct image *reference,
                    const struct image *selfie, struct face_comparison *ret)
{
        CHECK(face_compare(faces, op, reference, selfie, (struct face_thresholds){0}, ret) == RC_OK);
        CHECK(ret->compared);
}

/* What is wrong with the portrait is never told of the selfie, whose picture is good; and the other way
 * round. Negative control: with the codes of of_selfie in of_portrait it fails. */
TEST(faces_whose_portrait_is_bad_are_told_so)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image one = {0};
        CLEANUP(image_release) struct image other = {0};
        CLEANUP(image_release) struct image small = {0};
        CLEANUP(image_release) struct image soft = {0};
        struct face_comparison comparison;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &one);
        face_set_load(&op, "faces/east_asian/Zhang_Wenkang/Zhang_Wenkang_0001.jpg", &other);
        shrink(&one, 0.25, &small);
        compare(faces, &op, &small, &other, &comparison);
        CHECK(has_error(&comparison, RC_PORTRAIT_TOO_SMALL) && !has_error(&comparison, RC_IMAGE_TOO_SMALL));
        compare(faces, &op, &other, &small, &comparison);
        CHECK(has_error(&comparison, RC_IMAGE_TOO_SMALL) && !has_error(&comparison, RC_PORTRAIT_TOO_SMALL));
        image_release(&small);
        shrink(&one, 0.1, &small);
        image_init(&soft, one.width, one.height, 3);
        CHECK(cv_resize(&small, &soft));
        compare(faces, &op, &soft, &other, &comparison);
        CHECK(comparison.errors[0] == RC_PORTRAIT_TOO_BLURRY);
        CHECK(!has_error(&comparison, RC_IMAGE_TOO_BLURRY));
        image_release(&soft);
        shrink(&one, 1, &soft);
        for (size_t i = 0; i < soft.stride * (size_t)soft.height; i++)
                soft.pixels[i] = (uint8_t)(soft.pixels[i] / 12);
        compare(faces, &op, &soft, &other, &comparison);
        CHECK(comparison.errors[0] == RC_PORTRAIT_POOR_LIGHTING && !has_error(&comparison, RC_POOR_LIGHTING));
        image_release(&soft);
        shrink(&one, 1, &soft);
        compare(faces, &op, &one, &other, &comparison);
        paint_band(&soft, &comparison.reference, 0.6, 2);
        compare(faces, &op, &soft, &other, &comparison);
        CHECK(has_error(&comparison, RC_PORTRAIT_COVERED) && !has_error(&comparison, RC_COVERED));
        face_set_close(&op, faces);
}

static bool is_of_portrait(enum rc error)
{
        return error == RC_NO_PORTRAIT || str_starts_with(str_from(rc_code(error)), STR("PORTRAIT_"));
}

/* For a fault of the portrait the document is withdrawn, so a stranger's selfie must bring about none that
 * its portrait does not have: one of 50 pixels matches its owner. What it has is told whatever the selfie is
 * like, and beside that it does not match. Negative control: 60 in place of 40 for height_least of
 * of_portrait. */
TEST(faces_of_strangers_do_no_harm_to_a_portrait_that_will_do)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image one = {0};
        CLEANUP(image_release) struct image other = {0};
        CLEANUP(image_release) struct image small = {0};
        CLEANUP(image_release) struct image dark = {0};
        struct face_comparison own, strangers;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &one);
        face_set_load(&op, "faces/east_asian/Zhang_Wenkang/Zhang_Wenkang_0001.jpg", &other);
        shrink(&one, 0.35, &small);
        compare(faces, &op, &small, &one, &own);
        CHECK(own.is_match && own.reference.quality.height > 40 && own.reference.quality.height < 60);
        compare(faces, &op, &small, &other, &strangers);
        CHECK(has_error(&strangers, RC_FACE_MISMATCH));
        for (size_t i = 0; i < strangers.errors_len; i++)
                CHECK(!is_of_portrait(strangers.errors[i]));
        shrink(&other, 1, &dark);
        for (size_t i = 0; i < dark.stride * (size_t)dark.height; i++)
                dark.pixels[i] = (uint8_t)(dark.pixels[i] / 12);
        compare(faces, &op, &dark, &one, &strangers); /* a portrait that is too dark, and a good selfie */
        CHECK(has_error(&strangers, RC_PORTRAIT_POOR_LIGHTING) && has_error(&strangers, RC_FACE_MISMATCH));
        compare(faces, &op, &one, &dark, &strangers); /* the other way round */
        CHECK(has_error(&strangers, RC_POOR_LIGHTING) && has_error(&strangers, RC_FACE_MISMATCH));
        for (size_t i = 0; i < strangers.errors_len; i++)
                CHECK(!is_of_portrait(strangers.errors[i]));
        face_set_close(&op, faces);
}

/* Negative control: without the limit of yaw the code is missing. */
TEST(faces_that_look_aside_are_told_so_where_they_do_not_match)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image one = {0};
        CLEANUP(image_release) struct image aside = {0};
        struct face_comparison comparison;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &one);
        face_set_load(&op, "faces/east_asian/Tung_Chee-hwa/Tung_Chee-hwa_0001.jpg", &aside);
        CHECK(face_compare(faces, &op, &one, &aside, (struct face_thresholds){0}, &comparison) == RC_OK);
        CHECK(has_error(&comparison, RC_FACE_MISMATCH) && has_error(&comparison, RC_TURNED_AWAY));
        face_set_close(&op, faces);
}

/* A bystander behind: smaller, and to the side. The face that is compared is that of the person in front, and
 * it is no doubt. */
TEST(faces_behind_somebody_are_passed_over)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CLEANUP(image_release) struct image front = {0};
        CLEANUP(image_release) struct image behind = {0};
        CLEANUP(image_release) struct image scene = {0};
        struct face_comparison comparison;
        face_set_load(&op, "faces/east_asian/Ai_Sugiyama/Ai_Sugiyama_0001.jpg", &front);
        face_set_load(&op, "faces/east_asian/Zhang_Wenkang/Zhang_Wenkang_0001.jpg", &behind);
        image_init(&scene, front.width + behind.width / 2, front.height, 3);
        for (int y = 0; y < front.height; y++)
                memcpy(scene.pixels + (size_t)y * scene.stride, front.pixels + (size_t)y * front.stride,
                       3 * (size_t)front.width);
        struct image corner = {behind.width / 2, behind.height / 2, 3, scene.stride,
                               scene.pixels + 3 * (size_t)front.width};
        CHECK(cv_resize(&behind, &corner));
        CHECK(face_compare(faces, &op, &front, &scene, (struct face_thresholds){0}, &comparison) == RC_OK);
        CHECK(comparison.selfie.faces_len >= 2 && !has_error(&comparison, RC_SEVERAL_FACES));
        CHECK(comparison.is_match);
        face_set_close(&op, faces);
}

/* The score of the only face of a picture of the face sets. */
static double score_of(struct op *op, struct faces *faces, const char *name)
{
        CLEANUP(image_release) struct image image = {0};
        struct face_view view;
        double score;
        face_set_load(op, name, &image);
        CHECK(face_look(faces, op, &image, FACE_BEFORE_CAMERA, &view) == RC_OK && view.found);
        CHECK(face_liveness(faces, op, &image, &view, &score) == RC_OK);
        return score;
}

/* A screen that fills the frame. Control: without what the grid counts, the models alone give it .36. */
TEST(faces_on_a_screen_that_fills_the_frame_are_not_live)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        CHECK(score_of(&op, faces, "faces/misc/spoof.jpg") < 0.1);
        face_set_close(&op, faces);
}

/* A live face, which the models take for paper as it was photographed. Control: without brightening it is
 * refused. */
TEST(faces_that_look_like_paper_are_live_when_brightened)
{
        struct op op;
        struct faces *faces = face_set_open(&op);
        double score = score_of(&op, faces, "faces/nuaa/live/0001/0001_00_00_02_343.jpg");
        CHECK(score > faces_manifest(faces)->live_threshold);
        face_set_close(&op, faces);
}
