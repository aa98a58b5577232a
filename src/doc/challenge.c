#include "doc/challenge.h"

#include <stdio.h>

static const char *const names[FACE_ACTION_COUNT] = {"turn_left", "turn_right", "look_up", "come_closer"};

/* Two actions take people a second and a half at the least; cameras give no more than 60 frames a second. */
enum { SPAN_MS_MIN = 1500, STEP_MS_MIN = 15, STEP_MS_MAX = 10 * 1000 };

const char *face_action_name(enum face_action action)
{
        return names[action];
}

enum face_action face_action_of(struct str name)
{
        enum face_action action = 0;
        while (action < FACE_ACTION_COUNT && !str_equal(name, str_from(names[action])))
                action++;
        return action;
}

static bool holds(const struct challenge *challenge, enum face_action action)
{
        for (size_t i = 0; i < challenge->len; i++) {
                if (challenge->actions[i] == action)
                        return true;
        }
        return false;
}

void challenge_draw(const uint8_t random[8], struct challenge *ret)
{
        enum face_action order[FACE_ACTION_COUNT];
        ret->len = CHALLENGE_ACTIONS_MIN + random[0] % (CHALLENGE_ACTIONS_MAX - CHALLENGE_ACTIONS_MIN + 1);
        for (enum face_action i = 0; i < FACE_ACTION_COUNT; i++)
                order[i] = i;
        for (size_t i = 0; i < ret->len; i++) {
                size_t other = i + random[1 + i] % (FACE_ACTION_COUNT - i);
                ret->actions[i] = order[other];
                order[other] = order[i];
        }
        if (!holds(ret, FACE_TURN_LEFT) && !holds(ret, FACE_TURN_RIGHT))
                ret->actions[ret->len - 1] = random[4] % 2 ? FACE_TURN_LEFT : FACE_TURN_RIGHT;
}

void challenge_format(const struct challenge *challenge, char ret[CHALLENGE_TEXT_MAX])
{
        size_t len = 0;
        ret[0] = '\0';
        for (size_t i = 0; i < challenge->len; i++)
                len += (size_t)snprintf(ret + len, CHALLENGE_TEXT_MAX - len, "%s%s", i ? "," : "",
                                        names[challenge->actions[i]]);
}

bool challenge_parse(struct str text, struct challenge *ret)
{
        struct challenge challenge = {.len = 0};
        for (bool more = true; more;) {
                ptrdiff_t comma = str_find(text, ',');
                size_t len = comma < 0 ? text.len : (size_t)comma;
                enum face_action action = face_action_of(str_sub(text, 0, len));
                if (action == FACE_ACTION_COUNT || challenge.len == CHALLENGE_ACTIONS_MAX ||
                    holds(&challenge, action))
                        return false;
                challenge.actions[challenge.len++] = action;
                more = comma >= 0;
                text = str_sub(text, len + more, text.len);
        }
        if (challenge.len < CHALLENGE_ACTIONS_MIN)
                return false;
        *ret = challenge;
        return true;
}

bool frame_times_plausible(const int64_t times_ms[], size_t len)
{
        if (len < FRAMES_MIN || len > FRAMES_MAX || times_ms[0] < 0 || times_ms[0] > CHALLENGE_MS)
                return false;
        for (size_t i = 1; i < len; i++) {
                if (times_ms[i] < times_ms[i - 1] + STEP_MS_MIN ||
                    times_ms[i] > times_ms[i - 1] + STEP_MS_MAX || times_ms[i] > CHALLENGE_MS)
                        return false;
        }
        return times_ms[len - 1] - times_ms[0] >= SPAN_MS_MIN;
}
