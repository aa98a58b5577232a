/*
 * What the face models do on labelled pictures: error rates of each embedder and of their mean, of liveness,
 * the faces on cards, and the time of each stage. `bench-faces [PART...]`, parts: lfw east cards live time.
 * BONIN_DATA, BONIN_MODELS and BONIN_MANIFEST say where things are.
 */
#include "pairs.h"
#include "shots.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KINDS = 3, TEXT_MAX = 16 * 1024 * 1024 };

static struct bench {
        struct faces *faces;
        char root[4096]; /* of the face sets */
        char cards[4096];
} bench;

static double threshold_cosine(void)
{
        return faces_manifest(bench.faces)->match_centre;
}

static bool text_load(const char *path, struct buf *ret)
{
        FILE *file = fopen(path, "re");
        char chunk[16384];
        size_t len;
        while (file && (len = fread(chunk, 1, sizeof(chunk), file)) > 0)
                buf_add_bytes(ret, chunk, len);
        if (file)
                fclose(file);
        else
                fprintf(stderr, "skipped: %s is not there\n", path);
        return file && buf_ok(ret);
}

/* "set/Person/Person_0001.jpg" → a number of the person, for the split into two halves. */
static struct str person_of(struct str path)
{
        struct str set, person;
        if (!str_split(&path, '/', &set) || !str_split(&path, '/', &person))
                return STR_NULL;
        return person;
}

static bool is_held_aside(struct str person)
{
        unsigned hash = 5381;
        for (size_t i = 0; i < person.len; i++)
                hash = hash * 33 + (unsigned char)person.ptr[i];
        return hash & 1;
}

/* Every trial three times: embedder A, embedder B, and the weighted mean. */
struct table {
        struct trial kinds[KINDS];
};

static void table_add(struct table *table, const struct shot *a, const struct shot *b, bool same)
{
        double values[KINDS] = {face_cosine(&a->print.at[0], &b->print.at[0]),
                                face_cosine(&a->print.at[1], &b->print.at[1]),
                                face_prints_cosine(bench.faces, &a->print, &b->print)};
        for (int i = 0; i < KINDS; i++)
                scores_add(same ? &table->kinds[i].genuine : &table->kinds[i].impostor, values[i]);
}

static void table_print(struct table *table, const char *name)
{
        static const char *const kinds[KINDS] = {"A", "B", "mean"};
        for (int i = 0; i < KINDS; i++) {
                char line[64];
                snprintf(line, sizeof(line), "%s %s", name, kinds[i]);
                trial_print(&table->kinds[i], line, threshold_cosine());
                trial_release(&table->kinds[i]);
        }
}

enum half { WHOLE, CHOSEN, ASIDE };

struct tally {
        struct table halves[3];
        size_t lost, several;
};

static void tally_line(struct shots *shots, struct tally *tally, struct str line, bool degraded)
{
        struct str reference, selfie, same;
        if (!str_split(&line, '\t', &reference) || !str_split(&line, '\t', &selfie) ||
            !str_split(&line, '\t', &same))
                return;
        const struct shot *a = shots_get(shots, reference, FACE_ON_CARD, degraded);
        const struct shot *b = shots_get(shots, selfie, FACE_BEFORE_CAMERA, false);
        bool genuine = str_equal(same, STR("1"));
        if (!a || !b)
                return;
        if (genuine && b->view.several)
                tally->several++;
        if (!a->view.found || !b->view.found) {
                tally->lost += genuine;
                return;
        }
        bool aside_a = is_held_aside(person_of(reference)), aside_b = is_held_aside(person_of(selfie));
        table_add(&tally->halves[WHOLE], a, b, genuine);
        if (aside_a == aside_b)
                table_add(&tally->halves[aside_a ? ASIDE : CHOSEN], a, b, genuine);
}

static void pairs_run(struct shots *shots, const char *list, const char *name, bool degraded)
{
        char path[4200], title[64];
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, TEXT_MAX);
        snprintf(path, sizeof(path), "%s/%s", bench.root, list);
        if (!text_load(path, &text))
                return;
        struct tally tally = {0};
        struct str rest = buf_str(&text), line;
        str_split(&rest, '\n', &line);
        while (str_split(&rest, '\n', &line))
                tally_line(shots, &tally, line, degraded);
        table_print(&tally.halves[WHOLE], name);
        snprintf(title, sizeof(title), "%s, chosen on", name);
        table_print(&tally.halves[CHOSEN], title);
        snprintf(title, sizeof(title), "%s, aside", name);
        table_print(&tally.halves[ASIDE], title);
        printf("  genuine pairs without a face found: %zu; selfies called doubtful (several faces): %zu\n",
               tally.lost, tally.several);
}

