/*
 * Pictures of one session that are judged at the same time: one takes the step, and the others do not say
 * that they did. And the last that a session may send, which ends it where it does not help. Controls: the
 * row's status and errors left as they were before picture_take_step; without verdict.late in the question
 * for no attempt; without end_if_exhausted in either picture_settle, or the question for what is open in
 * store/attempt.c; without attempts_are_left in picture_may.
 */
#include "unit/work/invariants.h"

#include "check/id_card.h"
#include "check/selfie.h"
#include "store/event.h"
#include "store/withdrawal.h"
#include "unit/test.h"

#include <unistd.h>

static const struct str good = STR("\xff\xd8\xff.. a picture ..\xff\xd9"),
                        bare = STR("\xff\xd8\xff.. no portrait ..\xff\xd9"),
                        dim = STR("\xff\xd8\xff.. dim portrait ..\xff\xd9"); /* liar.c: on the card */

struct scene {
        struct stage stage;
        char key[TOKEN_MAX];
        char session_id[ID_MAX];
};

#define LOOK(name)                                                                                           \
        struct op op CLEANUP(op_release);                                                                    \
        struct session session CLEANUP(session_release) = {0};                                               \
        struct tx name CLEANUP(tx_rollback) = {0};                                                           \
        op_init(&op, "look", 4 << 20, 15000);                                                                \
        CHECK(store_begin(&scene->stage.store, &op, TX_WRITE, &name) == RC_OK);                              \
        CHECK(session_load(&name, str_from(scene->session_id), &session) == RC_OK)

/* A session that waits for its document. */
static void open_scene(struct scene *scene)
{
        struct session made CLEANUP(session_release) = {0};
        struct session_request request = {.full = true};
        struct op own CLEANUP(op_release);
        stage_open(&scene->stage);
        scene->stage.conf.consent_required = false;
        stage_op(&own);
        CHECK(session_create(&own, &scene->stage.svc, &request, &made, scene->key) == RC_OK);
        memcpy(scene->session_id, made.id, sizeof(scene->session_id));
        LOOK(tx);
        for (int i = SESSION_PENDING; i < SESSION_EMAIL_VERIFIED; i++) {
                bool moved;
                CHECK(session_advance(&tx, &session, SESSION_IN(i), (enum session_status)(i + 1), NULL,
                                      clock_wall_ms(), &moved) == RC_OK);
                CHECK(moved);
        }
        CHECK(tx_commit(&tx) == RC_OK);
}

/* Sent, and not judged until stage_work: in the order of their milliseconds. */
static enum rc submit(struct scene *scene, enum step step, struct str bytes, char ret_id[ID_MAX])
{
        struct service *svc = &scene->stage.svc;
        struct op own CLEANUP(op_release);
        struct upload upload;
        struct str key = str_from(scene->key);
        usleep(2000);
        stage_op(&own);
        if (picture_ask(&own, svc, key, step) != RC_OK || upload_open(&own, svc, false, &upload) != RC_OK)
                return own.rc;
        if (upload_write(&own, svc, &upload, bytes) == RC_OK)
                (void)!(step == STEP_ID_CARD
                            ? id_card_submit(&own, svc, key, STR("resident_card"), &upload, NULL, ret_id)
                            : selfie_submit(&own, svc, key, &upload, &(struct challenge_answer){0}, ret_id));
        enum rc rc = own.rc;
        upload_release(&own, svc, &upload);
        return rc;
}

static void send(struct scene *scene, enum step step, struct str bytes, char ret_id[ID_MAX])
{
        CHECK(submit(scene, step, bytes, ret_id) == RC_OK);
}

static void expect_document(struct scene *scene, const char *id, enum check_status status, struct str errors)
{
        struct document document;
        LOOK(tx);
        CHECK(document_load(&tx, &session, str_from(id), &document) == RC_OK);
        CHECK(document.status == status && str_equal(document.errors, errors));
}

static void expect_face(struct scene *scene, const char *id, enum check_status status, struct str errors)
{
        struct face face;
        LOOK(tx);
        CHECK(face_load(&tx, &session, str_from(id), &face) == RC_OK);
        CHECK(face.status == status && str_equal(face.errors, errors));
}

