#include "bench/means.h"

#include "bench/file.h"
#include "bench/pairs.h"

#include <math.h>
#include <string.h>

enum { PICTURES_MAX = 4, COMBINATIONS_MAX = 200, FRAMES_OF_ONE_MAX = 512, LIST_TEXT_MAX = 16 * 1024 * 1024 };

/* Pictures, whose they are, and which of them a mean is of: those of one sitting. */
struct people {
        const struct matching *matching;
        struct shots shots;
        struct str (*person)(struct str path);
        struct str (*sitting)(struct str path);
        bool days; /* a sitting is all that there is of a person, and is compared with its own other pictures
                    */
};

static struct str path_of(const struct people *people, size_t shot)
{
        return str_from(people->shots.at[shot]->path);
}

/* Of "nuaa/live/0001/0001_00_00_01_52.jpg", "0001", and the path up to the number of the frame. */
static struct str subject(struct str path)
{
        struct str folder;
        for (int i = 0; i < 3; i++)
                if (!str_split(&path, '/', &folder))
                        return STR_NULL;
        return folder;
}

static struct str sitting(struct str path)
{
        while (path.len > 0 && path.ptr[path.len - 1] != '_')
                path.len--;
        return path;
}

/* The next `len` of `of` numbers, in rising order; false after the last. */
static bool next_combination(size_t at[], size_t len, size_t of)
{
        for (size_t i = len; i-- > 0;) {
                if (at[i] + (len - i) >= of)
                        continue;
                at[i]++;
                for (size_t k = i + 1; k < len; k++)
                        at[k] = at[k - 1] + 1;
                return true;
        }
        return false;
}

static bool is_asked(const struct people *people, const size_t chosen[], size_t len, size_t reference)
{
        struct str path = path_of(people, reference), first = path_of(people, chosen[0]);
        bool asked = people->days || !str_equal(people->sitting(path), people->sitting(first));
        for (size_t i = 0; i < len && people->days; i++)
                asked = asked && !str_equal(path, path_of(people, chosen[i]));
        return asked;
}

static void compare_mean(const struct people *people, const size_t chosen[], size_t len, enum shot_kind kind,
                         struct trial *trial)
{
        CLEANUP(face_print_release) struct face_print mean = {0};
        const struct face_print *prints[PICTURES_MAX];
        struct str person = people->person(path_of(people, chosen[0]));
        for (size_t i = 0; i < len; i++)
                prints[i] = &people->shots.at[chosen[i]]->print;
        face_prints_mean(prints, len, faces_manifest(people->matching->faces)->spread, &mean);
        for (size_t i = 0; i < people->shots.len; i++) {
                const struct shot *reference = people->shots.at[i];
                if (reference->kind != kind || !reference->view.found || !is_asked(people, chosen, len, i))
                        continue;
                bool same = str_equal(people->person(path_of(people, i)), person);
                double cosine = face_prints_cosine(people->matching->faces, &reference->print, &mean);
                scores_add(same ? &trial->genuine : &trial->impostor, cosine);
        }
}

/* All means of `len` pictures, or the first of them. */
static void all_of(const struct people *people, const size_t of_one[], size_t count, size_t len,
                   enum shot_kind kind, struct trial *trial)
{
        size_t at[PICTURES_MAX] = {0, 1, 2, 3}, chosen[PICTURES_MAX] = {0};
        for (int done = 0; count >= len && done < COMBINATIONS_MAX; done++) {
                for (size_t i = 0; i < len; i++)
                        chosen[i] = of_one[at[i]];
                compare_mean(people, chosen, len, kind, trial);
                if (!next_combination(at, len, count))
                        return;
        }
}

/* As many means as there are pictures, each of `len` that are spread over the sitting: so each picture counts
 * as much, whatever `len` is. */
