#include "check/session.h"
#include "base/emit.h"
#include "check/cleanup.h"
#include "cmd/app.h"
#include "doc/mask.h"
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
        emit_double(emit, "confidence_score", document->confidence, 3);
        if (document->errors.ptr)
                emit_raw(emit, "errors", document->errors);
        emit_bool(emit, "picture", document->front_blob.ptr != NULL);
        emit_bool(emit, "portrait", document->portrait_blob.ptr != NULL);
        emit_close(emit);
}

static void emit_face(struct emit *emit, const struct face *face)
{
        emit_open(emit, "face");
        emit_text(emit, "verification_id", face->id);
        emit_text(emit, "status", check_status_name(face->status));
        emit_double(emit, "similarity_score", face->similarity, 3);
        emit_double(emit, "liveness_score", face->liveness, 3);
        if (face->errors.ptr)
                emit_raw(emit, "errors", face->errors);
        emit_bool(emit, "picture", face->selfie_blob.ptr != NULL);
        emit_close(emit);
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

/* Where there is no document or face yet, nothing is told of it. */
static enum rc emit_pictures(struct tx *tx, struct emit *emit, const struct session *session)
{
        struct document document;
        struct face face;
        enum rc rc = document_load_latest(tx, session, &document);
        if (rc == RC_OK)
                emit_document(emit, &document);
        else if (rc != RC_VERIFICATION_NOT_FOUND)
                return rc;
        op_forgive(tx->op);
        rc = face_load_latest(tx, session, &face);
        if (rc == RC_OK)
                emit_face(emit, &face);
        else if (rc != RC_VERIFICATION_NOT_FOUND)
                return rc;
        op_forgive(tx->op);
        return RC_OK;
}

static enum rc show(struct op *op, struct app *app, const char *id)
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        CLEANUP(buf_release) struct buf out;
        buf_init_secret(&out, REPORT_MAX);
        struct emit emit = emit_to(&out);
        if (store_begin(&app->store, op, TX_READ, &tx) != RC_OK ||
            session_load(&tx, str_from(id), &session) != RC_OK)
                return op->rc;
        emit_open(&emit, NULL);
        emit_session(&emit, &session);
        if (emit_pictures(&tx, &emit, &session) != RC_OK || emit_events(&tx, &emit, str_from(id)) != RC_OK)
                return op->rc;
        emit_close(&emit);
        puts(buf_text(&out));
        return RC_OK;
}

static int run(int argc, char **argv)
{
        static const struct app_option options[] = {APP_COMMON_OPTIONS};
        struct app_args args;
        struct app app;
        int status = app_parse(&cmd_session, argc, argv, options, LEN(options), &args);
        if (status != EXIT_DONE)
                return status;
        bool is_show = args.rest_len == 2 && strcmp(args.rest[0], "show") == 0;
        bool is_erase = args.rest_len == 2 && strcmp(args.rest[0], "erase") == 0;
        if (!is_show && !is_erase)
                return cmd_usage(&cmd_session, "say `show ID` or `erase ID`");
        if (!id_valid(str_from(args.rest[1])))
                return cmd_usage(&cmd_session, "`%s` is not the id of a session", args.rest[1]);
        status = app_open(&cmd_session, &args, APP_SERVICE, false, &app);
        if (status == EXIT_DONE) {
                enum rc rc = is_show ? show(&app.op, &app, args.rest[1])
                                     : cleanup_erase(&app.op, &app.svc, str_from(args.rest[1]), "operator");
                if (rc == RC_SESSION_NOT_FOUND) {
                        fprintf(stderr, "bonin session: there is no session %s\n", args.rest[1]);
                        status = EXIT_NEGATIVE;
                } else if (rc != RC_OK) {
                        status = app_failed(&cmd_session, &app.op);
                } else if (is_erase) {
                        fprintf(stderr, "session %s: what was held about the person is destroyed\n",
                                args.rest[1]);
                }
        }
        app_close(&app);
        return status;
}

const struct cmd cmd_session = {
    .name = "session",
    .run = run,
    .summary = "what is held about a person; destroy it",
    .help = "Usage: bonin session show ID\n"
            "       bonin session erase ID\n\n"
            "show prints one JSON object: the state of the session, what is held (masked), and its log.\n"
            "erase destroys the session's key and with it all personal data, and its pictures. It cannot be "
            "undone.\n"
            "Exit status 1: there is no such session.\n\n"
            "  --data DIR, --env-file FILE  as for `bonin serve`\n",
};
