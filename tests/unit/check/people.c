/* What earlier sessions tell of a person: which face, which numbers, of which relying party. */
#include "check/people.h"

#include "check/consent.h"
#include "crypto/vault.h"
#include "store/consent.h"
#include "store/document.h"
#include "unit/data.h"
#include "unit/test.h"

#include <math.h>
#include <stdio.h>

struct town {
        struct op op;
        char folder[64];
        struct conf conf;
        struct vault *vault;
        struct store store;
        struct service svc;
        int sessions;
};

static void town_init(struct town *town)
{
        char url[128];
        *town = (struct town){.conf = {.duplicate_face_days = 90}};
        test_op_init(&town->op);
        test_folder_make(town->folder);
        snprintf(url, sizeof(url), "sqlite:%s/bonin.db", town->folder);
        CHECK(vault_new(&town->op, STR("a secret of the tests, 32 bytes or more"), NULL, 0, &town->vault) ==
              RC_OK);
        CHECK(store_open(&town->op, str_from(url), NULL, town->vault, &town->store) == RC_OK &&
              store_migrate(&town->store, &town->op, NULL) == RC_OK);
        town->svc = (struct service){.conf = &town->conf, .store = &town->store, .vault = town->vault};
}

static void town_release(struct town *town)
{
        store_close(&town->store);
        vault_free(&town->vault);
        test_folder_remove(town->folder);
        op_release(&town->op);
}

/* A person at the door: the face is a direction in a plane, so that the cosine of two is that of the angle.
 */
struct visit {
        float face;
        enum doc_field kind;
        const char *number;
        const char *rp_id;
        bool silent; /* agreed to nothing */
        uint64_t models;
};

static void begin(struct town *town, struct tx *tx, const struct visit *visit, struct session *session,
                  char ret_document[ID_MAX])
{
        char key[32];
        struct doc_fields fields = {0};
        bool done;
        snprintf(key, sizeof(key), "key-%d", ++town->sessions);
        int64_t now = clock_wall_ms();
        struct session_new new = {.key = str_from(key),
                                  .full = true,
                                  .rp_id = str_from(visit->rp_id ? visit->rp_id : "rp-1"),
                                  .now_ms = now,
                                  .expires_at_ms = now + 86400000};
        const struct consent consent = {.version = STR("1"),
                                        .items = visit->silent ? STR("face") : STR("face,comparison"),
                                        .purpose = STR("p"),
                                        .created_at_ms = now};
        struct document_new document = {.type = STR("resident_card"), .uploads_max = 5, .now_ms = now};
        struct document_outcome outcome = {.status = CHECK_SUCCESS, .confidence = 1, .now_ms = now};
        if (visit->number)
                CHECK(doc_set(&fields, visit->kind, str_from(visit->number), 1));
        CHECK(session_insert(tx, &new, session) == RC_OK && consent_insert(tx, session, &consent) == RC_OK);
        CHECK(people_numbers(tx, &town->svc, session, &fields, &outcome.numbers) == RC_OK);
        CHECK(str_is_null(outcome.numbers) ==
              (visit->silent || visit->number == NULL || town->conf.duplicate_face_days == 0));
        CHECK(document_insert(tx, session, &document, ret_document, &done) == RC_OK && done);
        CHECK(document_conclude(tx, session, ret_document, &outcome, &done) == RC_OK);
}

static struct str template_of(struct town *town, const struct visit *visit)
{
        struct face_template face = {.models = visit->models ? visit->models : 7,
                                     .threshold = 0.58F,
                                     .len = 2,
                                     .values = {cosf(visit->face), sinf(visit->face)}};
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, TEMPLATE_MAX);
        template_format(&face, &bytes);
        return arena_copy(&town->op.arena, buf_str(&bytes));
}

/* As the verdict does it. */
static const char *visit(struct town *town, const struct visit *who)
{
        struct session session CLEANUP(session_release) = {0};
        struct people_look look CLEANUP(people_look_release) = {0};
        char document[ID_MAX];
        struct str template = template_of(town, who);
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                CHECK(store_begin(&town->store, &town->op, TX_WRITE, &tx) == RC_OK);
                begin(town, &tx, who, &session, document);
                CHECK(tx_commit(&tx) == RC_OK);
        }
        CHECK(people_look(&town->op, &town->svc, &session, document, template, &look) == RC_OK);
        struct tx tx CLEANUP(tx_rollback) = {0};
        CHECK(store_begin(&town->store, &town->op, TX_WRITE, &tx) == RC_OK);
        CHECK(people_settle(&tx, &town->svc, &session, &look, template, clock_wall_ms()) == RC_OK);
        CHECK(tx_commit(&tx) == RC_OK);
        return str_is_null(session.risk_signals) ? "null"
                                                 : arena_copy(&town->op.arena, session.risk_signals).ptr;
}

#define SIGNAL(name, number) "{\"signal\":\"" name "\",\"earlier_sessions\":" #number "}"
#define VISIT(...)           visit(&town, &(struct visit){__VA_ARGS__})

/* Controls: leave the kind, or the threshold, out of check/people.c; let `ret_other` stand beside `ret_same`.
 */
