/*
 * How many forgeries show a sign, and how many genuine pictures do: bench-forgeries MANIFEST... [--models
 * DIR]
 * [--today YYYY-MM-DD] [--placed] [--verbose]
 *
 * A manifest is an array of {file, type, level, attack}; pictures lie beside it. One without `attack`, or
 * with "none", is genuine. Each is read in this process as bonin-vision reads it; with --placed nothing is
 * read, but card, number and portrait are taken where the manifest says (quad, boxes), which is fifty times
 * as fast and tells nothing of signs that need reading: PORTRAIT_MISSING and FIELDS_DISAGREE.
 */
#include "bench/file.h"
#include "bench/signs.h"

#include "vision/card.h"
#include "vision/document.h"
#include "vision/face.h"
#include "vision/portrait.h"
#include "vision/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 64 << 20, TIMEOUT_MS = 120000 };

struct bench {
        struct reader *reader;
        struct faces *faces; /* NULL: portraits as the layout shows them */
        struct date today;
        bool placed, verbose;
        struct signs_table table;
        double cpu_s, cpu_max_s;
        int timed;
};

static void find_face(struct bench *bench, struct op *op, struct document_reading *reading)
{
        struct face_region face;
        bool several;
        if (bench->faces == NULL || reading->card.pixels == NULL)
                return;
        if (face_find_portrait(bench->faces, op, &reading->card, &face, &several) == RC_OK)
                reading->portrait = (struct box){face.x, face.y, face.width, face.height};
        else
                op_forgive(op);
}

/* What looking for signs costs, but for the digits, which is part of reading. */
static void time_signs(struct bench *bench, const struct image *picture, struct document_reading *reading)
{
        struct grid_measure grid;
        int64_t start = clock_thread_cpu_us();
        grid_measure(picture, reading->corners, &grid);
        double colour = colour_measure(&reading->card);
        authenticity_judge(picture, reading);
        double cpu_s = (double)(clock_thread_cpu_us() - start) / 1e6;
        bench->cpu_s += colour < 0 ? 0 : cpu_s;
        bench->timed += colour >= 0;
        bench->cpu_max_s = MAX(bench->cpu_max_s, cpu_s);
}

static void print_measures(const char *file, const struct document_reading *reading)
{
        const struct authenticity *measured = &reading->authenticity;
        printf("%s %s grid %.1f %.2f colour %.3f even %.3f %.3f grain %.2f %.2f portrait %d %d disagree %.1f "
               "history %d %.0f %.2f shadow %.1f busy %.2f sharp %.2f:",
               file, doc_kind_name(reading->kind), measured->grid.fine, measured->grid.coloured,
               measured->colour, measured->has_even ? measured->even.height : -1,
               measured->has_even ? measured->even.shade : -1,
               measured->has_grain ? measured->grain.portrait : -1,
               measured->has_grain ? measured->grain.rest : -1, reading->portrait.width,
               reading->portrait.height, measured->disagreement, measured->history.frequencies,
               measured->history.due, measured->history.fill, measured->shadow, measured->busy,
               reading->quality.sharpness);
        for (int i = 0; i < DOC_SIGN_COUNT; i++)
                if (reading->signs.strengths[i] >= DOC_SIGN_TOLD)
                        printf(" %s %.2f", doc_sign_code((enum doc_sign)i), reading->signs.strengths[i]);
        printf("\n");
        fflush(stdout);
}

static bool take_box(const json_t *entry, const char *name, double ret[4])
{
        const json_t *box = json_object_get(json_object_get(entry, "boxes"), name);
        for (size_t i = 0; i < 4; i++)
                ret[i] = json_number_value(json_array_get(box, i));
        return json_array_size(box) == 4;
}

/* A reading of which only the places are known. */
static void place_document(const json_t *entry, const struct image *image, struct document_reading *ret)
{
        static const char *const numbers[] = {"rrn", "reg_no"};
        const json_t *quad = json_object_get(entry, "quad");
        struct authenticity *measured = &ret->authenticity;
        double box[4];
        for (size_t i = 0; i < 8; i++)
                ret->corners[i / 2][i % 2] =
                    json_number_value(json_array_get(json_array_get(quad, i / 2), i % 2));
        card_straighten(image, ret->corners, &ret->card);
        double w = ret->card.width, h = ret->card.height;
        if (take_box(entry, "portrait", box))
                ret->portrait = (struct box){(int)(box[0] * w), (int)(box[1] * h),
                                             (int)((box[2] - box[0]) * w), (int)((box[3] - box[1]) * h)};
        grid_measure(image, ret->corners, &measured->grid);
        measured->colour = colour_measure(&ret->card);
        measured->busy = portrait_busy_share(&ret->card);
        struct text_shades shades;
        text_shades_init(&shades, &ret->card);
        for (size_t i = 0; i < LEN(numbers); i++) {
                if (!take_box(entry, numbers[i], box))
                        continue;
                struct cv_line place = {.x = (box[0] + box[2]) / 2 * w,
                                        .y = (box[1] + box[3]) / 2 * h,
                                        .width = (box[2] - box[0]) * w,
                                        .height = (box[3] - box[1]) * h};
                measured->has_even = even_measure_line(&shades, &place, &measured->even);
        }
        text_shades_release(&shades);
}

