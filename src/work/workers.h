/*
 * The workers: threads that take jobs, from the hand of whoever committed them or from the store, run them,
 * and try again or give up. Sending has threads of its own, so that a slow provider holds up no picture; each
 * image thread reads one picture at a time. One more thread cleans up every minute, and one takes what was
 * logged up into the log's tree (check/ledger.h) every two seconds, and once more at the end.
 */
#pragma once

#include "check/service.h"
#include "notify/mail.h"
#include "notify/sms.h"
#include "ocr/provider.h"

struct workers;

struct workers_deps {
        struct service *svc; /* gets its lanes */
        struct sms_provider *sms;
        struct mail_backend *mail;
        struct ocr_provider *ocr;
        struct vision_pool *vision;
};

enum { WORKERS_SEND = 24 };

/* Start `image_threads` (at least 1) for pictures and WORKERS_SEND to send. RC_UNAVAILABLE where no thread
 * can be had. The deps are copied and must outlive the workers. */
NODISCARD enum rc workers_open(struct op *op, const struct workers_deps *deps, size_t image_threads,
                               struct workers **ret);
/* Take no more, let what runs come to its end, put back what waits, stop. NULL is fine. */
void workers_close(struct workers *workers);
