/*
 * How well documents are read: bench-documents MANIFEST [--models DIR] [--today YYYY-MM-DD] [--only TEXT]
 * [--odd | --even] [--stored] [--verbose] [--basis]
 *
 * The manifest is an array of {file, type, level, index, truth}; pictures lie beside it. Each is read in this
 * process by document_read and judged, with no expectation of name or birth date. Printed for each kind and
 * level: how many pictures, how many with every key field right, how many accepted, how many accepted with a
 * wrong field, the share of right ones by field, and the CPU seconds a picture took; then, over all fields,
 * how often those of a confidence were right. A wrong field is one that is told: of the required ones, or as
 * sure as they are. With --stored every card is also painted over and read again (bench/stored.h). Pictures
 * of type "none" are of no document, and those with a "harm" cannot be read (bench/harm.h).
 */
#include "bench/back.h"
#include "bench/file.h"
#include "bench/harm.h"
#include "bench/stored.h"

#include "base/json.h"
#include "base/log.h"
#include "doc/judge.h"
#include "vision/document.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEVELS_MAX = 8, FILE_MAX = 64 << 20, FIELDS_MAX = 10, TIMEOUT_MS = 120000 };

struct truth {
        enum doc_field field;
        const char *key;
        bool is_key; /* counts for "all right" */
};

static const struct sort {
        const char *name;
        enum doc_kind kind;
        struct truth fields[FIELDS_MAX];
        size_t fields_len;
} sorts[] = {
    {"resident",
     DOC_RESIDENT_CARD,
     {{DOC_NAME, "name", true},
      {DOC_ID_NUMBER, "rrn", true},
      {DOC_BIRTH_DATE, "birth_date", true},
      {DOC_ISSUE_DATE, "issue_date", true},
      {DOC_ADDRESS, "address", false},
      {DOC_ISSUER, "issuer", false}},
     6},
    {"driver",
     DOC_DRIVER_LICENSE,
     {{DOC_NAME, "name", true},
      {DOC_ID_NUMBER, "rrn", true},
      {DOC_BIRTH_DATE, "birth_date", true},
      {DOC_LICENSE_NUMBER, "license_no", true},
      {DOC_LICENSE_CLASS, "license_class", true},
      {DOC_ISSUE_DATE, "issue_date", true},
      {DOC_EXPIRY_DATE, "aptitude_to", false},
      {DOC_ADDRESS, "address", false},
      {DOC_ISSUER, "issuer", false}},
     9},
    {"alien",
     DOC_ALIEN_CARD,
     {{DOC_NAME, "name", true},
      {DOC_ID_NUMBER, "reg_no", true},
      {DOC_BIRTH_DATE, "birth_date", true},
      {DOC_NATIONALITY, "country", true},
      {DOC_ISSUE_DATE, "issue_date", true},
      {DOC_ISSUER, "issuer", false}},
     6},
    {"passport",
     DOC_PASSPORT,
     {{DOC_SURNAME, "surname", true},
      {DOC_GIVEN_NAMES, "given_names", true},
      {DOC_PASSPORT_NUMBER, "number", true},
      {DOC_BIRTH_DATE, "birth_date", true},
      {DOC_EXPIRY_DATE, "expiry_date", true},
      {DOC_SEX, "sex", true},
      {DOC_NATIONALITY, "nationality", true},
      {DOC_ISSUE_DATE, "issue_date", false},
      {DOC_NAME, "name_kor", false}},
     9},
    {"resident_back", DOC_RESIDENT_CARD, {{0}}, 0},
    {"foreign_back", DOC_RESIDENT_CARD, {{0}}, 0},
    {"none", DOC_UNKNOWN, {{0}}, 0},
};

/* Pictures of type "none": of no document, whatever is declared. */
struct others {
        int pictures, refused;
        int taken[DOC_KIND_COUNT];
};

struct cell {
        struct stored_count stored;
        int pictures, all_right, accepted, wrong_accepted, expired;
        int right[FIELDS_MAX], asked[FIELDS_MAX];
        double cpu_s, cpu_max_s;
};

