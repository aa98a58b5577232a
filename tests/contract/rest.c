#include "contract/contract.h"

#include <math.h>

static void upload(struct fixture *fixture, const struct session *session, char ret_id[ID_MAX])
{
        bool allowed;
        struct document_new new = {
            .type = STR("passport"), .front_blob = STR("blob-front"), .uploads_max = 2, .now_ms = NOW_MS};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(document_insert(&tx, session, &new, ret_id, &allowed));
        CHECK(allowed);
        CHECK_OK(tx_commit(&tx));
}

static struct document_outcome accepted(void)
{
        return (struct document_outcome){.status = CHECK_SUCCESS,
                                         .confidence = 0.93,
                                         .name_match = TRI_YES,
                                         .birth_date_match = TRI_UNKNOWN,
                                         .errors = STR("[]"),
                                         .extracted = STR("{\"name\":\"홍길동\"}"),
                                         .details = STR("{\"mrz\":true}"),
                                         .portrait_blob = STR("blob-portrait"),
                                         .redacted_front_blob = STR("blob-redacted"),
                                         .duration_ms = 812,
                                         .now_ms = NOW_MS + 900};
}

CONTRACT(a_document_is_judged_once_and_sealed)
{
        struct session session, other, again;
        struct document document;
        char id[ID_MAX];
        bool open, moved;
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        upload(fixture, &session, id);
        BEGIN(tx, TX_WRITE);
        CHECK_RC(document_load_accepted(&tx, &session, &document), RC_VERIFICATION_NOT_FOUND);
        CHECK_OK(document_begin(&tx, id, &open));
        CHECK(open);
        CHECK_OK(document_begin(&tx, id, &open));
        CHECK(open);
        struct document_outcome outcome = accepted(), second = accepted();
        second.status = CHECK_REJECTED;
        CHECK_OK(document_conclude(&tx, &other, id, &outcome, &moved));
        CHECK(!moved);
        CHECK_OK(document_conclude(&tx, &session, id, &outcome, &moved));
        CHECK(moved);
        CHECK_OK(document_conclude(&tx, &session, id, &second, &moved));
        CHECK(!moved);
        CHECK_OK(document_begin(&tx, id, &open));
        CHECK(!open);
        CHECK_OK(document_load_latest(&tx, &session, &document));
        CHECK(document.status == CHECK_SUCCESS && document.name_match == TRI_YES);
        CHECK(document.birth_date_match == TRI_UNKNOWN && document.duration_ms == 812);
        CHECK(document.confidence > 0.92 && document.confidence < 0.94);
        CHECK_STR(document.extracted, "{\"name\":\"홍길동\"}");
        CHECK_STR(document.details, "{\"mrz\":true}");
        CHECK_STR(document.portrait_blob, "blob-portrait");
        CHECK_STR(document.front_blob, "blob-redacted");
        CHECK(str_is_null(document.back_blob) && document.finished_at_ms == NOW_MS + 900);
        CHECK_OK(document_load(&tx, NULL, str_from(id), &document));
        CHECK(str_is_null(document.extracted) && strcmp(document.session_id, session.id) == 0);
        CHECK_RC(document_load(&tx, &other, str_from(id), &document), RC_VERIFICATION_NOT_FOUND);
        CHECK_OK(session_load(&tx, str_from(session.id), &again));
        CHECK(again.version == 3);
        CHECK_OK(tx_commit(&tx));
}

static void take_step(struct fixture *fixture, struct tx *tx, struct session *session, enum session_status to,
                      const struct session_proof *proof, bool expected)
{
        bool moved;
        CHECK_OK(session_advance(tx, session, SESSION_IN(to - 1), to, proof, NOW_MS + to, &moved));
        CHECK(moved == expected);
}

