#include "check/session.h"
#include "base/emit.h"
#include "check/erasure.h"
#include "check/people.h"
#include "check/reading.h"
#include "check/signs.h"
#include "cmd/app.h"
#include "cmd/operator.h"
#include "doc/mask.h"
#include "store/consent.h"
#include "store/erasure.h"
#include "store/event.h"
#include "store/face.h"

#include <stdio.h>

enum { REPORT_MAX = 256 * 1024, EVENTS_SHOWN = 100 };

static void emit_masked(struct emit *emit, const char *key, struct str text,
                        struct masked (*mask)(struct str))
{
        struct masked masked = mask(text.ptr ? text : STR(""));
        emit_str(emit, key, text.ptr ? str_from(masked.text) : STR_NULL);
}

static void emit_session(struct emit *emit, const struct session *session)
{
        struct session_view view;
        session_view(session, clock_wall_ms(), &view);
        emit_text(emit, "session_id", session->id);
        emit_text(emit, "status", session_status_name(view.status));
        emit_text(emit, "flow", session->full ? "full" : "basic");
        emit_int(emit, "verification_score", view.score);
        emit_str(emit, "relying_party", session->rp_id);
        emit_time(emit, "created_at", session->created_at_ms);
        emit_time(emit, "expires_at", session->expires_at_ms);
        emit_time(emit, "completed_at", session->completed_at_ms);
        emit_time(emit, "erased_at", session->erased_at_ms);
        emit_time(emit, "faces_destroyed_at", session->faces_destroyed_at_ms);
        people_emit_signals(emit, session);
        emit_masked(emit, "verified_phone", session->verified_phone, mask_phone);
        emit_masked(emit, "verified_email", session->verified_email, mask_email);
        emit_masked(emit, "verified_name", session->verified_name, mask_name);
        emit_bool(emit, "verified_birth_date", session->verified_birth_date.ptr != NULL);
}

static void emit_document(struct emit *emit, const struct document *document)
{
        emit_open(emit, "document");
        emit_text(emit, "verification_id", document->id);
        emit_str(emit, "type", document->type);
        emit_text(emit, "status", check_status_name(document->status));
        emit_score(emit, "confidence_score", document->confidence);
        if (document->errors.ptr)
                emit_raw(emit, "errors", document->errors);
        signs_emit(emit, "authenticity", document->details);
        emit_bool(emit, "picture", document->front_blob.ptr != NULL);
        emit_bool(emit, "portrait", document->portrait_blob.ptr != NULL);
        emit_close(emit);
}

static void emit_face(struct emit *emit, const struct face *face)
{
        emit_open(emit, "face");
        emit_text(emit, "verification_id", face->id);
        emit_text(emit, "status", check_status_name(face->status));
        emit_score(emit, "similarity_score", face->similarity);
        emit_score(emit, "liveness_score", face->liveness);
        tri_emit(emit, "selfie_repeated", face->selfie_repeated);
        if (face->errors.ptr)
                emit_raw(emit, "errors", face->errors);
        emit_bool(emit, "picture", face->selfie_blob.ptr != NULL);
        emit_close(emit);
}

static enum rc emit_consents(struct tx *tx, struct emit *emit, const struct session *session)
{
        struct consent *consents;
        size_t len;
        CLEANUP(buf_release) struct buf hex;
        buf_init(&hex, 2 * HASH_LEN);
        if (consent_list(tx, session, &consents, &len) != RC_OK)
                return tx->op->rc;
        emit_open_array(emit, "consents");
        for (size_t i = 0; i < len; i++) {
                buf_clear(&hex);
                buf_add_hex(&hex, consents[i].text_hash.bytes, HASH_LEN);
                emit_open(emit, NULL);
                emit_time(emit, "at", consents[i].created_at_ms);
                emit_str(emit, "items", consents[i].items);
                emit_str(emit, "version", consents[i].version);
                emit_str(emit, "text_sha256", buf_str(&hex));
                emit_text(emit, "language", consents[i].lang == LANG_KO ? "ko" : "en");
                emit_str(emit, "purpose", consents[i].purpose);
                emit_int(emit, "retention_days", consents[i].retention_days);
                emit_str(emit, "ip", consents[i].ip);
                emit_close(emit);
        }
        emit_close_array(emit);
        return RC_OK;
}

static enum rc emit_events(struct tx *tx, struct emit *emit, struct str id)
{
        struct event_filter filter = {.session_id = id};
        struct event *events;
        size_t len;
        int64_t total;
        if (event_list(tx, &filter, (struct page){1, EVENTS_SHOWN}, &events, &len, &total) != RC_OK)
                return tx->op->rc;
        emit_int(emit, "events_total", total);
        emit_open_array(emit, "events");
        for (size_t i = 0; i < len; i++) {
                emit_open(emit, NULL);
                emit_time(emit, "at", events[i].created_at_ms);
                emit_text(emit, "event", event_type_name(events[i].type));
                emit_str(emit, "ip", events[i].ip);
                if (events[i].metadata.ptr)
                        emit_raw(emit, "metadata", events[i].metadata);
                emit_close(emit);
        }
        emit_close_array(emit);
        return RC_OK;
}

/* The one that took the step, or else the last that was tried; so with the face. */
static enum rc load_document(struct tx *tx, const struct session *session, struct document *ret)
{
        enum rc rc = document_load_accepted(tx, session, ret);
        if (rc != RC_VERIFICATION_NOT_FOUND)
                return rc;
        op_forgive(tx->op);
        return document_load_latest(tx, session, ret);
}

static enum rc load_face(struct tx *tx, const struct session *session, struct face *ret)
{
        enum rc rc = face_load_accepted(tx, session, ret);
        if (rc != RC_VERIFICATION_NOT_FOUND)
                return rc;
        op_forgive(tx->op);
        return face_load_latest(tx, session, ret);
}

