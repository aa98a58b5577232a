/*
 * The story of a one-time code, by SMS and by mail alike: sent under limits, guessed a few times, used once.
 * What differs between the two channels is one row of a table (channel_of).
 */
#pragma once

#include "check/session.h"
#include "store/code.h"
#include "store/limit.h"

enum { OTP_ADDRESS_MAX = 256 };

struct otp_sent {
        char address[OTP_ADDRESS_MAX]; /* normalised */
        int64_t expires_at_ms;
        int64_t attempts_remaining;
        int64_t next_resend_at_ms;
        bool can_resend;
        bool queued; /* the provider has not answered yet */
};

/* Make a code and have it sent to `address`, as the applicant wrote it. Null: the one given when the session
 * was created. RC_DELIVERY_FAILED where the provider refused: then nothing counts against the limits. */
NODISCARD enum rc otp_send(struct op *op, struct service *svc, enum code_channel channel,
                           struct str session_key, struct str address, struct otp_sent *ret);

/* Try a code. RC_INVALID_CODE leaves op->attempts_remaining. On success *ret is the session with the step
 * done. */
NODISCARD enum rc otp_verify(struct op *op, struct service *svc, enum code_channel channel,
                             struct str session_key, struct str address, struct str code,
                             struct session *ret);

/* The link in a mail: whether it can still be confirmed, and to do so. RC_NOT_FOUND, RC_CODE_EXPIRED, or what
 * session_may says; a link that was confirmed before is fine. */
NODISCARD enum rc otp_check_link(struct op *op, struct service *svc, struct str token);
NODISCARD enum rc otp_confirm_link(struct op *op, struct service *svc, struct str token);

/*
 * What a worker is to send, as it stands in the job's payload, and how it ends.
 */
struct otp_job {
        enum code_channel channel;
        struct str address, code, link;
        enum lang lang;
        int64_t expires_at_ms;
};

/* Both are views into the job's payload as parsed JSON, which lives in the arena. */
NODISCARD enum rc otp_job_parse(struct op *op, const struct job *job, struct otp_job *ret);
/* Whether it is still to be sent: not where a newer code has taken its place, or it was used. */
NODISCARD enum rc otp_job_wanted(struct op *op, struct service *svc, const struct job *job,
                                 const struct otp_job *otp, bool *ret);
/* The provider took it: note it and end the job. */
NODISCARD enum rc otp_job_sent(struct op *op, struct service *svc, const struct job *job,
                               const struct otp_job *otp, struct str provider_ref);
/* It cannot be delivered: void the code, give the limits back, end the job. `why`: RC_DELIVERY_FAILED or the
 * like. */
NODISCARD enum rc otp_job_undelivered(struct op *op, struct service *svc, const struct job *job,
                                      const struct otp_job *otp, enum rc why);
/* The provider's later word: delivered, or not. RC_VERIFICATION_NOT_FOUND where it is none of ours. */
NODISCARD enum rc otp_delivery_report(struct op *op, struct service *svc, enum code_channel channel,
                                      struct str provider_ref, enum code_delivery delivery);

extern const char otp_job_sms[], otp_job_mail[]; /* kinds of job */
