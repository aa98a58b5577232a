#include "check/breaker.h"
#include "cmd/app.h"
#include "notify/mail.h"
#include "notify/sms.h"
#include "ocr/provider.h"
#include "store/erasure.h"
#include "store/people.h"

#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { VISION_MS = 20000, MEMORY_MAX = 1024 * 1024, DISK_LEAST_MB = 500, LATE_MS = 10 * 60 * 1000 };

static const int64_t day_ms = (int64_t)24 * 3600 * 1000;

/* One line a check: what is, and where it is not well, the mend. */
struct report {
        int failed;
};

static void ok(const char *what, const char *format, ...) PRINTF(2, 3);
static void bad(struct report *report, const char *what, const char *mend, const char *format, ...)
    PRINTF(4, 5);

static void ok(const char *what, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        printf("ok    %-14s ", what);
        vprintf(format, args);
        putchar('\n');
        va_end(args);
}

static void bad(struct report *report, const char *what, const char *mend, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        printf("WRONG %-14s ", what);
        vprintf(format, args);
        printf("; %s\n", mend);
        va_end(args);
        report->failed++;
}

/* The folder, or the nearest above it that is there: where it will be made. */
static void find_folder(const char *path, char ret[PATH_MAX])
{
        snprintf(ret, PATH_MAX, "%s", path);
        for (char *slash; access(ret, F_OK) != 0 && (slash = strrchr(ret, '/')) != NULL && slash > ret;)
                *slash = '\0';
        if (access(ret, F_OK) != 0)
                snprintf(ret, PATH_MAX, ".");
}

static void check_disk(struct report *report, const struct conf *conf)
{
        struct statvfs fs;
        char folder[PATH_MAX];
        find_folder(conf->data_dir, folder);
        if (statvfs(folder, &fs) != 0) {
                bad(report, "disk", "check DATA_DIR", "%s cannot be asked", folder);
                return;
        }
        unsigned long long free_mb = (unsigned long long)fs.f_bavail * fs.f_frsize / (1024 * 1024);
        if (free_mb < DISK_LEAST_MB)
                bad(report, "disk", "make room: without it nothing is accepted", "%llu MB free in %s",
                    free_mb, conf->data_dir);
        else
                ok("disk", "%llu MB free in %s", free_mb, conf->data_dir);
}

/* `make run` says DEBUG=true in its own environment alone: who asks beside it is told of that. */
#define DEMO ", or, if this is the demo of `make run`, ask `DEBUG=true bonin doctor`"

static void check_senders(struct report *report, const struct conf *conf)
{
        struct op op;
        struct sms_provider *sms = NULL;
        struct mail_backend *mail = NULL;
        op_init(&op, NULL, MEMORY_MAX, VISION_MS);
        /* Opening what is written to would make it. */
        bool no_sms_file = conf->sms_provider == CONF_SMS_FILE && access(conf->sms_file, F_OK) != 0;
        bool no_email_dir = conf->email_backend == CONF_EMAIL_FILE && access(conf->email_dir, F_OK) != 0;
        if (no_sms_file)
                ok("sms", "file; the first start makes %s", conf->sms_file);
        else if (sms_provider_new(&op, conf, &sms) != RC_OK)
                bad(report, "sms", "see `bonin help env`", "%s", op.why);
        else if (!conf->debug && conf->sms_provider == CONF_SMS_CONSOLE)
                bad(report, "sms", "set SMS_PROVIDER" DEMO, "codes go to the console though DEBUG=false");
        else
                ok("sms", "%s", sms->name);
        op_forgive(&op);
        if (no_email_dir)
                ok("e-mail", "file; the first start makes %s", conf->email_dir);
        else if (mail_backend_new(&op, conf, &mail) != RC_OK)
                bad(report, "e-mail", "see `bonin help env`", "%s", op.why);
        else if (!conf->debug && conf->email_backend == CONF_EMAIL_CONSOLE)
                bad(report, "e-mail", "set EMAIL_BACKEND" DEMO, "codes go to the console though DEBUG=false");
        else
                ok("e-mail", "%s", mail->name);
        sms_provider_free(&sms);
        mail_backend_free(&mail);
        op_release(&op);
}

static void check_ocr(struct report *report, const struct conf *conf)
{
        struct op op;
        struct ocr_provider *ocr = NULL;
        op_init(&op, NULL, MEMORY_MAX, VISION_MS);
        if (ocr_provider_new(&op, conf, &ocr) != RC_OK)
                bad(report, "ocr", "see `bonin help env`", "%s", op.why);
        else
                ok("ocr", "%s%s", ocr->name,
                   conf->ocr_provider == CONF_OCR_TESSERACT ? "" : "; cards are sent to NAVER Cloud");
        ocr_provider_free(&ocr);
        op_release(&op);
}

