#include "check/otp_channel.h"

#include "base/emit.h"
#include "crypto/mac.h"
#include "crypto/random.h"

#include <stdio.h>

enum { WAIT_FOR_PROVIDER_MS = 4000, CODE_JOB_ATTEMPTS = 3, NOTE_MEMORY = 64 * 1024 };

/* One code being made, and all that hangs on it. */
struct sending {
        const struct otp_channel *ch;
        enum code_channel channel;
        struct otp_limits limits;
        int64_t now_ms;
        char code_id[ID_MAX];
        char code[RANDOM_CODE_MAX + 1];
        char link[TOKEN_MAX];
        uint8_t hash[CODE_HASH_LEN];
        struct errand errand;
        char session_id[ID_MAX];
        bool limited;
};

static enum rc address_of(struct op *op, const struct otp_channel *ch, const struct session *session,
                          struct str written, struct otp_sent *ret)
{
        if (str_is_null(written))
                memcpy(&written, (const char *)session + ch->given_at, sizeof(written));
        if (str_is_null(written))
                return op_fail_field(op, RC_VALIDATION_FAILED, ch->field, "필수 항목입니다.",
                                     "This field is required.");
        if (!ch->parse(written, ret->address))
                return op_fail_field(op, ch->invalid_rc, ch->field, ch->invalid_ko, ch->invalid_en);
        return RC_OK;
}

/* Take the gap and the hourly limit; a refusal is noted in the log by the caller, after this tx is rolled
 * back. */
static enum rc take_limits(struct tx *tx, struct sending *s, struct str address)
{
        bool allowed;
        int64_t wait_s;
        struct str key = otp_limit_key(tx->op, address);
        if (str_is_null(key))
                return op_fail(tx->op, RC_UNAVAILABLE, "request memory is full");
        enum rc rc = limit_take(tx, &s->limits.cooldown, key, s->now_ms, &allowed, &wait_s);
        if (rc != RC_OK)
                return rc;
        if (!allowed) {
                tx->op->retry_after_s = wait_s;
                tx->op->limit_type = s->ch->limit_type;
                return op_fail(tx->op, s->ch->cooldown_rc, "sent to this destination a moment ago");
        }
        rc = limit_take(tx, &s->limits.hour, key, s->now_ms, &allowed, &wait_s);
        if (rc == RC_OK && !allowed) {
                tx->op->retry_after_s = wait_s;
                tx->op->limit_type = s->ch->limit_type;
                return op_fail(tx->op, RC_RATE_LIMIT_EXCEEDED, "hourly limit of this destination");
        }
        return rc;
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
            address_of(op, s->ch, &session, address, sent) != RC_OK)
                return op->rc;
        memcpy(s->session_id, session.id, sizeof(session.id));
        s->limited = take_limits(&tx, s, str_from(sent->address)) != RC_OK;
        if (s->limited)
                return op->rc;
        make_code(svc, s, str_from(sent->address));
        if (store_code(&tx, svc, &session, s, sent) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

/* The refusal's own transaction, since that of the sending is undone. A flood of refusals must not become a
 * flood of entries: one a minute for a session. */
static void note_limited(const struct op *op, struct service *svc, const struct sending *s)
{
        static const struct limit_rule rule = {"rate_limited_noted", 60, 1};
        if (rc_status(op->rc) != 429)
                return;
        struct op own;
        op_init(&own, op->id, NOTE_MEMORY, op_left_ms(op));
        own.client = op->client;
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                bool allowed;
                int64_t wait_s;
                if (store_begin(svc->store, &own, TX_WRITE, &tx) == RC_OK &&
                    limit_take(&tx, &rule, str_from(s->session_id), s->now_ms, &allowed, &wait_s) == RC_OK &&
                    allowed &&
                    event_append(&tx, EVENT_RATE_LIMITED, s->session_id,
                                 arena_printf(&own.arena, "{\"limit_type\":\"%s\"}", s->ch->limit_type),
                                 s->now_ms) == RC_OK)
                        (void)!tx_commit(&tx);
        }
        op_release(&own);
}

enum rc otp_send(struct op *op, struct service *svc, enum code_channel channel, struct str session_key,
                 struct str address, struct otp_sent *ret)
{
        struct sending s = {.ch = otp_channel(channel), .channel = channel, .now_ms = clock_wall_ms()};
        struct otp_sent sent = {.expires_at_ms = s.now_ms + svc->conf->code_minutes * 60000,
                                .attempts_remaining = svc->conf->code_attempts};
        otp_limits(s.ch, svc->conf, &s.limits);
        enum rc rc = commit_code(op, svc, session_key, address, &s, &sent);
        explicit_bzero(s.code, sizeof(s.code));
        explicit_bzero(s.link, sizeof(s.link));
        if (s.limited)
                note_limited(op, svc, &s);
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
        sent.next_resend_at_ms = s.now_ms + (s.limits.cooldown.max ? s.limits.cooldown.window_s * 1000 : 0);
        sent.can_resend = s.limits.cooldown.max == 0;
        *ret = sent;
        return RC_OK;
}
