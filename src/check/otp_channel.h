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
        const char *limit_type, *limit_checks;
        enum rc cooldown_rc, invalid_rc;
        enum event_type sent, verified;
        const char *field, *invalid_ko, *invalid_en;
        bool (*parse)(struct str text, char ret[OTP_ADDRESS_MAX]);
        struct masked (*mask)(struct str address);
        /* Whether one may be sent to at all; NULL: each that was parsed. */
        bool (*allowed)(const struct conf *conf, struct str address);
        size_t gap_at, hour_at, day_at; /* offsets into struct conf */
        size_t proof_at;                /* offset into struct session_proof */
        size_t given_at;                /* offset into struct session: what was given at creation */
};

const struct otp_channel *otp_channel(enum code_channel channel);
