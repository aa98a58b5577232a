#include "check/session.h"

#include "doc/date.h"
#include "doc/email.h"
#include "doc/phone.h"
#include "store/event.h"

enum { NAME_MAX_BYTES = 300, METADATA_MAX = 4096 };

const char *step_name(enum step step)
{
        static const char *const names[] = {"phone", "email", "id_card", "face"};
        return names[step];
}

static enum rc validate(struct op *op, const struct session_request *request, struct session_new *new)
{
        struct phone *phone = arena_alloc(&op->arena, sizeof(*phone));
        struct email *email = arena_alloc(&op->arena, sizeof(*email));
        struct date day;
        if (phone == NULL || email == NULL)
                return op_fail(op, RC_UNAVAILABLE, "request memory is full");
        if (request->phone.ptr) {
                if (!phone_parse(request->phone, phone))
                        return op_fail_field(op, RC_INVALID_PHONE_NUMBER, "phone_number",
                                             "올바른 휴대폰 번호가 아닙니다.", "Not a Korean mobile number.");
                new->phone = str_from(phone->e164);
        }
        if (request->email.ptr) {
                if (!email_parse(request->email, email))
                        return op_fail_field(op, RC_INVALID_EMAIL, "email", "올바른 이메일 주소가 아닙니다.",
                                             "Not an e-mail address.");
                new->email = str_from(email->text);
        }
        if (request->expected_name.ptr &&
            (str_trim(request->expected_name).len == 0 || request->expected_name.len > NAME_MAX_BYTES))
                return op_fail_field(op, RC_VALIDATION_FAILED, "expected.name",
                                     "이름은 1자 이상 100자 이하입니다.", "A name has 1 to 100 characters.");
        if (request->expected_birth_date.ptr && !date_parse(request->expected_birth_date, &day))
                return op_fail_field(op, RC_VALIDATION_FAILED, "expected.birth_date",
                                     "YYYY-MM-DD 형식의 날짜입니다.", "A date as YYYY-MM-DD.");
        if (request->metadata.len > METADATA_MAX)
                return op_fail_field(op, RC_VALIDATION_FAILED, "metadata", "4KB를 넘을 수 없습니다.",
                                     "At most 4 KB.");
        return RC_OK;
}

enum rc session_create(struct op *op, struct service *svc, const struct session_request *request,
                       struct session *ret, char ret_key[TOKEN_MAX])
{
        int64_t now = clock_wall_ms();
        struct session_new new = {
            .full = request->full,
            .lang = op->client.lang,
            .rp_id = request->rp_id,
            .expected_name = request->expected_name,
            .expected_birth_date = request->expected_birth_date,
            .metadata = request->metadata,
            .ip = op->client.ip,
            .now_ms = now,
            .expires_at_ms = now + svc->conf->session_hours * 3600 * 1000,
        };
        if (validate(op, request, &new) != RC_OK)
                return op->rc;
        char key[TOKEN_MAX];
        token_new(TOKEN_SESSION, key);
        new.key = str_from(key);

        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(svc->store, op, TX_WRITE, &tx);
        if (rc == RC_OK)
                rc = session_insert(&tx, &new, ret);
        if (rc == RC_OK)
                rc = event_append(&tx, EVENT_SESSION_CREATED, ret->id,
                                  request->full ? STR("{\"flow\":\"full\"}") : STR("{\"flow\":\"basic\"}"),
                                  now);
        if (rc == RC_OK)
                rc = tx_commit(&tx);
        if (rc == RC_OK)
                memcpy(ret_key, key, sizeof(key));
        explicit_bzero(key, sizeof(key));
        return rc;
}

enum rc session_find(struct tx *tx, struct str key, struct session *ret)
{
        if (!token_valid(TOKEN_SESSION, key))
                return op_fail(tx->op, RC_SESSION_NOT_FOUND, "not the form of a session key");
        return session_load_by_key(tx, key, ret);
}

enum rc session_is_open(struct op *op, const struct session *session, int64_t now_ms)
{
        if (session->status == SESSION_COMPLETED)
                return op_fail(op, RC_SESSION_COMPLETED, "session is completed");
        if (session->status == SESSION_FAILED)
                return op_fail(op, RC_SESSION_FAILED, "session has failed");
        if (session->status == SESSION_EXPIRED || now_ms >= session->expires_at_ms) {
                op->expired_at_ms = session->expires_at_ms;
                return op_fail(op, RC_SESSION_EXPIRED, "session has expired");
        }
        return RC_OK;
}

enum rc session_may(struct op *op, const struct session *session, enum step step, int64_t now_ms)
{
        if (session_is_open(op, session, now_ms) != RC_OK)
                return op->rc;
        enum step done = (enum step)session->status; /* SESSION_PENDING is 0: nothing done */
        if (session->status == SESSION_ID_CARD_VERIFIED && session->id_card_verified_at_ms == 0)
                done = STEP_ID_CARD; /* the document was withdrawn: another is wanted */
        if (done > step)
                return op_fail(op, RC_ALREADY_VERIFIED, "step %s is done", step_name(step));
        if (done < step || (!session->full && step > STEP_EMAIL))
                return op_fail(op, RC_STEP_OUT_OF_ORDER, "step %s comes later", step_name(step));
        return RC_OK;
}

enum rc session_exhaust(struct tx *tx, struct session *session, int64_t now_ms, bool *ret_failed)
{
        bool failed;
        if (session_fail(tx, session, rc_code(RC_MAX_ATTEMPTS_EXCEEDED), now_ms, &failed) != RC_OK ||
            (failed && event_append(tx, EVENT_VERIFICATION_FAILED, session->id,
                                    STR("{\"reason\":\"MAX_ATTEMPTS_EXCEEDED\"}"), now_ms) != RC_OK))
                return tx->op->rc;
        if (ret_failed)
                *ret_failed = failed;
        return RC_OK;
}

void session_view(const struct session *session, int64_t now_ms, struct session_view *ret)
{
        const int64_t done_at[] = {session->phone_verified_at_ms, session->email_verified_at_ms,
                                   session->id_card_verified_at_ms, session->face_verified_at_ms};
        bool unfinished = SESSION_UNFINISHED & SESSION_IN(session->status);
        *ret = (struct session_view){
            .status = unfinished && now_ms >= session->expires_at_ms ? SESSION_EXPIRED : session->status,
            .steps_max = session->full ? 4 : 2,
        };
        for (int i = 0; i < ret->steps_max; i++) {
                ret->verified[i] = done_at[i] != 0;
                ret->steps_done += ret->verified[i];
        }
        ret->current_step = MIN(ret->steps_done + 1, ret->steps_max);
        ret->score = ret->steps_done * 100 / ret->steps_max;
}
