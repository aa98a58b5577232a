#include "vision/gesture.h"

#include <math.h>

/* From here on an action is seen: a turn of about 12 degrees, a fifth nearer, and a look up of 15, of which
 * the detector's points tell half. Chosen on the simulator's people for building (bench/liveness). */
static const double turned = 0.18, raised = 0.065, nearer = 1.18;
/* This many times as much is no accident. */
static const double foreign = 1.4;
/* This share of what a frame shows most is as good as it. */
static const double nearly = 0.6;
/* Frames before the actions are alike within these, and look at the camera. */
static const double front_yaw = 0.12, front_pitch = 0.07, front_scale = 0.1, away = 0.35;
/* In eye distances: of the nose out of the plane of eyes and mouth. */
static const double flat_depth = 0.06;
/* By turning, a head is foreshortened and its nose comes out of its plane by a share of the sine of the turn,
 * which the foreshortening tells; a picture's does not. Told from a turn of 27 degrees on. */
static const double flat_turn = 0.12, flat_share = 0.17;

static bool alike(const struct pose *a, const struct pose *b)
{
        return fabs(a->yaw - b->yaw) < front_yaw && fabs(a->pitch - b->pitch) < front_pitch &&
               fabs(a->height / b->height - 1) < front_scale;
}

static size_t alike_count(const struct pose poses[], size_t len, size_t of)
{
        size_t count = 0;
        for (size_t i = 0; i < len; i++)
                count += alike(&poses[i], &poses[of]);
        return count;
}

/* Of the first third, the frame that most are like, the earliest of those; one frame's points shake, so the
 * mean of them all is what the others are told against. */
static bool read_front(const struct pose poses[], size_t len, struct gestures *ret, struct pose *ret_front)
{
        size_t most = MIN(MAX((size_t)2, len / 3), len), best = 0;
        for (size_t i = 1; i < most; i++)
                if (alike_count(poses, most, i) > alike_count(poses, most, best))
                        best = i;
        struct pose front = {0};
        ret->front_len = 0;
        for (size_t i = 0; i < most; i++) {
                if (!alike(&poses[i], &poses[best]))
                        continue;
                ret->front[ret->front_len++] = i;
                front.yaw += poses[i].yaw;
                front.pitch += poses[i].pitch;
                front.eyes += poses[i].eyes;
                front.height += poses[i].height;
        }
        double count = (double)ret->front_len;
        *ret_front = (struct pose){.yaw = front.yaw / count,
                                   .pitch = front.pitch / count,
                                   .eyes = front.eyes / count,
                                   .height = front.height / count};
        return fabs(ret_front->yaw) < away;
}

/* How much a frame shows an action; from 1 on it does. */
static double shows(const struct pose_change *change, enum face_action action)
{
        switch (action) {
        case FACE_TURN_LEFT:
                return change->yaw / turned;
        case FACE_TURN_RIGHT:
                return -change->yaw / turned;
        case FACE_LOOK_UP:
                return change->pitch / raised;
        case FACE_COME_CLOSER:
                return (change->scale - 1) / (nearer - 1);
        case FACE_ACTION_COUNT:
                break;
        }
        return 0;
}

/* What the frame shows most; who turns their head may be close as well, so that is asked last. */
static enum face_action act_of(const struct pose_change *change)
{
        enum face_action most = FACE_TURN_LEFT;
        for (enum face_action act = FACE_TURN_LEFT; act <= FACE_LOOK_UP; act++)
                if (shows(change, act) > shows(change, most))
                        most = act;
        if (shows(change, most) < 1)
                most = FACE_COME_CLOSER;
        return shows(change, most) >= 1 ? most : FACE_ACTION_COUNT;
}

static struct parallax mean_parallax(const struct gesture_track *track, const struct gestures *gestures,
                                     size_t at)
{
        struct parallax sum = {0}, one;
        double count = 0;
        for (size_t i = 0; i < gestures->front_len; i++) {
                size_t front = gestures->front[i];
                if (front == at || !pose_parallax(&track->at[front], &track->at[at], &one))
                        continue;
                sum.x += one.x;
                sum.y += one.y;
                count++;
        }
        return count > 0 ? (struct parallax){sum.x / count, sum.y / count} : (struct parallax){0};
}

