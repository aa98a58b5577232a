#include "bench/cohort.h"

#include "bench/matching.h"

#include <math.h>

/* Add `part` of each value. */
static void print_add(struct face_print *to, const struct face_print *from, double part)
{
        to->len = from->len;
        for (size_t i = 0; i < from->len; i++) {
                const struct face_embedding *values = &from->at[i];
                if (!to->at[i].values)
                        to->at[i] = (struct face_embedding){x_new(values->len, sizeof(float)), values->len};
                for (size_t k = 0; k < values->len; k++)
                        to->at[i].values[k] += (float)(part * (double)values->values[k]);
        }
}

static void print_scale(struct face_print *print, double by)
{
        for (size_t i = 0; i < print->len; i++)
                for (size_t k = 0; k < print->at[i].len; k++)
                        print->at[i].values[k] *= (float)by;
}

size_t people_find(const struct people *people, const struct shot *shot)
{
        struct str name = matching_person(str_from(shot->path));
        size_t i = 0;
        while (i < people->len && !str_equal(people->at[i].name, name))
                i++;
        return i;
}

void people_add_group(struct people *people, const struct shots *shots)
{
        size_t before = people->len, group = people->groups++;
        for (size_t i = 0; i < shots->len; i++) {
                const struct shot *shot = shots->at[i];
                size_t at = people_find(people, shot);
                if (shot->kind != SHOT_PLAIN || !shot->view.found || at < before)
                        continue;
                if (at == people->len) {
                        people->at = x_grow(people->at, ++people->len, sizeof(struct person));
                        people->at[at] =
                            (struct person){.name = matching_person(str_from(shot->path)), .group = group};
                }
                people->at[at].shots++;
                print_add(&people->at[at].mean, &shot->print, 1);
        }
        people->counts[group] = people->len - before;
        for (size_t i = before; i < people->len; i++) {
                print_scale(&people->at[i].mean, 1 / (double)people->at[i].shots);
                print_add(&people->means[group], &people->at[i].mean, 1 / (double)people->counts[group]);
        }
}

void people_release(struct people *people)
{
        for (size_t i = 0; i < people->len; i++)
                face_print_release(&people->at[i].mean);
        for (size_t i = 0; i < people->groups; i++)
                face_print_release(&people->means[i]);
        x_free(people->at);
        *people = (struct people){0};
}

double people_cosine(const struct people *people, const struct face_manifest *manifest,
                     const struct face_print *print, size_t but)
{
        double most = -1;
        const struct person *own = but < people->len ? &people->at[but] : NULL;
        for (size_t i = 0; i < people->groups; i++) {
                double cosine = face_fused_cosine(manifest, print, &people->means[i]);
                double count = (double)people->counts[i];
                if (own && own->group == i)
                        cosine =
                            (count * cosine - face_fused_cosine(manifest, print, &own->mean)) / (count - 1);
                most = fmax(most, cosine);
        }
        return most;
}
