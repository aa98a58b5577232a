/*
 * How many attacks are taken for live faces, and how many live faces for attacks, as ISO/IEC 30107-3 counts:
 * bench-attacks MANIFEST... [--models DIR] [--find] [--verbose]
 *
 * A manifest is an array of {file, kind, half, person, live}; pictures lie beside it, or where an absolute
 * path says. `kind` is the species of attack instrument, or of live picture; `half` is "chosen" where limits
 * were chosen on that person, else "aside". With --find nothing is judged: each face that is found is told
 * as a JSON object a line, for bench/attacks to make attacks of.
 */
#include "bench/file.h"
#include "bench/interval.h"

#include "base/json.h"
#include "vision/face.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 64 << 20, TIMEOUT_MS = 120000, SPECIES_MAX = 64 };

/* Pictures of one kind and half. */
struct species {
        char kind[48];
        bool aside, live;
        size_t len, wrong, faceless; /* judged; of them misjudged; not judged, since no face was found */
};

static struct bench {
        struct faces *faces;
        bool find, verbose;
        struct species at[SPECIES_MAX];
        size_t len;
        double cpu_s, cpu_max_s;
} bench;

static struct species *species_of(const json_t *entry)
{
        bool aside = str_equal(json_get_str(entry, "half"), STR("aside")),
             live = json_get_bool(entry, "live");
        struct str kind = json_get_str(entry, "kind");
        for (size_t i = 0; i < bench.len; i++)
                if (bench.at[i].aside == aside && str_equal(kind, str_from(bench.at[i].kind)))
                        return &bench.at[i];
        if (bench.len == SPECIES_MAX)
                return NULL;
        struct species *species = &bench.at[bench.len++];
        *species = (struct species){.aside = aside, .live = live};
        snprintf(species->kind, sizeof(species->kind), "%.*s", STR_FMT(kind));
        return species;
}

static void tell_face(const char *path, const json_t *entry, const struct face_view *view)
{
        const struct face_box *box = &view->box;
        json_auto_t *told = json_deep_copy(entry);
        json_t *points = json_array();
        for (int i = 0; i < FACE_POINTS; i++)
                json_array_append_new(
                    points, json_pack("[f, f]", (double)box->points.at[i][0], (double)box->points.at[i][1]));
        json_object_set_new(told, "file", json_string(path));
        json_object_set_new(told, "box",
                            json_pack("[f, f, f, f]", (double)box->x, (double)box->y, (double)box->width,
                                      (double)box->height));
        json_object_set_new(told, "points", points);
        char *line = json_dumps(told, JSON_COMPACT);
        puts(line);
        free(line);
}

static enum rc judge(struct op *op, const struct image *image, const struct face_view *view,
                     struct species *species, const char *path)
{
        double score = 0;
        int64_t start = clock_thread_cpu_us();
        enum rc rc = face_liveness(bench.faces, op, image, view, &score);
        double cpu_s = (double)(clock_thread_cpu_us() - start) / 1e6;
        if (rc)
                return rc;
        bool passes = score >= faces_manifest(bench.faces)->live_threshold;
        bench.cpu_s += cpu_s;
        bench.cpu_max_s = MAX(bench.cpu_max_s, cpu_s);
        species->len++;
        species->wrong += passes != species->live;
        if (bench.verbose)
                printf("%s %s %.4f%s\n", path, species->kind, score, passes != species->live ? " wrong" : "");
        return RC_OK;
}

static void look_at(const char *path, const json_t *entry, struct species *species)
{
        struct op op;
        struct face_view view;
        struct buf bytes CLEANUP(buf_release) = {0};
        struct image image CLEANUP(image_release) = {0};
        buf_init(&bytes, FILE_BYTES_MAX);
        op_init(&op, NULL, 1 << 20, TIMEOUT_MS);
        enum rc rc = RC_INVALID_IMAGE;
        if (file_read(path, &bytes))
                rc = image_decode(&op, buf_str(&bytes), &image_limits_default, &image);
        if (!rc)
                rc = face_look(bench.faces, &op, &image, FACE_BEFORE_CAMERA, &view);
        if (!rc && !view.found)
                species->faceless++;
        else if (!rc && bench.find)
                tell_face(path, entry, &view);
        else if (!rc)
                rc = judge(&op, &image, &view, species, path);
        if (rc)
                fprintf(stderr, "%s: %s\n", path, op.why);
        op_release(&op);
}

