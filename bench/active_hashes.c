#include "bench/active_run.h"

#include "base/json.h"
#include "bench/file.h"
#include "vision/cv_shim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024, BANDS = 8, BANDS_SEEN = 5, BITS = 8 * FRAME_HASH_LEN };

/* How often hashes lay so far apart, and how often a store of bands would have called the frame seen. */
struct spread {
        size_t at[BITS + 1];
        size_t len, seen;
};

static void spread_note(struct spread *spread, const uint8_t a[FRAME_HASH_LEN],
                        const uint8_t b[FRAME_HASH_LEN])
{
        int bands = 0;
        for (size_t i = 0; i < BANDS; i++)
                bands += memcmp(a + i * FRAME_HASH_LEN / BANDS, b + i * FRAME_HASH_LEN / BANDS,
                                FRAME_HASH_LEN / BANDS) == 0;
        spread->at[frame_hash_distance(a, b)]++;
        spread->len++;
        spread->seen += bands >= BANDS_SEEN;
}

static int spread_at(const struct spread *spread, double share)
{
        size_t sum = 0;
        int distance = 0;
        while (distance < BITS && (double)(sum += spread->at[distance]) < share * (double)spread->len)
                distance++;
        return distance;
}

static void spread_print(const struct spread *spread, const char *name)
{
        if (spread->len)
                printf(
                    "  %-40s n %6zu  bits that differ: least %3d, 1 %% %3d, median %3d, 99 %% %3d, most %3d; "
                    "%d of %d bands alike: %zu\n",
                    name, spread->len, spread_at(spread, 1e-9), spread_at(spread, 0.01),
                    spread_at(spread, 0.5), spread_at(spread, 0.99), spread_at(spread, 1), BANDS_SEEN, BANDS,
                    spread->seen);
}

/* The frame once more through an encoder, `size` hundredths as large. */
static bool again(struct op *op, const struct image *frame, int size, int quality,
                  uint8_t ret[FRAME_HASH_LEN])
{
        CLEANUP(image_release) struct image small = {0};
        CLEANUP(image_release) struct image decoded = {0};
        CLEANUP(buf_release) struct buf jpeg;
        buf_init(&jpeg, FILE_MAX);
        image_init(&small, frame->width * size / 100, frame->height * size / 100, 3);
        if (!cv_resize(frame, &small) || image_encode_jpeg(op, &small, quality, &jpeg) ||
            image_decode(op, buf_str(&jpeg), &image_limits_default, &decoded))
                return false;
        frame_hash(&decoded, ret);
        return true;
}

static const struct {
        const char *name;
        int size, quality;
} ways[] = {{"encoded anew, quality 90", 100, 90},
            {"encoded anew, quality 60", 100, 60},
            {"encoded anew, quality 30", 100, 30},
            {"90 % of its size, quality 80", 90, 80},
            {"half of its size, quality 80", 50, 80}};

static struct spread same[LEN(ways)], within, near, others;

static bool frame_load(const char *path, const json_t *file, struct image *ret)
{
        CLEANUP(op_release) struct op op;
        char full[4096];
        const char *slash = strrchr(path, '/');
        op_init(&op, NULL, 1 << 20, 60000);
        snprintf(full, sizeof(full), "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path,
                 json_string_value(file));
        return active_picture(&op, full, ret);
}

static bool frame_measure(const struct image *frame, uint8_t ret[FRAME_HASH_LEN])
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1 << 20, 60000);
        frame_hash(frame, ret);
        for (size_t i = 0; i < LEN(ways); i++) {
                uint8_t changed[FRAME_HASH_LEN];
                if (!again(&op, frame, ways[i].size, ways[i].quality, changed))
                        return false;
                spread_note(&same[i], ret, changed);
        }
        return true;
}

static bool sequence_measure(const char *path, const json_t *entry, uint8_t ret_first[FRAME_HASH_LEN])
{
        uint8_t hashes[FRAMES_MAX][FRAME_HASH_LEN];
        const json_t *files = json_object_get(entry, "frames");
        size_t len = MIN(json_array_size(files), (size_t)FRAMES_MAX);
        for (size_t i = 0; i < len; i++) {
                CLEANUP(image_release) struct image frame = {0};
                if (!frame_load(path, json_array_get(files, i), &frame) || !frame_measure(&frame, hashes[i]))
                        return false;
                for (size_t k = 0; k < i; k++)
                        spread_note(i - k == 1 ? &near : &within, hashes[i], hashes[k]);
        }
        memcpy(ret_first, hashes[0], FRAME_HASH_LEN);
        return len > 0;
}

bool active_hashes(const char *path)
{
        CLEANUP(buf_release) struct buf text;
        json_auto_t *root = NULL;
        buf_init(&text, FILE_MAX);
        if (!file_read(path, &text) || !json_parse(buf_str(&text), FILE_MAX, &root))
                return false;
        size_t len = json_array_size(root), live = 0;
        uint8_t(*firsts)[FRAME_HASH_LEN] = x_new(MAX(len, (size_t)1), FRAME_HASH_LEN);
        for (size_t i = 0; i < len; i++) {
                const json_t *entry = json_array_get(root, i);
                if (!str_equal(json_get_str(entry, "kind"), STR("live")) ||
                    !sequence_measure(path, entry, firsts[live]))
                        continue;
                for (size_t k = 0; k < live; k++)
                        spread_note(&others, firsts[live], firsts[k]);
                live++;
        }
        x_free(firsts);
        printf("Hashes of frames of %zu simulated live sequences\n", live);
        for (size_t i = 0; i < LEN(ways); i++)
                spread_print(&same[i], ways[i].name);
        spread_print(&near, "the next frame of the sequence");
        spread_print(&within, "further frames of the sequence");
        spread_print(&others, "other people's first frames");
        return true;
}
