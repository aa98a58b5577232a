/*
 * Poses and actions, on points of a made head: five points in space, turned and projected by a camera as far
 * away as a telephone is held. The same with the nose pushed into the plane of eyes and mouth is a picture.
 * Negative controls, each tried: with the nose's part of the homography taken out of pose_parallax (`flat`
 * its place in the first frame), a_picture_is_flat fails; with `act != challenge->actions[seen]` taken out of
 * gestures_follow, actions_out_of_order_are_not_followed fails; with the mean over front frames replaced by
 * the first frame, pose_of_shaking_points fails.
 */
#include "vision/gesture.h"

#include "unit/test.h"

#include <math.h>

static const double solid_nose = 0.45, flat_nose = 0;

struct held {
        double yaw, pitch, roll; /* degrees; to the person's left, up, and to the picture's right */
        double distance;         /* of the camera, in eye distances */
};

static const struct held front = {.distance = 7};

/* -1 to 1, the same in every run. */
static double noise(uint32_t *seed)
{
        *seed = *seed * 1664525 + 1013904223;
        return (double)(*seed >> 8) / (double)(1 << 23) - 1;
}

/* `shake` in eye distances. */
static struct face_points seen(double nose, struct held held, double shake, uint32_t *seed)
{
        const double head[FACE_POINTS][3] = {
            {-0.5, 0, 0}, {0.5, 0, 0}, {0, 0.6, nose}, {-0.38, 1.05, 0}, {0.38, 1.05, 0}};
        double yaw = held.yaw * M_PI / 180, pitch = held.pitch * M_PI / 180, roll = held.roll * M_PI / 180;
        struct face_points ret;
        for (int i = 0; i < FACE_POINTS; i++) {
                double x = head[i][0], y = head[i][1] - 0.5, z = head[i][2];
                double turned_x = x * cos(yaw) + z * sin(yaw), turned_z = z * cos(yaw) - x * sin(yaw);
                double up_y = y * cos(pitch) - turned_z * sin(pitch);
                double up_z = turned_z * cos(pitch) + y * sin(pitch);
                double scale = 7 * 90 / (held.distance - up_z);
                double px = turned_x * cos(roll) - up_y * sin(roll),
                       py = up_y * cos(roll) + turned_x * sin(roll);
                ret.at[i][0] = (float)(320 + scale * px + 90 * shake * noise(seed));
                ret.at[i][1] = (float)(240 + scale * py + 90 * shake * noise(seed));
        }
        return ret;
}

static struct held at(double yaw, double pitch, double distance)
{
        return (struct held){yaw, pitch, 3, distance};
}

/* Two frames of the front, then `acts`, each with a frame on the way to it, and the front between. */
static struct gesture_track film(double nose, const struct held acts[], size_t len, double shake,
                                 uint32_t seed)
{
        struct gesture_track track = {.len = 0};
        for (int i = 0; i < 3; i++)
                track.at[track.len++] = seen(nose, front, shake, &seed);
        for (size_t i = 0; i < len; i++) {
                struct held half = at(acts[i].yaw / 2, acts[i].pitch / 2, (7 + acts[i].distance) / 2);
                track.at[track.len++] = seen(nose, half, shake, &seed);
                track.at[track.len++] = seen(nose, acts[i], shake, &seed);
                track.at[track.len++] = seen(nose, at(0, 0, acts[i].distance), shake, &seed);
        }
        return track;
}

static size_t followed(const struct gesture_track *track, const char *names)
{
        struct challenge challenge;
        struct gestures gestures;
        CHECK(challenge_parse(str_from(names), &challenge));
        CHECK(gestures_read(track, &gestures));
        return gestures_follow(&gestures, track->len, &challenge);
}

static double depth(const struct gesture_track *track)
{
        struct gestures gestures;
        CHECK(gestures_read(track, &gestures));
        return gestures_depth(&gestures, track->len);
}

