/* When the pictures of a session are used up. Controls: one of the two steps left out of store/attempt.c; the
 * question for what is still open; and, for the race, attempts_are_left asked before the verdict is written.
 */
#include "contract/contract.h"

#include "store/attempt.h"

enum { UPLOADS = 2 };

static void upload(struct fixture *fixture, const struct session *session, char ret_id[ID_MAX])
{
        struct document_new new = {
            .type = STR("passport"), .front_blob = STR("b"), .uploads_max = UPLOADS, .now_ms = NOW_MS};
        bool allowed;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(document_insert(&tx, session, &new, ret_id, &allowed));
        CHECK(allowed);
        CHECK_OK(tx_commit(&tx));
}

static void upload_face(struct fixture *fixture, const struct session *session, char ret_id[ID_MAX])
{
        struct face_new new = {
            .document_id = "d", .selfie_blob = STR("b"), .uploads_max = UPLOADS, .now_ms = NOW_MS};
        bool allowed;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(face_insert(&tx, session, &new, ret_id, &allowed));
        CHECK(allowed);
        CHECK_OK(tx_commit(&tx));
}

static const struct document_outcome refused = {
    .status = CHECK_REJECTED, .confidence = -1, .now_ms = NOW_MS + 1};

static void refuse(struct fixture *fixture, const struct session *session, const char *id)
{
        bool moved;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(document_conclude(&tx, session, id, &refused, &moved));
        CHECK(moved);
        CHECK_OK(tx_commit(&tx));
}

static void refuse_face(struct fixture *fixture, const struct session *session, const char *id)
{
        const struct face_outcome outcome = {.status = CHECK_FAILED, .now_ms = NOW_MS + 1};
        bool moved;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(face_conclude(&tx, session, id, &outcome, &moved));
        CHECK(moved);
        CHECK_OK(tx_commit(&tx));
}

static bool are_left(struct fixture *fixture, const struct session *session)
{
        bool left;
        BEGIN(tx, TX_READ);
        CHECK_OK(attempts_are_left(&tx, session, UPLOADS, &left));
        return left;
}

static void take(struct fixture *fixture, struct session *session, enum session_status to)
{
        bool moved;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(session_advance(&tx, session, SESSION_UNFINISHED, to, NULL, NOW_MS, &moved));
        CHECK(moved);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(pictures_are_used_up_when_none_is_left_nor_open_nor_taken)
{
        struct session session, other;
        char ids[UPLOADS][ID_MAX];
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        CHECK(are_left(fixture, &session));
        upload(fixture, &session, ids[0]);
        refuse(fixture, &session, ids[0]);
        CHECK(are_left(fixture, &session));
        upload(fixture, &session, ids[1]);
        CHECK(are_left(fixture, &session)); /* it may still be accepted */
        refuse(fixture, &session, ids[1]);
        CHECK(!are_left(fixture, &session) && are_left(fixture, &other));
        take(fixture, &session, SESSION_ID_CARD_VERIFIED);
        CHECK(are_left(fixture, &session));
        for (int i = 0; i < UPLOADS; i++) {
                CHECK(are_left(fixture, &session));
                upload_face(fixture, &session, ids[i]);
                CHECK(are_left(fixture, &session));
                refuse_face(fixture, &session, ids[i]);
        }
        CHECK(!are_left(fixture, &session));
        take(fixture, &session, SESSION_FACE_VERIFIED);
        CHECK(are_left(fixture, &session));
}

struct last {
        struct session session;
        char ids[UPLOADS][ID_MAX];
};

static bool refuse_last(struct racer *racer)
{
        const struct last *last = racer->user;
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool moved, left = true;
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               document_conclude(&tx, &last->session, last->ids[racer->index], &refused, &moved) == RC_OK &&
               attempts_are_left(&tx, &last->session, UPLOADS, &left) == RC_OK && tx_commit(&tx) == RC_OK &&
               !left;
}

CONTRACT(of_the_last_pictures_that_are_judged_at_once_one_ends_it)
{
        atomic_store(&fixture->delay_ms, 10);
        for (int i = 0; i < 5; i++) {
                struct last last;
                char key[] = "key-0";
                key[4] = (char)('0' + i);
                make_session(fixture, key, &last.session);
                for (int k = 0; k < UPLOADS; k++)
                        upload(fixture, &last.session, last.ids[k]);
                CHECK(race(fixture, UPLOADS, refuse_last, &last) == 1);
        }
}