static void spread_of(const struct people *people, const size_t of_one[], size_t count, size_t len,
                      enum shot_kind kind, struct trial *trial)
{
        size_t chosen[PICTURES_MAX] = {0};
        for (size_t first = 0; first < count; first++) {
                for (size_t i = 0; i < len; i++)
                        chosen[i] = of_one[(first + i * count / len) % count];
                compare_mean(people, chosen, len, kind, trial);
        }
}

/* Of the sitting that begins with this shot. */
static void sitting_run(const struct people *people, size_t first, size_t len, enum shot_kind kind,
                        struct trial *trial)
{
        size_t of_one[FRAMES_OF_ONE_MAX], count = 0;
        struct str own = people->sitting(path_of(people, first));
        for (size_t i = 0; i < people->shots.len && count < FRAMES_OF_ONE_MAX; i++) {
                const struct shot *shot = people->shots.at[i];
                if (shot->kind != SHOT_PLAIN || !shot->view.found ||
                    !str_equal(people->sitting(path_of(people, i)), own))
                        continue;
                if (i < first)
                        return; /* it began earlier */
                of_one[count++] = i;
        }
        if (people->days)
                all_of(people, of_one, count, len, kind, trial);
        else if (count >= PICTURES_MAX)
                spread_of(people, of_one, count, len, kind, trial);
}

static void print_spread(const char *what, const struct scores *scores)
{
        double sum = 0, square = 0, len = (double)MAX(scores->len, (size_t)1);
        for (size_t i = 0; i < scores->len; i++) {
                sum += scores->at[i];
                square += scores->at[i] * scores->at[i];
        }
        printf("  %s: mean %+.4f, spread %.4f", what, sum / len,
               sqrt(fmax(0, square / len - sum / len * sum / len)));
}

static void kind_run(const struct people *people, const char *title, enum shot_kind kind, size_t most)
{
        double threshold = matching_threshold(people->matching);
        trial_print_head(title, threshold);
        for (size_t len = 1; len <= most; len++) {
                char name[64];
                struct trial trial = {0};
                for (size_t i = 0; i < people->shots.len; i++)
                        if (people->shots.at[i]->kind == SHOT_PLAIN)
                                sitting_run(people, i, len, kind, &trial);
                trial_sort(&trial);
                snprintf(name, sizeof(name), "%s, means of %zu", kind == SHOT_PLAIN ? "selfie" : "115 px",
                         len);
                trial_print(&trial, name, threshold);
                print_spread("same", &trial.genuine);
                print_spread("other", &trial.impostor);
                printf("\n");
                trial_release(&trial);
        }
}

void means_run(const struct matching *matching, const char *list, const char *title)
{
        struct people people = {
            .matching = matching, .person = matching_person, .sitting = matching_person, .days = true};
        if (!matching_load(matching, list, false, SHOT_PORTRAIT_115 + 1, &people.shots))
                return;
        kind_run(&people, title, SHOT_PLAIN, 3);
        kind_run(&people, title, SHOT_PORTRAIT_115, 3);
        shots_release(&people.shots);
}

void means_sittings(const struct matching *matching)
{
        char path[4200];
        CLEANUP(buf_release) struct buf text;
        struct str line, file;
        struct people people = {.matching = matching,
                                .shots = {matching->faces, matching->root, NULL, 0},
                                .person = subject,
                                .sitting = sitting};
        buf_init(&text, LIST_TEXT_MAX);
        snprintf(path, sizeof(path), "%s/nuaa.tsv", matching->root);
        if (!file_read(path, &text))
                return;
        for (struct str rest = buf_str(&text); str_split(&rest, '\n', &line);) {
                if (!str_split(&line, '\t', &file) || !str_equal(str_trim(line), STR("live")))
                        continue;
                (void)shots_get(&people.shots, file, FACE_BEFORE_CAMERA, SHOT_PLAIN);
                (void)shots_get(&people.shots, file, FACE_ON_CARD, SHOT_PORTRAIT_115);
        }
        kind_run(&people, "NUAA, frames of one sitting", SHOT_PORTRAIT_115, PICTURES_MAX);
        shots_release(&people.shots);
}
