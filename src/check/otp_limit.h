/*
 * What limits the sending and the checking of codes: the destination, the session, for SMS also the block of
 * numbers and all together. For check/otp*.c, and for those who watch.
 */
#pragma once

#include "check/otp_channel.h"

/*
 * Take what one message takes. RC_SMS_COOLDOWN_ACTIVE, RC_EMAIL_COOLDOWN_ACTIVE or RC_RATE_LIMIT_EXCEEDED
 * with what their reply carries, and the limit's name in *ret_refused: then roll the tx back, which gives
 * back what was taken of the other limits.
 */
NODISCARD enum rc otp_limit_send(struct tx *tx, const struct conf *conf, enum code_channel channel,
                                 struct str address, struct str session_id, int64_t now_ms,
                                 const char **ret_refused);
/* A message that could not be sent takes nothing. */
NODISCARD enum rc otp_limit_give_back(struct tx *tx, const struct conf *conf, enum code_channel channel,
                                      struct str address, struct str session_id);
/* One code of this address is to be compared. Fails as otp_limit_send does. */
NODISCARD enum rc otp_limit_check(struct tx *tx, const struct conf *conf, enum code_channel channel,
                                  struct str address, int64_t now_ms, const char **ret_refused);

/* Milliseconds between two messages to one destination. */
int64_t otp_limit_gap_ms(const struct conf *conf, enum code_channel channel);
/* Seconds until another may go to this one; 0: now. */
NODISCARD enum rc otp_limit_gap_left(struct tx *tx, const struct conf *conf, enum code_channel channel,
                                     struct str address, int64_t now_ms, int64_t *ret_wait_s);
/* What is left of SMS_BUDGET_PER_HOUR; INT64_MAX where there is none. */
NODISCARD enum rc otp_limit_budget_left(struct tx *tx, const struct conf *conf, int64_t now_ms,
                                        int64_t *ret_left);

/* Note a refusal of `op` in the log, in a transaction of its own, since that of the story is undone. One a
 * minute for a session: a flood of refusals must not become a flood of entries. */
void otp_limit_note(const struct op *op, struct service *svc, const char *session_id, const char *refused);
