#include "vision/watch.h"

#include "vision/face_choose.h"
#include "vision/face_open.h"
#include "vision/face_refine.h"
#include "vision/frame_still.h"

#include <math.h>

/* The longest side that frames are shrunk to before looking for faces; a face that fills the frame is found
 * at half of it. */
enum { SIDE = 320 };
/* From one frame to the next a face moves by at most this many of its widths, and grows or shrinks by this.
 */
static const double step_max = 1.2, growth_max = 1.7;
/* A face that changed by less (frame_change) did not move. Stills encoded anew change by 0.4 at the most,
 * frames of the simulated camera by 2.7 at the least. */
static const double still = 0.8;

static struct face_net *detector_of(struct faces *faces)
{
        size_t at = 0;
        while (faces->nets[at].model.role != FACE_DETECTOR)
                at++;
        return &faces->nets[at];
}

static bool follows(const struct face_box *before, const struct face_box *now)
{
        double x = (double)(now->x + now->width / 2 - before->x - before->width / 2);
        double y = (double)(now->y + now->height / 2 - before->y - before->height / 2);
        double growth = (double)(now->height / before->height);
        return hypot(x, y) < step_max * fmax((double)before->width, (double)now->width) &&
               growth < growth_max && growth > 1 / growth_max;
}

/* A twentieth of a face's width apart, so that it is worth looking whether it moved at all. */
static bool is_near(const struct face_box *a, const struct face_box *b)
{
        return hypot((double)(a->x - b->x), (double)(a->y - b->y)) < 0.05 * (double)a->width;
}

/* All of its points are in the frame; in a black one the detector sees a face that is not. */
static bool is_whole(const struct face_box *box, const struct image *frame)
{
        struct pose pose;
        for (int i = 0; i < FACE_POINTS; i++)
                if (!(box->points.at[i][0] >= 0 && box->points.at[i][0] < (float)frame->width &&
                      box->points.at[i][1] >= 0 && box->points.at[i][1] < (float)frame->height))
                        return false;
        return pose_measure(&box->points, &pose);
}

/* A face that jumps is not the one before it: the frame is passed over, and that one is still looked for. */
enum rc watch_track(struct faces *faces, struct op *op, struct watch *watch)
{
        struct face_list *list = x_new(1, sizeof(*list));
        struct face_box before = {0};
        enum rc rc = RC_OK;
        for (size_t i = 0; i < watch->len && !rc; i++) {
                const struct image *frame = &watch->frames[i];
                rc = op_left_ms(op) > 0 ? face_detect(op, detector_of(faces), SIDE, frame, list)
                                        : op_fail(op, RC_TIMED_OUT, "no time left to look at frames");
                if (rc || !list->len)
                        continue;
                bool several = false, first = before.height <= 0;
                struct face_box box =
                    list->at[face_choose_foremost(list, frame->width, frame->height, &several)];
                watch->several += several;
                rc = is_whole(&box, frame) ? face_refine(op, detector_of(faces), frame, &box, &(bool){false})
                                           : RC_OK;
                if (rc || !is_whole(&box, frame))
                        continue;
                if (first || follows(&before, &box)) {
                        size_t at = watch->track.len++;
                        watch->views[at] =
                            (struct face_view){.found = true, .box = box, .faces_len = list->len};
                        watch->frame_of[at] = i;
                        watch->track.at[at] = box.points;
                        before = box;
                }
        }
        cv_net_rest(detector_of(faces)->net);
        x_free(list);
        return rc;
}

size_t watch_distinct(const struct watch *watch)
{
        size_t distinct = watch->len;
        for (size_t i = 0; i < watch->track.len; i++) {
                const struct image *frame = &watch->frames[watch->frame_of[i]];
                bool repeated = false;
                for (size_t k = 0; k < i && !repeated; k++)
                        repeated = is_near(&watch->views[k].box, &watch->views[i].box) &&
                                   frame_change(&watch->frames[watch->frame_of[k]], frame,
                                                &watch->views[i].box) < still;
                distinct -= repeated;
        }
        return distinct;
}

const struct image *watch_frame(const struct watch *watch, size_t view)
{
        return &watch->frames[watch->frame_of[view]];
}
