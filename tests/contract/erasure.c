#include "contract/contract.h"

#include <stdio.h>

static void count(struct fixture *fixture, struct tx *tx, const char *sql, const char *id, int64_t expected)
{
        struct db_rows rows;
        CHECK_OK(TX_QUERY(tx, sql, &rows, db_words(id)));
        CHECK(db_get_int(&rows, 0, 0) == expected);
}

/* Each by itself: the statements of the test ask for any of them. */
static void check_measured(struct fixture *fixture, struct tx *tx, const struct whole *whole, bool there)
{
        struct document document;
        struct face face;
        CHECK_OK(document_load(tx, NULL, str_from(whole->document), &document));
        CHECK((document.confidence > 0) == there && (document.name_match != TRI_UNKNOWN) == there &&
              (document.birth_date_match != TRI_UNKNOWN) == there && str_is_null(document.advice) != there);
        CHECK_OK(face_load(tx, NULL, str_from(whole->face), &face));
        CHECK((face.similarity > 0) == there && (face.liveness > 0) == there &&
              (face.is_live != TRI_UNKNOWN) == there && (face.selfie_repeated != TRI_UNKNOWN) == there);
        CHECK(document.status == CHECK_SUCCESS && face.status == CHECK_SUCCESS);
}

static void append(struct fixture *fixture, struct tx *tx, enum event_type type, const char *session_id,
                   int64_t now_ms)
{
        CHECK_OK(event_append(tx, type, session_id, STR("{\"to\":\"010-****-5678\"}"), now_ms));
}

/* Control: leave a column out of a statement of store/erasure.c. */
CONTRACT(of_an_erased_session_no_sealed_byte_no_hash_and_no_score_is_left)
{
        static const char *const left[] = {
            "SELECT COUNT(*) FROM sessions WHERE id = $1 AND (wrapped_key IS NOT NULL OR ip IS NOT NULL OR "
            "phone_index IS NOT NULL OR email_index IS NOT NULL OR verified_phone_index IS NOT NULL OR "
            "verified_email_index IS NOT NULL OR token_hash IS NOT NULL OR expected_name IS NOT NULL OR "
            "expected_birth_date IS NOT NULL OR metadata IS NOT NULL OR phone IS NOT NULL OR email IS NOT "
            "NULL OR verified_phone IS NOT NULL OR verified_email IS NOT NULL OR verified_name IS NOT NULL "
            "OR verified_birth_date IS NOT NULL OR result IS NOT NULL OR risk_signals IS NOT NULL)",
            "SELECT COUNT(*) FROM phone_verifications WHERE session_id = $1 AND (address IS NOT NULL OR "
            "link_hash IS NOT NULL OR provider_ref IS NOT NULL)",
            "SELECT COUNT(*) FROM email_verifications WHERE session_id = $1 AND (address IS NOT NULL OR "
            "link_hash IS NOT NULL OR provider_ref IS NOT NULL)",
            "SELECT COUNT(*) FROM id_card_verifications WHERE session_id = $1 AND (front_blob IS NOT NULL OR "
            "back_blob IS NOT NULL OR portrait_blob IS NOT NULL OR extracted "
            "IS NOT NULL OR details IS NOT NULL OR portrait_key IS NOT NULL OR numbers IS NOT NULL OR "
            "confidence IS NOT NULL OR name_match IS NOT NULL OR birth_date_match IS NOT NULL OR "
            "advice IS NOT NULL)",
            "SELECT COUNT(*) FROM face_verifications WHERE session_id = $1 AND (selfie_blob IS NOT NULL OR "
            "details IS NOT NULL OR selfie_key IS NOT NULL OR similarity IS NOT NULL OR liveness IS NOT "
            "NULL OR is_live IS NOT NULL OR selfie_repeated IS NOT NULL)",
            "SELECT COUNT(*) FROM people WHERE session_id = $1",
            "SELECT COUNT(*) FROM jobs WHERE session_id = $1 AND payload IS NOT NULL",
            "SELECT COUNT(*) FROM consents WHERE session_id = $1 AND ip IS NOT NULL",
        };
        struct whole whole, other;
        struct erased what;
        struct code code;
        static const uint8_t zeros[CODE_HASH_LEN];
        make_whole(fixture, "key-1", &whole);
        make_whole(fixture, "key-2", &other);
        BEGIN(tx, TX_WRITE);
        for (size_t i = 0; i < LEN(left); i++)
                count(fixture, &tx, left[i], whole.session.id, 1);
        check_measured(fixture, &tx, &whole, true);
        CHECK_OK(session_erase(&tx, str_from(whole.session.id), NOW_MS + 1, &what));
        CHECK(what.codes == 2 && what.documents == 1 && what.faces == 1 && what.consents == 1 &&
              what.jobs == 1 && what.templates == 1 && what.blobs.len == 3);
        for (size_t i = 0; i < LEN(left); i++) {
                count(fixture, &tx, left[i], whole.session.id, 0);
                count(fixture, &tx, left[i], other.session.id, 1);
        }
        check_measured(fixture, &tx, &whole, false);
        check_measured(fixture, &tx, &other, true);
        CHECK_OK(code_load(&tx, NULL, CODE_PHONE, str_from(whole.phone_code), &code));
        CHECK(memcmp(code.hash, zeros, sizeof(zeros)) == 0);
        CHECK_OK(tx_commit(&tx));
}

