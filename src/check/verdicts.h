/*
 * Counters of what documents, faces and liveness came to, for who watches the service: of the verdicts that
 * workers of this process wrote down, since it started. Lock-free, from any thread; all zero at the start.
 */
#pragma once

#include "store/document.h"

#include <stdatomic.h>

struct doc_errors;

enum verdict_kind { VERDICT_DOCUMENT, VERDICT_FACE, VERDICT_LIVENESS, VERDICT_KIND_COUNT };

struct verdicts {
        atomic_uint_fast64_t statuses[VERDICT_KIND_COUNT][CHECK_REJECTED + 1];
        atomic_uint_fast64_t errors[VERDICT_KIND_COUNT][RC_COUNT];
};

/* `late`: why it came too late to count, else RC_OK. */
void verdicts_count_document(struct verdicts *verdicts, enum check_status status, enum rc late,
                             const struct doc_errors *errors);
/* And of its liveness, where that was judged. */
void verdicts_count_face(struct verdicts *verdicts, enum check_status status, enum rc late, enum tri is_live,
                         const struct doc_errors *errors);
/* Prometheus text. There are no labels but of kinds, statuses and machine codes. */
void verdicts_write(const struct verdicts *verdicts, struct buf *buf);
