/*
 * The whole judge with the real models, on frames made of one picture: its nose is pushed about as that of a
 * head that turns, or the picture is turned as it is. Negative controls, each tried by taking one line out of
 * vision/active.c: the add_error of RC_FRAMES_REPEATED, RC_FACE_CHANGED, RC_CHALLENGE_FAILED, RC_FLAT_FACE,
 * RC_SEVERAL_FACES and RC_NO_FACE each fail the test of its name.
 */
#include "vision/active.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/face_set.h"
#include "vision/client.h"
#include "vision/cv_shim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEN = 8 };

static const char one[] = "faces/lfw/Abel_Pacheco/Abel_Pacheco_0001.jpg";
static const char other[] = "faces/lfw/Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg";

/* A head; a flat picture; or one that a program warps, a plane with a bump where the nose is. */
enum solid { HEAD, FLAT, BUMP };

/* How it is held in each frame. */
struct held {
        double left, up; /* degrees */
        double x;        /* of everything, in eye distances */
        enum solid solid;
};

static const struct held turning[LEN] = {{0, 0, 0, HEAD},     {0, 0, 0.05, HEAD},  {0, 0, 0.1, HEAD},
                                         {28, 0, 0.06, HEAD}, {0, 0, -0.05, HEAD}, {0, 24, -0.1, HEAD},
                                         {0, 25, 0.15, HEAD}, {0, 0, 0.2, HEAD}};
static const struct held flat[LEN] = {{0, 0, 0, FLAT},     {0, 0, 0.05, FLAT},  {0, 0, 0.1, FLAT},
                                      {40, 0, 0.06, FLAT}, {0, 0, -0.05, FLAT}, {0, 40, -0.1, FLAT},
                                      {0, 35, 0.15, FLAT}, {0, 0, 0.2, FLAT}};
static const struct held bumped[LEN] = {{0, 0, 0, BUMP},      {0, 0, 0.05, BUMP},  {0, 0, 0.1, BUMP},
                                        {34, 0, 0.06, BUMP},  {0, 0, -0.05, BUMP}, {-34, 0, -0.1, BUMP},
                                        {-34, 0, 0.15, BUMP}, {0, 0, 0.2, BUMP}};

/* Of a head, in eye distances, at so many from the nose: a skull's dome and the nose on it. */
static double depth_at(double x, double y)
{
        double dome = 1 - x * x / 1.9 - y * y / 5;
        return 1.2 * sqrt(fmax(0, dome)) + 0.36 * exp(-(x * x + y * y) / 0.065);
}

static double height_of(enum solid solid, double x, double y)
{
        switch (solid) {
        case HEAD:
                return depth_at(x, y) - 0.8;
        case BUMP:
                return 0.8 * exp(-(x * x + y * y) / 0.5);
        case FLAT:
                break;
        }
        return 0;
}

/* Along one axis: what lies at `at` of the head before it turned, by steps towards it. */
static double unturned(double at, double across, double degrees, bool upright, enum solid solid)
{
        double turn = degrees * M_PI / 180, from = at;
        for (int i = 0; i < 14; i++) {
                double depth = upright ? height_of(solid, across, from) : height_of(solid, from, across);
                from -= 0.8 * (from * cos(turn) + depth * sin(turn) * (upright ? -1 : 1) - at);
        }
        return from;
}

/* Nearest pixels do: the face is looked at, not admired. */
static void hold(const struct image *from, const struct face_points *points, const struct held *held,
                 struct image *ret)
{
        double nose_x = (double)points->at[2][0], nose_y = (double)points->at[2][1];
        double unit = (double)points->at[1][0] - (double)points->at[0][0];
        image_init(ret, from->width, from->height, 3);
        for (int v = 0; v < from->height; v++) {
                for (int u = 0; u < from->width; u++) {
                        double x = (u - nose_x) / unit - held->x, y = (v - nose_y) / unit;
                        double source_x = unturned(x, y, held->left, false, held->solid);
                        double source_y = unturned(y, x, held->up, true, held->solid);
                        int column = (int)lround(nose_x + source_x * unit);
                        int row = (int)lround(nose_y + source_y * unit);
                        column = MIN(MAX(column, 0), from->width - 1);
                        row = MIN(MAX(row, 0), from->height - 1);
                        for (int channel = 0; channel < 3; channel++)
                                ret->pixels[(size_t)v * ret->stride + (size_t)(3 * u + channel)] =
                                    from->pixels[(size_t)row * from->stride + (size_t)(3 * column + channel)];
                }
        }
}

