/*
 * Whether the log is what it was: every entry that the tree holds, its hashes, its signature, and the rows
 * that people read, compared with each other and with a checkpoint that somebody kept elsewhere.
 */
#pragma once

#include "check/ledger.h"

struct audit_report {
        int64_t entries;  /* in the tree */
        int64_t redacted; /* of which what is personal was taken out */
        int64_t waiting;  /* appended since the last checkpoint: not vouched for yet */
        int64_t faults;
        struct hash root;
};

struct audit_options {
        struct str checkpoint; /* kept elsewhere; null: none */
        /* Told of each fault, in words; and, now and then, how far it has come. */
        void (*fault)(void *ctx, const char *text);
        void (*progress)(void *ctx, int64_t done, int64_t total);
        void *ctx;
};

/* RC_OK also where there are faults: see the report. Other failures mean that it could not be compared. */
NODISCARD enum rc audit_verify(struct op *op, struct service *svc, const struct audit_options *options,
                               struct audit_report *ret);