bool gestures_read(const struct gesture_track *track, struct gestures *ret)
{
        struct pose poses[FRAMES_MAX], front;
        struct gestures gestures = {0};
        for (size_t i = 0; i < track->len; i++)
                if (!pose_measure(&track->at[i], &poses[i]))
                        return false;
        if (track->len < 2 || !read_front(poses, track->len, &gestures, &front))
                return false;
        for (size_t i = 0; i < track->len; i++) {
                gestures.changes[i] = pose_compare(&front, &poses[i]);
                gestures.acts[i] = act_of(&gestures.changes[i]);
                gestures.parallax[i] = mean_parallax(track, &gestures, i);
        }
        *ret = gestures;
        return true;
}

/* A frame may show two actions at once, as who turns their head seems to raise it, and who came closer stays
 * close. It counts for the one that is due wherever that is nearly what it shows most. */
static bool is_done(const struct pose_change *change, enum face_action due)
{
        double most = fmax(fmax(shows(change, FACE_TURN_LEFT), shows(change, FACE_TURN_RIGHT)),
                           shows(change, FACE_LOOK_UP));
        double due_shows = shows(change, due);
        return due_shows >= 1 && (due == FACE_COME_CLOSER || due_shows >= nearly * most);
}

/* An action that is plainly done, but not due, and not the one before it either. */
static bool is_foreign(const struct gestures *gestures, size_t i, const struct challenge *challenge,
                       size_t seen)
{
        const struct pose_change *change = &gestures->changes[i];
        enum face_action act = gestures->acts[i];
        if (act == FACE_ACTION_COUNT || shows(change, act) < foreign)
                return false;
        if (seen > 0 && is_done(change, challenge->actions[seen - 1]))
                return false;
        for (size_t k = 0; k < seen && act == FACE_COME_CLOSER; k++)
                if (challenge->actions[k] == act)
                        return false;
        return true;
}

size_t gestures_follow(const struct gestures *gestures, size_t len, const struct challenge *challenge)
{
        size_t seen = 0;
        for (size_t i = 0; i < len; i++) {
                if (seen < challenge->len && is_done(&gestures->changes[i], challenge->actions[seen]))
                        seen++;
                else if (is_foreign(gestures, i, challenge, seen))
                        return MIN(seen, challenge->len - 1);
        }
        return seen;
}

/* In the direction in which the frame's action moves a nose; negative: against it. */
static double depth_of(const struct gestures *gestures, size_t i)
{
        switch (gestures->acts[i]) {
        case FACE_TURN_LEFT:
                return gestures->parallax[i].x;
        case FACE_TURN_RIGHT:
                return -gestures->parallax[i].x;
        case FACE_LOOK_UP:
                return gestures->parallax[i].y;
        case FACE_COME_CLOSER:
        case FACE_ACTION_COUNT:
                break;
        }
        return 0;
}

double gestures_depth(const struct gestures *gestures, size_t len)
{
        double best[FACE_ACTION_COUNT] = {0}, lowest = INFINITY;
        bool seen[FACE_ACTION_COUNT] = {false};
        for (size_t i = 0; i < len; i++) {
                enum face_action act = gestures->acts[i];
                if (act == FACE_ACTION_COUNT || act == FACE_COME_CLOSER)
                        continue;
                best[act] = fmax(best[act], depth_of(gestures, i));
                seen[act] = true;
        }
        for (enum face_action act = 0; act < FACE_ACTION_COUNT; act++)
                if (seen[act])
                        lowest = fmin(lowest, best[act]);
        return isfinite(lowest) ? lowest : 0;
}

bool gestures_flat(const struct gestures *gestures, size_t len)
{
        size_t most = 0;
        bool acted = false;
        for (size_t i = 0; i < len; i++) {
                if (gestures->changes[i].turn > gestures->changes[most].turn)
                        most = i;
                acted = acted ||
                        (gestures->acts[i] != FACE_ACTION_COUNT && gestures->acts[i] != FACE_COME_CLOSER);
        }
        double turn = gestures->changes[most].turn;
        double out = hypot(gestures->parallax[most].x, gestures->parallax[most].y);
        return (acted && gestures_depth(gestures, len) < flat_depth) ||
               (turn >= flat_turn && out < flat_share * sqrt(1 - exp(-2 * turn)));
}
