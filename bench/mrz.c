/*
 * How well machine-readable zones are read: bench-mrz [--models DIR] [--today YYYY-MM-DD] [--only TEXT]
 * [--half development|held-out] [--verbose] PATH...
 *
 * A PATH is a folder, whose pictures are read, or a manifest as bench-documents has it, of which the entries
 * with a zone are. Each is read by document_read and judged, as in the product. Printed for each picture: the
 * kind and format that were recognised, how many of the format's check digits are right, and whether the zone
 * is, character by character, the printed one; then sums. A half is chosen by a hash of the name: tuning
 * looks at the one, what is reported at the other.
 */
#include "doc/mrz.h"
#include "base/json.h"
#include "bench/file.h"
#include "bench/mrz_truth.h"
#include "doc/judge.h"
#include "vision/document.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 64 << 20, TIMEOUT_MS = 120000, PICTURES_MAX = 4096, CHECKS = 5 };

static const char *const halves[] = {"development", "held-out"};
static const char *const formats[MRZ_FORMAT_COUNT] = {"TD1", "TD2", "TD3", "MRV-A", "MRV-B"};

struct picture {
        char *path;
        char *zone; /* NULL: known by its hash, or not at all */
};

struct sums {
        int pictures, found, proved, exact, known, mended, accepted;
        double cpu_s, cpu_max_s;
};

struct bench {
        struct reader *reader;
        struct date today;
        const char *only;
        int half; /* -1: both */
        bool verbose;
        struct picture pictures[PICTURES_MAX];
        size_t pictures_len;
        struct sums sums[LEN(halves)];
};

/* nftw has no context. */
static struct bench bench;

static void add_picture(const char *path, const char *zone)
{
        if (bench.pictures_len < PICTURES_MAX)
                bench.pictures[bench.pictures_len++] =
                    (struct picture){strdup(path), zone ? strdup(zone) : NULL};
}

static int visit(const char *path, const struct stat *stat, int type, struct FTW *place)
{
        const char *end = strrchr(path, '.');
        if (type == FTW_F && end && (strcmp(end, ".png") == 0 || strcmp(end, ".jpg") == 0))
                add_picture(path, NULL);
        return 0;
}

static bool add_manifest(const char *path)
{
        struct buf text CLEANUP(buf_release) = {0};
        json_auto_t *manifest = NULL;
        buf_init(&text, FILE_MAX);
        if (!file_read(path, &text) || !json_parse(buf_str(&text), FILE_MAX, &manifest))
                return false;
        size_t i, folder_len = (size_t)(strrchr(path, '/') - path);
        json_t *entry;
        json_array_foreach(manifest, i, entry)
        {
                const json_t *truth = json_object_get(entry, "truth");
                const char *lines[] = {json_string_value(json_object_get(truth, "mrz1")),
                                       json_string_value(json_object_get(truth, "mrz2")),
                                       json_string_value(json_object_get(truth, "mrz3"))};
                const char *file = json_string_value(json_object_get(entry, "file"));
                char picture[4096], zone[MRZ_TEXT_MAX];
                if (!lines[0] || !lines[1] || !file)
                        continue;
                snprintf(picture, sizeof(picture), "%.*s/%s", (int)folder_len, path, file);
                snprintf(zone, sizeof(zone), "%s\n%s%s%s", lines[0], lines[1], lines[2] ? "\n" : "",
                         lines[2] ? lines[2] : "");
                add_picture(picture, zone);
        }
        return true;
}

static const char *name_of(const struct picture *picture)
{
        const char *slash = strrchr(picture->path, '/');
        return slash ? slash + 1 : picture->path;
}

/* The zone is known: 1 the printed one, 0 another, -1 nothing is known of the picture. */
static int is_printed(const struct picture *picture, struct str zone)
{
        if (picture->zone)
                return str_equal(zone, str_from(picture->zone));
        return mrz_truth_says(str_from(name_of(picture)), zone);
}

static void print_zone(const struct document_reading *reading, const struct judgement *judgement,
                       const struct mrz *mrz, bool verbose)
{
        for (size_t i = 0; i < judgement->errors.len; i++)
                printf(" %s", rc_code(judgement->errors.codes[i]));
        for (size_t i = 0; verbose && i < mrz->lines_len; i++)
                printf("\n    %s", mrz->lines[i]);
        if (verbose)
                printf("\n    zone %.2f name %.2f number %.2f nationality %.2f sex %.2f, width %d",
                       reading->fields.values[DOC_MRZ].confidence,
                       reading->fields.values[DOC_NAME].confidence,
                       reading->fields.values[DOC_PASSPORT_NUMBER].confidence,
                       reading->fields.values[DOC_NATIONALITY].confidence,
                       reading->fields.values[DOC_SEX].confidence, reading->quality.card_width_px);
        printf("\n");
}