/* Where bins of confidence begin: finer where decisions are made. */
static const double bins[] = {0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998};

/* What was said, by its confidence. */
struct reliability {
        int said[LEN(bins)], right[LEN(bins)];
        double sum[LEN(bins)];
};

struct bench {
        struct harms harms;
        struct others others;
        struct back_count backs[LEVELS_MAX];
        struct reliability fields, documents;
        struct reader *reader;
        const char *folder, *only, *models;
        struct date today;
        int parity; /* -1: all */
        bool verbose, stored, basis;
        struct cell cells[LEN(sorts)][LEVELS_MAX];
};

static bool file_read_in(const char *folder, const char *name, struct buf *ret)
{
        char path[8192];
        int len = snprintf(path, sizeof(path), "%s/%s", folder, name);
        return len > 0 && (size_t)len < sizeof(path) && file_read(path, ret);
}

static void note_reliability(struct reliability *reliability, double confidence, bool right)
{
        size_t bin = 0;
        while (bin + 1 < LEN(bins) && confidence >= bins[bin + 1])
                bin++;
        reliability->said[bin]++;
        reliability->right[bin] += right;
        reliability->sum[bin] += confidence;
}

/* For tools/calibrate. */
static void print_basis(const struct document_reading *reading, enum doc_field field, bool right)
{
        const struct basis *basis = &reading->basis[field];
        if (basis->of[BASIS_VOTES] <= 0)
                return;
        printf("basis %s %s %d", doc_kind_name(reading->kind), doc_field_name(field), right);
        for (int i = 0; i < BASIS_MEASURES; i++)
                printf(" %.4f", (double)basis->of[i]);
        printf("\n");
}

static void compare(struct bench *bench, const char *file, const struct sort *sort, const json_t *truth,
                    const struct document_reading *reading, const struct judge_input *input,
                    const struct judgement *judgement, struct cell *cell)
{
        bool all = true, wrong = false;
        for (size_t i = 0; i < sort->fields_len; i++) {
                const struct truth *field = &sort->fields[i];
                struct str want = json_get_str(truth, field->key);
                struct str read = doc_text(&input->fields, field->field);
                struct str kept = doc_text(&judgement->fields, field->field);
                if (want.len == 0)
                        continue;
                bool right = str_equal(read, want),
                     native = field->field == DOC_NAME && sort->kind == DOC_PASSPORT;
                if (read.len > 0)
                        note_reliability(&bench->fields, input->fields.values[field->field].confidence,
                                         right);
                if (bench->basis && read.len > 0)
                        print_basis(reading, field->field, right);
                cell->asked[i]++;
                cell->right[i] += right;
                all = all && (right || !field->is_key);
                /* A passport's name is the Latin one where the Korean one was not read surely. */
                bool kept_wrong = kept.len > 0 && !str_equal(kept, want) &&
                                  !(native && kept.ptr[0] >= 'A' && kept.ptr[0] <= 'Z');
                wrong = wrong || kept_wrong;
                if (bench->verbose && !right)
                        printf("%s %s: want '%.*s' read '%.*s' (%.2f)%s\n", file,
                               doc_field_name(field->field), STR_FMT(want), STR_FMT(read),
                               input->fields.values[field->field].confidence,
                               judgement->verdict == DOC_SUCCESS ? " ACCEPTED" : "");
        }
        if (!doc_errors_have(&judgement->errors, RC_FIELD_UNREADABLE))
                note_reliability(&bench->documents, judgement->confidence, all);
        cell->all_right += all;
        cell->accepted += judgement->verdict == DOC_SUCCESS;
        cell->wrong_accepted += judgement->verdict == DOC_SUCCESS && wrong;
        cell->expired += doc_errors_have(&judgement->errors, RC_DOCUMENT_EXPIRED);
}