static void table_head(const char *title)
{
        printf("%s\n  %-24s %5s %7s  %-6s  %-13s  %-13s  %-13s  FMR and FNMR at %.3f\n", title, "", "same",
               "other", "EER", "TPR at 1 %", "TPR at 0.1 %", "TPR at 0.01 %", threshold_cosine());
}

/* The listed impostors are few: every picture against every other of another person gives the tail. */
static void cross_run(struct shots *shots, const char *name, bool degraded)
{
        struct table table = {0}, halves[2] = {0};
        for (size_t i = 0; i < shots->len; i++) {
                const struct shot *a = shots->at[i];
                struct str person = person_of(str_from(a->path));
                for (size_t k = 0; k < shots->len; k++) {
                        const struct shot *b = shots->at[k];
                        struct str other = person_of(str_from(b->path));
                        if (a->degraded != degraded || b->degraded || (!degraded && k <= i) ||
                            !a->view.found || !b->view.found || strcmp(a->path, b->path) == 0)
                                continue;
                        bool same = str_equal(person, other);
                        table_add(&table, a, b, same);
                        if (is_held_aside(person) == is_held_aside(other))
                                table_add(&halves[is_held_aside(person)], a, b, same);
                }
        }
        char title[64];
        table_print(&table, name);
        snprintf(title, sizeof(title), "%s, chosen on", name);
        table_print(&halves[0], title);
        snprintf(title, sizeof(title), "%s, aside", name);
        table_print(&halves[1], title);
}

static void match_run(const char *list, const char *title)
{
        struct shots shots = {bench.faces, bench.root};
        table_head(title);
        pairs_run(&shots, list, "pairs", false);
        pairs_run(&shots, list, "pairs id115", true);
        cross_run(&shots, "all", false);
        cross_run(&shots, "all id115", true);
        shots_release(&shots);
}

static const char *errors_text(const struct face_comparison *comparison, char *ret, size_t max)
{
        size_t len = 0;
        ret[0] = 0;
        for (size_t i = 0; i < comparison->errors_len && len < max; i++)
                len += (size_t)snprintf(ret + len, max - len, " %s", rc_code(comparison->errors[i]));
        return ret;
}

static bool compare_files(const char *root_a, struct str a, const char *root_b, struct str b,
                          struct face_comparison *ret)
{
        CLEANUP(image_release) struct image reference = {0};
        CLEANUP(image_release) struct image selfie = {0};
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1 << 20, 60000);
        return picture_load(root_a, a, &reference) && picture_load(root_b, b, &selfie) &&
               !face_compare(bench.faces, &op, &reference, &selfie, (struct face_thresholds){0}, ret);
}

static void cards_run(void)
{
        char path[4200], errors[256];
        CLEANUP(buf_release) struct buf text;
        json_auto_t *root = NULL;
        buf_init(&text, TEXT_MAX);
        snprintf(path, sizeof(path), "%s/manifest.json", bench.cards);
        if (!text_load(path, &text) || !json_parse(buf_str(&text), TEXT_MAX, &root))
                return;
        struct trial trial = {0};
        size_t lost = 0, faces_more = 0;
        printf("Cards as photographed, not straightened, against a genuine and an impostor's selfie\n");
        for (size_t i = 0; i < json_array_size(root); i++) {
                const json_t *card = json_array_get(root, i);
                struct face_comparison same = {0}, other = {0};
                if (!compare_files(bench.cards, json_get_str(card, "file"), bench.root,
                                   json_get_str(card, "selfie"), &same) ||
                    !compare_files(bench.cards, json_get_str(card, "file"), bench.root,
                                   json_get_str(card, "impostor"), &other))
                        continue;
                lost += !same.reference.found;
                faces_more += same.reference.faces_len > 1;
                if (same.compared)
                        scores_add(&trial.genuine, same.cosine);
                if (other.compared)
                        scores_add(&trial.impostor, other.cosine);
                printf("  %-28.*s same %.3f other %.3f  portrait %3.0f px sharp %.3f%s\n",
                       STR_FMT(json_get_str(card, "file")), same.cosine, other.cosine,
                       same.reference.quality.height, same.reference.quality.sharpness,
                       errors_text(&same, errors, sizeof(errors)));
        }
        trial_print(&trial, "cards, mean", threshold_cosine());
        printf("  cards without a portrait found: %zu; with more than one face: %zu\n", lost, faces_more);
        trial_release(&trial);
}

/* One picture's liveness; negative where no face was found. */
static double live_score(struct str file)
{
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(op_release) struct op op;
        struct face_view view;
        double score;
        op_init(&op, NULL, 1 << 20, 60000);
        if (!picture_load(bench.root, file, &image) ||
            face_look(bench.faces, &op, &image, FACE_BEFORE_CAMERA, &view) || !view.found ||
            face_liveness(bench.faces, &op, &image, &view, &score))
                return -1;
        return score;
}