struct set {
        struct op op;
        struct faces *faces;
        struct image frames[LEN];
        struct face_print selfie, person;
};

static void set_release(struct set *set)
{
        for (int i = 0; i < LEN; i++)
                image_release(&set->frames[i]);
        face_print_release(&set->selfie);
        face_print_release(&set->person);
        face_set_close(&set->op, set->faces);
}

/* Frames from `from` on of the picture `name`; the first set also gives the selfie. */
static void set_film(struct set *set, const char *name, const struct held held[LEN], int from)
{
        CLEANUP(image_release) struct image picture = {0};
        struct face_view view;
        face_set_load(&set->op, name, &picture);
        CHECK(face_look(set->faces, &set->op, &picture, FACE_BEFORE_CAMERA, &view) == RC_OK && view.found);
        if (from == 0)
                CHECK(face_print_take(set->faces, &set->op, &picture, &view, &set->selfie) == RC_OK);
        for (int i = from; i < LEN; i++) {
                image_release(&set->frames[i]);
                hold(&picture, &view.box.points, &held[i], &set->frames[i]);
        }
}

static struct active_verdict judged_by(struct set *set, const char *actions,
                                       struct face_thresholds thresholds)
{
        face_print_release(&set->person);
        struct challenge challenge;
        struct active_verdict verdict;
        CHECK(challenge_parse(str_from(actions), &challenge));
        const struct active_task task = {set->frames, LEN, &challenge, &set->selfie, thresholds};
        CHECK(face_active(set->faces, &set->op, &task, &verdict, &set->person) == RC_OK);
        CHECK(verdict.passed == (verdict.errors_len == 0));
        return verdict;
}

static struct active_verdict judged(struct set *set, const char *actions)
{
        return judged_by(set, actions, (struct face_thresholds){0});
}

static bool has(const struct active_verdict *verdict, enum rc error)
{
        for (size_t i = 0; i < verdict->errors_len; i++)
                if (verdict->errors[i] == error)
                        return true;
        return false;
}

static double length_of(const struct face_embedding *embedding)
{
        return sqrt(face_cosine(embedding, embedding));
}

/* The mean of the selfie's print and of those of the frames that look at the camera. It is nearer to both
 * than they are to one another. Control: the selfie's print in the mean's place in face_active. */
TEST(active_gives_the_mean_of_the_selfie_and_the_frames)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        CLEANUP(face_print_release) struct face_print frame = {0};
        struct face_view view;
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(verdict.errors_len == has(&verdict, RC_NOT_LIVE));
        CHECK(set.person.len == set.selfie.len && length_of(&set.person.at[0]) > 0.9);
        CHECK(face_look(set.faces, &set.op, &set.frames[1], FACE_BEFORE_CAMERA, &view) == RC_OK &&
              view.found);
        CHECK(face_print_take(set.faces, &set.op, &set.frames[1], &view, &frame) == RC_OK);
        double apart = face_cosine(&set.selfie.at[0], &frame.at[0]);
        CHECK(apart < 0.999 && face_cosine(&set.person.at[0], &frame.at[0]) > apart);
        CHECK(face_cosine(&set.person.at[0], &set.selfie.at[0]) > apart);
}

/* Control: `of_selfie` left out of what face_active asks before it averages. */
TEST(active_gives_no_mean_where_something_is_wrong_with_the_frames)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        struct active_verdict verdict = judged(&set, "look_up,turn_left");
        CHECK(has(&verdict, RC_CHALLENGE_FAILED) && set.person.len == 0);
        set_film(&set, other, turning, 3);
        verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_FACE_CHANGED) && set.person.len == 0);
        set_film(&set, other, turning, 1);
        verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_FACE_CHANGED) && set.person.len == 0);
}

/* The attack models' opinion of such frames is not asked. */
TEST(active_accepts_what_was_asked)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(verdict.errors_len == has(&verdict, RC_NOT_LIVE));
        CHECK(verdict.evidence.actions == 2 && verdict.evidence.faces == LEN &&
              verdict.evidence.distinct == LEN);
        CHECK(verdict.score > 0 && verdict.score <= 1);
}

TEST(active_refuses_another_challenge)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        struct active_verdict verdict = judged(&set, "look_up,turn_left");
        CHECK(has(&verdict, RC_CHALLENGE_FAILED) && !has(&verdict, RC_FLAT_FACE));
}

TEST(active_refuses_a_flat_picture)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, flat, 0);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_CHALLENGE_FAILED) && has(&verdict, RC_FLAT_FACE));
        CHECK(!has(&verdict, RC_FACE_CHANGED) && !has(&verdict, RC_FRAMES_REPEATED));
}

