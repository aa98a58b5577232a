/*
 * What a person is asked to do before the camera.
 */
#include "check/challenge.h"
#include "api/field.h"

struct challenge_body {
        struct str session_key;
};

static const struct field fields[] = {
    {"session_key", FIELD_TEXT, true, 128, offsetof(struct challenge_body, session_key)},
};

enum rc api_face_challenge(struct call *call)
{
        struct challenge_body body = {0};
        struct challenge_given given;
        if (field_decode(call, fields, LEN(fields), &body) != RC_OK ||
            challenge_give(call->op, call->svc, body.session_key, &given) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_text(&emit, "challenge", given.nonce);
        emit_open_array(&emit, "actions");
        for (size_t i = 0; i < given.challenge.len; i++)
                emit_text(&emit, NULL, face_action_name(given.challenge.actions[i]));
        emit_close_array(&emit);
        emit_time(&emit, "expires_at", given.expires_at_ms);
        emit_int(&emit, "frames_min", FRAMES_MIN);
        emit_int(&emit, "frames_max", FRAMES_MAX);
        emit_bool(&emit, "required", call->svc->conf->liveness_mode == CONF_LIVENESS_ACTIVE);
        api_close_data(call, &emit);
        return RC_OK;
}
