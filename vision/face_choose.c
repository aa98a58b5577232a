#include "vision/face_choose.h"

#include <math.h>

/* A face at the edge of the picture counts this much less than one in the middle. */
static const double edge_loss = 0.6;
/* The runner-up's share of the winner's prominence from which the choice is doubtful. */
static const double doubt_share = 0.6;
/* The same of areas on a card: ghost images are mostly at most half as wide and high. */
static const double rival_share = 0.3;
/* Glare, ornaments and lines of text look a little like faces: these score less, and are broad. */
static const float likely_score = 0.8f, broad = 1.3f;
/* In heights of the portrait's face: nearer stands who got into the photograph of the holder. */
static const double rival_distance = 1.5;

static double area_of(const struct face_box *box)
{
        return (double)box->width * (double)box->height;
}

static bool is_likely(const struct face_box *box)
{
        return box->score > likely_score && box->width < broad * box->height;
}

size_t face_choose_largest(const struct face_list *list)
{
        size_t best = 0;
        for (size_t i = 1; i < list->len; i++) {
                bool likelier = is_likely(&list->at[i]) > is_likely(&list->at[best]);
                bool as_likely = is_likely(&list->at[i]) == is_likely(&list->at[best]);
                if (likelier || (as_likely && area_of(&list->at[i]) > area_of(&list->at[best])))
                        best = i;
        }
        return best;
}

size_t face_choose_rival(const struct face_list *list, size_t from)
{
        const struct face_box *portrait = &list->at[face_choose_largest(list)];
        for (size_t i = from; i < list->len; i++) {
                const struct face_box *other = &list->at[i];
                double x =
                    (double)other->x + (double)other->width / 2 - portrait->x - (double)portrait->width / 2;
                double y =
                    (double)other->y + (double)other->height / 2 - portrait->y - (double)portrait->height / 2;
                if (is_likely(other) && is_likely(portrait) &&
                    area_of(other) > rival_share * area_of(portrait) &&
                    hypot(x, y) > rival_distance * (double)portrait->height)
                        return i;
        }
        return list->len;
}

static double prominence(const struct face_box *box, int width, int height)
{
        double x = ((double)box->x + (double)box->width / 2) / width - 0.5;
        double y = ((double)box->y + (double)box->height / 2) / height - 0.5;
        double off = fmin(1, 2 * fmax(fabs(x), fabs(y)));
        return area_of(box) * (1 - edge_loss * off);
}

size_t face_choose_foremost(const struct face_list *list, int width, int height, bool *ret_several)
{
        size_t best = 0;
        double most = 0, next = 0;
        for (size_t i = 0; i < list->len; i++) {
                double here = prominence(&list->at[i], width, height);
                if (here > most) {
                        next = most;
                        most = here;
                        best = i;
                } else {
                        next = fmax(next, here);
                }
        }
        *ret_several = next > doubt_share * most;
        return best;
}
