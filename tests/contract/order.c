#include "contract/contract.h"

#include <stdio.h>
#include <stdlib.h>

/* The state table, as a model: where each transition leads from each status, or that it leads nowhere. */
enum {
        ADVANCE_PHONE,
        ADVANCE_EMAIL,
        ADVANCE_ID_CARD,
        ADVANCE_FACE,
        COMPLETE_BASIC,
        COMPLETE_FULL,
        FAIL,
        EXPIRE,
        ERASE,
        TRANSITIONS
};

static const struct {
        unsigned from;
        enum session_status to;
} table[TRANSITIONS] = {
    [ADVANCE_PHONE] = {SESSION_IN(SESSION_PENDING), SESSION_PHONE_VERIFIED},
    [ADVANCE_EMAIL] = {SESSION_IN(SESSION_PHONE_VERIFIED), SESSION_EMAIL_VERIFIED},
    [ADVANCE_ID_CARD] = {SESSION_IN(SESSION_EMAIL_VERIFIED), SESSION_ID_CARD_VERIFIED},
    [ADVANCE_FACE] = {SESSION_IN(SESSION_ID_CARD_VERIFIED), SESSION_FACE_VERIFIED},
    [COMPLETE_BASIC] = {SESSION_IN(SESSION_EMAIL_VERIFIED), SESSION_COMPLETED},
    [COMPLETE_FULL] = {SESSION_IN(SESSION_FACE_VERIFIED), SESSION_COMPLETED},
    [FAIL] = {SESSION_UNFINISHED, SESSION_FAILED},
    [EXPIRE] = {SESSION_UNFINISHED, SESSION_EXPIRED},
    [ERASE] = {SESSION_UNFINISHED, SESSION_FAILED},
};

struct model {
        enum session_status status;
        bool erased;
        char result[16]; /* of the completion */
};

/* What must come of it now. Steps need the time and the key of the session; failing and erasing do not, and
 * expiring needs the time to be over. */
static bool leads_on(const struct model *model, int transition, bool late)
{
        bool in = table[transition].from & SESSION_IN(model->status);
        if (transition == FAIL || transition == ERASE)
                return in;
        return in && (transition == EXPIRE ? late : !late && !model->erased);
}

static enum rc do_it(struct tx *tx, struct session *session, int transition, const char *result,
                     int64_t now_ms, bool *ret_moved)
{
        const struct session_proof proof = {.phone = STR("+821012345678")};
        const struct session_result answer = {
            .token = str_from(result), .token_expires_at_ms = now_ms + 1000, .json = str_from(result)};
        struct erased what;
        switch (transition) {
        case COMPLETE_BASIC:
        case COMPLETE_FULL:
                return session_complete(tx, session, table[transition].from, &answer, now_ms, ret_moved);
        case FAIL:
                return session_fail(tx, session, "MAX_ATTEMPTS_EXCEEDED", now_ms, ret_moved);
        case EXPIRE:
                return session_expire(tx, session, now_ms, ret_moved);
        case ERASE:
                *ret_moved = SESSION_UNFINISHED & SESSION_IN(session->status);
                return session_erase(tx, str_from(session->id), now_ms, &what);
        default:
                return session_advance(tx, session, table[transition].from, table[transition].to, &proof,
                                       now_ms, ret_moved);
        }
}

/* Erasing and failing end most walks: steps are likelier. */
static int any_transition(void)
{
        int roll = (int)(random() % 40);
        return roll < 36 ? roll % (COMPLETE_FULL + 1) : FAIL + roll % (TRANSITIONS - FAIL);
}

/* One walk in a transaction that is undone. Returns whether it came to a completion. */
static bool walk(struct fixture *fixture, const struct session *made)
{
        enum { STEPS = 24 };
        struct model model = {0};
        BEGIN(tx, TX_WRITE);
        for (int i = 0; i < STEPS; i++) {
                struct session session CLEANUP(session_release);
                int transition = any_transition();
                bool late = random() % 30 == 0, moved = false, completed = model.status == SESSION_COMPLETED;
                int64_t now = made->expires_at_ms + (late ? 1 : -1000);
                char result[16];
                snprintf(result, sizeof(result), "result-%d", i);
                CHECK_OK(session_load(&tx, str_from(made->id), &session));
                CHECK_OK(do_it(&tx, &session, transition, result, now, &moved));
                bool expected = leads_on(&model, transition, late);
                CHECK(moved == expected);
                if (expected)
                        model.status = table[transition].to;
                if (expected && model.status == SESSION_COMPLETED)
                        memcpy(model.result, result, sizeof(result));
                model.erased = model.erased || transition == ERASE;
                session_release(&session);
                CHECK_OK(session_load(&tx, str_from(made->id), &session));
                CHECK(session.status == model.status && session.erased == model.erased);
                CHECK(!completed || model.status == SESSION_COMPLETED);
                CHECK(model.status != SESSION_COMPLETED || model.erased ||
                      str_equal(session.result, str_from(model.result)));
        }
        return model.status == SESSION_COMPLETED;
}

/* Control: take the set of states out of session_advance or session_complete, or `open = 1` out of
 * session_fail. */
CONTRACT(random_orders_of_transitions_keep_to_the_state_table)
{
        const char *all = getenv("BONIN_ASSURE");
        int sequences = all && strcmp(all, "full") == 0 ? 10000 : 300, completed = 0;
        struct session session;
        make_session(fixture, "key-1", &session);
        for (int i = 0; i < sequences; i++) {
                completed += walk(fixture, &session);
                op_release(&fixture->op); /* what the walk has read */
                op_init(&fixture->op, "contract", 64 << 20, 60000);
        }
        CHECK(completed > sequences / 20);
}
