#include "unit/work/invariants.h"

#include "check/otp_channel.h"
#include "unit/test.h"

#include <ftw.h>
#include <stdio.h>

struct rule {
        const char *what, *broken; /* a query that counts what breaks it */
};

/* @step is phone or email, @table its codes. */
static const struct rule code_rules[] = {
    {"a step is taken by a code that was used, and told once",
     "SELECT COUNT(*) FROM sessions s WHERE (@step_verified_at IS NOT NULL) <> "
     "(SELECT COUNT(*) FROM @table c WHERE c.session_id = s.id AND used_at IS NOT NULL) "
     "OR (@step_verified_at IS NOT NULL) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = '@step_verified')"},
    {"each code has its event",
     "SELECT COUNT(*) FROM sessions s WHERE (SELECT COUNT(*) FROM @table c WHERE c.session_id = s.id) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = '@step_sent')"},
    {"each code has a job, and says how that ended",
     "SELECT COUNT(*) FROM @table c LEFT JOIN jobs j ON j.id = c.job_id WHERE j.id IS NULL "
     "OR (c.delivery = 'sent') <> (j.state = 'done' AND c.delivery <> 'queued') "
     "OR (c.delivery = 'undelivered') <> (j.state = 'failed') "
     "OR (c.delivery = 'undelivered' AND c.voided_at IS NULL)"},
    {"a code is tried at most five times", "SELECT COUNT(*) FROM @table WHERE attempts > 5"},
    {"at most one code can be used",
     "SELECT COUNT(*) FROM (SELECT COUNT(*) AS n FROM @table WHERE voided_at IS NULL GROUP BY session_id) c "
     "WHERE n > 1"},
    {"what was rejected was counted before",
     "SELECT COUNT(*) FROM sessions s WHERE "
     "(SELECT COALESCE(SUM(attempts), 0) FROM @table c WHERE c.session_id = s.id) < "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = 'code_rejected' "
     "AND metadata LIKE '%\"@step\"%')"},
};

/* @step is id_card or face, @table its pictures. */
static const struct rule picture_rules[] = {
    {"a picture is open as long as its job",
     "SELECT COUNT(*) FROM @table d LEFT JOIN jobs j ON j.id = d.job_id WHERE j.id IS NULL "
     "OR (d.status IN ('pending', 'processing')) <> (j.state IN ('queued', 'leased'))"},
    {"each upload is counted that could be judged",
     "SELECT COUNT(*) FROM sessions s WHERE @step_uploads <> (SELECT COUNT(*) FROM @table d "
     "WHERE d.session_id = s.id AND NOT (d.status = 'failed' AND (COALESCE(d.errors, '') LIKE "
     "'%NO_PORTRAIT%' OR COALESCE(d.errors, '') LIKE '%INVALID_IMAGE%' "
     "OR COALESCE(d.errors, '') IN ('[\"ALREADY_VERIFIED\"]', '[\"STEP_OUT_OF_ORDER\"]'))))"},
    {"each upload has its event",
     "SELECT COUNT(*) FROM sessions s WHERE (SELECT COUNT(*) FROM @table d WHERE d.session_id = s.id) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = '@step_uploaded')"},
    {"each verdict has its event, and tells of it until the session is erased",
     "SELECT COUNT(*) FROM sessions s WHERE s.erased_at IS NULL AND "
     "(SELECT COUNT(*) FROM @table d WHERE d.session_id = s.id AND finished_at IS NOT NULL) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND (type = '@step_verified' "
     "OR (type = 'verification_failed' AND metadata LIKE '%\"step\":\"@step\"%')))"},
    {"a step is taken by a picture that was accepted, and told once, and so is its withdrawal",
     "SELECT COUNT(*) FROM sessions s WHERE (@step_verified_at IS NOT NULL) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = '@step_verified') - "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = '@step_withdrawn') "
     "OR (@step_verified_at IS NOT NULL) <> "
     "(SELECT COUNT(*) FROM @table d WHERE d.session_id = s.id AND d.status = 'success')"},
};

