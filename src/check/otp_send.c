#include "check/breaker.h"
#include "check/otp_limit.h"

#include "base/emit.h"
#include "check/consent.h"
#include "crypto/mac.h"
#include "crypto/random.h"

#include <stdio.h>

enum { WAIT_FOR_PROVIDER_MS = 4000, CODE_JOB_ATTEMPTS = 3 };

/* One code being made, and all that hangs on it. */
struct sending {
        const struct otp_channel *ch;
        enum code_channel channel;
        int64_t now_ms;
        char code_id[ID_MAX];
        char code[RANDOM_CODE_MAX + 1];
        char link[TOKEN_MAX];
        uint8_t hash[CODE_HASH_LEN];
        struct errand errand;
        char session_id[ID_MAX];
        const char *refused; /* the limit that refuses, or NULL */
};

static enum rc address_of(struct op *op, const struct service *svc, const struct otp_channel *ch,
                          const struct session *session, struct str written, struct otp_sent *ret)
{
        if (str_is_null(written))
                memcpy(&written, (const char *)session + ch->given_at, sizeof(written));
        if (str_is_null(written))
                return op_fail_field(op, RC_VALIDATION_FAILED, ch->field, "필수 항목입니다.",
                                     "This field is required.");
        if (!ch->parse(written, ret->address) ||
            (ch->allowed && !ch->allowed(svc->conf, str_from(ret->address))))
                return op_fail_field(op, ch->invalid_rc, ch->field, ch->invalid_ko, ch->invalid_en);
        return RC_OK;
}

static enum rc take_limits(struct tx *tx, struct service *svc, struct sending *s, struct str address)
{
        if (s->channel == CODE_PHONE && breaker_pass(tx, svc, s->now_ms, &s->refused) != RC_OK)
                return tx->op->rc;
        return otp_limit_send(tx, svc->conf, s->channel, address, str_from(s->session_id), s->now_ms,
                              &s->refused);
}

static void make_code(struct service *svc, struct sending *s, struct str address)
{
        id_make(s->code_id);
        random_code((int)svc->conf->code_length, s->code);
        if (s->channel == CODE_EMAIL)
                token_new(TOKEN_CONFIRM, s->link);
        mac_code(svc->vault, str_from(s->code_id), address, str_from(s->code), s->hash);
}

/* What the worker needs; sealed in the job's row, destroyed when the job is over. */
static struct str payload(struct op *op, const struct sending *s, struct str address, enum lang lang,
                          int64_t expires_at_ms)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init_secret(&buf, 1024);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_str(&emit, "to", address);
        emit_text(&emit, "code", s->code);
        emit_text(&emit, "link", s->link);
        emit_text(&emit, "lang", lang == LANG_KO ? "ko" : "en");
        emit_int(&emit, "expires_at_ms", expires_at_ms);
        emit_close(&emit);
        return buf_ok(&buf) ? arena_copy(&op->arena, buf_str(&buf)) : STR_NULL;
}

static struct str masked_metadata(struct op *op, const struct otp_channel *ch, struct str address)
{
        struct masked masked = ch->mask(address);
        return arena_printf(&op->arena, "{\"%s\":\"%s\"}", ch->field, masked.text);
}

static enum rc store_code(struct tx *tx, struct service *svc, const struct session *session,
                          struct sending *s, struct otp_sent *sent)
{
        struct op *op = tx->op;
        struct str address = str_from(sent->address);
        struct job_new job = {
            .kind = s->ch->job_kind,
            .subject_id = str_from(s->code_id),
            .payload = payload(op, s, address, op->client.lang, sent->expires_at_ms),
            .attempts_max = CODE_JOB_ATTEMPTS,
            .now_ms = s->now_ms,
        };
        if (str_is_null(job.payload))
                return op_fail(op, RC_UNAVAILABLE, "request memory is full");
        enum rc rc = errand_insert(tx, svc, LANE_SEND, session, &job, &s->errand);
        if (rc != RC_OK)
                return rc;
        struct code_new code = {
            .channel = s->channel,
            .id = s->code_id,
            .address = address,
            .link = s->link[0] ? str_from(s->link) : STR_NULL,
            .job_id = str_from(s->errand.job.id),
            .now_ms = s->now_ms,
            .expires_at_ms = sent->expires_at_ms,
        };
        memcpy(code.hash, s->hash, sizeof(code.hash));
        char id[ID_MAX];
        rc = code_insert(tx, session, &code, id);
        if (rc != RC_OK)
                return rc;
        return event_append(tx, s->ch->sent, session->id, masked_metadata(op, s->ch, address), s->now_ms);
}

/* The whole transaction. Limits come last, so that a request that would fail anyway takes none. */
static enum rc commit_code(struct op *op, struct service *svc, struct str session_key, struct str address,
                           struct sending *s, struct otp_sent *sent)
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_find(&tx, session_key, &session) != RC_OK ||
            session_may(op, &session, s->ch->step, s->now_ms) != RC_OK ||
            consent_may(&tx, svc, &session, s->ch->step) != RC_OK ||
            address_of(op, svc, s->ch, &session, address, sent) != RC_OK)
                return op->rc;
        memcpy(s->session_id, session.id, sizeof(session.id));
        if (take_limits(&tx, svc, s, str_from(sent->address)) != RC_OK)
                return op->rc;
        make_code(svc, s, str_from(sent->address));
        if (store_code(&tx, svc, &session, s, sent) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc otp_send(struct op *op, struct service *svc, enum code_channel channel, struct str session_key,
                 struct str address, struct otp_sent *ret)
{
        struct sending s = {.ch = otp_channel(channel), .channel = channel, .now_ms = clock_wall_ms()};
        struct otp_sent sent = {.expires_at_ms = s.now_ms + svc->conf->code_minutes * 60000,
                                .attempts_remaining = svc->conf->code_attempts};
        if (channel == CODE_PHONE && breaker_look(op, svc) != RC_OK)
                return op->rc;
        enum rc rc = commit_code(op, svc, session_key, address, &s, &sent);
        explicit_bzero(s.code, sizeof(s.code));
        explicit_bzero(s.link, sizeof(s.link));
        if (s.refused)
                otp_limit_note(op, svc, s.session_id, s.refused);
        if (rc == RC_OK) {
                enum rc outcome = RC_OK;
                errand_send_off(&s.errand);
                enum job_state state = errand_wait(op, &s.errand, WAIT_FOR_PROVIDER_MS, &outcome);
                sent.queued = state != JOB_DONE && state != JOB_FAILED;
                if (state == JOB_FAILED)
                        rc = op_fail(op, RC_DELIVERY_FAILED, "provider refused: %s", rc_code(outcome));
        }
        errand_release(&s.errand);
        if (rc != RC_OK)
                return rc;
        sent.next_resend_at_ms = s.now_ms + otp_limit_gap_ms(svc->conf, channel);
        sent.can_resend = sent.next_resend_at_ms == s.now_ms;
        *ret = sent;
        return RC_OK;
}