static bool take_document(struct bench *bench, struct op *op, const json_t *entry, const struct image *image,
                          struct document_reading *ret)
{
        struct document_request request = {.today = bench->today};
        if (!bench->placed)
                return document_read(bench->reader, op, &request, image, NULL, ret) == RC_OK;
        place_document(entry, image, ret);
        return true;
}

static void read_one(struct bench *bench, const char *folder, const json_t *entry, struct signs_cell *cell)
{
        char path[8192];
        struct op op;
        struct buf bytes CLEANUP(buf_release) = {0};
        struct image image CLEANUP(image_release) = {0};
        struct document_reading reading CLEANUP(document_reading_release) = {0};
        const char *file = json_string_value(json_object_get(entry, "file"));
        snprintf(path, sizeof(path), "%s/%s", folder, file ? file : "");
        buf_init(&bytes, FILE_MAX);
        op_init(&op, NULL, 1 << 26, TIMEOUT_MS);
        if (!file_read(path, &bytes) ||
            image_decode(&op, buf_str(&bytes), &image_limits_default, &image) != RC_OK ||
            !take_document(bench, &op, entry, &image, &reading)) {
                fprintf(stderr, "%s: %s\n", path, op.why);
        } else {
                if (!bench->placed)
                        find_face(bench, &op, &reading);
                if (reading.card.pixels)
                        time_signs(bench, &image, &reading);
                signs_count(cell, &reading);
                if (bench->verbose)
                        print_measures(file, &reading);
        }
        op_release(&op);
}

static bool read_manifest(struct bench *bench, const char *path)
{
        struct buf text CLEANUP(buf_release) = {0};
        json_auto_t *manifest = NULL;
        const char *slash = strrchr(path, '/');
        char folder[4096];
        size_t i;
        json_t *entry;
        buf_init(&text, FILE_MAX);
        if (!slash || !file_read(path, &text) || !json_parse(buf_str(&text), FILE_MAX, &manifest)) {
                fprintf(stderr, "%s: no manifest, or without its folder\n", path);
                return false;
        }
        snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
        json_array_foreach(manifest, i, entry)
        {
                struct signs_cell *cell = signs_cell_of(&bench->table, entry);
                if (cell)
                        read_one(bench, folder, entry, cell);
        }
        return true;
}

static bool open_models(struct bench *bench, const char *models)
{
        struct op op;
        op_init(&op, NULL, 1 << 20, TIMEOUT_MS);
        bool ok = reader_open(&op, NULL, models, &bench->reader) == RC_OK;
        if (!ok)
                fprintf(stderr, "%s\n", op.why);
        else if (!models || faces_open(&op, models, NULL, &bench->faces) != RC_OK)
                printf("without face models: portraits as the layout shows them\n");
        op_release(&op);
        return ok;
}

int main(int argc, char **argv)
{
        const char *models = getenv("MODEL_DIR"), *manifests[16];
        struct bench *bench = x_new(1, sizeof(*bench));
        size_t len = 0;
        bool fine = true;
        bench->today = date_of_korea(clock_wall_ms());
        for (int i = 1; i < argc; i++) {
                if (strcmp(argv[i], "--models") == 0 && i + 1 < argc)
                        models = argv[++i];
                else if (strcmp(argv[i], "--today") == 0 && i + 1 < argc)
                        fine = fine && date_parse(str_from(argv[++i]), &bench->today);
                else if (strcmp(argv[i], "--placed") == 0)
                        bench->placed = true;
                else if (strcmp(argv[i], "--verbose") == 0)
                        bench->verbose = true;
                else if (len < LEN(manifests))
                        manifests[len++] = argv[i];
        }
        if (len == 0 || !fine) {
                fprintf(stderr, "usage: bench-forgeries PATH/manifest.json... [--models DIR] [--today "
                                "YYYY-MM-DD] [--placed] "
                                "[--verbose]\n");
                return 2;
        }
        fine = bench->placed || open_models(bench, models);
        for (size_t i = 0; i < len && fine; i++)
                fine = read_manifest(bench, manifests[i]);
        signs_print(&bench->table);
        if (bench->timed)
                printf("cpu of all but the digits: %.1f ms a picture, at most %.1f\n",
                       1000 * bench->cpu_s / bench->timed, 1000 * bench->cpu_max_s);
        if (bench->reader)
                reader_close(bench->reader);
        faces_close(bench->faces);
        x_free(bench);
        return fine ? 0 : 3;
}