static void judge(const struct picture *picture, const struct document_reading *reading, double cpu_s,
                  size_t half)
{
        struct judge_input input = {.declared = reading->kind,
                                    .recognised = reading->kind,
                                    .kind_confidence = reading->kind_confidence,
                                    .fields = reading->fields,
                                    .errors = reading->errors,
                                    .today = bench.today,
                                    .confidence_min = 0.8};
        struct judgement judgement;
        struct mrz mrz = {0};
        struct sums *sums = &bench.sums[half];
        judge_document(&input, &judgement);
        struct str zone = doc_text(&reading->fields, DOC_MRZ);
        bool found = mrz_parse(zone, bench.today, &mrz), proved = found && mrz_ok(&mrz);
        int printed = is_printed(picture, zone);
        int right = mrz.number_ok + mrz.birth_ok + mrz.expiry_ok + mrz.optional_ok + mrz.composite_ok;
        sums->pictures++;
        sums->found += found;
        sums->proved += proved;
        sums->known += printed >= 0;
        sums->exact += found && printed > 0;
        sums->mended += proved && printed == 0;
        sums->accepted += judgement.verdict == DOC_SUCCESS;
        sums->cpu_s += cpu_s;
        sums->cpu_max_s = MAX(sums->cpu_max_s, cpu_s);
        printf("%-11s %-32s %-13s %-5s %d/%d %-7s %4.2f s", halves[half], name_of(picture),
               doc_kind_name(reading->kind), found ? formats[mrz.format] : "-", right, CHECKS,
               !found         ? "-"
               : printed < 0  ? "unknown"
               : printed == 0 ? "wrong"
                              : "exact",
               cpu_s);
        print_zone(reading, &judgement, &mrz, bench.verbose && printed <= 0);
}

static void read_one(const struct picture *picture, size_t half)
{
        struct op op;
        struct buf bytes CLEANUP(buf_release) = {0};
        struct image image CLEANUP(image_release) = {0};
        struct document_reading reading = {0};
        struct document_request request = {.declared = DOC_PASSPORT, .today = bench.today};
        buf_init(&bytes, FILE_MAX);
        op_init(&op, NULL, 1 << 26, TIMEOUT_MS);
        int64_t start = clock_thread_cpu_us();
        if (!file_read(picture->path, &bytes) ||
            image_decode(&op, buf_str(&bytes), &image_limits_default, &image) != RC_OK ||
            document_read(bench.reader, &op, &request, &image, NULL, &reading) != RC_OK)
                fprintf(stderr, "%s: %s\n", picture->path, op.why);
        else
                judge(picture, &reading, (double)(clock_thread_cpu_us() - start) / 1e6, half);
        fflush(stdout);
        document_reading_release(&reading);
        op_release(&op);
}

static int by_path(const void *a, const void *b)
{
        return strcmp(((const struct picture *)a)->path, ((const struct picture *)b)->path);
}

static void read_all(void)
{
        qsort(bench.pictures, bench.pictures_len, sizeof(bench.pictures[0]), by_path);
        for (size_t i = 0; i < bench.pictures_len; i++) {
                const struct picture *picture = &bench.pictures[i];
                int half = mrz_truth_is_held_out(str_from(name_of(picture)));
                if ((bench.half < 0 || bench.half == half) &&
                    (!bench.only || strstr(picture->path, bench.only)))
                        read_one(picture, (size_t)half);
                free(picture->path);
                free(picture->zone);
        }
        for (size_t half = 0; half < LEN(halves); half++) {
                const struct sums *sums = &bench.sums[half];
                if (sums->pictures > 0)
                        printf("%s: n %d  found %d  check digits right %d  exact %d of %d  right but not as "
                               "printed %d  accepted %d  cpu %.2f s (max %.2f)\n",
                               halves[half], sums->pictures, sums->found, sums->proved, sums->exact,
                               sums->known, sums->mended, sums->accepted, sums->cpu_s / sums->pictures,
                               sums->cpu_max_s);
        }
}

static bool add_path(const char *path)
{
        const char *end = strrchr(path, '.');
        if (end && strcmp(end, ".json") == 0)
                return add_manifest(path);
        return nftw(path, visit, 8, FTW_PHYS) == 0;
}

int main(int argc, char **argv)
{
        const char *models = getenv("MODEL_DIR");
        bool usable = true;
        bench.half = -1;
        bench.today = date_of_korea(clock_wall_ms());
        for (int i = 1; i < argc && usable; i++) {
                bool more = i + 1 < argc;
                if (strcmp(argv[i], "--models") == 0 && more)
                        models = argv[++i];
                else if (strcmp(argv[i], "--only") == 0 && more)
                        bench.only = argv[++i];
                else if (strcmp(argv[i], "--today") == 0 && more)
                        usable = date_parse(str_from(argv[++i]), &bench.today);
                else if (strcmp(argv[i], "--half") == 0 && more)
                        bench.half = strcmp(argv[++i], halves[1]) == 0;
                else if (strcmp(argv[i], "--verbose") == 0)
                        bench.verbose = true;
                else
                        usable = add_path(argv[i]);
        }
        struct op op;
        if (!usable || bench.pictures_len == 0) {
                fprintf(stderr, "usage: bench-mrz [--models DIR] [--today YYYY-MM-DD] [--only TEXT] "
                                "[--half development|held-out] [--verbose] FOLDER|MANIFEST...\n");
                return 2;
        }
        op_init(&op, NULL, 1 << 20, TIMEOUT_MS);
        if (reader_open(&op, NULL, models, &bench.reader) != RC_OK) {
                fprintf(stderr, "%s\n", op.why);
                return 3;
        }
        read_all();
        reader_close(bench.reader);
        op_release(&op);
        return 0;
}