/* Control: take the list of types out of event_redact_session. */
CONTRACT(erasing_blanks_what_the_log_tells_of_the_applicant_and_keeps_who_read)
{
        struct session session, other;
        struct erased what;
        struct event *events;
        size_t len;
        int64_t total;
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        fixture->op.client = (struct client){.ip = STR("192.0.2.7"), .user_agent = STR("test/1")};
        BEGIN(tx, TX_WRITE);
        append(fixture, &tx, EVENT_PHONE_SENT, session.id, NOW_MS);
        append(fixture, &tx, EVENT_PERSONAL_DATA_READ, session.id, NOW_MS + 1);
        append(fixture, &tx, EVENT_TOKEN_INTROSPECTED, session.id, NOW_MS + 2);
        append(fixture, &tx, EVENT_PHONE_SENT, other.id, NOW_MS + 3);
        CHECK_OK(session_erase(&tx, str_from(session.id), NOW_MS + 4, &what));
        CHECK(what.log_entries == 1);
        struct event_filter all = {0};
        CHECK_OK(event_list(&tx, &all, (struct page){1, 20}, &events, &len, &total));
        CHECK(len == 4);
        for (size_t i = 0; i < len; i++) {
                bool blank = events[i].created_at_ms == NOW_MS;
                CHECK(str_is_null(events[i].ip) == blank && str_is_null(events[i].salt) == blank &&
                      str_is_null(events[i].metadata) == blank);
        }
        CHECK(events[3].type == EVENT_PHONE_SENT);
        CHECK_STR(events[3].session_id, session.id);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(old_entries_of_the_log_are_blanked_once_and_stay)
{
        struct event *events;
        size_t len;
        int64_t total, blanked;
        fixture->op.client = (struct client){.ip = STR("192.0.2.7"), .user_agent = STR("test/1")};
        BEGIN(tx, TX_WRITE);
        for (int i = 0; i < 5; i++)
                append(fixture, &tx, EVENT_PERSONAL_DATA_READ, "s1", NOW_MS + i);
        CHECK_OK(event_redact_before(&tx, NOW_MS + 3, 2, &blanked));
        CHECK(blanked == 2);
        CHECK_OK(event_redact_before(&tx, NOW_MS + 3, 2, &blanked));
        CHECK(blanked == 1);
        CHECK_OK(event_redact_before(&tx, NOW_MS + 3, 2, &blanked));
        CHECK(blanked == 0);
        CHECK_OK(event_redact_before(&tx, NOW_MS, 2, &blanked));
        CHECK(blanked == 0);
        struct event_filter all = {0};
        CHECK_OK(event_list(&tx, &all, (struct page){1, 20}, &events, &len, &total));
        CHECK(len == 5);
        for (size_t i = 0; i < len; i++) {
                bool blank = events[i].created_at_ms < NOW_MS + 3;
                CHECK(str_is_null(events[i].ip) == blank && str_is_null(events[i].metadata) == blank);
                CHECK_STR(events[i].session_id, "s1");
        }
        CHECK_OK(event_redact_before(&tx, NOW_MS + 9, 20, &blanked));
        CHECK(blanked == 2);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(pictures_are_found_and_forgotten_before_their_session)
{
        struct whole whole;
        struct session open;
        struct str *ids;
        struct blob_names blobs;
        struct document document;
        size_t len;
        char id[ID_MAX];
        bool allowed;
        make_whole(fixture, "key-1", &whole);
        make_session(fixture, "key-2", &open);
        BEGIN(tx, TX_WRITE);
        struct document_new pending = {
            .type = STR("passport"), .front_blob = STR("blob-open"), .uploads_max = 5, .now_ms = NOW_MS};
        CHECK_OK(document_insert(&tx, &open, &pending, id, &allowed));
        CHECK_OK(session_find_pictured(&tx, NOW_MS, 10, &ids, &len));
        CHECK(len == 0);
        CHECK_OK(session_find_pictured(&tx, NOW_MS + 1, 10, &ids, &len));
        CHECK(len == 1); /* of the one that has ended */
        CHECK_STR(ids[0], whole.session.id);
        CHECK_OK(session_drop_pictures(&tx, ids[0], &blobs));
        CHECK(blobs.len == 3);
        CHECK_OK(session_find_pictured(&tx, NOW_MS + 1, 10, &ids, &len));
        CHECK(len == 0);
        CHECK_OK(document_load(&tx, &whole.session, str_from(whole.document), &document));
        CHECK(str_is_null(document.front_blob) && str_is_null(document.portrait_blob));
        CHECK_STR(document.extracted, "{\"name\":\"홍길동\"}");
        CHECK_OK(tx_commit(&tx));
}

/* Controls: leave a column out of session_drop_faces; the status out of session_find_faces. */
CONTRACT(faces_are_found_once_their_session_has_ended_and_go_with_their_keys)
{
        struct whole whole;
        struct session open, gone;
        struct str *ids;
        struct blob_names blobs;
        struct document document;
        struct face face;
        size_t len;
        char id[ID_MAX];
        bool done;
        make_whole(fixture, "key-1", &whole);
        make_session(fixture, "key-2", &open);
        BEGIN(tx, TX_WRITE);
        struct document_new new = {
            .type = STR("passport"), .front_blob = STR("blob-open"), .uploads_max = 5, .now_ms = NOW_MS};
        struct document_outcome read = {.status = CHECK_SUCCESS, .portrait_blob = STR("blob-of-open")};
        CHECK_OK(document_insert(&tx, &open, &new, id, &done));
        CHECK_OK(document_conclude(&tx, &open, id, &read, &done));
        CHECK_OK(session_find_faces(&tx, NOW_MS - 1, 10, &ids, &len));
        CHECK(len == 0);
        CHECK_OK(session_find_faces(&tx, NOW_MS, 10, &ids, &len));
        CHECK(len == 1); /* of the one that has ended */
        CHECK_STR(ids[0], whole.session.id);
        CHECK_OK(session_drop_faces(&tx, ids[0], NOW_MS + 5, &blobs));
        CHECK(blobs.len == 2);
        CHECK_OK(session_find_faces(&tx, NOW_MS, 10, &ids, &len));
        CHECK(len == 0);
        CHECK_OK(document_load(&tx, &whole.session, str_from(whole.document), &document));
        CHECK(str_is_null(document.portrait_blob) && str_is_null(document.portrait_key) &&
              str_is_null(document.numbers));
        CHECK_STR(document.front_blob, "blob-card");
        CHECK_OK(face_load(&tx, &whole.session, str_from(whole.face), &face));
        CHECK(str_is_null(face.selfie_blob) && str_is_null(face.selfie_key));
        CHECK_OK(session_load(&tx, str_from(whole.session.id), &gone));
        CHECK(gone.faces_destroyed_at_ms == NOW_MS + 5);
        /* Expired, by its own time. */
        CHECK_OK(session_expire(&tx, &open, NOW_MS + 86400000, &done));
        CHECK_OK(session_find_faces(&tx, NOW_MS + 86400000, 10, &ids, &len));
        CHECK(len == 1);
        CHECK_STR(ids[0], open.id);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_selfie_that_is_being_judged_is_not_taken_away)
{
        struct session session;
        struct blob_names blobs;
        struct face face;
        char id[ID_MAX];
        bool done;
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        struct face_new new = {
            .document_id = "d", .selfie_blob = STR("blob-upload"), .uploads_max = 5, .now_ms = NOW_MS};
        CHECK_OK(face_insert(&tx, &session, &new, id, &done));
        CHECK_OK(session_drop_faces(&tx, str_from(session.id), NOW_MS, &blobs));
        CHECK(blobs.len == 0);
        CHECK_OK(face_load(&tx, &session, str_from(id), &face));
        CHECK_STR(face.selfie_blob, "blob-upload");
        CHECK_OK(session_load(&tx, str_from(session.id), &session));
        CHECK(session.faces_destroyed_at_ms == 0);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(blobs_that_rows_speak_of_are_told_from_others)
{
        struct whole whole;
        const struct str names[] = {STR("blob-nobodys"), STR("blob-card"), STR("blob-selfie"),
                                    STR("blob-portrait"), STR("blob-upload")};
        bool named[BLOB_NAMES_MAX];
        make_whole(fixture, "key-1", &whole);
        BEGIN(tx, TX_READ);
        CHECK_OK(blobs_find_named(&tx, names, LEN(names), named));
        CHECK(!named[0] && named[1] && named[2] && named[3] && !named[4]);
        CHECK_OK(blobs_find_named(&tx, names, 1, named));
        CHECK(!named[0]);
        struct str many[BLOB_NAMES_MAX];
        for (size_t i = 0; i < LEN(many); i++)
                many[i] = i == 31 ? names[2] : names[0];
        CHECK_OK(blobs_find_named(&tx, many, LEN(many), named));
        CHECK(!named[0] && !named[30] && named[31]);
}

static int64_t marks(struct fixture *fixture)
{
        struct db_rows rows;
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM settings WHERE name = 'scrub'", NULL, 0, &rows));
        return db_get_int(&rows, 0, 0);
}

CONTRACT(a_scrub_is_due_until_it_is_done)
{
        struct session session;
        struct erased what;
        make_session(fixture, "key-1", &session);
        CHECK_OK(store_scrub(&fixture->store, &fixture->op));
        {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(session_erase(&tx, str_from(session.id), NOW_MS, &what));
                CHECK_OK(tx_commit(&tx));
        }
        fixture_reopen(fixture, NULL); /* the process died in between */
        CHECK(marks(fixture) == 1);
        CHECK_OK(store_scrub(&fixture->store, &fixture->op));
        CHECK(marks(fixture) == 0);
        CHECK_OK(store_scrub(&fixture->store, &fixture->op));
}

CONTRACT(the_store_has_one_name)
{
        struct str first, again;
        CHECK_OK(store_name(&fixture->store, &fixture->op, &first));
        fixture_reopen(fixture, NULL);
        CHECK_OK(store_name(&fixture->store, &fixture->op, &again));
        CHECK(id_valid(first) && str_equal(first, again));
}

CONTRACT(consents_come_back_and_outlive_the_erasure_without_the_address)
{
        struct whole whole;
        struct session session;
        struct consent *consents;
        struct erased what;
        size_t len;
        make_whole(fixture, "key-1", &whole);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(consent_list(&tx, &whole.session, &consents, &len));
        CHECK(len == 1 && consents[0].created_at_ms == NOW_MS && consents[0].lang == LANG_KO);
        CHECK_STR(consents[0].ip, "192.0.2.1");
        CHECK_OK(session_erase(&tx, str_from(whole.session.id), NOW_MS + 1, &what));
        CHECK_OK(session_load(&tx, str_from(whole.session.id), &session));
        CHECK_OK(consent_list(&tx, &session, &consents, &len));
        CHECK(len == 1 && str_is_null(consents[0].ip));
        CHECK_STR(consents[0].items, "phone,email");
        CHECK_STR(consents[0].purpose, "본인 확인");
        CHECK_OK(tx_commit(&tx));
}