/* Where there is no document or face yet, nothing is told of it. */
static enum rc emit_pictures(struct tx *tx, struct emit *emit, const struct session *session)
{
        struct document document;
        struct face face;
        enum rc rc = load_document(tx, session, &document);
        if (rc == RC_OK)
                emit_document(emit, &document);
        else if (rc != RC_VERIFICATION_NOT_FOUND)
                return rc;
        op_forgive(tx->op);
        rc = load_face(tx, session, &face);
        if (rc == RC_OK)
                emit_face(emit, &face);
        else if (rc != RC_VERIFICATION_NOT_FOUND)
                return rc;
        op_forgive(tx->op);
        return RC_OK;
}

/* A look is noted before anything is shown: with the fields unmasked by reading_unmask, else here. */
static enum rc note_look(struct op *op, struct app *app, struct str id, const struct operator* operator)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool erased;
        struct reading reading = {
            .who = &operator->actor, .how = "masked", .session_id = id.ptr, .reason = STR("session show")};
        if (store_begin(&app->store, op, TX_WRITE, &tx) != RC_OK ||
            session_is_erased(&tx, id, &erased) != RC_OK ||
            reading_note(&tx, &reading, clock_wall_ms()) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

static enum rc report(struct op *op, struct app *app, struct str id, struct str unmasked)
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        CLEANUP(buf_release) struct buf out;
        buf_init_secret(&out, REPORT_MAX);
        struct emit emit = emit_to(&out);
        if (store_begin(&app->store, op, TX_READ, &tx) != RC_OK || session_load(&tx, id, &session) != RC_OK)
                return op->rc;
        emit_open(&emit, NULL);
        emit_session(&emit, &session);
        if (unmasked.ptr)
                emit_raw(&emit, "unmasked", unmasked);
        if (emit_pictures(&tx, &emit, &session) != RC_OK || emit_consents(&tx, &emit, &session) != RC_OK ||
            emit_events(&tx, &emit, id) != RC_OK)
                return op->rc;
        emit_close(&emit);
        puts(buf_text(&out));
        return RC_OK;
}

/* `reason` NULL: masked. */
static enum rc show(struct op *op, struct app *app, struct str id, const struct operator* operator,
                    const char * reason)
{
        struct reading_request request = {
            .who = &operator->actor, .session_id = id, .reason = str_from(reason), .fields = READING_ALL};
        struct str unmasked = STR_NULL;
        enum rc rc =
            reason ? reading_unmask(op, &app->svc, &request, &unmasked) : note_look(op, app, id, operator);
        return rc == RC_OK ? report(op, app, id, unmasked) : rc;
}

static int tell(struct app *app, enum rc rc, const char *id, bool erased)
{
        if (rc == RC_SESSION_NOT_FOUND) {
                fprintf(stderr, "bonin session: there is no session %s, or nothing of it is left\n", id);
                return EXIT_NEGATIVE;
        }
        if (rc == RC_VALIDATION_FAILED)
                return cmd_usage(&cmd_session, "%s", app->op.fields[0].text_en);
        if (rc != RC_OK)
                return app_failed(&cmd_session, &app->op);
        if (erased)
                fprintf(stderr, "session %s: what was held about the person is destroyed\n", id);
        return EXIT_DONE;
}

static int run(int argc, char **argv)
{
        const char *reason = NULL;
        bool unmasked = false;
        const struct app_option options[] = {
            APP_COMMON_OPTIONS, {"reason", NULL, &reason, NULL}, {"unmasked", NULL, NULL, &unmasked}};
        struct app_args args;
        struct app app;
        int status = app_parse(&cmd_session, argc, argv, options, LEN(options), &args);
        if (status != EXIT_DONE)
                return status;
        bool is_show = args.rest_len == 2 && strcmp(args.rest[0], "show") == 0;
        bool is_erase = args.rest_len == 2 && strcmp(args.rest[0], "erase") == 0;
        if (!is_show && !is_erase)
                return cmd_usage(&cmd_session, "say `show ID` or `erase ID`");
        if ((is_erase && (unmasked || reason)) || unmasked != (reason != NULL))
                return cmd_usage(&cmd_session, "--unmasked and --reason TEXT go together, with `show`");
        struct str id = str_from(args.rest[1]);
        if (!id_valid(id))
                return cmd_usage(&cmd_session, "`%s` is not the id of a session", args.rest[1]);
        status = app_open(&cmd_session, &args, APP_SERVICE, false, &app);
        if (status == EXIT_DONE) {
                struct operator operator;
                operator_find(&operator);
                enum rc rc = is_show ? show(&app.op, &app, id, &operator, reason)
                                     : erasure_session(&app.op, &app.svc, id, &operator.actor, "operator");
                status = tell(&app, rc, args.rest[1], is_erase);
        }
        app_close(&app);
        return status;
}

const struct cmd cmd_session = {
    .name = "session",
    .run = run,
    .summary = "what is held about a person; destroy it",
    .help =
        "Usage: bonin session show ID [--unmasked --reason TEXT]\n"
        "       bonin session erase ID\n\n"
        "show prints one JSON object: the state of the session, what is held (masked), what was agreed to, "
        "and its log.\n"
        "That you looked is written to the log, with your user name and this machine's.\n"
        "erase destroys the session's key and with it all personal data, and its pictures. It cannot be "
        "undone.\n"
        "Backups from before still hold them, and so do PostgreSQL's files for a while.\n"
        "Exit status 1: there is no such session.\n\n"
        "  --unmasked                   show what is held as it is\n"
        "  --reason TEXT                what for, in 5 to 500 characters; it stands in the log\n"
        "  --data DIR, --env-file FILE  as for `bonin serve`\n",
};
