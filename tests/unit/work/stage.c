#include "unit/work/stage.h"

#include "check/keys.h"
#include "check/ledger.h"
#include "unit/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MEMORY_MAX = 4 << 20, OPEN_MS = 15000, ROUNDS_MAX = 12 };

static struct stage *on_stage; /* backends are called without a context of ours */

static enum rc count(struct stage *stage)
{
        if (stage->held)
                return RC_OK;
        stage->calls++;
        if (stage->calls != stage->fail_at)
                return RC_OK;
        stage->failed = true;
        return stage->fail_with;
}

static enum rc count_db(void *user, enum db_point point, const char *sql)
{
        return count(user);
}

/* A failing blob store is told as one; a remove that fails leaves the file. */
static enum rc count_blob(struct op *op)
{
        enum rc rc = count(on_stage);
        return rc == RC_OK ? RC_OK : op_fail(op, rc, "blobs: fault injected");
}

static enum rc blob_create(struct blob_store *store, struct op *op, const char *id, struct blob_sink **ret)
{
        enum rc rc = count_blob(op);
        return rc == RC_OK ? on_stage->blobs->create(on_stage->blobs, op, id, ret) : rc;
}

static enum rc blob_append(struct blob_sink *sink, struct op *op, struct str bytes)
{
        enum rc rc = count_blob(op);
        return rc == RC_OK ? on_stage->blobs->append(sink, op, bytes) : rc;
}

static enum rc blob_finish(struct blob_sink *sink, struct op *op)
{
        enum rc rc = count_blob(op);
        if (rc == RC_OK)
                return on_stage->blobs->commit(sink, op);
        on_stage->blobs->abort(sink);
        return rc;
}

static void blob_undo(struct blob_sink *sink)
{
        on_stage->blobs->abort(sink);
}

static enum rc blob_get(struct blob_store *store, struct op *op, const char *id, struct buf *ret)
{
        enum rc rc = count_blob(op);
        return rc == RC_OK ? on_stage->blobs->read(on_stage->blobs, op, id, ret) : rc;
}

static enum rc blob_delete(struct blob_store *store, struct op *op, const char *id)
{
        enum rc rc = count_blob(op);
        on_stage->left += rc != RC_OK;
        return rc == RC_OK ? on_stage->blobs->remove(on_stage->blobs, op, id) : rc;
}

static enum rc blob_look(struct blob_store *store, struct op *op, const char *id, bool *ret)
{
        return on_stage->blobs->exists(on_stage->blobs, op, id, ret);
}

static enum rc blob_room(struct blob_store *store, struct op *op)
{
        return on_stage->blobs->ready(on_stage->blobs, op);
}

static enum rc blob_walk(struct blob_store *store, struct op *op, unsigned part, int64_t before_ms,
                         enum rc (*each)(void *ctx, struct op *op, const char *id), void *ctx)
{
        enum rc rc = count_blob(op);
        return rc == RC_OK ? on_stage->blobs->walk(on_stage->blobs, op, part, before_ms, each, ctx) : rc;
}

static enum rc blob_claim(struct blob_store *store, struct op *op, struct str owner, bool *ret_ours)
{
        enum rc rc = count_blob(op);
        return rc == RC_OK ? on_stage->blobs->claim(on_stage->blobs, op, owner, ret_ours) : rc;
}

/* The first run of as many digits as a code has. */
static void note_message(struct str body)
{
        size_t run = 0, len = (size_t)on_stage->conf.code_length;
        on_stage->sent++;
        for (size_t i = 0; i < body.len; i++) {
                run = body.ptr[i] >= '0' && body.ptr[i] <= '9' ? run + 1 : 0;
                bool over = i + 1 == body.len || body.ptr[i + 1] < '0' || body.ptr[i + 1] > '9';
                if (run == len && over) {
                        snprintf(on_stage->code, sizeof(on_stage->code), "%.*s", (int)len,
                                 body.ptr + i + 1 - len);
                        return;
                }
        }
}

static enum rc take_sms(struct sms_provider *provider, struct op *op, const struct sms *sms,
                        char ret_id[SMS_ID_MAX])
{
        note_message(sms->body);
        snprintf(ret_id, SMS_ID_MAX, "SM%d", on_stage->sent);
        return RC_OK;
}

static enum rc take_mail(struct mail_backend *backend, struct op *op, const struct mail *mail)
{
        note_message(mail->text);
        return RC_OK;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
        return remove(path);
}

