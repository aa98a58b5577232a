/*
 * Whole stories in which each call to the store is the one that fails: no crash, no leak (the sanitized build
 * sees it), no half state (invariants.h), and whoever tries again comes to the end, once.
 *
 * Negative controls, each of which was tried and told: a rollback that commits (db.c), a second transaction
 * for the event of a completion or the job of a code, the pictures of a verdict kept that was not written,
 * and the pictures or the name of a withdrawn document kept.
 */
#include "unit/work/invariants.h"

#include "base/log.h"
#include "check/audit.h"
#include "check/cleanup.h"
#include "check/completion.h"
#include "check/consent.h"
#include "check/erasure.h"
#include "check/id_card.h"
#include "check/keys.h"
#include "check/otp.h"
#include "check/reading.h"
#include "check/selfie.h"
#include "unit/test.h"

#include <stdio.h>

static const struct str phone = STR("010-1234-5678"), mail = STR("hong@example.org");
static const struct str picture = STR("\xff\xd8\xff.. a picture ..\xff\xd9"),
                        bare = STR("\xff\xd8\xff.. no portrait ..\xff\xd9"); /* liar.c: on the card */

struct play {
        struct stage stage;
        char key[TOKEN_MAX];
        struct session session;
        char picture_id[ID_MAX];
        struct str result;
};

static enum rc create(struct play *play, struct op *op)
{
        struct session_request request = {.full = true, .expected_name = STR("홍길동")};
        enum rc rc = session_create(op, &play->stage.svc, &request, &play->session, play->key);
        if (rc == RC_OK) /* the session's texts are the op's */
                session_release(&play->session);
        return rc;
}

static enum rc send(struct play *play, struct op *op, enum code_channel channel)
{
        struct otp_sent sent;
        enum rc rc = otp_send(op, &play->stage.svc, channel, str_from(play->key),
                              channel == CODE_PHONE ? phone : mail, &sent);
        play->stage.code[0] = '\0';
        stage_work(&play->stage);
        return rc;
}

static enum rc verify(struct play *play, struct op *op, enum code_channel channel, const char *code)
{
        struct session session CLEANUP(session_release) = {0};
        return otp_verify(op, &play->stage.svc, channel, str_from(play->key),
                          channel == CODE_PHONE ? phone : mail, str_from(code), &session);
}

static enum rc send_phone(struct play *play, struct op *op)
{
        return send(play, op, CODE_PHONE);
}

static enum rc guess_wrong(struct play *play, struct op *op)
{
        char wrong[STAGE_CODE_MAX];
        snprintf(wrong, sizeof(wrong), "%s", play->stage.code);
        wrong[0] = wrong[0] == '9' ? '0' : (char)(wrong[0] + 1);
        enum rc rc = verify(play, op, CODE_PHONE, wrong);
        CHECK(rc != RC_OK);
        return rc == RC_INVALID_CODE ? RC_OK : rc;
}

static enum rc verify_phone(struct play *play, struct op *op)
{
        return verify(play, op, CODE_PHONE, play->stage.code);
}

static enum rc send_mail(struct play *play, struct op *op)
{
        return send(play, op, CODE_EMAIL);
}

static enum rc verify_mail(struct play *play, struct op *op)
{
        return verify(play, op, CODE_EMAIL, play->stage.code);
}

static enum rc upload(struct play *play, struct op *op, enum step step, struct str bytes)
{
        struct service *svc = &play->stage.svc;
        struct upload upload;
        struct str key = str_from(play->key);
        enum rc rc = picture_ask(op, svc, key, step);
        if (rc == RC_OK)
                rc = upload_open(op, svc, false, &upload);
        if (rc != RC_OK)
                return rc;
        rc = upload_write(op, svc, &upload, bytes);
        if (rc == RC_OK && step == STEP_ID_CARD)
                rc = id_card_submit(op, svc, key, STR("resident_card"), &upload, NULL, play->picture_id);
        else if (rc == RC_OK)
                rc = selfie_submit(op, svc, key, &upload, &(struct challenge_answer){0}, play->picture_id);
        upload_release(op, svc, &upload);
        stage_work(&play->stage);
        return rc;
}

static enum rc upload_card(struct play *play, struct op *op)
{
        return upload(play, op, STEP_ID_CARD, picture);
}

static enum rc upload_for_nothing(struct play *play, struct op *op)
{
        return upload(play, op, STEP_FACE, bare);
}

static enum rc upload_selfie(struct play *play, struct op *op)
{
        return upload(play, op, STEP_FACE, picture);
}

static enum rc complete(struct play *play, struct op *op)
{
        struct str data;
        return completion_make(op, &play->stage.svc, str_from(play->key), &data);
}

static enum rc clean(struct play *play, struct op *op)
{
        struct cleanup_report report;
        return cleanup_run(op, &play->stage.svc, &report);
}

static enum rc take_up_log(struct play *play, struct op *op)
{
        bool more;
        return ledger_grow(op, &play->stage.svc, &more);
}

static enum rc renew_key(struct play *play, struct op *op)
{
        return keys_renew_signing(op, &play->stage.svc);
}

static enum rc erase(struct play *play, struct op *op)
{
        return erasure_session(op, &play->stage.svc, str_from(play->session.id), &actor_bonin, "test");
}