static void print_verdict(const char *file, const struct document_reading *reading,
                          const struct judge_input *input, const struct judgement *judgement, double cpu_s)
{
        printf(
            "%s %s as %s %.2f, conf %.2f, %.2f s, sharp %.2f bright %.0f contrast %.0f glare %.3f width %d:",
            file, doc_verdict_name(judgement->verdict), doc_kind_name(reading->kind),
            reading->kind_confidence, judgement->confidence, cpu_s, reading->quality.sharpness,
            reading->quality.brightness, reading->quality.contrast, reading->quality.glare_share,
            reading->quality.card_width_px);
        for (size_t i = 0; i < judgement->errors.len; i++)
                printf(" %s", rc_code(judgement->errors.codes[i]));
        for (size_t i = 0; i < judgement->advice_len; i++)
                printf(" %s:%s", doc_field_name(judgement->advice[i].field),
                       rc_code(judgement->advice[i].code));
        for (enum doc_field field = 0; judgement->verdict != DOC_SUCCESS && field < DOC_FIELD_COUNT;
             field++) {
                if (doc_has(&input->fields, field) && input->fields.values[field].confidence < 0.98)
                        printf(" [%s %.2f]", doc_field_name(field), input->fields.values[field].confidence);
        }
        printf("\n");
}

static void note_other(struct others *others, const char *file, const struct document_reading *reading,
                       const struct judgement *judgement)
{
        bool refused = reading->kind == DOC_UNKNOWN && doc_errors_have(&judgement->errors, RC_NO_DOCUMENT);
        others->pictures++;
        others->refused += refused;
        others->taken[reading->kind]++;
        if (!refused)
                printf("%s: taken for %s (%.2f)\n", file, doc_kind_name(reading->kind),
                       reading->kind_confidence);
}

/* What a picture counts for. */
static void note(struct bench *bench, const json_t *entry, const struct sort *sort,
                 const struct judge_input *input, const struct judgement *judgement,
                 struct document_reading *reading, double cpu_s, struct op *op, struct cell *cell)
{
        const char *file = json_string_value(json_object_get(entry, "file"));
        const json_t *harm = json_object_get(entry, "harm"), *truth = json_object_get(entry, "truth");
        if (sort->kind == DOC_UNKNOWN) {
                note_other(&bench->others, file, reading, judgement);
                return;
        }
        int64_t level;
        if (json_object_get(entry, "front")) {
                bool refused = doc_errors_have(&judgement->errors, RC_WRONG_BACK);
                struct str what = json_get_str(entry, "what");
                if (!json_get_int(entry, "level", 0, LEVELS_MAX - 1, &level))
                        return;
                if (what.ptr)
                        back_note_foreign(&bench->backs[level], judgement);
                else
                        back_note(&bench->backs[level], truth, &reading->fields, judgement);
                if (bench->verbose && refused != (what.ptr != NULL))
                        printf("%s: back %s\n", file, refused ? "refused" : "taken");
                return;
        }
        if (harm) {
                harm_note(&bench->harms, harm, judgement);
        } else {
                cell->pictures++;
                cell->cpu_s += cpu_s;
                cell->cpu_max_s = MAX(cell->cpu_max_s, cpu_s);
                compare(bench, file, sort, truth, reading, input, judgement, cell);
        }
        if (bench->stored && stored_note(&cell->stored, op, bench->models, reading, truth))
                printf("%s: its stored card tells a number\n", file);
}

static bool decode(struct bench *bench, struct op *op, const char *file, struct image *ret)
{
        struct buf bytes CLEANUP(buf_release) = {0};
        buf_init(&bytes, FILE_MAX);
        return file_read_in(bench->folder, file, &bytes) &&
               image_decode(op, buf_str(&bytes), &image_limits_default, ret) == RC_OK;
}