static void live_run(void)
{
        char path[4200];
        double threshold = faces_manifest(bench.faces)->live_threshold;
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, TEXT_MAX);
        snprintf(path, sizeof(path), "%s/nuaa.tsv", bench.root);
        if (!text_load(path, &text))
                return;
        struct trial trial = {0};
        size_t lost[2] = {0};
        struct str rest = buf_str(&text), line, file;
        str_split(&rest, '\n', &line);
        while (str_split(&rest, '\n', &line)) {
                if (!str_split(&line, '\t', &file) || !file.len)
                        continue;
                bool live = str_equal(str_trim(line), STR("live"));
                double score = live_score(file);
                if (score < 0)
                        lost[live]++;
                else
                        scores_add(live ? &trial.genuine : &trial.impostor, score);
        }
        trial_sort(&trial);
        printf("Liveness, printed photographs (NUAA): %zu live, %zu attacks; no face found: %zu live, %zu "
               "attacks\n",
               trial.genuine.len, trial.impostor.len, lost[1], lost[0]);
        for (double at = 0.2; at < 0.95; at += 0.1)
                printf("  at %.2f: live refused %.4f, attacks accepted %.4f\n", at,
                       trial_false_non_match(&trial, at), trial_false_match(&trial, at));
        printf("  at the threshold %.2f: live refused %.4f, attacks accepted %.4f; EER %.4f\n", threshold,
               trial_false_non_match(&trial, threshold), trial_false_match(&trial, threshold),
               trial_equal_error(&trial));
        trial_release(&trial);
}

/* Mean CPU milliseconds of each stage on one live frame. */
static void time_run(void)
{
        enum { ROUNDS = 20 };
        struct str file = STR("nuaa/live/0001/0001_00_00_01_0.jpg");
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(op_release) struct op op;
        int64_t at[5] = {0}, spent[5] = {0};
        op_init(&op, NULL, 1 << 20, 600000);
        if (!picture_load(bench.root, file, &image))
                return;
        for (int round = 0; round < ROUNDS; round++) {
                struct face_view view;
                struct face_print print;
                struct face_comparison comparison;
                double live;
                at[0] = clock_thread_cpu_us();
                if (face_look(bench.faces, &op, &image, FACE_BEFORE_CAMERA, &view) || !view.found)
                        return;
                at[1] = clock_thread_cpu_us();
                if (face_print_take(bench.faces, &op, &image, &view, &print))
                        return;
                face_print_release(&print);
                at[2] = clock_thread_cpu_us();
                if (face_liveness(bench.faces, &op, &image, &view, &live))
                        return;
                at[3] = clock_thread_cpu_us();
                if (face_compare(bench.faces, &op, &image, &image, (struct face_thresholds){0}, &comparison))
                        return;
                at[4] = clock_thread_cpu_us();
                for (int i = 0; i < 4; i++)
                        spent[i] += at[i + 1] - at[i];
        }
        printf("Time, CPU ms of one thread, %dx%d: find and measure %.1f, both embeddings %.1f, liveness "
               "%.1f, a whole "
               "comparison %.1f\n",
               image.width, image.height, (double)spent[0] / 1e3 / ROUNDS, (double)spent[1] / 1e3 / ROUNDS,
               (double)spent[2] / 1e3 / ROUNDS, (double)spent[3] / 1e3 / ROUNDS);
}

static const char *setting(const char *name, const char *fallback)
{
        const char *value = getenv(name);
        return value && *value ? value : fallback;
}

static bool wanted(int argc, char **argv, const char *part)
{
        for (int i = 1; i < argc; i++)
                if (strcmp(argv[i], part) == 0)
                        return true;
        return argc < 2;
}

int main(int argc, char **argv)
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1 << 20, 60000);
        setvbuf(stdout, NULL, _IOLBF, 0);
        const char *data = setting("BONIN_DATA", "../shared/data");
        snprintf(bench.root, sizeof(bench.root), "%s/faces", data);
        snprintf(bench.cards, sizeof(bench.cards), "%s/cards_with_faces", data);
        int64_t start = clock_mono_ms();
        if (faces_open(&op, setting("BONIN_MODELS", "../shared/models"),
                       setting("BONIN_MANIFEST", "models/manifest.json"), &bench.faces)) {
                fprintf(stderr, "%s\n", op.why);
                return 3;
        }
        printf("models loaded in %lld ms\n", (long long)(clock_mono_ms() - start));
        if (wanted(argc, argv, "time"))
                time_run();
        if (wanted(argc, argv, "live"))
                live_run();
        if (wanted(argc, argv, "cards"))
                cards_run();
        if (wanted(argc, argv, "east"))
                match_run("east_asian_pairs.tsv", "East Asian people");
        if (wanted(argc, argv, "lfw"))
                match_run("lfw_pairs.tsv", "LFW");
        faces_close(bench.faces);
        return 0;
}