/* The metadata of the latest event begins so. */
static void expect_told(struct scene *scene, enum event_type type, const char *metadata)
{
        struct event_filter filter = {.session_id = str_from(scene->session_id)};
        struct event *events;
        size_t len;
        int64_t total;
        LOOK(tx);
        CHECK(event_list(&tx, &filter, (struct page){1, 1}, &events, &len, &total) == RC_OK && len == 1);
        CHECK(events[0].type == type);
        CHECK(str_find_str(events[0].metadata, str_from(metadata)) == 0);
}

static void expect_session(struct scene *scene, enum session_status status)
{
        LOOK(tx);
        CHECK(session.status == status);
        CHECK(str_equal(session.failure, status == SESSION_FAILED ? STR("MAX_ATTEMPTS_EXCEEDED") : STR_NULL));
}

TEST(of_documents_that_are_read_at_once_one_is_accepted)
{
        static struct scene scene;
        char ids[5][ID_MAX], other[ID_MAX];
        open_scene(&scene);
        for (size_t i = 0; i < LEN(ids); i++)
                send(&scene, STEP_ID_CARD, good, ids[i]);
        CHECK(submit(&scene, STEP_ID_CARD, good, other) == RC_MAX_ATTEMPTS_EXCEEDED);
        stage_work(&scene.stage);
        expect_document(&scene, ids[0], CHECK_SUCCESS, STR_NULL);
        for (size_t i = 1; i < LEN(ids); i++)
                expect_document(&scene, ids[i], CHECK_FAILED, STR("[\"ALREADY_VERIFIED\"]"));
        expect_told(&scene, EVENT_VERIFICATION_FAILED,
                    "{\"step\":\"id_card\",\"status\":\"failed\",\"errors\":[\"ALREADY_VERIFIED\"]");
        /* They have used no attempt: where the document is withdrawn there are four more. */
        for (int i = 0; i < 4; i++) {
                send(&scene, STEP_FACE, bare, other);
                stage_work(&scene.stage);
                send(&scene, STEP_ID_CARD, good, other);
                stage_work(&scene.stage);
                expect_document(&scene, other, CHECK_SUCCESS, STR_NULL);
        }
        expect_session(&scene, SESSION_ID_CARD_VERIFIED);
        stage_close(&scene.stage);
}

TEST(of_selfies_that_are_compared_at_once_one_is_accepted)
{
        static struct scene scene;
        char document[ID_MAX], ids[5][ID_MAX];
        open_scene(&scene);
        send(&scene, STEP_ID_CARD, good, document);
        stage_work(&scene.stage);
        for (size_t i = 0; i < LEN(ids); i++)
                send(&scene, STEP_FACE, good, ids[i]);
        stage_work(&scene.stage);
        expect_face(&scene, ids[0], CHECK_SUCCESS, STR_NULL);
        for (size_t i = 1; i < LEN(ids); i++)
                expect_face(&scene, ids[i], CHECK_FAILED, STR("[\"ALREADY_VERIFIED\"]"));
        expect_told(&scene, EVENT_VERIFICATION_FAILED,
                    "{\"step\":\"face\",\"status\":\"failed\",\"errors\":[\"ALREADY_VERIFIED\"]");
        expect_session(&scene, SESSION_FACE_VERIFIED);
        stage_close(&scene.stage);
}

/* As another selfie takes the document back while this one is compared, and perhaps another document comes.
 */
static void withdraw(struct scene *scene, const char *document, bool another)
{
        struct blob_names blobs;
        bool withdrawn, moved = true;
        char other[ID_MAX];
        id_make(other);
        const struct session_proof proof = {.document_id = str_from(other)};
        LOOK(tx);
        CHECK(document_withdraw(&tx, &session, document, STR("[\"NO_PORTRAIT\"]"), &blobs, &withdrawn) ==
              RC_OK);
        CHECK(!another ||
              session_advance(&tx, &session, SESSION_IN(SESSION_ID_CARD_VERIFIED), SESSION_ID_CARD_VERIFIED,
                              &proof, clock_wall_ms(), &moved) == RC_OK);
        CHECK(withdrawn && moved && tx_commit(&tx) == RC_OK);
}

