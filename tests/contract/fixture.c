#include "contract/contract.h"

#include "crypto/vault.h"

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A test that fails jumps out of contract_run: what it left is tidied by the next one, or at the end. */
static struct fixture *left;

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
        return remove(path);
}

static void tidy(void)
{
        if (left == NULL)
                return;
        if (left->folder[0])
                nftw(left->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        left = NULL;
}

static enum rc hook(void *user, enum db_point point, const char *sql)
{
        struct fixture *fixture = user;
        int delay_ms = atomic_load(&fixture->delay_ms);
        if (delay_ms && point == DB_POINT_STATEMENT)
                usleep(1000 * (2 + (unsigned)random() % (unsigned)delay_ms));
        int at = atomic_load(&fixture->fault_at);
        if (at > 0 && atomic_fetch_sub(&fixture->fault_at, 1) == 1)
                return RC_UNAVAILABLE;
        return RC_OK;
}

static void open_store(struct fixture *fixture, const struct db_options *options)
{
        struct db_options with = options ? *options : (struct db_options){0};
        with.hook = hook;
        with.hook_user = fixture;
        CHECK_OK(
            store_open(&fixture->op, str_from(fixture->url), &with, fixture->store.vault, &fixture->store));
}

void fixture_reopen(struct fixture *fixture, const struct db_options *options)
{
        struct vault *vault = fixture->store.vault;
        store_close(&fixture->store);
        fixture->store.vault = vault;
        open_store(fixture, options);
}

static void wipe(struct fixture *fixture)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        CHECK_OK(tx_begin(fixture->store.db, &fixture->op, TX_WRITE, &tx));
        CHECK_OK(tx_script(&tx, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
        CHECK_OK(tx_commit(&tx));
}

static void set_up(struct fixture *fixture, bool sqlite)
{
        const char *postgres = getenv("BONIN_TEST_POSTGRES");
        if (!sqlite && postgres == NULL)
                test_skip("BONIN_TEST_POSTGRES is not set");
        op_init(&fixture->op, "contract", 64 << 20, 60000);
        fixture->sqlite = sqlite;
        snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/bonin-contract-XXXXXX");
        CHECK(mkdtemp(fixture->folder));
        left = fixture;
        snprintf(fixture->path, sizeof(fixture->path), "%s/bonin.db", fixture->folder);
        if (sqlite)
                snprintf(fixture->url, sizeof(fixture->url), "sqlite:%s", fixture->path);
        else
                snprintf(fixture->url, sizeof(fixture->url), "%s", postgres);
        CHECK_OK(vault_new(&fixture->op, STR("a secret of the tests, 32 bytes or more"), NULL, 0,
                           &fixture->store.vault));
        open_store(fixture, NULL);
        if (!sqlite)
                wipe(fixture);
}

void contract_run(bool sqlite, void (*body)(struct fixture *fixture))
{
        static struct fixture the_fixture;
        struct fixture *fixture = &the_fixture;
        tidy();
        *fixture = (struct fixture){0};
        set_up(fixture, sqlite);
        CHECK_OK(store_migrate(&fixture->store, &fixture->op, NULL));
        body(fixture);
        struct vault *vault = fixture->store.vault;
        store_close(&fixture->store);
        vault_free(&vault);
        op_release(&fixture->op);
        tidy();
}

void make_session(struct fixture *fixture, const char *key, struct session *ret)
{
        struct session_new new = {
            .key = str_from(key),
            .full = true,
            .lang = LANG_EN,
            .rp_id = STR("rp-1"),
            .expected_name = STR("홍길동"),
            .expected_birth_date = STR("1990-01-01"),
            .metadata = STR("{\"order\":1}"),
            .phone = STR("+821012345678"),
            .email = STR("hong@example.org"),
            .ip = STR("192.0.2.1"),
            .now_ms = NOW_MS,
            .expires_at_ms = NOW_MS + 86400000,
        };
        BEGIN(tx, TX_WRITE);
        CHECK_OK(session_insert(&tx, &new, ret));
        CHECK_OK(tx_commit(&tx));
}

void make_code(struct fixture *fixture, const struct session *session, enum code_channel channel,
               char ret_id[ID_MAX])
{
        struct code_new new = {
            .channel = channel,
            .address = channel == CODE_PHONE ? STR("+821012345678") : STR("hong@example.org"),
            .hash = {1, 2, 3},
            .now_ms = NOW_MS,
            .expires_at_ms = NOW_MS + 600000,
        };
        BEGIN(tx, TX_WRITE);
        CHECK_OK(code_insert(&tx, session, &new, ret_id));
        CHECK_OK(tx_commit(&tx));
}

static void judge(struct fixture *fixture, struct tx *tx, struct whole *whole)
{
        struct document_new document = {
            .type = STR("passport"), .front_blob = STR("blob-upload"), .uploads_max = 5, .now_ms = NOW_MS};
        struct document_outcome read = {.status = CHECK_SUCCESS,
                                        .confidence = 0.93,
                                        .name_match = TRI_NO,
                                        .birth_date_match = TRI_NO,
                                        .advice = STR("[]"),
                                        .extracted = STR("{\"name\":\"홍길동\"}"),
                                        .details = STR("{\"mrz\":true}"),
                                        .portrait_blob = STR("blob-portrait"),
                                        .portrait_key = STR("the 32 bytes of the portrait key"),
                                        .numbers = STR("\1a hash of a number, of thirty-two b"),
                                        .redacted_front_blob = STR("blob-card"),
                                        .now_ms = NOW_MS};
        struct face_new face = {.document_id = whole->document,
                                .selfie_blob = STR("blob-selfie"),
                                .uploads_max = 5,
                                .now_ms = NOW_MS};
        struct face_outcome compared = {.status = CHECK_SUCCESS,
                                        .similarity = 0.9,
                                        .liveness = 0.8,
                                        .is_live = TRI_NO,
                                        .selfie_repeated = TRI_NO,
                                        .details = STR("{\"a\":1}"),
                                        .selfie_key = STR("the 32 bytes of the selfie's key"),
                                        .now_ms = NOW_MS};
        bool done;
        CHECK_OK(document_insert(tx, &whole->session, &document, whole->document, &done));
        CHECK_OK(document_conclude(tx, &whole->session, whole->document, &read, &done));
        CHECK_OK(face_insert(tx, &whole->session, &face, whole->face, &done));
        CHECK_OK(face_conclude(tx, &whole->session, whole->face, &compared, &done));
}

static void know(struct fixture *fixture, struct tx *tx, struct session *session)
{
        const struct person person = {.template = STR("a template")};
        struct people_keys keys;
        CHECK_OK(people_keys_take(tx, &keys));
        CHECK_OK(people_add(tx, &keys, session, &person, NOW_MS, NOW_MS + 1000));
        CHECK_OK(session_set_signals(tx, session, STR("[]")));
}

static void prove(struct fixture *fixture, struct tx *tx, struct session *session)
{
        const struct session_proof proofs[] = {
            {.phone = STR("+821012345678")},
            {.email = STR("hong@example.org")},
            {.name = STR("홍길동"), .birth_date = STR("1990-01-01")},
            {.phone = STR_NULL},
        };
        struct session_result result = {
            .token = str_from(session->id), .token_expires_at_ms = NOW_MS, .json = STR("{\"done\":1}")};
        bool moved;
        for (int i = 0; i < (int)LEN(proofs); i++)
                CHECK_OK(session_advance(tx, session, SESSION_IN(i), (enum session_status)(i + 1), &proofs[i],
                                         NOW_MS, &moved));
        CHECK_OK(session_complete(tx, session, SESSION_UNFINISHED, &result, NOW_MS, &moved));
        CHECK(moved);
}

void make_rows(struct fixture *fixture, struct whole *whole)
{
        const struct consent consent = {.version = STR("1"),
                                        .items = STR("phone,email"),
                                        .purpose = STR("본인 확인"),
                                        .created_at_ms = NOW_MS,
                                        .ip = STR("192.0.2.1")};
        struct job_new new = {.kind = "send_sms", .payload = STR("{\"to\":\"+8210\"}"), .now_ms = NOW_MS};
        struct job job;
        make_code(fixture, &whole->session, CODE_PHONE, whole->phone_code);
        make_code(fixture, &whole->session, CODE_EMAIL, whole->email_code);
        BEGIN(tx, TX_WRITE);
        judge(fixture, &tx, whole);
        CHECK_OK(consent_insert(&tx, &whole->session, &consent));
        CHECK_OK(job_insert(&tx, &whole->session, &new, &job));
        memcpy(whole->job, job.id, sizeof(job.id));
        CHECK_OK(tx_commit(&tx));
}

void make_whole(struct fixture *fixture, const char *key, struct whole *ret)
{
        make_session(fixture, key, &ret->session);
        make_rows(fixture, ret);
        BEGIN(tx, TX_WRITE);
        know(fixture, &tx, &ret->session);
        prove(fixture, &tx, &ret->session);
        CHECK_OK(tx_commit(&tx));
}

struct lane_of_race {
        struct racer racer;
        pthread_t thread;
        pthread_barrier_t *start;
        bool (*body)(struct racer *racer);
        bool result;
};

static void *run_racer(void *user)
{
        struct lane_of_race *lane = user;
        op_init(&lane->racer.op, NULL, 1 << 20, 60000);
        pthread_barrier_wait(lane->start);
        lane->result = lane->body(&lane->racer);
        op_release(&lane->racer.op);
        return NULL;
}

int race(struct fixture *fixture, int len, bool (*body)(struct racer *racer), void *user)
{
        struct lane_of_race *lanes = x_new((size_t)len, sizeof(*lanes));
        pthread_barrier_t start;
        pthread_barrier_init(&start, NULL, (unsigned)len);
        int count = 0;
        for (int i = 0; i < len; i++) {
                lanes[i] = (struct lane_of_race){
                    .racer = {.fixture = fixture, .index = i, .user = user}, .start = &start, .body = body};
                if (pthread_create(&lanes[i].thread, NULL, run_racer, &lanes[i]) != 0)
                        abort();
        }
        for (int i = 0; i < len; i++) {
                pthread_join(lanes[i].thread, NULL);
                count += lanes[i].result;
        }
        pthread_barrier_destroy(&start);
        x_free(lanes);
        return count;
}
