#include "bench/matching.h"

#include "bench/file.h"
#include "bench/pairs.h"
#include "bench/women.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Halves of the people, and groups of them: a pair is of a group where both of its people are. */
enum part { CHOSEN, ASIDE, WHOLE, MEN, WOMEN, PARTS };

static const char *const part_names[PARTS] = {"development", "aside", "everybody", "men", "women"};
static const char *const kind_names[SHOT_KIND_COUNT] = {"selfie", "portrait 115 px", "portrait 80 px"};

enum { LIST_MAX = 16 * 1024 * 1024 };

struct parts {
        struct trial at[PARTS];
};

struct str matching_person(struct str path)
{
        struct str set, person;
        if (!str_split(&path, '/', &set) || !str_split(&path, '/', &person))
                return STR_NULL;
        return person;
}

bool matching_is_aside(struct str person)
{
        unsigned hash = 5381;
        for (size_t i = 0; i < person.len; i++)
                hash = hash * 33 + (unsigned char)person.ptr[i];
        return hash & 1;
}

double matching_threshold(const struct matching *matching)
{
        const struct face_manifest *manifest = faces_manifest(matching->faces);
        double score = manifest->match_threshold;
        return manifest->match_centre + log(score / (1 - score)) / manifest->match_slope;
}

static void add(const struct matching *matching, struct parts *parts, const struct shot *a,
                const struct shot *b, bool same)
{
        double value = face_prints_cosine(matching->faces, &a->print, &b->print);
        struct str first = matching_person(str_from(a->path)), second = matching_person(str_from(b->path));
        bool aside = matching_is_aside(first), woman = is_woman(first);
        bool of[PARTS] = {[WHOLE] = true};
        if (aside == matching_is_aside(second))
                of[aside ? ASIDE : CHOSEN] = true;
        if (woman == is_woman(second))
                of[woman ? WOMEN : MEN] = true;
        for (int part = 0; part < PARTS; part++) {
                struct trial *trial = &parts->at[part];
                if (of[part])
                        scores_add(same ? &trial->genuine : &trial->impostor, value);
        }
}

static void print(const struct matching *matching, struct parts *parts, const char *title,
                  enum shot_kind kind, const char *way)
{
        double threshold = matching_threshold(matching);
        for (int part = 0; part < PARTS; part++) {
                char name[96];
                struct trial *trial = &parts->at[part];
                trial_sort(trial);
                snprintf(name, sizeof(name), "%s, %s, %s", way, kind_names[kind], part_names[part]);
                trial_print(trial, name, threshold);
                if (part == WHOLE && matching->curves && strcmp(way, "all") == 0) {
                        snprintf(name, sizeof(name), "%s, %s", title, kind_names[kind]);
                        trial_write_curve(trial, name, matching->curves);
                }
                trial_release(trial);
        }
}

static bool read_list(const struct matching *matching, const char *list, struct buf *ret)
{
        char path[4200];
        buf_init(ret, LIST_MAX);
        snprintf(path, sizeof(path), "%s/%s", matching->root, list);
        if (file_read(path, ret))
                return true;
        fprintf(stderr, "skipped: %s is not there\n", path);
        return false;
}

/* The next line of the list, past its heading; false at its end. */
static bool next_pair(struct str *rest, struct str *ret_reference, struct str *ret_selfie, bool *ret_same)
{
        struct str line, same;
        while (str_split(rest, '\n', &line)) {
                if (!str_split(&line, '\t', ret_reference) || !str_split(&line, '\t', ret_selfie) ||
                    !str_split(&line, '\t', &same))
                        continue;
                *ret_same = str_equal(same, STR("1"));
                if (*ret_same || str_equal(same, STR("0")))
                        return true;
        }
        return false;
}

static void load(struct shots *shots, struct str path, bool development, int kinds)
{
        if (development && matching_is_aside(matching_person(path)))
                return;
        for (int kind = 0; kind < kinds; kind++)
                (void)shots_get(shots, path, kind ? FACE_ON_CARD : FACE_BEFORE_CAMERA, (enum shot_kind)kind);
}

bool matching_load(const struct matching *matching, const char *list, bool development, int kinds,
                   struct shots *ret)
{
        CLEANUP(buf_release) struct buf text;
        struct str reference, selfie;
        bool same, there = read_list(matching, list, &text);
        *ret = (struct shots){matching->faces, matching->root, NULL, 0};
        for (struct str rest = buf_str(&text); there && next_pair(&rest, &reference, &selfie, &same);) {
                load(ret, reference, development, kinds);
                load(ret, selfie, development, kinds);
        }
        return there;
}