CONTRACT(of_two_accepted_documents_the_one_that_took_the_step_counts)
{
        struct session session;
        struct document document;
        struct document_outcome outcome = accepted();
        char first[ID_MAX], second[ID_MAX];
        bool moved;
        make_session(fixture, "key-1", &session);
        upload(fixture, &session, first);
        upload(fixture, &session, second);
        struct session_proof phone = {.phone = STR("+821099998888")}, email = {.email = STR("a@example.org")},
                             one = {.document_id = str_from(first)},
                             other = {.document_id = str_from(second)};
        BEGIN(tx, TX_WRITE);
        take_step(fixture, &tx, &session, SESSION_PHONE_VERIFIED, &phone, true);
        take_step(fixture, &tx, &session, SESSION_EMAIL_VERIFIED, &email, true);
        CHECK_OK(document_conclude(&tx, &session, first, &outcome, &moved));
        CHECK_OK(document_conclude(&tx, &session, second, &outcome, &moved));
        CHECK_RC(document_load_accepted(&tx, &session, &document), RC_VERIFICATION_NOT_FOUND);
        take_step(fixture, &tx, &session, SESSION_ID_CARD_VERIFIED, &one, true);
        take_step(fixture, &tx, &session, SESSION_ID_CARD_VERIFIED, &other, false);
        take_step(fixture, &tx, &session, SESSION_FACE_VERIFIED, &other, false);
        take_step(fixture, &tx, &session, SESSION_FACE_VERIFIED, &one, true);
        CHECK_OK(document_load_accepted(&tx, &session, &document));
        CHECK(strcmp(document.id, first) == 0);
        CHECK_OK(tx_commit(&tx));
}

static bool try_upload(struct racer *racer)
{
        char id[ID_MAX];
        bool allowed = false;
        struct document_new new = {
            .type = STR("passport"), .front_blob = STR("b"), .uploads_max = 5, .now_ms = NOW_MS};
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               document_insert(&tx, racer->user, &new, id, &allowed) == RC_OK && tx_commit(&tx) == RC_OK &&
               allowed;
}

CONTRACT(a_session_has_so_many_uploads_and_no_more)
{
        struct session session;
        make_session(fixture, "key-1", &session);
        CHECK(race(fixture, 40, try_upload, &session) == 5);
}

