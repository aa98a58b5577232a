#include "work/kind.h"

#include "check/otp.h"
#include "notify/message.h"

#include <time.h>

enum { TEXT_MAX = 16 * 1024, NOTE_MS = 3000, NOTE_WAIT_MS = 250, NOTE_WAIT_MAX_MS = 1000 };

/* A link must lead somewhere, so it falls back on the address we listen on; WebOTP wants the real origin or
 * none. */
static struct message message_of(struct op *op, const struct service *svc, const struct otp_job *otp)
{
        int64_t left_ms = otp->expires_at_ms - clock_wall_ms();
        return (struct message){
            .lang = otp->lang,
            .service = str_from(svc->conf->service_name),
            .code = otp->code,
            .minutes = (int)MAX((left_ms + 30000) / 60000, (int64_t)1),
            .origin = str_from(svc->conf->public_origin),
            .link = otp->link.ptr ? arena_printf(&op->arena, "%s/api/verification/email/confirm?token=%.*s",
                                                 svc->issuer, STR_FMT(otp->link))
                                  : STR_NULL,
        };
}

static enum rc send_sms(const struct workers_deps *deps, struct op *op, const struct otp_job *otp,
                        char ret_id[SMS_ID_MAX])
{
        const struct conf *conf = deps->svc->conf;
        struct message message = message_of(op, deps->svc, otp);
        CLEANUP(buf_release) struct buf body;
        buf_init_secret(&body, TEXT_MAX);
        message_sms(&message, &body);
        struct str callback =
            arena_printf(&op->arena, "%s/api/verification/phone/status-callback", deps->svc->issuer);
        struct sms sms = {.to = otp->address,
                          .body = buf_str(&body),
                          .callback_url = *conf->public_origin ? callback.ptr : NULL,
                          .validity_s = message.minutes * 60};
        return buf_ok(&body) ? sms_send(op, deps->sms, &sms, ret_id)
                             : op_fail(op, RC_INTERNAL, "the SMS is too long");
}

static enum rc send_mail(const struct workers_deps *deps, struct op *op, const struct otp_job *otp)
{
        struct message message = message_of(op, deps->svc, otp);
        CLEANUP(buf_release) struct buf subject, text, html;
        buf_init_secret(&subject, TEXT_MAX);
        buf_init_secret(&text, TEXT_MAX);
        buf_init_secret(&html, TEXT_MAX);
        message_mail_subject(&message, &subject);
        message_mail_text(&message, &text);
        message_mail_html(&message, &html);
        if (!buf_ok(&subject) || !buf_ok(&text) || !buf_ok(&html))
                return op_fail(op, RC_INTERNAL, "the mail is too long");
        struct mail mail = {
            .to = otp->address, .subject = buf_str(&subject), .text = buf_str(&text), .html = buf_str(&html)};
        return mail_send(op, deps->mail, &mail);
}

/* The message is out: whatever it takes, it must be noted, or it will go out again. */
static enum rc note_sent(struct op *op, struct service *svc, const struct job *job, const struct otp_job *otp,
                         struct str provider_ref)
{
        for (int64_t wait_ms = NOTE_WAIT_MS;; wait_ms *= 2) {
                op->deadline_ms = clock_mono_ms() + NOTE_MS;
                if (otp_job_sent(op, svc, job, otp, provider_ref) == RC_OK || wait_ms > NOTE_WAIT_MAX_MS)
                        return op->rc;
                op_forgive(op);
                nanosleep(&(struct timespec){wait_ms / 1000, wait_ms % 1000 * 1000000}, NULL);
        }
}

enum rc send_run(const struct workers_deps *deps, struct op *op, const struct job *job)
{
        struct otp_job otp;
        char provider_id[SMS_ID_MAX] = "";
        bool wanted = true;
        if (otp_job_parse(op, job, &otp) != RC_OK ||
            (job->attempts > 1 && otp_job_wanted(op, deps->svc, job, &otp, &wanted) != RC_OK))
                return op->rc;
        if (!wanted)
                return kind_drop(op, deps->svc, job);
        if (clock_wall_ms() >= otp.expires_at_ms)
                return op_fail(op, RC_CODE_EXPIRED, "the code is too old to be sent");
        enum rc rc =
            otp.channel == CODE_PHONE ? send_sms(deps, op, &otp, provider_id) : send_mail(deps, op, &otp);
        if (rc != RC_OK)
                return rc;
        /* Who waits needs no more than this; that the job is over is noted behind his back. */
        bell_ring(&deps->svc->bell, job->id, RC_OK);
        return note_sent(op, deps->svc, job, &otp, provider_id[0] ? str_from(provider_id) : STR_NULL);
}

enum rc send_give_up(const struct workers_deps *deps, struct op *op, const struct job *job, enum rc why,
                     int64_t took_ms)
{
        struct otp_job otp;
        if (otp_job_parse(op, job, &otp) != RC_OK) {
                op_forgive(op); /* erased meanwhile: nothing to give back */
                return kind_drop(op, deps->svc, job);
        }
        return otp_job_undelivered(op, deps->svc, job, &otp, why);
}