static void read_one(struct bench *bench, const json_t *entry, const struct sort *sort, struct cell *cell)
{
        const char *file = json_string_value(json_object_get(entry, "file"));
        struct op op;
        struct image image CLEANUP(image_release) = {0}, back CLEANUP(image_release) = {0};
        /* Of a back the front is another file. */
        const char *front = json_string_value(json_object_get(entry, "front"));
        op_init(&op, NULL, 1 << 26, TIMEOUT_MS);
        int64_t start = clock_thread_cpu_us();
        enum doc_kind declared =
            sort->kind ? sort->kind : DOC_RESIDENT_CARD + (enum doc_kind)(bench->others.pictures % 3);
        struct document_request request = {.declared = declared, .today = bench->today};
        struct document_reading reading = {0};
        if (!decode(bench, &op, front ? front : file, &image) ||
            (front && !decode(bench, &op, file, &back)) ||
            document_read(bench->reader, &op, &request, &image, front ? &back : NULL, &reading) != RC_OK) {
                fprintf(stderr, "%s: %s\n", file, op.why);
                op_release(&op);
                return;
        }
        struct judge_input input = {.declared = declared,
                                    .recognised = reading.kind,
                                    .kind_confidence = reading.kind_confidence,
                                    .fields = reading.fields,
                                    .errors = reading.errors,
                                    .obstacles = reading.obstacles,
                                    .today = bench->today,
                                    .confidence_min = 0.98};
        struct judgement judgement;
        judge_document(&input, &judgement);
        double cpu_s = (double)(clock_thread_cpu_us() - start) / 1e6;
        if (bench->verbose)
                print_verdict(file, &reading, &input, &judgement, cpu_s);
        note(bench, entry, sort, &input, &judgement, &reading, cpu_s, &op, cell);
        fflush(stdout);
        document_reading_release(&reading);
        op_release(&op);
}

static void read_manifest(struct bench *bench, const json_t *manifest)
{
        size_t i;
        json_t *entry;
        json_array_foreach(manifest, i, entry)
        {
                struct str type = json_get_str(entry, "type"), file = json_get_str(entry, "file");
                int64_t level, index = 0;
                if (!json_get_int(entry, "level", 0, LEVELS_MAX - 1, &level) || str_is_null(file))
                        continue;
                bool has_index = json_get_int(entry, "index", 0, INT32_MAX, &index);
                if (bench->parity >= 0 && has_index && index % 2 != bench->parity)
                        continue;
                if (bench->only && str_find_str(file, str_from(bench->only)) < 0)
                        continue;
                for (size_t k = 0; k < LEN(sorts); k++) {
                        if (str_equal(type, str_from(sorts[k].name)))
                                read_one(bench, entry, &sorts[k], &bench->cells[k][level]);
                }
        }
}

static void print_cells(const struct bench *bench)
{
        for (size_t k = 0; k < LEN(sorts); k++) {
                for (int level = 0; level < LEVELS_MAX; level++) {
                        const struct cell *cell = &bench->cells[k][level];
                        if (cell->pictures == 0)
                                continue;
                        printf("%-8s level %d: n %3d  all right %3d (%3.0f %%)  accepted %3d  expired %d  "
                               "wrong accepted %d"
                               "  cpu %.2f s (max %.2f) ",
                               sorts[k].name, level, cell->pictures, cell->all_right,
                               100.0 * cell->all_right / cell->pictures, cell->accepted, cell->expired,
                               cell->wrong_accepted, cell->cpu_s / cell->pictures, cell->cpu_max_s);
                        for (size_t i = 0; i < sorts[k].fields_len; i++) {
                                if (cell->asked[i])
                                        printf(" %s %d/%d", sorts[k].fields[i].key, cell->right[i],
                                               cell->asked[i]);
                        }
                        printf("\n");
                }
        }
}

static void print_stored(const struct bench *bench)
{
        struct stored_count all = {0};
        for (size_t k = 0; bench->stored && k < LEN(sorts); k++) {
                for (int level = 0; level < LEVELS_MAX; level++) {
                        const struct stored_count *count = &bench->cells[k][level].stored;
                        all.pictures += count->pictures;
                        all.kept += count->kept;
                        all.leaked += count->leaked;
                        if (count->pictures > 0)
                                printf("stored %-8s level %d: n %3d  card kept %3d  telling a number %d\n",
                                       sorts[k].name, level, count->pictures, count->kept, count->leaked);
                }
        }
        if (bench->stored)
                printf("stored, all: n %d  card kept %d  telling a number %d\n", all.pictures, all.kept,
                       all.leaked);
}