static void tell_vision(struct report *report, const struct vision_status *status, const char *models)
{
        if (status->documents && !status->line_model)
                bad(report, "documents", "run `tools/models`, or set MODEL_DIR",
                    "%sppocr_v3_det_zh.onnx missing: hardly a card is read",
                    status->mrz_model ? "" : "mrz.traineddata and ");
        else if (status->documents)
                ok("documents", "Tesseract kor and eng; line model yes, MRZ model %s",
                   status->mrz_model ? "yes" : "no: mrz.traineddata, run `tools/models`");
        else
                bad(report, "documents", "install tesseract-ocr-kor and tesseract-ocr-eng", "%s",
                    status->why);
        if (status->faces)
                ok("faces", "models of %s", models);
        else
                bad(report, "faces", "run `tools/models`, or set MODEL_DIR", "%s", status->why);
        if (status->filtered && status->unprivileged && status->landlock_abi > 0)
                ok("sandbox", "system calls filtered, files closed (Landlock %d), loaded in %lld ms",
                   status->landlock_abi, (long long)status->load_ms);
        else if (status->filtered)
                ok("sandbox", "system calls filtered; this kernel has no Landlock, the filter stands alone");
        else
                bad(report, "sandbox", "use a kernel with seccomp", "bonin-vision is not locked in");
}

static void check_vision(struct report *report, const struct conf *conf)
{
        char models[PATH_MAX];
        struct op op;
        struct vision_status status;
        op_init(&op, NULL, MEMORY_MAX, VISION_MS);
        app_model_dir(conf, models);
        struct vision_options options = {.model_dir = models, .children = 1};
        struct vision_pool *pool = vision_pool_open(&options);
        if (vision_pool_status(pool, &op, &status) == RC_OK)
                tell_vision(report, &status, models);
        else
                bad(report, "vision", "put bonin-vision beside bonin, or set BONIN_VISION", "%s", op.why);
        vision_pool_close(pool);
        op_release(&op);
}

static void check_breaker(struct report *report, struct app *app)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct breaker_view breaker;
        if (store_begin(&app->store, &app->op, TX_READ, &tx) != RC_OK ||
            breaker_read(&tx, &app->conf, clock_wall_ms(), &breaker) != RC_OK)
                bad(report, "sms breaker", "see the line of the store", "%s", app->op.why);
        else if (breaker.state == BREAKER_CLOSED)
                ok("sms breaker", "%s", app->conf.sms_breaker_window ? "closed" : "off");
        else
                bad(report, "sms breaker",
                    "look whom codes were sent to (GET /logs); it tries again by itself",
                    "%s: too few codes came back", breaker_state_name(breaker.state));
        op_forgive(&app->op);
}

/* Faces go as they are said to. */
static void check_faces(struct report *report, struct app *app)
{
        const struct conf *conf = &app->conf;
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct str *due;
        size_t due_len;
        int64_t people;
        int64_t late_ms = clock_wall_ms() - conf->face_retention_days * day_ms - LATE_MS;
        if (store_begin(&app->store, &app->op, TX_READ, &tx) != RC_OK ||
            session_find_faces(&tx, late_ms, 1, &due, &due_len) != RC_OK ||
            people_count(&tx, &people) != RC_OK)
                bad(report, "faces", "see the line of the store", "%s", app->op.why);
        else if (due_len > 0)
                bad(report, "faces", "start bonin serve: it destroys them within a minute",
                    "there are pictures past FACE_RETENTION_DAYS");
        else
                ok("faces", "pictures go %lld days after the session, %lld people are kept to compare%s",
                   (long long)conf->face_retention_days, (long long)people,
                   conf->duplicate_face_days > 0 && !conf->consent_required
                       ? "; our page asks nobody for consent to that: set CONSENT_REQUIRED=true"
                       : "");
        op_forgive(&app->op);
}

/* Why no store can be made or opened in a folder; NULL where it can. */
static const char *why_unusable(const char *folder)
{
        char above[PATH_MAX];
        struct stat info;
        if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode))
                return strerror(ENOTDIR);
        if (eaccess(folder, F_OK) == 0)
                return eaccess(folder, R_OK | W_OK | X_OK) == 0 ? NULL : strerror(errno);
        if (errno != ENOENT)
                return strerror(errno);
        snprintf(above, sizeof(above), "%s", folder);
        return eaccess(dirname(above), W_OK | X_OK) == 0 ? NULL : strerror(errno);
}

