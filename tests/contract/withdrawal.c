/* A document that took its step is taken back, with all that it proved: a new one takes its place, and
 * nothing of the old one goes on to count. Controls, each of which fails it: the name left in the row, the
 * condition of ADVANCE that the face's document be the session's, or that there be no document yet. */
#include "contract/contract.h"

#include "store/withdrawal.h"

static const struct str no_portrait = STR("[\"NO_PORTRAIT\"]");

static void take_document(struct fixture *fixture, struct session *session, const char *name,
                          char ret_id[ID_MAX], bool expected)
{
        struct document_new new = {
            .type = STR("resident_card"), .front_blob = STR("an upload"), .uploads_max = 5, .now_ms = NOW_MS};
        struct document_outcome read = {.status = CHECK_SUCCESS,
                                        .extracted = STR("{\"name\":\"…\"}"),
                                        .details = STR("{}"),
                                        .portrait_blob = STR("a portrait"),
                                        .portrait_key = STR("the 32 bytes of the portrait key"),
                                        .numbers = STR("\1a hash of a number, of thirty-two b"),
                                        .redacted_front_blob = STR("a card"),
                                        .now_ms = NOW_MS};
        bool done, moved;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(document_insert(&tx, session, &new, ret_id, &done));
        CHECK(done);
        CHECK_OK(document_conclude(&tx, session, ret_id, &read, &done));
        const struct session_proof proof = {.name = str_from(name), .document_id = str_from(ret_id)};
        CHECK_OK(session_advance(&tx, session,
                                 SESSION_IN(SESSION_EMAIL_VERIFIED) | SESSION_IN(SESSION_ID_CARD_VERIFIED),
                                 SESSION_ID_CARD_VERIFIED, &proof, NOW_MS, &moved));
        CHECK(moved == expected);
        CHECK_OK(tx_commit(&tx));
}

static bool take_face(struct fixture *fixture, struct session *session, const char *document_id)
{
        const struct session_proof proof = {.document_id = str_from(document_id)};
        bool moved;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(session_advance(&tx, session, SESSION_IN(SESSION_ID_CARD_VERIFIED), SESSION_FACE_VERIFIED,
                                 &proof, NOW_MS, &moved));
        CHECK_OK(tx_commit(&tx));
        return moved;
}

static bool withdraw(struct fixture *fixture, struct session *session, const char *document_id,
                     struct blob_names *ret)
{
        bool withdrawn;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(document_withdraw(&tx, session, document_id, no_portrait, ret, &withdrawn));
        CHECK_OK(tx_commit(&tx));
        return withdrawn;
}

/* A session that waits for its document. */
static void make_waiting(struct fixture *fixture, struct session *ret)
{
        bool moved;
        make_session(fixture, "key-1", ret);
        BEGIN(tx, TX_WRITE);
        for (int i = SESSION_PENDING; i < SESSION_EMAIL_VERIFIED; i++)
                CHECK_OK(session_advance(&tx, ret, SESSION_IN(i), (enum session_status)(i + 1), NULL, NOW_MS,
                                         &moved));
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(of_a_withdrawn_document_nothing_is_left_and_another_takes_its_place)
{
        struct session session, again;
        struct document document;
        struct blob_names blobs;
        char first[ID_MAX], second[ID_MAX], third[ID_MAX];
        make_waiting(fixture, &session);
        take_document(fixture, &session, "홍길동", first, true);
        take_document(fixture, &session, "홍길순", second, false); /* one is there already */
        CHECK(withdraw(fixture, &session, first, &blobs));
        CHECK(blobs.len == 2); /* the card and the portrait */
        CHECK(!withdraw(fixture, &session, first, &blobs) && !withdraw(fixture, &session, second, &blobs));
        {
                BEGIN(tx, TX_READ);
                CHECK_OK(session_load(&tx, str_from(session.id), &again));
                CHECK(again.status == SESSION_ID_CARD_VERIFIED && again.id_card_verified_at_ms == 0);
                CHECK(again.version == session.version && str_is_null(again.verified_name));
                CHECK_RC(document_load_accepted(&tx, &again, &document), RC_VERIFICATION_NOT_FOUND);
                CHECK_OK(document_load(&tx, &again, str_from(first), &document));
                CHECK(document.status == CHECK_REJECTED);
                CHECK_STR(document.errors, "[\"NO_PORTRAIT\"]");
                CHECK(str_is_null(document.front_blob) && str_is_null(document.portrait_blob) &&
                      str_is_null(document.portrait_key) && str_is_null(document.extracted) &&
                      str_is_null(document.numbers));
                CHECK_STR(document.details, "{}");
        }
        CHECK(!take_face(fixture, &session, first));
        take_document(fixture, &session, "홍길자", third, true);
        CHECK(!take_face(fixture, &session, first)); /* that came back late */
        CHECK(take_face(fixture, &session, third));
        CHECK(!withdraw(fixture, &session, third, &blobs)); /* the face has taken its step by it */
        BEGIN(tx, TX_READ);
        CHECK_OK(session_load(&tx, str_from(session.id), &again));
        CHECK(again.status == SESSION_FACE_VERIFIED);
        CHECK_STR(again.verified_name, "홍길자");
        CHECK_OK(document_load_accepted(&tx, &again, &document));
        CHECK(strcmp(document.id, third) == 0);
}

CONTRACT(an_upload_that_is_given_back_can_be_made_again)
{
        struct session session;
        struct document_new document = {.type = STR("passport"), .uploads_max = 1, .now_ms = NOW_MS};
        struct face_new face = {.document_id = "d", .uploads_max = 1, .now_ms = NOW_MS};
        char id[ID_MAX];
        bool allowed[6];
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(document_give_back(&tx, &session)); /* of nothing, nothing */
        CHECK_OK(face_give_back(&tx, &session));
        for (int i = 0; i < 3; i++) {
                if (i == 2)
                        CHECK_OK(document_give_back(&tx, &session));
                if (i == 2)
                        CHECK_OK(face_give_back(&tx, &session));
                CHECK_OK(document_insert(&tx, &session, &document, id, &allowed[i]));
                CHECK_OK(face_insert(&tx, &session, &face, id, &allowed[3 + i]));
        }
        CHECK(allowed[0] && !allowed[1] && allowed[2] && allowed[3] && !allowed[4] && allowed[5]);
        CHECK_OK(tx_commit(&tx));
}