TEST(people_who_come_again_are_told_by_face_and_number)
{
        CLEANUP(town_release) struct town town;
        town_init(&town);
        CHECK_STR(str_from(VISIT(.face = 0, DOC_ID_NUMBER, "9001011234567")), "[]");
        CHECK_STR(str_from(VISIT(.face = 0.3F, DOC_ID_NUMBER, "9001011234567")),
                  "[" SIGNAL("FACE_SEEN", 1) "," SIGNAL("DOCUMENT_SEEN", 1) "]");
        /* Another face with the same number, and nobody at all. */
        CHECK_STR(str_from(VISIT(.face = 2, DOC_ID_NUMBER, "9001011234567")),
                  "[" SIGNAL("DOCUMENT_SEEN", 2) "]");
        CHECK_STR(str_from(VISIT(.face = 4, DOC_ID_NUMBER, "8001011234567")), "[]");
        /* The strong sign. */
        CHECK_STR(str_from(VISIT(.face = 0.1F, DOC_ID_NUMBER, "8501011234567")),
                  "[" SIGNAL("FACE_SEEN", 2) "," SIGNAL("FACE_WITH_OTHER_DOCUMENT", 2) "]");
        /* A number of another kind tells nothing, nor does none. */
        CHECK_STR(str_from(VISIT(.face = 0.1F, DOC_PASSPORT_NUMBER, "M12345678")),
                  "[" SIGNAL("FACE_SEEN", 3) "]");
        CHECK_STR(str_from(VISIT(.face = 0.1F)), "[" SIGNAL("FACE_SEEN", 4) "]");
        CHECK_STR(str_from(VISIT(.face = 0.1F, DOC_PASSPORT_NUMBER, "M12345679")),
                  "[" SIGNAL("FACE_SEEN", 5) "," SIGNAL("FACE_WITH_OTHER_DOCUMENT", 1) "]");
        /* At the threshold's other side: cos 0.99 is 0.549. */
        CHECK_STR(str_from(VISIT(.face = -0.99F)), "[]");
}

/* Controls: `ret` of people_agreed always true; no question of it in people_numbers. */
TEST(people_are_compared_only_where_they_agreed_and_with_their_like)
{
        CLEANUP(town_release) struct town town;
        town_init(&town);
        CHECK_STR(str_from(VISIT(.face = 0, DOC_ID_NUMBER, "9001011234567", .silent = true)), "null");
        CHECK_STR(str_from(VISIT(.face = 0, DOC_ID_NUMBER, "9001011234567")), "[]");
        CHECK_STR(str_from(VISIT(.face = 0, DOC_ID_NUMBER, "9001011234567", .silent = true)), "null");
        CHECK_STR(str_from(VISIT(.face = 0, DOC_ID_NUMBER, "9001011234567", .rp_id = "rp-2")), "[]");
        /* Templates of other models cannot be compared; numbers can. */
        CHECK_STR(str_from(VISIT(.face = 0, DOC_ID_NUMBER, "9001011234567", .models = 8)),
                  "[" SIGNAL("DOCUMENT_SEEN", 1) "]");
        town.conf.duplicate_face_days = 0;
        CHECK_STR(str_from(VISIT(.face = 0, DOC_ID_NUMBER, "9001011234567")), "null");
}

/* One of a crowd, with a template of the usual size. */
static struct str crowd_template(struct town *town, size_t who)
{
        struct face_template face = {.models = 7, .threshold = 0.58F, .len = 384};
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, TEMPLATE_MAX);
        face.values[who % face.len] = 1;
        template_format(&face, &bytes);
        return arena_copy(&town->op.arena, buf_str(&bytes));
}

static void fill(struct town *town, size_t from, size_t to)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        CLEANUP(people_keys_wipe) struct people_keys keys;
        op_release(&town->op);
        test_op_init(&town->op);
        CHECK(store_begin(&town->store, &town->op, TX_WRITE, &tx) == RC_OK &&
              people_keys_take(&tx, &keys) == RC_OK);
        for (size_t i = from; i < to; i++) {
                struct session session CLEANUP(session_release) = {0};
                const struct person person = {.template = crowd_template(town, i)};
                char document[ID_MAX];
                begin(town, &tx, &(struct visit){.face = 0}, &session, document);
                CHECK(people_add(&tx, &keys, &session, &person, clock_wall_ms(), INT64_MAX) == RC_OK);
        }
        CHECK(tx_commit(&tx) == RC_OK);
}

/* Control: let people_list tell that there is no more. */
TEST(thousands_of_people_are_compared_in_milliseconds)
{
        CLEANUP(town_release) struct town town;
        struct session session CLEANUP(session_release) = {0};
        struct people_look look CLEANUP(people_look_release) = {0};
        char document[ID_MAX];
        const size_t many = test_scale(768, 4992);
        town_init(&town);
        for (size_t i = 0; i < many; i += 48)
                fill(&town, i, i + 48);
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                CHECK(store_begin(&town.store, &town.op, TX_WRITE, &tx) == RC_OK);
                begin(&town, &tx, &(struct visit){.face = 0}, &session, document);
                CHECK(tx_commit(&tx) == RC_OK);
        }
        struct str template = crowd_template(&town, 0);
        int64_t started_us = clock_thread_cpu_us();
        CHECK(people_look(&town.op, &town.svc, &session, document, template, &look) == RC_OK);
        printf("  %zu people compared in %.1f ms of CPU\n", many,
               (double)(clock_thread_cpu_us() - started_us) / 1000);
        CHECK(look.faces == (int64_t)(many / 384));
}
