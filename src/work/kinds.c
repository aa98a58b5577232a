#include "work/kind.h"

#include "check/id_card.h"
#include "check/otp.h"
#include "check/selfie.h"

/* Once more, as it may have been the load. */
enum { PICTURE_LATE_MAX = 2 };

const struct kind kinds[] = {
    {otp_job_sms, LANE_SEND, 20000, 2000, JOB_ATTEMPTS_MAX, send_run, send_give_up},
    {otp_job_mail, LANE_SEND, 30000, 2000, JOB_ATTEMPTS_MAX, send_run, send_give_up},
    {id_card_job, LANE_IMAGE, 30000, 500, PICTURE_LATE_MAX, document_run, document_give_up},
    {selfie_job, LANE_IMAGE, 30000, 500, PICTURE_LATE_MAX, face_run, face_give_up},
};

const size_t kinds_len = LEN(kinds);

enum rc kind_drop(struct op *op, struct service *svc, const struct job *job)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool held;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            job_finish(&tx, job, clock_wall_ms(), &held) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc kind_verdict(enum rc why)
{
        if (why == RC_INTERNAL) /* the vision process died over it, each time */
                return RC_INVALID_IMAGE;
        return why >= RC_INVALID_IMAGE ? why : RC_TIMED_OUT;
}