static const struct rule other_rules[] = {
    {"of a withdrawn document nothing is left that it proved or showed",
     "SELECT COUNT(*) FROM sessions s WHERE status = 'id_card_verified' AND erased_at IS NULL AND "
     "((id_card_verified_at IS NULL) <> (document_id IS NULL) "
     "OR (id_card_verified_at IS NULL) <> (verified_name IS NULL) "
     "OR (id_card_verified_at IS NULL AND EXISTS (SELECT 1 FROM id_card_verifications d "
     "WHERE d.session_id = s.id AND errors LIKE '%NO_PORTRAIT%' AND (front_blob IS NOT NULL OR portrait_blob "
     "IS NOT "
     "NULL OR portrait_key IS NOT NULL OR extracted IS NOT NULL))))"},
    {"a job is leased by somebody, or by nobody",
     "SELECT COUNT(*) FROM jobs WHERE (state = 'queued' AND lease_owner IS NOT NULL) "
     "OR (state = 'leased' AND lease_owner IS NULL)"},
    {"a job keeps what it carries until it is over, and no longer",
     "SELECT COUNT(*) FROM jobs j LEFT JOIN sessions s ON s.id = j.session_id WHERE s.erased_at IS NULL "
     "AND (payload IS NOT NULL) <> (state IN ('queued', 'leased'))"},
    {"a job is tried no more often than it may be",
     "SELECT COUNT(*) FROM jobs WHERE attempts > attempts_max"},
    {"a completed session has a result, and is told once",
     "SELECT COUNT(*) FROM sessions s WHERE (status = 'completed') <> (completed_at IS NOT NULL) "
     "OR (erased_at IS NULL AND (result IS NOT NULL) <> (completed_at IS NOT NULL)) "
     "OR (completed_at IS NOT NULL) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = 'verification_completed')"},
    {"each consent has its event",
     "SELECT COUNT(*) FROM sessions s WHERE (SELECT COUNT(*) FROM consents c WHERE c.session_id = s.id) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = 'consent_given')"},
    {"of an erased session the log tells nothing of the applicant",
     "SELECT COUNT(*) FROM sessions s JOIN logs l ON l.session_id = s.id WHERE erased_at IS NOT NULL "
     "AND (l.ip IS NOT NULL OR l.metadata IS NOT NULL OR l.salt IS NOT NULL) "
     "AND type NOT IN ('personal_data_erased', 'personal_data_read')"},
    {"an erased session has no key, and is told once",
     "SELECT COUNT(*) FROM sessions s WHERE (erased_at IS NOT NULL) <> (wrapped_key IS NULL) "
     "OR (erased_at IS NOT NULL) <> "
     "(SELECT COUNT(*) FROM logs l WHERE l.session_id = s.id AND type = 'personal_data_erased' "
     "AND metadata NOT LIKE '%\"what\":%')"},
    {"pictures of faces that were destroyed have a receipt",
     "SELECT COUNT(*) FROM sessions s WHERE (faces_destroyed_at IS NOT NULL) <> "
     "(SELECT COUNT(*) > 0 FROM logs l WHERE l.session_id = s.id AND type = 'personal_data_erased' "
     "AND metadata LIKE '%\"what\":\"faces\"%')"},
};

static const struct {
        const char *step, *table;
        const struct rule *rules;
        size_t len;
} subjects[] = {
    {"phone", "phone_verifications", code_rules, LEN(code_rules)},
    {"email", "email_verifications", code_rules, LEN(code_rules)},
    {"id_card", "id_card_verifications", picture_rules, LEN(picture_rules)},
    {"face", "face_verifications", picture_rules, LEN(picture_rules)},
    {"", "", other_rules, LEN(other_rules)},
};

/* The query of a rule, about one subject. */
static void fill_in(const char *broken, const char *step, const char *table, struct buf *ret)
{
        static const struct str step_here = STR("@step"), table_here = STR("@table");
        for (struct str rest = str_from(broken); rest.len > 0;) {
                bool is_step = str_starts_with(rest, step_here), is_table = str_starts_with(rest, table_here);
                if (is_step || is_table)
                        buf_add(ret, str_from(is_step ? step : table));
                else
                        buf_add_char(ret, rest.ptr[0]);
                rest = str_sub(rest, is_step ? step_here.len : is_table ? table_here.len : 1, rest.len);
        }
}