static void remove_folder(struct stage *stage)
{
        if (stage->folder[0])
                nftw(stage->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        stage->folder[0] = '\0';
}

/* Children are slow to start and know nothing of sessions: one serves all stages. */
static struct vision_pool *vision_pool;

__attribute__((destructor)) static void end_vision(void)
{
        vision_pool_close(vision_pool);
        if (on_stage) /* a test that failed has left it */
                remove_folder(on_stage);
}

static struct vision_pool *vision(void)
{
        char path[600], self[512] = "";
        if (vision_pool)
                return vision_pool;
        CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
        *strrchr(self, '/') = '\0';
        snprintf(path, sizeof(path), "%s/tests/unit/vision/vision-liar", self);
        vision_pool = vision_pool_open(
            &(struct vision_options){.program = path, .model_dir = "accept_all", .children = 1});
        return vision_pool;
}

static void open_keys_and_stores(struct stage *stage, struct op *op)
{
        char url[128], blobs[128];
        struct db_options options = {.hook = count_db, .hook_user = stage};
        snprintf(url, sizeof(url), "sqlite:%s/bonin.db", stage->folder);
        snprintf(blobs, sizeof(blobs), "%s/blobs", stage->folder);
        CHECK(vault_new(op, STR("a secret of the tests, 32 bytes or more"), NULL, 0, &stage->vault) == RC_OK);
        CHECK(store_open(op, str_from(url), &options, stage->vault, &stage->store) == RC_OK);
        CHECK(store_migrate(&stage->store, op, NULL) == RC_OK);
        CHECK(blob_file_open(op, blobs, &stage->blobs) == RC_OK);
}

static void set_up_service(struct stage *stage, struct op *op)
{
        stage->faulty =
            (struct blob_store){blob_create, blob_append, blob_finish, blob_undo,  blob_get, blob_delete,
                                blob_look,   blob_room,   blob_walk,   blob_claim, NULL};
        stage->sms = (struct sms_provider){.name = "stage", .send = take_sms};
        stage->mail = (struct mail_backend){.name = "stage", .send = take_mail};
        stage->keyring = keyring_new();
        CHECK(consent_text_load(op, &stage->conf, &stage->consent) == RC_OK);
        stage->svc = (struct service){.conf = &stage->conf,
                                      .store = &stage->store,
                                      .vault = stage->vault,
                                      .blobs = &stage->faulty,
                                      .keyring = stage->keyring,
                                      .consent = stage->consent,
                                      .owner = "stage",
                                      .issuer = "http://127.0.0.1"};
        bell_init(&stage->svc.bell);
        CHECK(keys_load(op, &stage->svc) == RC_OK && ledger_open(op, &stage->svc) == RC_OK);
        CHECK(ocr_provider_new(op, &stage->conf, &stage->ocr) == RC_OK);
        stage->deps = (struct workers_deps){.svc = &stage->svc,
                                            .sms = &stage->sms,
                                            .mail = &stage->mail,
                                            .ocr = stage->ocr,
                                            .vision = vision()};
}

void stage_open(struct stage *stage)
{
        /* Every commit is synced, a thousand times over: in memory where there is a file system for it. */
        const char *where = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        struct op op;
        if (on_stage)
                remove_folder(on_stage);
        *stage = (struct stage){0};
        on_stage = stage;
        op_init(&op, "stage", MEMORY_MAX, OPEN_MS);
        snprintf(stage->folder, sizeof(stage->folder), "%s/bonin-stage-XXXXXX", where);
        CHECK(mkdtemp(stage->folder));
        const struct conf_override overrides[] = {{"DATA_DIR", stage->folder},
                                                  {"CONSENT_REQUIRED", "true"},
                                                  {"SMS_COOLDOWN_SECONDS", "0"},
                                                  {"EMAIL_COOLDOWN_SECONDS", "0"}};
        CHECK(conf_load(&op, "/dev/null", overrides, LEN(overrides), &stage->conf) == RC_OK);
        open_keys_and_stores(stage, &op);
        set_up_service(stage, &op);
        op_release(&op);
}

void stage_close(struct stage *stage)
{
        ocr_provider_free(&stage->ocr);
        bell_release(&stage->svc.bell);
        keyring_free(&stage->keyring);
        consent_text_free(&stage->consent);
        blob_store_free(&stage->blobs);
        store_close(&stage->store);
        vault_free(&stage->vault);
        conf_release(&stage->conf);
        remove_folder(stage);
}

void stage_fail_at(struct stage *stage, int64_t at, enum rc with)
{
        stage->calls = 0;
        stage->fail_at = at;
        stage->fail_with = with;
        stage->failed = false;
}

bool stage_hold(struct stage *stage, bool hold)
{
        bool was = stage->held;
        stage->held = hold;
        return was;
}

/* What is open is due. Not counted: it is time that does this, no story. */
static int64_t let_time_pass(struct stage *stage)
{
        int64_t open = 0;
        struct op op;
        bool was = stage_hold(stage, true);
        op_init(&op, "time", MEMORY_MAX, OPEN_MS);
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                CHECK(store_begin(&stage->store, &op, TX_WRITE, &tx) == RC_OK);
                CHECK(tx_exec(&tx, "UPDATE jobs SET due_at = 1 WHERE state IN ('queued', 'leased')", NULL, 0,
                              &open) == RC_OK);
                CHECK(tx_commit(&tx) == RC_OK);
        }
        op_release(&op);
        stage_hold(stage, was);
        return open;
}

void stage_work(struct stage *stage)
{
        int rounds = 0;
        while (let_time_pass(stage) > 0) {
                CHECK(rounds++ < ROUNDS_MAX);
                for (enum lane_kind lane = 0; lane < LANE_COUNT; lane++) {
                        struct slip *slip = runner_claim(&stage->deps, lane);
                        if (slip)
                                runner_run(&stage->deps, slip);
                }
        }
}

void stage_op(struct op *op)
{
        op_init(op, NULL, MEMORY_MAX, 0);
        op->client = (struct client){.ip = STR("192.0.2.1"), .user_agent = STR("test"), .lang = LANG_EN};
}
