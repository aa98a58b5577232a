#include "check/verdicts.h"

#include "doc/judge.h"

static const char *const kind_names[] = {
    [VERDICT_DOCUMENT] = "document", [VERDICT_FACE] = "face", [VERDICT_LIVENESS] = "liveness"};

/* Of a face's codes those that say that nobody alive was seen doing what was asked. */
static bool is_of_liveness(enum rc code)
{
        return code == RC_NOT_LIVE || code == RC_CHALLENGE_FAILED || code == RC_FLAT_FACE ||
               code == RC_FACE_CHANGED || code == RC_FRAMES_REPEATED;
}

static void add(atomic_uint_fast64_t *counter)
{
        atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

void verdicts_count_document(struct verdicts *verdicts, enum check_status status, enum rc late,
                             const struct doc_errors *errors)
{
        add(&verdicts->statuses[VERDICT_DOCUMENT][status]);
        if (late != RC_OK)
                add(&verdicts->errors[VERDICT_DOCUMENT][late]);
        for (size_t i = 0; i < errors->len; i++)
                add(&verdicts->errors[VERDICT_DOCUMENT][errors->codes[i]]);
}

void verdicts_count_face(struct verdicts *verdicts, enum check_status status, enum rc late, enum tri is_live,
                         const struct doc_errors *errors)
{
        add(&verdicts->statuses[VERDICT_FACE][status]);
        if (late != RC_OK)
                add(&verdicts->errors[VERDICT_FACE][late]);
        if (is_live != TRI_UNKNOWN)
                add(&verdicts
                         ->statuses[VERDICT_LIVENESS][is_live == TRI_YES ? CHECK_SUCCESS : CHECK_REJECTED]);
        for (size_t i = 0; i < errors->len; i++)
                add(&verdicts->errors[is_of_liveness(errors->codes[i]) ? VERDICT_LIVENESS : VERDICT_FACE]
                                     [errors->codes[i]]);
}

void verdicts_write(const struct verdicts *verdicts, struct buf *buf)
{
        buf_addf(buf,
                 "# HELP bonin_verdicts_total Documents, faces and their liveness that this process judged.\n"
                 "# TYPE bonin_verdicts_total counter\n");
        for (size_t kind = 0; kind < VERDICT_KIND_COUNT; kind++)
                for (int status = CHECK_SUCCESS; status <= CHECK_REJECTED; status++)
                        buf_addf(buf, "bonin_verdicts_total{kind=\"%s\",status=\"%s\"} %llu\n",
                                 kind_names[kind], check_status_name((enum check_status)status),
                                 (unsigned long long)verdicts->statuses[kind][status]);
        buf_addf(buf,
                 "# HELP bonin_verdict_errors_total What was wrong, by code; a verdict may have several.\n"
                 "# TYPE bonin_verdict_errors_total counter\n");
        for (size_t kind = 0; kind < VERDICT_KIND_COUNT; kind++)
                for (size_t rc = 0; rc < RC_COUNT; rc++)
                        if (verdicts->errors[kind][rc] > 0)
                                buf_addf(buf, "bonin_verdict_errors_total{kind=\"%s\",code=\"%s\"} %llu\n",
                                         kind_names[kind], rc_code((enum rc)rc),
                                         (unsigned long long)verdicts->errors[kind][rc]);
}
