/*
 * For tests, since no command of ours gives pictures out: opens what is stored of a session's latest document
 * and face, with the server's own keys, and writes it in clear as card.jpg, portrait.jpg, selfie.jpg and
 * extracted.json to a folder.
 *
 *   stored-pictures --data DIR SESSION FOLDER
 */
#include "check/picture.h"
#include "cmd/app.h"
#include "store/face.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const struct cmd cmd_stored = {.name = "stored-pictures", .help = ""};

struct outlet {
        struct app *app;
        struct op *op;
        const struct session *session;
        const char *folder;
};

static enum rc write_file(const struct outlet *out, const char *name, struct str bytes)
{
        char path[4096];
        snprintf(path, sizeof(path), "%s/%s", out->folder, name);
        CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0 || !fd_write_all(fd, bytes.ptr, bytes.len))
                return op_fail(out->op, RC_INTERNAL, "%s: %m", path);
        return RC_OK;
}

/* A name whose blob is gone is what a document without a picture leaves. */
static enum rc write_picture(const struct outlet *out, const char *name, struct str blob, struct str key)
{
        CLEANUP(buf_release) struct buf bytes;
        buf_init_secret(&bytes, PICTURE_BYTES_MAX);
        if (str_is_null(blob))
                return RC_OK;
        const char *id = arena_copy(&out->op->arena, blob).ptr;
        uint8_t opens[SEAL_KEY_LEN];
        picture_key(out->session, key, opens);
        enum rc rc = blob_read(out->op, out->app->blobs, id, opens, PICTURE_BYTES_MAX, &bytes);
        if (rc == RC_NOT_FOUND) {
                op_forgive(out->op);
                return RC_OK;
        }
        return rc == RC_OK ? write_file(out, name, buf_str(&bytes)) : rc;
}

static enum rc write_document(const struct outlet *out, struct tx *tx)
{
        struct document document;
        if (document_load_latest(tx, out->session, &document) != RC_OK)
                return out->op->rc;
        if (document.extracted.ptr && write_file(out, "extracted.json", document.extracted) != RC_OK)
                return out->op->rc;
        enum rc rc = write_picture(out, "card.jpg", document.front_blob, STR_NULL);
        return rc == RC_OK ? write_picture(out, "portrait.jpg", document.portrait_blob, document.portrait_key)
                           : rc;
}

static enum rc write_face(const struct outlet *out, struct tx *tx)
{
        struct face face;
        enum rc rc = face_load_latest(tx, out->session, &face);
        if (rc == RC_VERIFICATION_NOT_FOUND) {
                op_forgive(out->op);
                return RC_OK;
        }
        return rc == RC_OK ? write_picture(out, "selfie.jpg", face.selfie_blob, face.selfie_key) : rc;
}

static enum rc write_all(struct app *app, const char *session_id, const char *folder)
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct outlet out = {.app = app, .op = &app->op, .session = &session, .folder = folder};
        if (store_begin(&app->store, &app->op, TX_READ, &tx) != RC_OK ||
            session_load(&tx, str_from(session_id), &session) != RC_OK ||
            write_document(&out, &tx) != RC_OK || write_face(&out, &tx) != RC_OK)
                return app->op.rc;
        return RC_OK;
}

/* In place of the commands' own, which tells of help that there is none of. */
int cmd_usage(const struct cmd *cmd, const char *message, ...)
{
        va_list args;
        va_start(args, message);
        vfprintf(stderr, message, args);
        va_end(args);
        return EXIT_USAGE;
}

int main(int argc, char **argv)
{
        static const struct app_option options[] = {APP_COMMON_OPTIONS};
        struct app_args args;
        struct app app;
        int status = app_parse(&cmd_stored, argc, argv, options, LEN(options), &args);
        if (status != EXIT_DONE || args.rest_len != 2)
                return EXIT_USAGE;
        status = app_open(&cmd_stored, &args, APP_SERVICE, false, &app);
        if (status == EXIT_DONE && write_all(&app, args.rest[0], args.rest[1]) != RC_OK)
                status = app_failed(&cmd_stored, &app.op);
        app_close(&app);
        return status;
}
