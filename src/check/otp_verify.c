#include "check/otp_limit.h"

#include "crypto/mac.h"

enum { WRONG_PER_SESSION_MAX = 15 };

/* Also where the clock was set back to before the code was made: it would live the longer for it. */
static bool is_over(const struct code *code, int64_t now_ms)
{
        return now_ms >= code->expires_at_ms || now_ms < code->created_at_ms - CLOCK_SLACK_MS;
}

static bool all_digits(struct str text, int64_t len)
{
        if ((int64_t)text.len != len)
                return false;
        for (size_t i = 0; i < text.len; i++)
                if (text.ptr[i] < '0' || text.ptr[i] > '9')
                        return false;
        return true;
}

static enum rc validate(struct op *op, const struct service *svc, const struct otp_channel *ch,
                        struct str address, struct str code, char ret_address[OTP_ADDRESS_MAX])
{
        if (!ch->parse(address, ret_address))
                return op_fail_field(op, ch->invalid_rc, ch->field, ch->invalid_ko, ch->invalid_en);
        if (!all_digits(code, svc->conf->code_length))
                return op_fail_field(op, RC_VALIDATION_FAILED, "verification_code",
                                     "숫자로 된 인증번호를 입력해 주세요.",
                                     "The code is all digits, as it was sent.");
        return RC_OK;
}

/* How long until a new code may be asked for: that is what helps when a code has no attempts left. */
static enum rc no_attempts_left(struct tx *tx, const struct service *svc, enum code_channel channel,
                                struct str address, int64_t now_ms)
{
        int64_t wait_s;
        if (otp_limit_gap_left(tx, svc->conf, channel, address, now_ms, &wait_s) != RC_OK)
                return tx->op->rc;
        tx->op->retry_after_s = MAX(wait_s, 1);
        tx->op->limit_type = "session";
        return op_fail(tx->op, RC_MAX_ATTEMPTS_EXCEEDED, "no attempts left on this code");
}

/* The first transaction: count the attempt, against the code and against its address, before anything is
 * compared, so that parallel guesses gain nothing. */
static enum rc count_attempt(struct op *op, struct service *svc, enum code_channel channel,
                             struct str session_key, struct str address, int64_t now_ms,
                             struct session *ret_session, struct code *ret_code, const char **ret_refused)
{
        const struct otp_channel *ch = otp_channel(channel);
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t attempts;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_find(&tx, session_key, ret_session) != RC_OK ||
            session_may(op, ret_session, ch->step, now_ms) != RC_OK ||
            code_load_latest(&tx, ret_session, channel, address, ret_code) != RC_OK)
                return op->rc;
        if (ret_code->used_at_ms)
                return op_fail(op, RC_NO_PENDING_VERIFICATION, "the code was used");
        if (is_over(ret_code, now_ms))
                return op_fail(op, RC_CODE_EXPIRED, "the code has expired");
        if (code_count_attempt(&tx, channel, ret_code->id, svc->conf->code_attempts, now_ms, &attempts) !=
            RC_OK)
                return op->rc;
        if (attempts == 0)
                return no_attempts_left(&tx, svc, channel, address, now_ms);
        if (otp_limit_check(&tx, svc->conf, channel, address, now_ms, ret_refused) != RC_OK)
                return op->rc;
        ret_code->attempts = attempts;
        return tx_commit(&tx);
}

/* A wrong one: note it, and end the session when there were too many of them. */
static enum rc reject(struct op *op, struct service *svc, enum code_channel channel, struct session *session,
                      const struct code *code, int64_t now_ms)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t wrong;
        bool failed = false;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            event_append(&tx, EVENT_CODE_REJECTED, session->id,
                         arena_printf(&op->arena, "{\"channel\":\"%s\",\"attempt\":%lld}",
                                      step_name(otp_channel(channel)->step), (long long)code->attempts),
                         now_ms) != RC_OK ||
            code_count_wrong(&tx, channel, session->id, &wrong) != RC_OK)
                return op->rc;
        if (wrong >= WRONG_PER_SESSION_MAX && session_exhaust(&tx, session, now_ms, &failed) != RC_OK)
                return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        if (failed)
                service_changed(svc, session->id);
        op->attempts_remaining = (int)MAX(svc->conf->code_attempts - code->attempts, 0);
        return op_fail(op, RC_INVALID_CODE, "wrong code, attempt %lld", (long long)code->attempts);
}