static bool read_manifest(const char *path)
{
        struct buf text CLEANUP(buf_release) = {0};
        json_auto_t *manifest = NULL;
        const char *slash = strrchr(path, '/');
        char file[8192];
        size_t i;
        json_t *entry;
        buf_init(&text, FILE_BYTES_MAX);
        if (!slash || !file_read(path, &text) || !json_parse(buf_str(&text), FILE_BYTES_MAX, &manifest)) {
                fprintf(stderr, "%s: no manifest, or without its folder\n", path);
                return false;
        }
        json_array_foreach(manifest, i, entry)
        {
                struct str name = json_get_str(entry, "file");
                bool is_absolute = name.len && name.ptr[0] == '/';
                snprintf(file, sizeof(file), "%.*s%.*s", is_absolute ? 0 : (int)(slash + 1 - path), path,
                         STR_FMT(name));
                struct species *species = species_of(entry);
                if (species)
                        look_at(file, entry, species);
        }
        return true;
}

/* The highest rate is the figure: an attacker chooses the instrument. */
static void print_half(bool aside, bool live)
{
        const struct species *worst = NULL;
        for (size_t i = 0; i < bench.len; i++) {
                const struct species *species = &bench.at[i];
                double low, high;
                if (species->aside != aside || species->live != live || !species->len)
                        continue;
                interval_wilson(species->wrong, species->len, &low, &high);
                printf("  %-6s %-34s %s %5.1f %%  %4zu of %4zu  %4.1f to %5.1f %%",
                       aside ? "aside" : "chosen", species->kind, live ? "BPCER" : "APCER",
                       100 * (double)species->wrong / (double)species->len, species->wrong, species->len,
                       100 * low, 100 * high);
                printf(species->faceless ? "  %zu more without a face\n" : "\n", species->faceless);
                if (!worst || species->wrong * worst->len > worst->wrong * species->len)
                        worst = species;
        }
        if (worst && !live)
                printf("  %-6s worst species: %s, APCER %.1f %%\n", aside ? "aside" : "chosen", worst->kind,
                       100 * (double)worst->wrong / (double)worst->len);
}

static void print_table(void)
{
        size_t judged = 0;
        for (size_t i = 0; i < bench.len; i++)
                judged += bench.at[i].len;
        for (int aside = 0; aside < 2; aside++) {
                print_half(aside, true);
                print_half(aside, false);
        }
        if (judged)
                printf(
                    "passive liveness: CPU %.1f ms a picture, at most %.1f (%zu pictures), the face found\n",
                    1000 * bench.cpu_s / (double)judged, 1000 * bench.cpu_max_s, judged);
}

int main(int argc, char **argv)
{
        const char *models = getenv("MODEL_DIR"), *manifests[16];
        size_t len = 0;
        struct op op CLEANUP(op_release);
        for (int i = 1; i < argc; i++) {
                if (strcmp(argv[i], "--models") == 0 && i + 1 < argc)
                        models = argv[++i];
                else if (strcmp(argv[i], "--find") == 0)
                        bench.find = true;
                else if (strcmp(argv[i], "--verbose") == 0)
                        bench.verbose = true;
                else if (len < LEN(manifests))
                        manifests[len++] = argv[i];
        }
        if (len == 0 || !models) {
                fprintf(stderr,
                        "usage: bench-attacks PATH/manifest.json... --models DIR [--find] [--verbose]\n");
                return 2;
        }
        op_init(&op, NULL, 1 << 20, TIMEOUT_MS);
        bool fine = faces_open(&op, models, NULL, &bench.faces) == RC_OK;
        if (!fine)
                fprintf(stderr, "%s\n", op.why);
        for (size_t i = 0; i < len && fine; i++)
                fine = read_manifest(manifests[i]);
        if (!bench.find)
                print_table();
        faces_close(bench.faces);
        return fine ? 0 : 3;
}
