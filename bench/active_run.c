#include "bench/active_run.h"

#include "base/json.h"
#include "bench/file.h"
#include "bench/interval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { FILE_MAX = 16 * 1024 * 1024, KINDS_MAX = 16, KIND_MAX = 24, TIME_MS = 60 * 1000 };

struct kind {
        char name[KIND_MAX];
        size_t len, passed;
        size_t errors[RC_COUNT];
};

static struct run {
        struct faces *faces;
        const char *folder;
        size_t folder_len;
        struct kind kinds[KINDS_MAX];
        size_t kinds_len;
        int64_t spent_us, most_us; /* of a sequence, decoding included */
        size_t frames, sequences;
} run;

bool active_picture(struct op *op, const char *path, struct image *ret)
{
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, FILE_MAX);
        if (!file_read(path, &bytes))
                (void)op_fail(op, RC_NOT_FOUND, "it cannot be read");
        else if (!image_decode(op, buf_str(&bytes), &image_limits_default, ret))
                return true;
        fprintf(stderr, "%s: %s\n", path, op->why);
        return false;
}

static bool picture_in_folder(struct op *op, struct str file, struct image *ret)
{
        char path[4096];
        snprintf(path, sizeof(path), "%.*s%.*s", (int)run.folder_len, run.folder, STR_FMT(file));
        return active_picture(op, path, ret);
}

static struct kind *kind_of(struct str name)
{
        size_t i = 0;
        while (i < run.kinds_len && !str_equal(str_from(run.kinds[i].name), name))
                i++;
        if (i == KINDS_MAX)
                return &run.kinds[KINDS_MAX - 1];
        if (i == run.kinds_len)
                snprintf(run.kinds[run.kinds_len++].name, KIND_MAX, "%.*s", STR_FMT(name));
        return &run.kinds[i];
}

static bool challenge_of(const json_t *actions, struct challenge *ret)
{
        ret->len = MIN(json_array_size(actions), (size_t)CHALLENGE_ACTIONS_MAX);
        for (size_t i = 0; i < ret->len; i++) {
                ret->actions[i] = face_action_of(str_from(json_string_value(json_array_get(actions, i))));
                if (ret->actions[i] == FACE_ACTION_COUNT)
                        return false;
        }
        return ret->len > 0;
}

static void relief_print(const char *name, const struct relief *relief)
{
        if (relief->share > 0)
                printf(" %s: arch %.2f, nose %.2f, places %.2f ", name, relief->arch, relief->nose,
                       relief->share);
}

static void row_print(const json_t *entry, const struct active_verdict *verdict, size_t len)
{
        const struct active_evidence *evidence = &verdict->evidence;
        printf(
            "%-9.*s %2zu frames: %2zu faces, %2zu distinct, %zu of %zu actions, depth %6.3f, likeness %.3f, "
            "live %.3f ",
            STR_FMT(json_get_str(entry, "kind")), len, evidence->faces, evidence->distinct, evidence->actions,
            json_array_size(json_object_get(entry, "actions")), evidence->depth, evidence->likeness,
            evidence->liveness_score);
        relief_print("turned", &evidence->turned);
        relief_print("raised", &evidence->raised);
        for (size_t i = 0; i < verdict->errors_len; i++)
                printf(" %s", rc_code(verdict->errors[i]));
        printf("%s\n", verdict->passed ? " passed" : "");
}

/* The print of the selfie is bonin's own comparison's, so its time does not count here. */
static bool selfie_print(struct op *op, struct str file, struct face_print *ret)
{
        CLEANUP(image_release) struct image selfie = {0};
        struct face_view view;
        return picture_in_folder(op, file, &selfie) &&
               !face_look(run.faces, op, &selfie, FACE_BEFORE_CAMERA, &view) && view.found &&
               !face_print_take(run.faces, op, &selfie, &view, ret);
}

