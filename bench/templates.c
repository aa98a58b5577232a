/*
 * How surely a face is known again among thousands: the cosines of the templates of different people, and of
 * one person's, over all pairs of pictures of two face sets. `bench-templates`. BONIN_DATA, BONIN_MODELS and
 * BONIN_MANIFEST say where things are.
 */
#include "bench/file.h"
#include "bench/pairs.h"
#include "vision/face.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOTS_MAX = 4096, FILE_BYTES_MAX = 16 * 1024 * 1024 };

static struct known {
        struct face_template template;
        char person[128];
} * known;
static size_t known_len;

/* ".../Person/Person_0001.jpg" → "Person". */
static void name_person(const char *path, char ret[128])
{
        const char *end = strrchr(path, '/'), *from = end;
        while (from > path && from[-1] != '/')
                from--;
        snprintf(ret, 128, "%.*s", (int)(end - from), from);
}

static void take(struct faces *faces, const char *path)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(face_print_release) struct face_print print = {0};
        struct face_view view;
        op_init(&op, NULL, 1 << 20, 60000);
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, FILE_BYTES_MAX);
        if (known_len == SHOTS_MAX || !file_read(path, &bytes) ||
            image_decode(&op, buf_str(&bytes), &image_limits_default, &image) ||
            face_look(faces, &op, &image, FACE_BEFORE_CAMERA, &view) || !view.found ||
            face_print_take(faces, &op, &image, &view, &print))
                return;
        face_template_make(faces, &print, &known[known_len].template);
        name_person(path, known[known_len++].person);
}

static void compare_all(struct trial *trial)
{
        for (size_t i = 0; i < known_len; i++)
                for (size_t k = i + 1; k < known_len; k++) {
                        bool same = strcmp(known[i].person, known[k].person) == 0;
                        scores_add(same ? &trial->genuine : &trial->impostor,
                                   (double)template_cosine(&known[i].template, &known[k].template));
                }
        trial_sort(trial);
}

static void run_set(struct faces *faces, const char *data, const char *set)
{
        char root[4096], pattern[8192];
        glob_t found;
        struct trial trial = {0};
        known_len = 0;
        snprintf(root, sizeof(root), "%s/faces/%s", data, set);
        snprintf(pattern, sizeof(pattern), "%s/*/*.jpg", root);
        if (glob(pattern, 0, NULL, &found) != 0) {
                fprintf(stderr, "skipped: %s is not there\n", root);
                return;
        }
        for (size_t i = 0; i < found.gl_pathc; i++)
                take(faces, found.gl_pathv[i]);
        globfree(&found);
        compare_all(&trial);
        printf("%s: %zu faces, %zu pairs of one person, %zu of two\n", set, known_len, trial.genuine.len,
               trial.impostor.len);
        for (int i = 30; i <= 70; i += 2)
                printf("  cosine %.2f  false matches %zu  false non-matches %zu\n", i / 100.0,
                       trial_false_matches(&trial, i / 100.0), trial_false_non_matches(&trial, i / 100.0));
        if (trial.impostor.len > 4)
                printf("  the five highest of two people: %.3f %.3f %.3f %.3f %.3f\n",
                       trial.impostor.at[trial.impostor.len - 1], trial.impostor.at[trial.impostor.len - 2],
                       trial.impostor.at[trial.impostor.len - 3], trial.impostor.at[trial.impostor.len - 4],
                       trial.impostor.at[trial.impostor.len - 5]);
        trial_release(&trial);
}

static const char *setting(const char *name, const char *fallback)
{
        const char *value = getenv(name);
        return value && *value ? value : fallback;
}

int main(void)
{
        CLEANUP(op_release) struct op op;
        struct faces *faces;
        op_init(&op, NULL, 1 << 20, 60000);
        const char *data = setting("BONIN_DATA", "../shared/data");
        if (faces_open(&op, setting("BONIN_MODELS", "../shared/models"),
                       setting("BONIN_MANIFEST", "models/manifest.json"), &faces)) {
                fprintf(stderr, "%s\n", op.why);
                return 3;
        }
        known = x_new(SHOTS_MAX, sizeof(*known));
        printf("the manifest tells a repetition from a cosine of %.3f\n",
               faces_manifest(faces)->repeat_cosine);
        run_set(faces, data, "east_asian");
        run_set(faces, data, "lfw");
        x_free(known);
        faces_close(faces);
        return 0;
}