/* The nose goes where a turned head's would, but the cheeks and the forehead stay
 * in their plane. Control: no is_no_head in judge_gestures. */
TEST(active_refuses_a_still_warped_at_the_nose)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, bumped, 0);
        struct active_verdict verdict = judged(&set, "turn_left,turn_right");
        CHECK(verdict.evidence.depth > 0.06 && verdict.evidence.turned.share > 0.3);
        CHECK(has(&verdict, RC_FLAT_FACE) && verdict.score <= 0);
        printf("  nose %.2f, arch %.2f over %.2f\n", verdict.evidence.turned.nose,
               verdict.evidence.turned.arch, verdict.evidence.turned.share);
}

TEST(active_refuses_frames_repeated)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        struct held frozen[LEN];
        for (int i = 0; i < LEN; i++)
                frozen[i] = turning[i == 3 || i == 5 ? i : 0];
        set.faces = face_set_open(&set.op);
        set_film(&set, one, frozen, 0);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_FRAMES_REPEATED) && verdict.evidence.distinct == 3);
}

TEST(active_refuses_a_change_of_person)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        set_film(&set, other, turning, 3);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_FACE_CHANGED));
}

/* One frame is of another: a front one between the actions, or a second one of an action. Control: the loop
 * in judge_person over the front frame and the first of each action alone. */
TEST(active_looks_for_the_same_face_in_every_frame)
{
        static const int at[] = {4, 6, 7};
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        for (size_t i = 0; i < LEN(at); i++) {
                set_film(&set, one, turning, i ? 1 : 0);
                set_film(&set, other, turning, at[i]);
                if (at[i] + 1 < LEN)
                        set_film(&set, one, turning, at[i] + 1);
                struct active_verdict verdict = judged(&set, "turn_left,look_up");
                CHECK(has(&verdict, RC_FACE_CHANGED) && verdict.evidence.faces == LEN);
        }
}

/* In a frame twice as wide, which side of it the picture takes. */
static void put_aside(struct image *frame, bool right)
{
        struct image wide;
        image_init(&wide, 2 * frame->width, frame->height, 3);
        for (int v = 0; v < frame->height; v++)
                memcpy(wide.pixels + (size_t)v * wide.stride + (right ? (size_t)(3 * frame->width) : 0),
                       frame->pixels + (size_t)v * frame->stride, (size_t)(3 * frame->width));
        image_release(frame);
        *frame = wide;
}

/* Control: `before = box` in watch_track also where it does not follow. */
TEST(active_does_not_go_on_with_a_face_that_jumped)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        for (int i = 0; i < LEN; i++)
                put_aside(&set.frames[i], i >= 4);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(verdict.evidence.faces == 4 && has(&verdict, RC_NO_FACE));
}

/* Controls: the manifest's threshold in is_likely, or in judge_passively. */
TEST(active_judges_by_the_thresholds_that_are_asked_for)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, "faces/nuaa/live/0005/0005_00_00_01_332.jpg", turning, 0);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(!has(&verdict, RC_NOT_LIVE) && !has(&verdict, RC_FACE_CHANGED));
        verdict = judged_by(&set, "turn_left,look_up", (struct face_thresholds){.match = 1});
        CHECK(!has(&verdict, RC_NOT_LIVE) && has(&verdict, RC_FACE_CHANGED));
        verdict = judged_by(&set, "turn_left,look_up", (struct face_thresholds){.liveness = 1});
        CHECK(has(&verdict, RC_NOT_LIVE) && !has(&verdict, RC_FACE_CHANGED));
}

/* The selfie is of one person, all frames of another. */
TEST(active_refuses_another_than_the_selfie)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        set_film(&set, other, turning, 1);
        set_film(&set, other, turning, 1);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_FACE_CHANGED));
}

/* Most frames are of a living person, some of a print. Control: with the mean of all frames for that of the
 * worst third in liveness_of they are accepted as alive. */
TEST(active_asks_for_life_in_every_frame)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, "faces/nuaa/live/0005/0005_00_00_01_332.jpg", turning, 0);
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(!has(&verdict, RC_NOT_LIVE));
        set_film(&set, "faces/nuaa/attack/0005/0005_00_00_01_498.jpg", turning, 6);
        verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_NOT_LIVE));
}