bool matching_is_trial(const struct shots *shots, size_t a, size_t b)
{
        const struct shot *first = shots->at[a], *second = shots->at[b];
        return second->kind == SHOT_PLAIN && (first->kind != SHOT_PLAIN || a < b) && first->view.found &&
               second->view.found && strcmp(first->path, second->path) != 0;
}

/* The pairs that the list names, for comparing with what others publish. */
static void listed_run(const struct matching *matching, struct shots *shots, const char *list,
                       const char *title, enum shot_kind kind)
{
        CLEANUP(buf_release) struct buf text;
        struct parts parts = {0};
        struct str reference, selfie;
        size_t lost = 0, doubtful = 0;
        bool same;
        if (!read_list(matching, list, &text))
                return;
        for (struct str rest = buf_str(&text); next_pair(&rest, &reference, &selfie, &same);) {
                const struct shot *a = shots_get(shots, reference, FACE_ON_CARD, kind);
                const struct shot *b = shots_get(shots, selfie, FACE_BEFORE_CAMERA, SHOT_PLAIN);
                bool found = a && b && a->view.found && b->view.found;
                lost += same && !found;
                doubtful += same && found && b->view.several;
                if (found)
                        add(matching, &parts, a, b, same);
        }
        print(matching, &parts, title, kind, "listed");
        printf("  of the listed pairs of one person without a face found: %zu; selfies with another face as "
               "prominent: %zu\n",
               lost, doubtful);
}

static void wrong_print_shot(const struct shot *shot)
{
        const struct face_quality *quality = &shot->view.quality;
        printf("    %s: height %.0f, sharp %.3f, bright %.0f, yaw %+.2f, pitch %+.2f, detail %.2f %.2f\n",
               shot->path, quality->height, quality->sharpness, quality->brightness, quality->yaw,
               quality->pitch, quality->eyes_detail, quality->mouth_detail);
}

void matching_wrong(const struct matching *matching, const char *list, const char *title)
{
        struct shots shots;
        double threshold = matching_threshold(matching);
        if (!matching_load(matching, list, false, 1, &shots))
                return;
        printf("%s, on the wrong side of %.3f\n", title, threshold);
        for (size_t a = 0; a < shots.len; a++) {
                for (size_t b = a + 1; b < shots.len; b++) {
                        if (!matching_is_trial(&shots, a, b))
                                continue;
                        struct str first = matching_person(str_from(shots.at[a]->path));
                        struct str second = matching_person(str_from(shots.at[b]->path));
                        double value =
                            face_prints_cosine(matching->faces, &shots.at[a]->print, &shots.at[b]->print);
                        bool same = str_equal(first, second);
                        if (same != (value < threshold))
                                continue;
                        printf("  %s, %s: cosine %.3f\n", same ? "missed" : "taken for one",
                               matching_is_aside(first) ? "aside" : "development", value);
                        wrong_print_shot(shots.at[a]);
                        wrong_print_shot(shots.at[b]);
                }
        }
        shots_release(&shots);
}

/* The listed impostors are few: every picture with every other one gives the tail. */
static void all_run(const struct matching *matching, const struct shots *shots, const char *title,
                    enum shot_kind kind)
{
        struct parts parts = {0};
        for (size_t a = 0; a < shots->len; a++) {
                for (size_t b = 0; b < shots->len; b++) {
                        if (shots->at[a]->kind != kind || !matching_is_trial(shots, a, b))
                                continue;
                        struct str person = matching_person(str_from(shots->at[a]->path));
                        struct str other = matching_person(str_from(shots->at[b]->path));
                        add(matching, &parts, shots->at[a], shots->at[b], str_equal(person, other));
                }
        }
        print(matching, &parts, title, kind, "all");
}

void matching_run(const struct matching *matching, const char *list, const char *title, int kinds)
{
        struct shots shots;
        assert(kinds <= SHOT_KIND_COUNT);
        if (!matching_load(matching, list, false, kinds, &shots))
                return;
        trial_print_head(title, matching_threshold(matching));
        for (int kind = 0; kind < kinds; kind++) {
                listed_run(matching, &shots, list, title, (enum shot_kind)kind);
                all_run(matching, &shots, title, (enum shot_kind)kind);
        }
        shots_release(&shots);
}