static enum rc agree(struct play *play, struct op *op)
{
        const struct consent_words *words = &play->stage.consent->words[LANG_KO];
        CLEANUP(buf_release) struct buf hex;
        buf_init(&hex, CONSENT_HASH_HEX);
        buf_add_hex(&hex, words->hash.bytes, HASH_LEN);
        struct consent_request request = {.session_key = str_from(play->key),
                                          .version = play->stage.consent->version,
                                          .text_sha256 = buf_str(&hex),
                                          .purpose = words->purpose,
                                          .items = (1u << STEP_COUNT) - 1};
        struct session session CLEANUP(session_release) = {0};
        struct consent_state state;
        return consent_give(op, &play->stage.svc, &request, &session, &state);
}

/* Nothing is told where the reading could not be written down. */
static enum rc read_unmasked(struct play *play, struct op *op)
{
        struct reading_request request = {.who = &actor_bonin,
                                          .session_id = str_from(play->session.id),
                                          .reason = STR("a test of faults"),
                                          .fields = READING_ALL};
        struct str told = STR_NULL;
        enum rc rc = reading_unmask(op, &play->stage.svc, &request, &told);
        CHECK((rc == RC_OK) == (told.len > 0));
        return rc;
}

/* As a status: the document was withdrawn, and another is wanted. */
enum { DOCUMENT_WANTED = SESSION_STATUS_COUNT };

/* What an applicant does, and how the session stands when it has been done. */
static const struct {
        enum rc (*run)(struct play *play, struct op *op);
        int then;
} acts[] = {
    {create, SESSION_PENDING},
    {agree, SESSION_PENDING},
    {send_phone, SESSION_PENDING},
    {guess_wrong, SESSION_PENDING},
    {verify_phone, SESSION_PHONE_VERIFIED},
    {take_up_log, SESSION_PHONE_VERIFIED},
    {send_mail, SESSION_PHONE_VERIFIED},
    {verify_mail, SESSION_EMAIL_VERIFIED},
    {upload_card, SESSION_ID_CARD_VERIFIED},
    {upload_for_nothing, DOCUMENT_WANTED},
    {upload_card, SESSION_ID_CARD_VERIFIED},
    {upload_selfie, SESSION_FACE_VERIFIED},
    {complete, SESSION_COMPLETED},
    {renew_key, SESSION_COMPLETED},
    {complete, SESSION_COMPLETED},
    {read_unmasked, SESSION_COMPLETED},
    {clean, SESSION_COMPLETED},
    {erase, SESSION_COMPLETED},
    {take_up_log, SESSION_COMPLETED},
};

static int status_of(struct play *play)
{
        struct session session CLEANUP(session_release) = {0};
        struct op op;
        int status = SESSION_PENDING;
        bool was = stage_hold(&play->stage, true);
        stage_op(&op);
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                CHECK(store_begin(&play->stage.store, &op, TX_READ, &tx) == RC_OK);
                CHECK(session_load(&tx, str_from(play->session.id), &session) == RC_OK);
                status = session.status;
                if (status == SESSION_ID_CARD_VERIFIED && session.id_card_verified_at_ms == 0)
                        status = DOCUMENT_WANTED;
        }
        op_release(&op);
        stage_hold(&play->stage, was);
        return status;
}

/* Once, and where it failed once more, as a person would. What failed was told as UNAVAILABLE and has left
 * the session where it was; or it had been done all the same. */
static void act(struct play *play, size_t at)
{
        struct op op;
        stage_op(&op);
        enum rc rc = acts[at].run(play, &op);
        op_release(&op);
        invariants_check(&play->stage);
        if (rc == RC_OK && status_of(play) == acts[at].then)
                return;
        CHECK(play->stage.failed && (rc == RC_OK || rc == RC_UNAVAILABLE || rc == play->stage.fail_with));
        if (at > 0 && status_of(play) == acts[at].then && acts[at].then != acts[at - 1].then)
                return;
        stage_op(&op);
        if (acts[at].run(play, &op) != RC_OK)
                test_fail(__FILE__, __LINE__, op.why);
        op_release(&op);
        invariants_check(&play->stage);
        CHECK(status_of(play) == acts[at].then);
}

/* The log as the story has left it: all of it in the tree, and nothing of it changed. */
static void check_log(struct play *play)
{
        struct audit_options options = {0};
        struct audit_report report;
        struct op op;
        bool was = stage_hold(&play->stage, true);
        op_init(&op, "audit", 4 << 20, 15000);
        CHECK(audit_verify(&op, &play->stage.svc, &options, &report) == RC_OK);
        CHECK(report.faults == 0 && report.waiting == 0 && report.entries > 10);
        op_release(&op);
        stage_hold(&play->stage, was);
}

/* The whole story with its `at`-th call failing; false where it has fewer calls than that. */
static bool tell(int64_t at, enum rc with)
{
        static struct play play; /* of one telling; the stage tidies up after one that failed */
        stage_open(&play.stage);
        stage_fail_at(&play.stage, at, with);
        for (size_t i = 0; i < LEN(acts); i++)
                act(&play, i);
        check_log(&play);
        CHECK(invariants_blobs(&play.stage) == play.stage.left);
        bool failed = play.stage.failed;
        stage_close(&play.stage);
        return failed;
}

static void fail_each_call(enum rc with)
{
        int64_t at = 1;
        log_set_level(LOG_ERROR); /* each fault is warned of */
        while (tell(at, with))
                at++;
        log_set_level(LOG_INFO);
        printf("  a story of %lld calls, told %lld times\n", (long long)at - 1, (long long)at);
        CHECK(at > 150); /* it was told to its end */
}

TEST(story_survives_each_call_to_the_store_that_is_unavailable)
{
        fail_each_call(RC_UNAVAILABLE);
}

TEST(story_survives_each_call_to_the_store_that_is_refused)
{
        fail_each_call(RC_INTERNAL);
}
