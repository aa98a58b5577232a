/*
 * The makers of each provider and backend, for the tables in sms.c and mail.c.
 */
#pragma once

#include "notify/mail.h"
#include "notify/sms.h"

NODISCARD enum rc sms_console_new(struct op *op, const struct conf *conf, struct sms_provider **ret);
NODISCARD enum rc sms_file_new(struct op *op, const struct conf *conf, struct sms_provider **ret);
NODISCARD enum rc sms_twilio_new(struct op *op, const struct conf *conf, struct sms_provider **ret);

NODISCARD enum rc mail_console_new(struct op *op, const struct conf *conf, struct mail_backend **ret);
NODISCARD enum rc mail_file_new(struct op *op, const struct conf *conf, struct mail_backend **ret);
NODISCARD enum rc mail_smtp_new(struct op *op, const struct conf *conf, struct mail_backend **ret);