static void check_rule(struct tx *tx, const struct rule *rule, const char *step, const char *table)
{
        CLEANUP(buf_release) struct buf sql;
        struct db_rows rows;
        buf_init(&sql, 4096);
        fill_in(rule->broken, step, table, &sql);
        if (tx_query(tx, buf_text(&sql), NULL, 0, &rows) != RC_OK)
                test_fail(__FILE__, __LINE__, tx->op->why);
        if (db_get_int(&rows, 0, 0) == 0)
                return;
        printf("  broken: %s\n", buf_text(&sql));
        test_fail(__FILE__, __LINE__, rule->what);
}

static void check_rules(struct tx *tx)
{
        for (size_t i = 0; i < LEN(subjects); i++)
                for (size_t j = 0; j < subjects[i].len; j++)
                        check_rule(tx, &subjects[i].rules[j], subjects[i].step, subjects[i].table);
}

/* A limit has counted what was sent, and given back what could not be. */
static void check_limits(struct stage *stage, struct tx *tx)
{
        static const char counted[] =
            "SELECT COUNT(*) FROM phone_verifications WHERE delivery <> 'undelivered'";
        const struct conf *conf = &stage->conf;
        const struct limit_rule rule = {.name = otp_channel(CODE_PHONE)->limit_type,
                                        .gap_s = conf->sms_cooldown_s,
                                        .per_hour = conf->sms_per_hour,
                                        .per_day = conf->sms_per_day};
        const struct limit_taking taking = {&rule, STR("+821012345678")};
        struct db_rows rows;
        int64_t left, wait_s;
        CHECK(tx_query(tx, counted, NULL, 0, &rows) == RC_OK);
        CHECK(limit_peek(tx, &taking, LIMIT_HOUR, clock_wall_ms(), &left, &wait_s) == RC_OK);
        CHECK(rule.per_hour - left == db_get_int(&rows, 0, 0));
}

static int blobs_seen, blobs_unnamed;
static struct tx *blobs_tx;

static int look_at_blob(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
        static const char sql[] =
            "SELECT 1 FROM id_card_verifications WHERE $1 IN (front_blob, back_blob, portrait_blob) "
            "UNION ALL SELECT 1 FROM face_verifications WHERE selfie_blob = $1";
        char id[RANDOM_ID_MAX];
        struct db_rows rows;
        if (flag != FTW_F || ftw->level < 2) /* beside the folders stands whose they are */
                return 0;
        blobs_seen++;
        snprintf(id, sizeof(id), "%.2s%s", path + ftw->base - 3, path + ftw->base);
        CHECK(TX_QUERY(blobs_tx, sql, &rows, db_words(id)) == RC_OK);
        blobs_unnamed += rows.len == 0;
        return 0;
}

static void look_at_blobs(struct stage *stage, struct tx *tx)
{
        char folder[128];
        snprintf(folder, sizeof(folder), "%s/blobs", stage->folder);
        blobs_seen = blobs_unnamed = 0;
        blobs_tx = tx;
        CHECK(nftw(folder, look_at_blob, 8, FTW_PHYS) == 0);
}

static void look(struct stage *stage, void (*at)(struct stage *stage, struct tx *tx))
{
        struct op op;
        bool was = stage_hold(stage, true);
        op_init(&op, "invariants", 4 << 20, 15000);
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                CHECK(store_begin(&stage->store, &op, TX_READ, &tx) == RC_OK);
                at(stage, &tx);
        }
        op_release(&op);
        stage_hold(stage, was);
}

static void check_all(struct stage *stage, struct tx *tx)
{
        check_rules(tx);
        check_limits(stage, tx);
        look_at_blobs(stage, tx);
}

void invariants_check(struct stage *stage)
{
        look(stage, check_all);
        /* One that could not be removed stays, sealed under a key that is gone. */
        CHECK(blobs_unnamed <= stage->left);
}

int invariants_blobs(struct stage *stage)
{
        look(stage, look_at_blobs);
        return blobs_seen;
}