/* The code is right: use it, once, and take the step with what it proved. */
static enum rc accept(struct op *op, struct service *svc, enum code_channel channel, struct session *session,
                      const struct code *code, const char *how, int64_t now_ms)
{
        const struct otp_channel *ch = otp_channel(channel);
        struct session_proof proof = {0};
        memcpy((char *)&proof + ch->proof_at, &code->address, sizeof(code->address));
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool won, moved;
        /* The session before its codes, as who counts an attempt or sends has them: else two would wait for
         * each other. */
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_advance(&tx, session, SESSION_IN(ch->from), ch->to, &proof, now_ms, &moved) != RC_OK)
                return op->rc;
        if (!moved)
                return op_fail(op, RC_ALREADY_VERIFIED, "the session has moved on meanwhile");
        if (code_mark_used(&tx, channel, code->id, now_ms, &won) != RC_OK)
                return op->rc;
        if (!won)
                return op_fail(op, RC_NO_PENDING_VERIFICATION, "the code was used or replaced meanwhile");
        struct masked masked = ch->mask(code->address);
        struct str metadata =
            arena_printf(&op->arena, "{\"%s\":\"%s\",\"by\":\"%s\"}", ch->field, masked.text, how);
        if (event_append(&tx, ch->verified, session->id, metadata, now_ms) != RC_OK ||
            tx_commit(&tx) != RC_OK)
                return op->rc;
        service_changed(svc, session->id);
        return RC_OK;
}

enum rc otp_verify(struct op *op, struct service *svc, enum code_channel channel, struct str session_key,
                   struct str address, struct str code, struct session *ret)
{
        char to[OTP_ADDRESS_MAX];
        int64_t now = clock_wall_ms();
        struct code sent = {0};
        const char *refused = NULL;
        if (validate(op, svc, otp_channel(channel), address, code, to) != RC_OK)
                return op->rc;
        if (count_attempt(op, svc, channel, session_key, str_from(to), now, ret, &sent, &refused) != RC_OK) {
                if (refused)
                        otp_limit_note(op, svc, ret->id, refused);
                return op->rc;
        }
        if (!mac_code_matches(svc->vault, str_from(sent.id), str_from(to), code,
                              str_from_bytes(sent.hash, sizeof(sent.hash))))
                return reject(op, svc, channel, ret, &sent, now);
        return accept(op, svc, channel, ret, &sent, "code", now);
}

/* Find the code of a link and its session. *ret_done: it was confirmed already. */
static enum rc find_link(struct op *op, struct service *svc, struct str token, int64_t now_ms,
                         struct session *ret_session, struct code *ret_code, bool *ret_done)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (!token_valid(TOKEN_CONFIRM, token))
                return op_fail(op, RC_NOT_FOUND, "not the form of a link");
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK)
                return op->rc;
        if (code_load_by_link(&tx, CODE_EMAIL, token, ret_code) != RC_OK) {
                if (op->rc != RC_VERIFICATION_NOT_FOUND)
                        return op->rc;
                op_forgive(op);
                return op_fail(op, RC_NOT_FOUND, "no such link");
        }
        if (session_load(&tx, str_from(ret_code->session_id), ret_session) != RC_OK ||
            code_load(&tx, ret_session, CODE_EMAIL, str_from(ret_code->id), ret_code) != RC_OK)
                return op->rc;
        *ret_done = ret_code->used_at_ms != 0;
        if (*ret_done)
                return RC_OK;
        if (session_may(op, ret_session, STEP_EMAIL, now_ms) != RC_OK)
                return op->rc;
        if (ret_code->voided_at_ms || is_over(ret_code, now_ms))
                return op_fail(op, RC_CODE_EXPIRED, "the link is too old or replaced by a newer one");
        return RC_OK;
}

enum rc otp_check_link(struct op *op, struct service *svc, struct str token)
{
        struct session session CLEANUP(session_release) = {0};
        struct code code = {0};
        bool done;
        return find_link(op, svc, token, clock_wall_ms(), &session, &code, &done);
}

enum rc otp_confirm_link(struct op *op, struct service *svc, struct str token)
{
        struct session session CLEANUP(session_release) = {0};
        struct code code = {0};
        bool done = false;
        int64_t now = clock_wall_ms();
        if (find_link(op, svc, token, now, &session, &code, &done) != RC_OK || done)
                return op->rc;
        return accept(op, svc, CODE_EMAIL, &session, &code, "link", now);
}
