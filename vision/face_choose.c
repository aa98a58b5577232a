#include "vision/face_choose.h"

#include <math.h>

/* A face at the edge of the picture counts this much less than one in the middle. */
static const double edge_loss = 0.6;
/* The runner-up's share of the winner's prominence from which the choice is doubtful. */
static const double doubt_share = 0.6;

static double area_of(const struct face_box *box)
{
        return (double)box->width * (double)box->height;
}

size_t face_choose_largest(const struct face_list *list)
{
        size_t best = 0;
        for (size_t i = 1; i < list->len; i++)
                if (area_of(&list->at[i]) > area_of(&list->at[best]))
                        best = i;
        return best;
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
