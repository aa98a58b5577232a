#include "check/otp_limit.h"

#include "base/json.h"

enum { PAYLOAD_MAX = 2048 };

enum rc otp_job_parse(struct op *op, const struct job *job, struct otp_job *ret)
{
        json_auto_t *root = NULL;
        struct otp_job otp = {.channel =
                                  str_equal(job->kind, str_from(otp_job_sms)) ? CODE_PHONE : CODE_EMAIL};
        if (str_is_null(job->payload) || !json_parse(job->payload, PAYLOAD_MAX, &root) ||
            !json_get_int(root, "expires_at_ms", 0, INT64_MAX, &otp.expires_at_ms))
                return op_fail(op, RC_NOT_FOUND, "the job has no payload any more");
        otp.address = arena_copy(&op->arena, json_get_str(root, "to"));
        otp.code = arena_copy(&op->arena, json_get_str(root, "code"));
        otp.link = arena_copy(&op->arena, json_get_str(root, "link"));
        otp.lang = str_equal(json_get_str(root, "lang"), STR("en")) ? LANG_EN : LANG_KO;
        if (otp.link.len == 0)
                otp.link = STR_NULL;
        *ret = otp;
        return RC_OK;
}

enum rc otp_job_wanted(struct op *op, struct service *svc, const struct job *job, const struct otp_job *otp,
                       bool *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct code code;
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
            code_load(&tx, NULL, otp->channel, job->subject_id, &code) != RC_OK)
                return op->rc;
        *ret = code.used_at_ms == 0 && code.voided_at_ms == 0;
        return RC_OK;
}

enum rc otp_job_sent(struct op *op, struct service *svc, const struct job *job, const struct otp_job *otp,
                     struct str provider_ref)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct str code_id = job->subject_id;
        bool held;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            code_set_delivery(&tx, otp->channel, arena_copy(&op->arena, code_id).ptr, CODE_SENT,
                              provider_ref) != RC_OK ||
            job_finish(&tx, job, clock_wall_ms(), &held) != RC_OK)
                return op->rc;
        return held ? tx_commit(&tx) : op_fail(op, RC_UNAVAILABLE, "the lease was lost");
}

enum rc otp_job_undelivered(struct op *op, struct service *svc, const struct job *job,
                            const struct otp_job *otp, enum rc why)
{
        const struct otp_channel *ch = otp_channel(otp->channel);
        const char *code_id = arena_copy(&op->arena, job->subject_id).ptr;
        const char *session_id = arena_copy(&op->arena, job->session_id).ptr;
        int64_t now = clock_wall_ms();
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool held;
        if (code_id == NULL || session_id == NULL)
                return op_fail(op, RC_INTERNAL, "a job to send without its code or session");
        /* Limits before codes, as sending has them: else two would wait for each other. */
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            otp_limit_give_back(&tx, svc->conf, otp->channel, otp->address, str_from(session_id)) != RC_OK ||
            code_set_delivery(&tx, otp->channel, code_id, CODE_UNDELIVERED, STR_NULL) != RC_OK ||
            code_void(&tx, otp->channel, code_id, now) != RC_OK ||
            event_append(&tx, EVENT_DELIVERY_FAILED, session_id,
                         arena_printf(&op->arena, "{\"channel\":\"%s\"}", step_name(ch->step)),
                         now) != RC_OK ||
            job_fail(&tx, job, rc_code(why), now, &held) != RC_OK)
                return op->rc;
        return held ? tx_commit(&tx) : op_fail(op, RC_UNAVAILABLE, "the lease was lost");
}

enum rc otp_delivery_report(struct op *op, struct service *svc, enum code_channel channel,
                            struct str provider_ref, enum code_delivery delivery)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct code code;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            code_load_by_provider_ref(&tx, channel, provider_ref, &code) != RC_OK ||
            code_set_delivery(&tx, channel, code.id, delivery, STR_NULL) != RC_OK)
                return op->rc;
        if (delivery == CODE_UNDELIVERED && code.delivery != CODE_UNDELIVERED &&
            event_append(&tx, EVENT_DELIVERY_FAILED, code.session_id,
                         arena_printf(&op->arena, "{\"channel\":\"%s\",\"reported\":true}",
                                      step_name(otp_channel(channel)->step)),
                         clock_wall_ms()) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}
