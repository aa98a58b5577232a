#include "work/kind.h"

#include "check/selfie.h"

/* The thresholds that decided, for reviewers. */
static struct str details_of(struct op *op, const struct vision_faces *faces)
{
        return arena_printf(
            &op->arena, "{\"match_threshold\":%.4f,\"liveness_threshold\":%.4f,\"faces_in_selfie\":%lld}",
            faces->match_threshold, faces->liveness_threshold, (long long)faces->selfie.faces);
}

static enum rc compare(const struct workers_deps *deps, struct op *op, const struct selfie_task *task,
                       struct vision_faces *ret)
{
        CLEANUP(buf_release) struct buf portrait = {0}, selfie = {0};
        if (picture_read(op, deps->svc, &task->portrait, &portrait) != RC_OK ||
            picture_read(op, deps->svc, &task->refs.refs[0], &selfie) != RC_OK)
                return op->rc;
        struct vision_face_request request = {.reference = buf_str(&portrait),
                                              .selfie = buf_str(&selfie),
                                              .match_threshold = deps->svc->conf->face_match_threshold,
                                              .liveness_threshold = deps->svc->conf->liveness_threshold};
        return vision_compare_faces(deps->vision, op, &request, ret);
}

enum rc face_run(const struct workers_deps *deps, struct op *op, const struct job *job)
{
        struct selfie_task task CLEANUP(selfie_task_release) = {0};
        struct vision_faces faces = {0};
        struct selfie_reading reading = {0};
        int64_t started_ms = clock_mono_ms();
        bool open;
        if (selfie_task_load(op, deps->svc, job, &task, &open) != RC_OK)
                return op->rc;
        if (!open)
                return kind_drop(op, deps->svc, job);
        if (!task.has_portrait) {
                doc_errors_add(&reading.errors, RC_NO_PORTRAIT);
        } else {
                if (compare(deps, op, &task, &faces) != RC_OK)
                        return op->rc;
                reading = (struct selfie_reading){.compared = faces.compared,
                                                  .similarity = faces.similarity_score,
                                                  .liveness = faces.liveness_score,
                                                  .is_match = faces.is_match,
                                                  .is_live = faces.is_live_person,
                                                  .errors = faces.errors,
                                                  .details = details_of(op, &faces),
                                                  .selfie_jpeg = faces.selfie_jpeg};
        }
        reading.duration_ms = clock_mono_ms() - started_ms;
        enum rc rc = selfie_conclude(op, deps->svc, job, &task, &reading);
        vision_faces_release(&faces);
        return rc;
}

enum rc face_give_up(const struct workers_deps *deps, struct op *op, const struct job *job, enum rc why,
                     int64_t took_ms)
{
        return selfie_give_up(op, deps->svc, job, kind_verdict(why), took_ms);
}
