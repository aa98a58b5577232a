#include "work/kind.h"

#include "check/selfie.h"

#include <math.h>

/* The thresholds that decided, for reviewers. */
static struct str details_of(struct op *op, const struct vision_faces *faces)
{
        struct str active = faces->active.judged
                                ? arena_printf(&op->arena, ",\"active_score\":%.4f", faces->active.score)
                                : STR("");
        return arena_printf(
            &op->arena, "{\"match_threshold\":%.4f,\"liveness_threshold\":%.4f,\"faces_in_selfie\":%lld%.*s}",
            faces->match_threshold, faces->liveness_threshold, (long long)faces->selfie.faces,
            STR_FMT(active));
}

static void add_error(struct selfie_reading *reading, enum rc error)
{
        if (!doc_errors_have(&reading->errors, error))
                doc_errors_add(&reading->errors, error);
}

/* The selfie's verdict and, where there are frames, theirs: both must be good, and the lower score is told.
 */
static struct selfie_reading reading_of(struct op *op, const struct vision_faces *faces)
{
        const struct vision_active *active = &faces->active;
        struct selfie_reading reading = {
            .compared = faces->compared,
            .similarity = faces->similarity_score,
            .liveness = active->judged ? fmin(faces->liveness_score, active->score) : faces->liveness_score,
            .is_match = faces->is_match,
            .is_live = faces->is_live_person && (!active->judged || active->passed),
            .method = active->judged ? FACE_ACTIVE : FACE_PASSIVE,
            .errors = faces->errors,
            .frames_len = active->hashes_len,
            .details = details_of(op, faces),
            .selfie_jpeg = faces->selfie_jpeg,
            .template = faces->template};
        for (size_t i = 0; i < active->errors.len; i++)
                add_error(&reading, active->errors.codes[i]);
        if (faces->is_portrait) {
                reading.liveness = 0;
                reading.is_live = false;
                add_error(&reading, RC_NOT_LIVE);
        }
        _Static_assert((int)VISION_HASH_LEN == (int)sizeof(struct face_frame), "one is the other");
        memcpy(reading.selfie.bits, faces->selfie_hash, VISION_HASH_LEN);
        for (size_t i = 0; i < active->hashes_len; i++)
                memcpy(reading.frames[i].bits, active->hashes[i], VISION_HASH_LEN);
        return reading;
}

/* Take the frames that lie one behind another in `all` apart. */
static enum rc part_frames(struct op *op, const struct selfie_task *task, struct str all,
                           struct vision_face_request *request)
{
        size_t at = 0;
        for (size_t i = 0; i < task->refs.frames; i++) {
                request->frames[i] = str_sub(all, at, task->refs.frame_lens[i]);
                at += task->refs.frame_lens[i];
        }
        request->frames_len = task->refs.frames;
        request->challenge = request->frames_len ? &task->challenge : NULL;
        return at == all.len ? RC_OK : op_fail(op, RC_INTERNAL, "the frames are not as long as was noted");
}

static enum rc compare(const struct workers_deps *deps, struct op *op, const struct selfie_task *task,
                       struct vision_faces *ret)
{
        CLEANUP(buf_release) struct buf portrait = {0}, selfie = {0}, frames = {0};
        if (picture_read(op, deps->svc, &task->portrait, &portrait) != RC_OK ||
            picture_read(op, deps->svc, &task->refs.refs[0], &selfie) != RC_OK ||
            (task->refs.frames && picture_read(op, deps->svc, &task->refs.refs[1], &frames) != RC_OK))
                return op->rc;
        struct vision_face_request request = {.reference = buf_str(&portrait),
                                              .selfie = buf_str(&selfie),
                                              .match_threshold = deps->svc->conf->face_match_threshold,
                                              .liveness_threshold = deps->svc->conf->liveness_threshold,
                                              .template = task->agreed};
        if (part_frames(op, task, buf_str(&frames), &request) != RC_OK)
                return op->rc;
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
                reading = reading_of(op, &faces);
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