CONTRACT(a_face_is_judged_once)
{
        struct session session;
        struct face face;
        char id[ID_MAX];
        bool allowed, moved, open;
        make_session(fixture, "key-1", &session);
        struct face_new new = {
            .document_id = "doc", .selfie_blob = STR("blob-selfie"), .uploads_max = 1, .now_ms = NOW_MS};
        struct face_outcome outcome = {.status = CHECK_REJECTED,
                                       .similarity = 0.25,
                                       .liveness = -1,
                                       .is_live = TRI_NO,
                                       .errors = STR("[\"NOT_LIVE\"]"),
                                       .details = STR("{}"),
                                       .selfie_blob = STR("blob-kept"),
                                       .now_ms = NOW_MS + 1};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(face_insert(&tx, &session, &new, id, &allowed));
        CHECK(allowed);
        CHECK_OK(face_begin(&tx, id, &open));
        CHECK(open);
        CHECK_OK(face_conclude(&tx, &session, id, &outcome, &moved));
        CHECK(moved);
        CHECK_OK(face_conclude(&tx, &session, id, &outcome, &moved));
        CHECK(!moved);
        CHECK_OK(face_load_latest(&tx, &session, &face));
        CHECK(strcmp(face.id, id) == 0 && face.status == CHECK_REJECTED && face.liveness < 0);
        CHECK(face.similarity > 0.24 && face.similarity < 0.26 && face.is_live == TRI_NO);
        CHECK_STR(face.errors, "[\"NOT_LIVE\"]");
        CHECK_STR(face.details, "{}");
        CHECK_STR(face.selfie_blob, "blob-kept");
        CHECK_OK(face_insert(&tx, &session, &new, id, &allowed));
        CHECK(!allowed);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(the_log_is_listed_by_filter_and_page)
{
        struct event *events;
        size_t len;
        int64_t total;
        fixture->op.client = (struct client){.ip = STR("192.0.2.7"), .user_agent = STR("test/1")};
        BEGIN(tx, TX_WRITE);
        for (int i = 0; i < 5; i++)
                CHECK_OK(event_append(&tx, i % 2 ? EVENT_PHONE_SENT : EVENT_CODE_REJECTED,
                                      i < 4 ? "s1" : NULL, STR("{\"to\":\"010-****-5678\"}"), NOW_MS + i));
        CHECK_OK(tx_commit(&tx));
        BEGIN(read, TX_READ);
        struct event_filter all = {0};
        CHECK_OK(event_list(&read, &all, (struct page){1, 2}, &events, &len, &total));
        CHECK(total == 5 && len == 2 && events[0].created_at_ms == NOW_MS + 4);
        CHECK(str_is_null(events[0].session_id) && events[1].type == EVENT_PHONE_SENT);
        CHECK_STR(events[1].ip, "192.0.2.7");
        CHECK_STR(events[1].user_agent, "test/1");
        CHECK_STR(events[1].metadata, "{\"to\":\"010-****-5678\"}");
        struct event_filter filter = {.session_id = STR("s1"),
                                      .by_type = true,
                                      .type = EVENT_CODE_REJECTED,
                                      .from_ms = NOW_MS + 1,
                                      .to_ms = NOW_MS + 4};
        CHECK_OK(event_list(&read, &filter, (struct page){1, 20}, &events, &len, &total));
        CHECK(total == 1 && events[0].created_at_ms == NOW_MS + 2);
}

CONTRACT(api_keys_are_made_found_and_revoked)
{
        struct apikey made, found, *list;
        size_t len;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(apikey_insert(&tx, STR("shop"), APIKEY_RP, STR("bnk_secret"), NOW_MS, &made));
        CHECK_OK(apikey_find(&tx, STR("bnk_secret"), &found));
        CHECK(strcmp(found.id, made.id) == 0 && found.role == APIKEY_RP && found.last_used_at_ms == 0);
        CHECK_STR(found.name, "shop");
        CHECK(apikey_touch_due(&found, NOW_MS));
        CHECK_OK(apikey_touch(&tx, &found, NOW_MS));
        CHECK_OK(apikey_find(&tx, STR("bnk_secret"), &found));
        CHECK(!apikey_touch_due(&found, NOW_MS + 59999) && apikey_touch_due(&found, NOW_MS + 60000));
        CHECK_OK(apikey_revoke(&tx, str_from(made.id), NOW_MS + 1));
        CHECK_OK(apikey_revoke(&tx, str_from(made.id), NOW_MS + 2));
        CHECK_RC(apikey_revoke(&tx, STR("x"), NOW_MS), RC_NOT_FOUND);
        CHECK_RC(apikey_find(&tx, STR("bnk_secret"), &found), RC_UNAUTHORIZED);
        CHECK_OK(apikey_list(&tx, &list, &len));
        CHECK(len == 1 && list[0].revoked_at_ms == NOW_MS + 1);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(the_figures_add_up)
{
        struct session one, two;
        struct stats stats;
        char id[ID_MAX];
        bool moved;
        make_session(fixture, "key-1", &one);
        make_session(fixture, "key-2", &two);
        make_code(fixture, &one, CODE_PHONE, id);
        make_code(fixture, &two, CODE_PHONE, id);
        BEGIN(tx, TX_WRITE);
        struct session_result result = {.token = STR("t"), .token_expires_at_ms = 1, .json = STR("{}")};
        CHECK_OK(session_advance(&tx, &one, SESSION_IN(SESSION_PENDING), SESSION_PHONE_VERIFIED, NULL, NOW_MS,
                                 &moved));
        CHECK_OK(session_complete(&tx, &one, SESSION_UNFINISHED, &result, NOW_MS + 30000, &moved));
        CHECK_OK(session_fail(&tx, &two, "X", NOW_MS + 1, &moved));
        CHECK_OK(stats_load(&tx, 0, 0, NOW_MS + 60000, &stats));
        CHECK(stats.total_sessions == 2 && stats.completed_sessions == 1);
        CHECK(stats.success_rate == 0.5 && stats.phone_success_rate == 0.5 &&
              isnan(stats.email_success_rate));
        CHECK(stats.average_completion_time_s == 30);
        CHECK(stats.recent_completions == 1 && stats.recent_failures == 1);
        CHECK_OK(stats_load(&tx, NOW_MS + 1, 0, NOW_MS + 2 * 86400000LL, &stats));
        CHECK(stats.total_sessions == 0 && isnan(stats.success_rate) && stats.recent_failures == 0);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_session_whose_key_is_damaged_can_be_erased)
{
        struct session session, again;
        struct erased what;
        bool erased;
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(TX_EXEC(&tx, "UPDATE sessions SET wrapped_key = $2, phone = $2 WHERE id = $1", NULL,
                         db_words(session.id), db_blob(STR("noise"))));
        CHECK_RC(session_load(&tx, str_from(session.id), &again), RC_INTERNAL);
        CHECK_OK(session_is_erased(&tx, str_from(session.id), &erased));
        CHECK(!erased);
        CHECK_OK(session_erase(&tx, str_from(session.id), NOW_MS + 1, &what));
        CHECK_OK(session_is_erased(&tx, str_from(session.id), &erased));
        CHECK(erased);
        CHECK_OK(session_load(&tx, str_from(session.id), &again));
        CHECK(again.erased);
        CHECK_RC(session_is_erased(&tx, STR("x"), &erased), RC_SESSION_NOT_FOUND);
}

CONTRACT(erasing_destroys_what_is_personal_and_names_the_blobs)
{
        struct session session, again;
        struct document document;
        struct code code;
        struct job job, *jobs;
        struct erased what;
        struct str *old;
        char id[ID_MAX], code_id[ID_MAX];
        bool moved;
        size_t len;
        int64_t total;
        make_session(fixture, "key-1", &session);
        make_code(fixture, &session, CODE_PHONE, code_id);
        upload(fixture, &session, id);
        BEGIN(tx, TX_WRITE);
        struct document_outcome outcome = accepted();
        struct job_new new = {.kind = "sms", .payload = STR("secret"), .now_ms = NOW_MS};
        CHECK_OK(document_conclude(&tx, &session, id, &outcome, &moved));
        CHECK_OK(job_insert(&tx, &session, &new, &job));
        CHECK_OK(session_fail(&tx, &session, "X", NOW_MS, &moved));
        CHECK_OK(session_find_old(&tx, NOW_MS + 1, 10, &old, &len));
        CHECK(len == 1);
        CHECK_OK(session_erase(&tx, str_from(session.id), NOW_MS + 1, &what));
        CHECK(what.blobs.len == 2);
        CHECK_OK(session_erase(&tx, str_from(session.id), NOW_MS + 2, &what));
        CHECK(what.blobs.len == 0);
        CHECK_RC(session_erase(&tx, STR("x"), NOW_MS, &what), RC_SESSION_NOT_FOUND);
        CHECK_OK(session_load(&tx, str_from(session.id), &again));
        CHECK(again.erased && again.erased_at_ms == NOW_MS + 1 && again.status == SESSION_FAILED);
        CHECK(str_is_null(again.phone) && str_is_null(again.expected_name) && str_is_null(again.ip));
        static const uint8_t nothing[32];
        CHECK(memcmp(again.data_key, nothing, 32) == 0);
        CHECK_OK(document_load(&tx, &again, str_from(id), &document));
        CHECK(str_is_null(document.extracted) && str_is_null(document.front_blob));
        CHECK_OK(code_load(&tx, &again, CODE_PHONE, str_from(code_id), &code));
        CHECK(str_is_null(code.address) && code.voided_at_ms == NOW_MS + 1);
        struct job_claim claim = {.owner = STR("w"), .max = 9, .lease_ms = 1, .now_ms = NOW_MS * 2};
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 0);
        struct session *list;
        struct session_filter filter = {.phone = STR("+821012345678")};
        CHECK_OK(session_list(&tx, &filter, (struct page){1, 20}, &list, &len, &total));
        CHECK(total == 0);
        CHECK_OK(session_find_old(&tx, NOW_MS + 1, 10, &old, &len));
        CHECK(len == 0);
        CHECK_OK(tx_commit(&tx));
        CHECK_OK(db_scrub(fixture->store.db, &fixture->op));
}
