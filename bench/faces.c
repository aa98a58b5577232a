/*
 * What the face models do on labelled pictures: error rates of comparing and of telling photographs from live
 * people, with counts and 95 % intervals, the faces on cards, the time of each stage, and memory.
 * `bench-faces [PART...]`, parts: time live cards east lfw, and where it is asked for, wrong: the pairs that
 * are judged wrongly, and means: what it helps to average several pictures. `bench-faces calibrate`: what
 * models/manifest.json should say, from the half of the people that is for development. BONIN_DATA,
 * BONIN_MODELS and BONIN_MANIFEST say where things are; BONIN_CURVES where to write what a DET curve is drawn
 * from.
 */
#include "bench/calibrate.h"
#include "bench/file.h"
#include "bench/interval.h"
#include "bench/matching.h"
#include "bench/means.h"
#include "bench/pairs.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { TEXT_MAX = 16 * 1024 * 1024 };

static struct bench {
        struct faces *faces;
        char root[4096]; /* of the face sets */
        char cards[4096];
} bench;

static void print_share(const char *what, size_t count, size_t of)
{
        double low, high;
        interval_wilson(count, of, &low, &high);
        printf("  %s: %zu of %zu, %.2f %% (%.2f to %.2f)\n", what, count, of,
               100 * (double)count / (double)MAX(of, 1), 100 * low, 100 * high);
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

/* One card against a selfie of its holder and one of somebody else. */
struct card_counts {
        size_t cards, lost, refused, taken;
};

static void card_run(const json_t *card, struct card_counts *counts)
{
        char errors[256];
        struct face_comparison same = {0}, other = {0};
        struct str file = json_get_str(card, "file");
        if (!compare_files(bench.cards, file, bench.root, json_get_str(card, "selfie"), &same) ||
            !compare_files(bench.cards, file, bench.root, json_get_str(card, "impostor"), &other))
                return;
        counts->cards++;
        counts->lost += !same.reference.found;
        counts->refused += same.reference.found && !same.is_match;
        counts->taken += other.is_match;
        printf("  %-28.*s same %.3f other %.3f  portrait %3.0f px sharp %.3f%s\n", STR_FMT(file), same.cosine,
               other.cosine, same.reference.quality.height, same.reference.quality.sharpness,
               errors_text(&same, errors, sizeof(errors)));
}

static void cards_run(void)
{
        char path[4200];
        CLEANUP(buf_release) struct buf text;
        json_auto_t *root = NULL;
        struct card_counts counts = {0};
        buf_init(&text, TEXT_MAX);
        snprintf(path, sizeof(path), "%s/manifest.json", bench.cards);
        if (!file_read(path, &text) || !json_parse(buf_str(&text), TEXT_MAX, &root))
                return;
        printf("Cards as photographed, not straightened, against a genuine and an impostor's selfie\n");
        for (size_t i = 0; i < json_array_size(root); i++)
                card_run(json_array_get(root, i), &counts);
        print_share("without a portrait found", counts.lost, counts.cards);
        print_share("the holder refused", counts.refused, counts.cards - counts.lost);
        print_share("somebody else taken for the holder", counts.taken, counts.cards - counts.lost);
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
        if (!file_read(path, &text))
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
        printf("Passive liveness, printed photographs (NUAA); no face found: %zu live, %zu attacks\n",
               lost[1], lost[0]);
        for (int tenths = 2; tenths < 10; tenths++)
                printf("  at %.2f: %zu live refused, %zu attacks accepted\n", tenths / 10.0,
                       trial_false_non_matches(&trial, tenths / 10.0),
                       trial_false_matches(&trial, tenths / 10.0));
        printf("  at the threshold, %.2f:\n", threshold);
        print_share("live refused (BPCER)", trial_false_non_matches(&trial, threshold), trial.genuine.len);
        print_share("prints accepted (APCER)", trial_false_matches(&trial, threshold), trial.impostor.len);
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

static void memory_print(void)
{
        struct rusage usage;
        if (getrusage(RUSAGE_SELF, &usage) == 0)
                printf("Memory at most: %.0f MB, models and one comparison\n",
                       (double)usage.ru_maxrss / 1024);
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
        const char *curves = getenv("BONIN_CURVES");
        struct matching matching = {bench.faces, bench.root, curves ? fopen(curves, "we") : NULL};
        if (argc == 2 && strcmp(argv[1], "calibrate") == 0)
                return calibrate_run(&matching);
        if (wanted(argc, argv, "time")) {
                time_run();
                memory_print();
        }
        if (wanted(argc, argv, "live"))
                live_run();
        if (wanted(argc, argv, "cards"))
                cards_run();
        if (wanted(argc, argv, "east"))
                matching_run(&matching, "east_asian_pairs.tsv", "East Asian people", SHOT_KIND_COUNT);
        if (wanted(argc, argv, "lfw"))
                matching_run(&matching, "lfw_pairs.tsv", "LFW", SHOT_PORTRAIT_115 + 1);
        if (argc > 1 && wanted(argc, argv, "wrong")) {
                matching_wrong(&matching, "east_asian_pairs.tsv", "East Asian people");
                matching_wrong(&matching, "lfw_pairs.tsv", "LFW");
        }
        if (argc > 1 && wanted(argc, argv, "means")) {
                means_sittings(&matching);
                means_run(&matching, "east_asian_pairs.tsv", "East Asian people");
                means_run(&matching, "lfw_pairs.tsv", "LFW");
        }
        if (matching.curves)
                fclose(matching.curves);
        faces_close(bench.faces);
        return 0;
}
