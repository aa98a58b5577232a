#include "check/challenge.h"

#include "base/json.h"
#include "check/consent.h"
#include "check/otp_limit.h"

/* Machines whose clocks are kept by NTP differ by less: one may have given what another takes. */
enum { CLOCKS_MS = 200, TIMES_MAX = 512 };

static const char limit_name[] = "challenges";

static enum rc take_limit(struct tx *tx, const struct conf *conf, const struct session *session,
                          int64_t now_ms, bool *ret_refused)
{
        const struct limit_rule rule = {
            .name = limit_name, .per_hour = conf->challenges_per_hour, .per_day = conf->challenges_per_day};
        const struct limit_taking taking = {&rule, str_from(session->id)};
        struct limit_refusal refusal;
        bool allowed;
        if (limit_take(tx, &taking, 1, now_ms, &allowed, &refusal) != RC_OK)
                return tx->op->rc;
        *ret_refused = !allowed;
        if (allowed)
                return RC_OK;
        tx->op->retry_after_s = refusal.retry_after_s;
        tx->op->limit_type = "session";
        return op_fail(tx->op, RC_RATE_LIMIT_EXCEEDED, "limit %s of the session", limit_name);
}

static enum rc draw(struct tx *tx, const struct session *session, int64_t now_ms, struct challenge_given *ret)
{
        uint8_t random[8];
        char actions[CHALLENGE_TEXT_MAX];
        random_bytes(random, sizeof(random));
        challenge_draw(random, &ret->challenge);
        challenge_format(&ret->challenge, actions);
        ret->expires_at_ms = now_ms + CHALLENGE_MS;
        struct challenge_new new = {
            .actions = str_from(actions), .now_ms = now_ms, .expires_at_ms = ret->expires_at_ms};
        return challenge_insert(tx, session, &new, ret->nonce);
}

static enum rc give(struct op *op, struct service *svc, struct str session_key, struct session *session,
                    struct challenge_given *ret, bool *ret_refused)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t now = clock_wall_ms();
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_find(&tx, session_key, session) != RC_OK ||
            session_may(op, session, STEP_FACE, now) != RC_OK ||
            consent_may(&tx, svc, session, STEP_FACE) != RC_OK ||
            take_limit(&tx, svc->conf, session, now, ret_refused) != RC_OK ||
            draw(&tx, session, now, ret) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc challenge_give(struct op *op, struct service *svc, struct str session_key,
                       struct challenge_given *ret)
{
        struct session session CLEANUP(session_release) = {0};
        bool refused = false;
        if (svc->conf->liveness_mode == CONF_LIVENESS_PASSIVE)
                return op_fail(op, RC_NOT_FOUND, "LIVENESS_MODE is passive");
        enum rc rc = give(op, svc, session_key, &session, ret, &refused);
        if (refused)
                otp_limit_note(op, svc, session.id, limit_name);
        return rc;
}

static enum rc bad_times(struct op *op)
{
        return op_fail_field(op, RC_VALIDATION_FAILED, "frame_times",
                             "프레임마다 하나씩, 촬영한 순서대로 밀리초 시각을 보내 주세요.",
                             "One time a frame, in milliseconds, as a camera takes them during a challenge.");
}

static bool parse_times(struct str text, int64_t ret[FRAMES_MAX], size_t *ret_len)
{
        json_auto_t *array = NULL;
        if (!json_parse(text, TIMES_MAX, &array) || !json_is_array(array) ||
            json_array_size(array) > FRAMES_MAX)
                return false;
        *ret_len = json_array_size(array);
        for (size_t i = 0; i < *ret_len; i++) {
                const json_t *time = json_array_get(array, i);
                ret[i] = json_integer_value(time);
                if (!json_is_integer(time) || ret[i] < 0 || ret[i] > CHALLENGE_MS)
                        return false;
        }
        return true;
}

enum rc challenge_check(struct op *op, const struct service *svc, struct challenge_answer *answer,
                        bool *ret_active)
{
        enum conf_liveness mode = (enum conf_liveness)svc->conf->liveness_mode;
        int64_t times[FRAMES_MAX];
        size_t len;
        *ret_active = answer->frames || answer->nonce.ptr || answer->times.ptr;
        if (!*ret_active)
                return mode == CONF_LIVENESS_ACTIVE
                           ? op_fail_field(op, RC_CHALLENGE_REQUIRED, "frames",
                                           "동작 안내에 따라 촬영한 프레임이 필요합니다.",
                                           "The frames of a challenge are needed.")
                           : RC_OK;
        if (mode == CONF_LIVENESS_PASSIVE)
                return op_fail(op, RC_CHALLENGE_NOT_FOUND, "LIVENESS_MODE is passive");
        if (answer->frames == NULL)
                return op_fail_field(op, RC_MISSING_FILE, "frames", "프레임을 첨부해 주세요.",
                                     "Attach the frames.");
        if (str_is_null(answer->nonce))
                return op_fail_field(op, RC_VALIDATION_FAILED, "challenge", "필수 항목입니다.",
                                     "This field is required.");
        if (answer->frames->images < FRAMES_MIN)
                return op_fail_field(op, RC_VALIDATION_FAILED, "frames", "프레임은 6장에서 24장까지입니다.",
                                     "6 to 24 frames are taken.");
        if (!parse_times(answer->times, times, &len) || len != answer->frames->images ||
            !frame_times_plausible(times, len))
                return bad_times(op);
        answer->last_ms = times[len - 1];
        return RC_OK;
}

enum rc challenge_use(struct tx *tx, const struct session *session, const struct challenge_answer *answer,
                      int64_t now_ms, struct str *ret_actions)
{
        struct challenge_taken taken;
        if (challenge_take(tx, session, answer->nonce, now_ms, &taken) != RC_OK)
                return tx->op->rc;
        if (answer->last_ms > now_ms - taken.created_at_ms + CLOCKS_MS)
                return bad_times(tx->op);
        *ret_actions = taken.actions;
        return RC_OK;
}