static bool judge(const json_t *entry, struct image frames[FRAMES_MAX], size_t len, bool rows)
{
        CLEANUP(face_print_release) struct face_print print = {0};
        CLEANUP(op_release) struct op op;
        struct challenge challenge;
        struct active_verdict verdict;
        const json_t *files = json_object_get(entry, "frames");
        op_init(&op, NULL, 1 << 20, TIME_MS);
        if (!challenge_of(json_object_get(entry, "actions"), &challenge))
                return false;
        bool selfie = selfie_print(&op, json_get_str(entry, "selfie"), &print);
        int64_t began = clock_thread_cpu_us();
        for (size_t i = 0; i < len; i++)
                if (!picture_in_folder(&op, str_from(json_string_value(json_array_get(files, i))),
                                       &frames[i]))
                        return false;
        const struct active_task task = {frames, len, &challenge, selfie ? &print : NULL, {0}};
        if (face_active(run.faces, &op, &task, &verdict, NULL))
                return false;
        int64_t spent = clock_thread_cpu_us() - began;
        run.spent_us += spent;
        run.most_us = MAX(run.most_us, spent);
        run.frames += len;
        run.sequences++;
        struct kind *kind = kind_of(json_get_str(entry, "kind"));
        kind->len++;
        kind->passed += verdict.passed;
        for (size_t i = 0; i < verdict.errors_len; i++)
                kind->errors[verdict.errors[i]]++;
        if (rows)
                row_print(entry, &verdict, len);
        return true;
}

/* ISO/IEC 30107-3: of attacks the share that is accepted, kind by kind; of live people the share refused. */
static void kind_print(const struct kind *kind)
{
        bool live = strcmp(kind->name, "live") == 0;
        size_t wrong = live ? kind->len - kind->passed : kind->passed;
        double low, high;
        interval_wilson(wrong, kind->len, &low, &high);
        printf("  %-10s %s %3zu of %3zu = %.3f (%.3f to %.3f) ", kind->name, live ? "BPCER" : "APCER", wrong,
               kind->len, (double)wrong / (double)kind->len, low, high);
        for (int i = 0; i < RC_COUNT; i++)
                if (kind->errors[i])
                        printf(" %s %zu", rc_code((enum rc)i), kind->errors[i]);
        printf("\n");
}

static void totals_print(void)
{
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        printf("  CPU of one thread, decoding included: %.0f ms a sequence of %.1f frames on average, %.0f "
               "at the "
               "most; "
               "%ld MB of memory at the most\n",
               (double)run.spent_us / 1e3 / (double)run.sequences, (double)run.frames / (double)run.sequences,
               (double)run.most_us / 1e3, usage.ru_maxrss / 1024);
}

bool active_run(struct faces *faces, const char *path, bool rows)
{
        CLEANUP(buf_release) struct buf text;
        json_auto_t *root = NULL;
        const char *slash = strrchr(path, '/');
        buf_init(&text, FILE_MAX);
        if (!file_read(path, &text) || !json_parse(buf_str(&text), FILE_MAX, &root)) {
                fprintf(stderr, "%s: no manifest\n", path);
                return false;
        }
        run = (struct run){
            .faces = faces, .folder = path, .folder_len = slash ? (size_t)(slash + 1 - path) : 0};
        for (size_t i = 0; i < json_array_size(root); i++) {
                const json_t *entry = json_array_get(root, i);
                struct image frames[FRAMES_MAX] = {0};
                size_t len = MIN(json_array_size(json_object_get(entry, "frames")), (size_t)FRAMES_MAX);
                if (!judge(entry, frames, len, rows))
                        fprintf(stderr, "%s: sequence %zu could not be judged\n", path, i);
                for (size_t k = 0; k < len; k++)
                        image_release(&frames[k]);
        }
        printf("Active liveness, SIMULATED sequences: %s\n", path);
        for (size_t i = 0; i < run.kinds_len; i++)
                kind_print(&run.kinds[i]);
        if (run.sequences)
                totals_print();
        return true;
}