static void check_store(struct report *report, struct app *app, enum app_need need)
{
        char kid[KEYRING_KID_MAX];
        const char *why = why_unusable(app->conf.data_dir);
        if (why) {
                bad(report, "data", "name a folder that this user may write to in DATA_DIR or --data",
                    "%s: %s", app->conf.data_dir, why);
                return;
        }
        if (need < APP_STORE && report->failed > 0)
                return;
        if (need < APP_STORE) {
                ok("store", "none yet, nor blobs: the first start makes them in %s", app->conf.data_dir);
                return;
        }
        ok("store", "%s, schema up to date", db_name(app->store.db));
        ok("cache", "limits are counted in the store (%s)", db_name(app->store.db));
        check_breaker(report, app);
        check_faces(report, app);
        if (need < APP_SERVICE) {
                ok("blobs", "none yet, nor a signing key: the first start makes them");
                return;
        }
        ok("blobs", "%s", app->conf.blob_url);
        keyring_kid(app->keyring, kid);
        ok("signing key", "%s", kid);
}

/* Whether there is what the url names; of another scheme than `scheme` nothing is known, which is as good. */
static bool is_there(const char *url, const char *scheme)
{
        struct str text = str_from(url);
        return !str_starts_with(text, str_from(scheme)) || access(url + strlen(scheme), F_OK) == 0;
}

/* As far as all can be opened without making what is not there: who only looks leaves nothing behind. */
static enum app_need find_need(struct report *report, const struct conf *conf)
{
        char secret[PATH_MAX];
        snprintf(secret, sizeof(secret), "%s/secret.key", conf->data_dir);
        if (!is_there(conf->database_url, "sqlite:") || access(conf->data_dir, F_OK) != 0)
                return APP_CONF;
        if (*conf->secret_key || access(secret, F_OK) == 0)
                return is_there(conf->blob_url, "file:") ? APP_SERVICE : APP_STORE;
        bad(report, "secret key", "put it back from where it is kept, or set SECRET_KEY",
            "%s is missing, and there is a store that was sealed with it", secret);
        return APP_CONF;
}

static int open_what_is_there(struct report *report, const struct app_args *args, struct app *app,
                              enum app_need *ret)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(conf_release) struct conf conf;
        op_init(&op, NULL, MEMORY_MAX, VISION_MS);
        bool loaded = conf_load(&op, args->env_file, args->overrides, args->overrides_len, &conf) == RC_OK;
        *ret = loaded ? find_need(report, &conf) : APP_CONF;
        return app_open(&cmd_doctor, args, *ret, false, app);
}

static int run(int argc, char **argv)
{
        static const struct app_option options[] = {APP_COMMON_OPTIONS};
        struct app_args args;
        struct app app;
        struct report report = {0};
        int status = app_parse(&cmd_doctor, argc, argv, options, LEN(options), &args);
        if (status == EXIT_DONE && args.rest_len > 0)
                status = cmd_usage(&cmd_doctor, "`%s` is not expected", args.rest[0]);
        if (status != EXIT_DONE)
                return status;
        enum app_need need;
        status = open_what_is_there(&report, &args, &app, &need);
        if (status != EXIT_DONE) {
                printf("WRONG %-14s %s\n", app.op.rc == RC_CONFIG ? "configuration" : "store", app.op.why);
        } else {
                ok("configuration", "DEBUG=%s, LISTEN=%s", app.conf.debug ? "true: demo mode" : "false",
                   app.conf.listen);
                check_store(&report, &app, need);
                check_disk(&report, &app.conf);
                check_senders(&report, &app.conf);
                check_ocr(&report, &app.conf);
                check_vision(&report, &app.conf);
                if (report.failed > 0)
                        status = EXIT_NEGATIVE;
        }
        app_close(&app);
        return status;
}

const struct cmd cmd_doctor = {
    .name = "doctor",
    .run = run,
    .summary = "check configuration, store, models, OCR and sandbox",
    .help = "Usage: bonin doctor [--data DIR] [--env-file FILE]\n\n"
            "Checks configuration, data folder, store, blob store, signing key, retention of faces, disk, "
            "senders, OCR\n"
            "and its languages, models and sandbox: one line each, with the mend where something is wrong. "
            "Exit status\n"
            "1 then, 2 for a wrong configuration, 3 where the store does not answer. Makes nothing and "
            "changes nothing.\n",
};
