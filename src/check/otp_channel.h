/*
 * In what the two channels of one-time codes differ. For check/otp*.c alone.
 */
#pragma once

#include "check/otp.h"
#include "doc/mask.h"
#include "store/event.h"

struct otp_channel {
        enum step step;
        enum session_status from, to;
        const char *job_kind;
        const char *limit_type, *limit_cooldown, *limit_hour;
        enum rc cooldown_rc, invalid_rc;
        enum event_type sent, verified;
        const char *field, *invalid_ko, *invalid_en;
        bool (*parse)(struct str text, char ret[OTP_ADDRESS_MAX]);
        struct masked (*mask)(struct str address);
        size_t cooldown_at, hour_at; /* offsets into struct conf */
        size_t proof_at;             /* offset into struct session_proof */
        size_t given_at;             /* offset into struct session: what was given at creation */
};

const struct otp_channel *otp_channel(enum code_channel channel);

struct otp_limits {
        struct limit_rule cooldown, hour;
};

/* What limits count by: the address without regard to case. Mail goes to one box however its name is written,
 * and is proved as written, but each spelling must not have limits of its own. In the op's arena; STR_NULL
 * past it. */
struct str otp_limit_key(struct op *op, struct str address);
void otp_limits(const struct otp_channel *ch, const struct conf *conf, struct otp_limits *ret);
