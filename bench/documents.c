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
#include "bench/cell.h"
#include "bench/file.h"
#include "bench/harm.h"
#include "bench/other.h"
#include "bench/reliability.h"

#include "base/json.h"
#include "base/log.h"
#include "doc/judge.h"
#include "vision/document.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 64 << 20, TIMEOUT_MS = 120000 };

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
        struct cell cells[SORTS][LEVELS_MAX];
};

static bool file_read_in(const char *folder, const char *name, struct buf *ret)
{
        char path[8192];
        int len = snprintf(path, sizeof(path), "%s/%s", folder, name);
        return len > 0 && (size_t)len < sizeof(path) && file_read(path, ret);
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
                        reliability_note(&bench->fields, input->fields.values[field->field].confidence,
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
                reliability_note(&bench->documents, judgement->confidence, all);
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

/* What a picture counts for. */
static void note(struct bench *bench, const json_t *entry, const struct sort *sort,
                 const struct judge_input *input, const struct judgement *judgement,
                 struct document_reading *reading, double cpu_s, struct op *op, struct cell *cell)
{
        const char *file = json_string_value(json_object_get(entry, "file"));
        const json_t *harm = json_object_get(entry, "harm"), *truth = json_object_get(entry, "truth");
        if (sort->kind == DOC_UNKNOWN) {
                other_note(&bench->others, file, reading, judgement);
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
        bool decoded = decode(bench, &op, front ? front : file, &image);
        if (!decoded && sort->kind == DOC_UNKNOWN) {
                bench->others.pictures++;
                bench->others.undecoded++;
                op_release(&op);
                return;
        }
        if (!decoded || (front && !decode(bench, &op, file, &back)) ||
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
                for (size_t k = 0; k < SORTS; k++) {
                        if (str_equal(type, str_from(sorts[k].name)))
                                read_one(bench, entry, &sorts[k], &bench->cells[k][level]);
                }
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
        cells_print(bench->cells);
        harms_print(&bench->harms);
        back_print(bench->backs, LEVELS_MAX);
        others_print(&bench->others);
        cells_print_stored(bench->cells);
        reliability_print("fields", &bench->fields);
        reliability_print("documents", &bench->documents);
        reader_close(bench->reader);
        op_release(&op);
        x_free(bench);
        return 0;
}