TEST(active_refuses_two_people)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        for (int i = 0; i < LEN; i++) {
                struct image *half = &set.frames[i], both;
                image_init(&both, 2 * half->width, half->height, 3);
                for (int v = 0; v < half->height; v++)
                        for (int side = 0; side < 2; side++)
                                for (int u = 0; u < 3 * half->width; u++)
                                        both.pixels[(size_t)v * both.stride +
                                                    (size_t)(3 * side * half->width + u)] =
                                            half->pixels[(size_t)v * half->stride + (size_t)u];
                image_release(half);
                *half = both;
        }
        struct active_verdict verdict = judged(&set, "turn_left,look_up");
        CHECK(has(&verdict, RC_SEVERAL_FACES));
}

TEST(active_refuses_frames_without_a_face)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        struct active_verdict verdict;
        for (int i = 0; i < LEN; i++) {
                image_release(&set.frames[i]);
                image_init(&set.frames[i], 320, 240, 3);
                verdict = judged(&set, "turn_left,look_up");
                CHECK(!verdict.tracked[i] && (i == LEN - 1 || verdict.tracked[LEN - 1]));
        }
        CHECK(has(&verdict, RC_NO_FACE) && has(&verdict, RC_CHALLENGE_FAILED));
        CHECK(verdict.score <= 0);
}

TEST(active_keeps_its_deadline)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        CLEANUP(op_release) struct op late;
        struct challenge challenge = {{FACE_TURN_LEFT, FACE_LOOK_UP}, 2};
        struct active_verdict verdict;
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        op_init(&late, NULL, 1 << 20, 0);
        const struct active_task task = {set.frames, LEN, &challenge, NULL, {0}};
        CHECK(face_active(set.faces, &late, &task, &verdict, NULL) == RC_TIMED_OUT);
}

/* What bonin-vision tells of a selfie and of frames, compared with another picture of `one`,
 * which is small: near 1 a score does not tell one mean from another. */
struct asked {
        struct buf files[LEN + 2]; /* reference, selfie, frames */
        struct vision_pool *pool;
};

static void asked_release(struct asked *asked)
{
        vision_pool_close(asked->pool);
        for (size_t i = 0; i < LEN(asked->files); i++)
                buf_release(&asked->files[i]);
}

static void asked_start(struct set *set, struct asked *ret)
{
        static const char *const names[] = {"faces/lfw/Abel_Pacheco/Abel_Pacheco_0002.jpg", one};
        for (size_t i = 0; i < LEN(ret->files); i++) {
                CLEANUP(image_release) struct image picture = {0};
                CLEANUP(image_release) struct image small = {0};
                if (i < LEN(names))
                        face_set_load(&set->op, names[i], &picture);
                image_init(&small, 48, 48, 3);
                CHECK(i != 0 || cv_resize(&picture, &small));
                buf_init(&ret->files[i], 1 << 20);
                const struct image *from = i == 0 ? &small : i == 1 ? &picture : &set->frames[i - LEN(names)];
                CHECK(image_encode_jpeg(&set->op, from, 95, &ret->files[i]) == RC_OK);
        }
        ret->pool = vision_pool_open(
            &(struct vision_options){.model_dir = data_models(), .roles = "face", .children = 1});
}

/* `actions` NULL: the selfie alone. */
static double score_told(struct set *set, struct asked *asked, const char *actions)
{
        CLEANUP(vision_faces_release) struct vision_faces faces = {0};
        struct challenge challenge = {0};
        struct vision_face_request request = {.reference = buf_str(&asked->files[0]),
                                              .selfie = buf_str(&asked->files[1])};
        if (actions) {
                CHECK(challenge_parse(str_from(actions), &challenge));
                request.challenge = &challenge;
                for (; request.frames_len < LEN; request.frames_len++)
                        request.frames[request.frames_len] = buf_str(&asked->files[2 + request.frames_len]);
        }
        CHECK(vision_compare_faces(asked->pool, &set->op, &request, &faces) == RC_OK);
        CHECK(faces.compared && faces.active.judged == (actions != NULL));
        return faces.similarity_score;
}

/* Control: no face_compare_anew in judge_sequence. */
TEST(active_frames_are_compared_with_the_portrait_where_they_are_of_the_selfie)
{
        CLEANUP(set_release) struct set set = {.faces = NULL};
        CLEANUP(asked_release) struct asked asked = {0};
        set.faces = face_set_open(&set.op);
        set_film(&set, one, turning, 0);
        asked_start(&set, &asked);
        double alone = score_told(&set, &asked, NULL);
        CHECK(fabs(score_told(&set, &asked, "look_up,turn_left") - alone) < 1e-9);
        CHECK(fabs(score_told(&set, &asked, "turn_left,look_up") - alone) > 1e-5);
}
