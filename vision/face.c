#include "vision/face_choose.h"
#include "vision/face_open.h"
#include "vision/face_refine.h"

#include <math.h>

/* Of a face, in pixels of the detector's input. */
static const double height_large = 160, height_most = 330;

const struct face_manifest *faces_manifest(const struct faces *faces)
{
        return &faces->manifest;
}

static struct face_net *next_net(struct faces *faces, enum face_role role, size_t *at)
{
        while (*at < faces->manifest.models_len) {
                struct face_net *net = &faces->nets[(*at)++];
                if (net->model.role == role)
                        return net;
        }
        return NULL;
}

static enum rc check_time(struct op *op)
{
        return op_left_ms(op) > 0 ? RC_OK : op_fail(op, RC_TIMED_OUT, "no time left to look at faces");
}

static double largest_height(const struct face_list *list)
{
        return list->len ? (double)list->at[face_choose_largest(list)].height : 0;
}

/* Faces at the usual size first. One larger than the detector was trained on is found badly, in pieces or
 * several times over, so where there are large ones the picture is looked at smaller too; and where there is
 * none, larger: the portrait of a far card. */
static enum rc find(struct op *op, struct face_net *net, const struct image *image, struct face_list *ret)
{
        int longest = MAX(image->width, image->height), usual = MIN(net->model.side_max, longest);
        enum rc rc = face_detect(op, net, usual, image, ret);
        if (!rc && !ret->len && longest > usual)
                rc = face_detect(op, net, 2 * usual, image, ret);
        double height = largest_height(ret), seen = height * usual / longest;
        if (rc || (ret->len && seen < height_large))
                return rc;
        struct face_list *list = x_new(1, sizeof(*list));
        rc = check_time(op);
        if (!rc)
                rc = face_detect(op, net, usual / 2, image, list);
        if (!rc && list->len && (seen > height_most || largest_height(list) > 1.3 * height))
                *ret = *list;
        x_free(list);
        return rc;
}

enum rc face_print_take(struct faces *faces, struct op *op, const struct image *image,
                        const struct face_view *view, struct face_print *ret)
{
        CLEANUP(face_print_release) struct face_print print = {0};
        struct face_net *net;
        size_t at = 0;
        while ((net = next_net(faces, FACE_EMBEDDER, &at)) && print.len < FACE_EMBEDDINGS_MAX) {
                enum rc rc = check_time(op);
                if (!rc)
                        rc = face_embed(op, net, image, &view->box.points, &print.at[print.len]);
                if (rc)
                        return rc;
                print.len++;
        }
        *ret = print;
        print = (struct face_print){0};
        return RC_OK;
}

/* A rival of the portrait that is likelier another person than the portrait's own: a ghost image is large on
 * some cards, too. */
static enum rc find_rival(struct faces *faces, struct op *op, const struct image *image,
                          const struct face_list *list, struct face_view *view)
{
        CLEANUP(face_print_release) struct face_print own = {0};
        enum rc rc = RC_OK;
        for (size_t i = face_choose_rival(list, 0); i < list->len && !view->several && !rc;
             i = face_choose_rival(list, i + 1)) {
                CLEANUP(face_print_release) struct face_print other = {0};
                const struct face_view rival = {.box = list->at[i]};
                if (own.len == 0)
                        rc = face_print_take(faces, op, image, view, &own);
                if (!rc)
                        rc = face_print_take(faces, op, image, &rival, &other);
                if (!rc)
                        view->several =
                            face_prints_cosine(faces, &own, &other) < faces->manifest.match_centre;
        }
        return rc;
}

enum rc face_look(struct faces *faces, struct op *op, const struct image *image, enum face_place place,
                  struct face_view *ret)
{
        struct face_list *list = x_new(1, sizeof(*list));
        struct face_view view = {0};
        size_t at = 0;
        struct face_net *detector = next_net(faces, FACE_DETECTOR, &at);
        enum rc rc = check_time(op);
        if (!rc)
                rc = find(op, detector, image, list);
        view.faces_len = list->len;
        if (!rc && list->len) {
                size_t chosen = place == FACE_ON_CARD
                                    ? face_choose_largest(list)
                                    : face_choose_foremost(list, image->width, image->height, &view.several);
                view.box = list->at[chosen];
                rc = face_refine(op, detector, image, &view.box, &view.again);
                if (!rc && place == FACE_ON_CARD)
                        rc = find_rival(faces, op, image, list, &view);
                view.found = !rc && face_quality_measure(image, &view.box, &view.quality);
        }
        cv_net_rest(detector->net);
        x_free(list);
        if (!rc)
                *ret = view;
        return rc;
}

double face_prints_cosine(const struct faces *faces, const struct face_print *a, const struct face_print *b)
{
        double strangers = (face_cohort_cosine(&faces->cohort, &faces->manifest, a) +
                            face_cohort_cosine(&faces->cohort, &faces->manifest, b)) /
                           2;
        return face_fused_cosine(&faces->manifest, a, b) - strangers;
}

double face_score(const struct face_manifest *manifest, double cosine)
{
        return 1 / (1 + exp(-manifest->match_slope * (cosine - manifest->match_centre)));
}

struct face_thresholds face_thresholds_of(const struct faces *faces, struct face_thresholds asked)
{
        const struct face_manifest *manifest = &faces->manifest;
        return (struct face_thresholds){.match = asked.match > 0 ? asked.match : manifest->match_threshold,
                                        .liveness =
                                            asked.liveness > 0 ? asked.liveness : manifest->live_threshold};
}

enum rc face_liveness(struct faces *faces, struct op *op, const struct image *image,
                      const struct face_view *view, double *ret)
{
        struct face_live_signs signs = {.grid = face_live_grid(image, &view->box)};
        double sum = 0, weights = 0;
        struct face_net *net;
        size_t at = 0;
        while ((net = next_net(faces, FACE_ATTACK, &at))) {
                double odds = 0;
                enum rc rc = check_time(op);
                if (!rc)
                        rc = face_live_odds(op, net, image, &view->box, &odds);
                if (rc)
                        return rc;
                sum += net->model.weight * odds;
                weights += net->model.weight;
        }
        signs.odds = sum / weights;
        *ret = face_live_score(&faces->manifest, &signs);
        return RC_OK;
}
