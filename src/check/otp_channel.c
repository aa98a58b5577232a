#include "check/otp_channel.h"

#include "doc/email.h"
#include "doc/phone.h"

#include <stdio.h>

const char otp_job_sms[] = "send_sms", otp_job_mail[] = "send_mail";

static bool parse_phone(struct str text, char ret[OTP_ADDRESS_MAX])
{
        struct phone phone;
        if (!phone_parse(text, &phone))
                return false;
        snprintf(ret, OTP_ADDRESS_MAX, "%s", phone.e164);
        return true;
}

static bool prefix_allowed(const struct conf *conf, struct str address)
{
        struct str rest = str_from(conf->sms_allowed_prefixes), prefix;
        while (str_split(&rest, ',', &prefix))
                if (str_starts_with(address, str_trim(prefix)))
                        return true;
        return false;
}

static bool parse_email(struct str text, char ret[OTP_ADDRESS_MAX])
{
        struct email email;
        if (!email_parse(text, &email))
                return false;
        snprintf(ret, OTP_ADDRESS_MAX, "%s", email.text);
        return true;
}

const struct otp_channel *otp_channel(enum code_channel channel)
{
        static const struct otp_channel channels[] = {
            [CODE_PHONE] = {.step = STEP_PHONE,
                            .from = SESSION_PENDING,
                            .to = SESSION_PHONE_VERIFIED,
                            .job_kind = otp_job_sms,
                            .limit_type = "sms",
                            .limit_checks = "sms_checks",
                            .cooldown_rc = RC_SMS_COOLDOWN_ACTIVE,
                            .invalid_rc = RC_INVALID_PHONE_NUMBER,
                            .sent = EVENT_PHONE_SENT,
                            .verified = EVENT_PHONE_VERIFIED,
                            .field = "phone_number",
                            .invalid_ko = "올바른 휴대폰 번호가 아닙니다.",
                            .invalid_en = "Not a Korean mobile number.",
                            .parse = parse_phone,
                            .mask = mask_phone,
                            .allowed = prefix_allowed,
                            .gap_at = offsetof(struct conf, sms_cooldown_s),
                            .hour_at = offsetof(struct conf, sms_per_hour),
                            .day_at = offsetof(struct conf, sms_per_day),
                            .proof_at = offsetof(struct session_proof, phone),
                            .given_at = offsetof(struct session, phone)},
            [CODE_EMAIL] = {.step = STEP_EMAIL,
                            .from = SESSION_PHONE_VERIFIED,
                            .to = SESSION_EMAIL_VERIFIED,
                            .job_kind = otp_job_mail,
                            .limit_type = "email",
                            .limit_checks = "email_checks",
                            .cooldown_rc = RC_EMAIL_COOLDOWN_ACTIVE,
                            .invalid_rc = RC_INVALID_EMAIL,
                            .sent = EVENT_EMAIL_SENT,
                            .verified = EVENT_EMAIL_VERIFIED,
                            .field = "email",
                            .invalid_ko = "올바른 이메일 주소가 아닙니다.",
                            .invalid_en = "Not an e-mail address.",
                            .parse = parse_email,
                            .mask = mask_email,
                            .gap_at = offsetof(struct conf, email_cooldown_s),
                            .hour_at = offsetof(struct conf, email_per_hour),
                            .day_at = offsetof(struct conf, email_per_day),
                            .proof_at = offsetof(struct session_proof, email),
                            .given_at = offsetof(struct session, email)},
        };
        return &channels[channel];
}