TEST(pose_tells_turns_and_their_direction)
{
        uint32_t seed = 1;
        struct face_points points = seen(solid_nose, front, 0, &seed);
        struct pose before, now;
        CHECK(pose_measure(&points, &before));
        for (int degrees = -30; degrees <= 30; degrees += 10) {
                points = seen(solid_nose, at(degrees, 0, 7), 0, &seed);
                CHECK(pose_measure(&points, &now));
                struct pose_change change = pose_compare(&before, &now);
                double expected = 2 * solid_nose * tan(degrees * M_PI / 180);
                CHECK(fabs(change.yaw - expected) <= 0.25 * fabs(expected) + 1e-6);
                CHECK(fabs(change.pitch) < 0.03);
        }
        points = seen(solid_nose, at(0, 20, 7), 0, &seed);
        CHECK(pose_measure(&points, &now));
        CHECK(pose_compare(&before, &now).pitch > 0.1);
        points = seen(solid_nose, at(25, 0, 5), 0, &seed);
        CHECK(pose_measure(&points, &now));
        CHECK(fabs(pose_compare(&before, &now).scale - 1.4) < 0.1);
}

TEST(pose_of_no_face_is_none)
{
        struct face_points points = {{{5, 5}, {5, 5}, {5, 5}, {5, 5}, {5, 5}}};
        struct pose pose;
        struct parallax parallax;
        CHECK(!pose_measure(&points, &pose));
        CHECK(!pose_parallax(&points, &points, &parallax));
        uint32_t seed = 1;
        points = seen(solid_nose, front, 0, &seed);
        points.at[1][0] = NAN;
        CHECK(!pose_measure(&points, &pose));
}

/* However it is held: even tilted far and near to the lens, where perspective moves the nose between the
 * eyes. */
TEST(a_picture_is_flat)
{
        uint32_t seed = 1;
        struct face_points before = seen(flat_nose, front, 0, &seed);
        for (int yaw = -60; yaw <= 60; yaw += 15) {
                for (int pitch = -45; pitch <= 45; pitch += 15) {
                        struct face_points now = seen(flat_nose, at(yaw, pitch, 2.5), 0, &seed);
                        struct parallax parallax;
                        CHECK(pose_parallax(&before, &now, &parallax));
                        CHECK(hypot(parallax.x, parallax.y) < 1e-3);
                }
        }
}