static void match_while_withdrawn(bool another)
{
        static struct scene scene;
        struct selfie_task task CLEANUP(selfie_task_release) = {0};
        struct selfie_reading reading = {.similarity = 0.9,
                                         .liveness = 0.9,
                                         .is_match = true,
                                         .is_live = true,
                                         .compared = true,
                                         .method = FACE_PASSIVE,
                                         .details = STR("{}")};
        struct op own CLEANUP(op_release);
        char document[ID_MAX], face[ID_MAX];
        bool open = false;
        open_scene(&scene);
        send(&scene, STEP_ID_CARD, good, document);
        stage_work(&scene.stage);
        send(&scene, STEP_FACE, good, face);
        stage_op(&own);
        struct slip *slip = runner_claim(&scene.stage.deps, LANE_IMAGE);
        CHECK(slip && selfie_task_load(&own, &scene.stage.svc, &slip->job, &task, &open) == RC_OK);
        CHECK(open && task.has_portrait);
        withdraw(&scene, document, another);
        CHECK(selfie_conclude(&own, &scene.stage.svc, &slip->job, &task, &reading) == RC_OK);
        slip_free(slip);
        expect_face(&scene, face, CHECK_FAILED, STR("[\"STEP_OUT_OF_ORDER\"]"));
        expect_told(&scene, EVENT_VERIFICATION_FAILED,
                    "{\"step\":\"face\",\"status\":\"failed\",\"errors\":[\"STEP_OUT_OF_ORDER\"]");
        expect_session(&scene, SESSION_ID_CARD_VERIFIED);
        stage_close(&scene.stage);
}

TEST(a_selfie_does_not_match_a_document_that_was_withdrawn_meanwhile)
{
        match_while_withdrawn(false);
        match_while_withdrawn(true);
}

TEST(a_session_ends_when_its_last_document_is_withdrawn)
{
        static struct scene scene;
        char document[ID_MAX], face[ID_MAX];
        open_scene(&scene);
        for (int i = 0; i < 5; i++) {
                expect_session(&scene, i ? SESSION_ID_CARD_VERIFIED : SESSION_EMAIL_VERIFIED);
                send(&scene, STEP_ID_CARD, good, document);
                stage_work(&scene.stage);
                send(&scene, STEP_FACE, bare, face);
                stage_work(&scene.stage);
                expect_document(&scene, document, CHECK_REJECTED, STR("[\"NO_PORTRAIT\"]"));
        }
        expect_session(&scene, SESSION_FAILED);
        expect_told(&scene, EVENT_VERIFICATION_FAILED, "{\"reason\":\"MAX_ATTEMPTS_EXCEEDED\"}");
        CHECK(submit(&scene, STEP_ID_CARD, good, document) == RC_MAX_ATTEMPTS_EXCEEDED);
        stage_close(&scene.stage);
}

/* And not before the last of them. */
TEST(a_session_ends_when_none_of_its_documents_could_be_judged)
{
        static struct scene scene;
        char ids[5][ID_MAX];
        open_scene(&scene);
        for (size_t i = 0; i < LEN(ids); i++)
                send(&scene, STEP_ID_CARD, good, ids[i]);
        for (size_t i = 0; i < LEN(ids); i++) {
                struct op own CLEANUP(op_release);
                expect_session(&scene, SESSION_EMAIL_VERIFIED);
                struct slip *slip = runner_claim(&scene.stage.deps, LANE_IMAGE);
                stage_op(&own);
                CHECK(slip && id_card_give_up(&own, &scene.stage.svc, &slip->job, RC_TIMED_OUT, 1) == RC_OK);
                slip_free(slip);
        }
        expect_session(&scene, SESSION_FAILED);
        stage_close(&scene.stage);
}

TEST(a_session_ends_when_its_last_selfie_does_not_match)
{
        static struct scene scene;
        char document[ID_MAX], face[ID_MAX];
        open_scene(&scene);
        for (int i = 0; i < 5; i++) {
                send(&scene, STEP_ID_CARD, good, document);
                stage_work(&scene.stage);
                expect_session(&scene, SESSION_ID_CARD_VERIFIED);
                send(&scene, STEP_FACE, dim, face);
                stage_work(&scene.stage);
                expect_face(&scene, face, CHECK_REJECTED,
                            STR("[\"PORTRAIT_POOR_LIGHTING\",\"POOR_LIGHTING\",\"FACE_MISMATCH\"]"));
        }
        expect_session(&scene, SESSION_FAILED);
        expect_told(&scene, EVENT_VERIFICATION_FAILED, "{\"reason\":\"MAX_ATTEMPTS_EXCEEDED\"}");
        CHECK(submit(&scene, STEP_FACE, good, face) == RC_MAX_ATTEMPTS_EXCEEDED);
        stage_close(&scene.stage);
}