static void print_others(const struct others *others)
{
        if (others->pictures == 0)
                return;
        printf("no documents: n %d  NO_DOCUMENT %d ", others->pictures, others->refused);
        for (enum doc_kind kind = DOC_UNKNOWN + 1; kind < DOC_KIND_COUNT; kind++) {
                if (others->taken[kind] > 0)
                        printf(" taken for %s %d", doc_kind_name(kind), others->taken[kind]);
        }
        printf("\n");
}

static void print_reliability(const char *of, const struct reliability *reliability)
{
        for (size_t bin = 0; bin < LEN(bins); bin++) {
                int said = reliability->said[bin];
                if (said > 0)
                        printf("confidence %.3f to %.3f: %5d %s, mean %.4f, right %.4f\n", bins[bin],
                               bin + 1 < LEN(bins) ? bins[bin + 1] : 1.0, said, of,
                               reliability->sum[bin] / said, reliability->right[bin] / (double)said);
        }
}

int main(int argc, char **argv)
{
        const char *manifest_path = NULL, *models = getenv("MODEL_DIR");
        struct bench *bench = x_new(1, sizeof(*bench));
        bench->parity = -1;
        bench->today = date_of_korea(clock_wall_ms());
        for (int i = 1; i < argc; i++) {
                bool more = i + 1 < argc;
                if (strcmp(argv[i], "--models") == 0 && more)
                        models = argv[++i];
                else if (strcmp(argv[i], "--only") == 0 && more)
                        bench->only = argv[++i];
                else if (strcmp(argv[i], "--today") == 0 && more &&
                         date_parse(str_from(argv[i + 1]), &bench->today))
                        i++;
                else if (strcmp(argv[i], "--odd") == 0 || strcmp(argv[i], "--even") == 0)
                        bench->parity = argv[i][2] == 'o';
                else if (strcmp(argv[i], "--stored") == 0)
                        bench->stored = true;
                else if (strcmp(argv[i], "--verbose") == 0)
                        bench->verbose = true;
                else if (strcmp(argv[i], "--basis") == 0)
                        bench->basis = true;
                else
                        manifest_path = argv[i];
        }
        const char *slash = manifest_path ? strrchr(manifest_path, '/') : NULL;
        if (!slash) {
                fprintf(stderr,
                        "usage: bench-documents PATH/manifest.json [--models DIR] [--today YYYY-MM-DD] "
                        "[--only TEXT] [--odd | --even] [--stored] [--verbose] [--basis]\n");
                return 2;
        }
        char folder[4096];
        snprintf(folder, sizeof(folder), "%.*s", (int)(slash - manifest_path), manifest_path);
        bench->folder = folder;
        bench->models = models;
        struct buf text CLEANUP(buf_release) = {0};
        buf_init(&text, FILE_MAX);
        json_auto_t *manifest = NULL;
        struct op op;
        op_init(&op, NULL, 1 << 20, TIMEOUT_MS);
        if (!file_read_in(folder, slash + 1, &text) || !json_parse(buf_str(&text), FILE_MAX, &manifest) ||
            reader_open(&op, NULL, models, &bench->reader) != RC_OK) {
                fprintf(stderr, "%s: %s\n", manifest_path, op.why[0] ? op.why : "no such manifest");
                return 3;
        }
        read_manifest(bench, manifest);
        print_cells(bench);
        harms_print(&bench->harms);
        back_print(bench->backs, LEVELS_MAX);
        print_others(&bench->others);
        print_stored(bench);
        print_reliability("fields", &bench->fields);
        print_reliability("documents", &bench->documents);
        reader_close(bench->reader);
        op_release(&op);
        x_free(bench);
        return 0;
}