TEST(a_head_is_solid)
{
        static const struct held turns[] = {{20, 0, 0, 7}, {-20, 0, 0, 7}, {0, 20, 0, 7}, {0, -20, 0, 7}};
        static const double expected[][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
        uint32_t seed = 1;
        struct face_points before = seen(solid_nose, front, 0, &seed);
        for (size_t i = 0; i < LEN(turns); i++) {
                struct face_points now = seen(solid_nose, turns[i], 0, &seed);
                struct parallax parallax;
                CHECK(pose_parallax(&before, &now, &parallax));
                CHECK(parallax.x * expected[i][0] + parallax.y * expected[i][1] > 0.12);
                CHECK(fabs(parallax.x * expected[i][1] + parallax.y * expected[i][0]) < 0.03);
        }
}

TEST(actions_are_followed_in_their_order)
{
        const struct held acts[] = {at(22, 0, 7), at(0, 18, 7), at(0, 0, 5), at(-22, 0, 5)};
        for (uint32_t seed = 1; seed <= 50; seed++) {
                struct gesture_track track = film(solid_nose, acts, 3, 0.015, seed);
                CHECK(followed(&track, "turn_left,look_up,come_closer") == 3);
                CHECK(depth(&track) > 0.1);
                track = film(solid_nose, acts + 1, 3, 0.015, seed);
                CHECK(followed(&track, "look_up,come_closer,turn_right") == 3);
        }
}

TEST(actions_out_of_order_are_not_followed)
{
        const struct held acts[] = {at(22, 0, 7), at(0, 18, 7), at(-22, 0, 7)};
        struct gesture_track track = film(solid_nose, acts, 3, 0.01, 7);
        CHECK(followed(&track, "turn_left,look_up,turn_right") == 3);
        CHECK(followed(&track, "look_up,turn_left,turn_right") == 0);
        CHECK(followed(&track, "turn_left,turn_right,look_up") == 1);
        CHECK(followed(&track, "turn_left,turn_right") == 1);
        CHECK(followed(&track, "turn_right,turn_left") == 0);
        /* One too many: a film of everything holds every challenge. */
        CHECK(followed(&track, "turn_left,look_up") == 1);
        track = film(solid_nose, acts, 1, 0.01, 7);
        CHECK(followed(&track, "turn_left,look_up") == 1);
}

/* As the detector sees it, a turned head is raised a little, and who came closer stays close. Controls, each
 * tried: with `nearly` 1 or is_done asked for acts[i] alone the first fails, without the look at the action
 * before in is_foreign the second. */
TEST(actions_may_overlap)
{
        const struct held both[] = {at(0, 0, 5), at(18, 20, 5)}, after[] = {at(18, 0, 7)};
        struct gesture_track track = film(solid_nose, both, 2, 0, 7);
        CHECK(followed(&track, "come_closer,turn_left") == 2);
        track = film(solid_nose, after, 1, 0, 7);
        track.at[track.len++] = seen(solid_nose, at(20, 22, 7), 0, &(uint32_t){1});
        track.at[track.len++] = seen(solid_nose, at(0, 0, 5), 0, &(uint32_t){1});
        CHECK(followed(&track, "turn_left,come_closer") == 2);
}

/* A head that is turned as far as it goes is foreshortened more than its nose comes out; it is solid all the
 * same. Control: with the limit a share of the foreshortening itself, this fails. */
TEST(a_head_turned_far_is_solid)
{
        const struct held acts[] = {at(55, 0, 7)};
        struct gestures gestures;
        struct gesture_track track = film(solid_nose * 0.7, acts, 1, 0, 1);
        CHECK(gestures_read(&track, &gestures));
        CHECK(!gestures_flat(&gestures, track.len));
}

TEST(pictures_that_are_turned_are_told)
{
        const struct held acts[] = {at(35, 0, 6), at(0, 35, 6)};
        for (uint32_t seed = 1; seed <= 50; seed++) {
                struct gestures gestures;
                struct gesture_track track = film(flat_nose, acts, 2, 0.01, seed);
                CHECK(gestures_read(&track, &gestures));
                CHECK(gestures_flat(&gestures, track.len));
                track = film(solid_nose, acts, 2, 0.01, seed);
                CHECK(gestures_read(&track, &gestures));
                CHECK(!gestures_flat(&gestures, track.len));
        }
}

/* Nobody can be told against a face that never looked at the camera. */
TEST(a_face_that_begins_turned_away_is_not_read)
{
        struct gesture_track track = {.len = 0};
        struct gestures gestures;
        uint32_t seed = 1;
        while (track.len < FRAMES_MIN)
                track.at[track.len++] = seen(solid_nose, at(40, 0, 7), 0, &seed);
        CHECK(!gestures_read(&track, &gestures));
        track.len = 1;
        CHECK(!gestures_read(&track, &gestures));
}

/* The first frame's points are off by more than an action's worth; the others' mean is not. */
TEST(pose_of_shaking_points)
{
        uint32_t seed = 1;
        struct gesture_track track = {.len = 0};
        struct gestures gestures;
        while (track.len < 12)
                track.at[track.len++] = seen(solid_nose, front, 0.005, &seed);
        for (int i = 0; i < 2; i++)
                track.at[0].at[2][i] += 9;
        CHECK(gestures_read(&track, &gestures));
        for (size_t i = 1; i < track.len; i++)
                CHECK(fabs(gestures.changes[i].yaw) < 0.05 && gestures.acts[i] == FACE_ACTION_COUNT);
}
