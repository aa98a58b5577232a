/*
 * Files made to do harm, through the real bonin-vision in its cell, as a document and as a selfie.
 */
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/watched.h"

#include <stdio.h>

/* What one file may cost: time of the processor, for the machine may be busy with other things. Memory counts
 * without the sanitizers, which take more than they watch and several times as long; that of threads many. */
#ifdef __SANITIZE_THREAD__
enum { COST_MS_MAX = 20000, PEAK_MB_MAX = 512 };
#elif defined(__SANITIZE_ADDRESS__)
enum { COST_MS_MAX = 6000, PEAK_MB_MAX = 512 };
#else
enum { COST_MS_MAX = 2000, PEAK_MB_MAX = 512 };
#endif

/* Of all files that a test has sent. */
struct toll {
        size_t files, harmless, decoded;
        int64_t slowest_ms;
};

static void read_file(const char *name, struct buf *ret)
{
        buf_init(ret, image_limits_default.bytes_max);
        data_read(name, ret);
}

/* Ends the child, and tells what all files have cost. */
static void settle(int row, const char *what, const struct toll *toll, struct watched *watched)
{
        int64_t peak_mb = watched_peak_mb(watched);
        bool filtered = watched->child.status.filtered;
        watched_end(watched);
        CHECK(toll->files > 0 && toll->harmless == toll->files);
        CHECK(!filtered || peak_mb <= PEAK_MB_MAX);
        test_figure(row, what, "%zu of %zu harmless, %zu decoded, slowest %jd ms, peak %jd MB%s",
                    toll->harmless, toll->files, toll->decoded, (intmax_t)toll->slowest_ms, (intmax_t)peak_mb,
                    filtered ? "" : " (sanitized)");
}

/* A picture that was taken leaves a picture; one that was refused leaves nothing. */
enum fate { BROKEN, REFUSED, TAKEN };

static enum fate fate_as_document(struct watched *watched, struct str file)
{
        CLEANUP(vision_document_release) struct vision_document document = {0};
        if (watched_read(watched, DOC_PASSPORT, file, STR_NULL, &document) != RC_OK)
                return BROKEN;
        bool refused = doc_errors_have(&document.errors, RC_INVALID_IMAGE) ||
                       document.faults.of[DOC_FRONT] == DOC_FAULT_NARROW;
        bool empty = document.card_jpeg.len == 0 && document.portrait_jpeg.len == 0;
        return !refused ? TAKEN : empty ? REFUSED : BROKEN;
}

static enum fate fate_as_selfie(struct watched *watched, struct str file)
{
        CLEANUP(vision_faces_release) struct vision_faces faces = {0};
        if (watched_compare(watched, file, &faces) != RC_OK)
                return BROKEN;
        bool empty = faces.selfie_jpeg.len == 0;
        bool refused = doc_errors_have(&faces.errors, RC_INVALID_IMAGE) ||
                       (empty && doc_errors_have(&faces.errors, RC_IMAGE_TOO_SMALL)); /* a strip */
        return refused != empty ? BROKEN : refused ? REFUSED : TAKEN;
}

/* By the decoders alone, in this process: where leaks are counted, and nothing lies behind the file's last
 * byte.
 */
static enum fate fate_here(struct str file)
{
        struct op op;
        CLEANUP(image_release) struct image image = {0};
        char *exact = x_new(1, MAX(file.len, 1));
        memcpy(exact, file.ptr, file.len);
        test_op_init(&op);
        enum rc rc = image_decode(&op, str_from_bytes(exact, file.len), &image_limits_default, &image);
        op_release(&op);
        x_free(exact);
        return rc == RC_OK ? TAKEN : REFUSED;
}

/* All ways, which must agree. A child that fell over a file is replaced, so that all files are tried. */
static enum fate send(struct watched *watched, struct str file, struct toll *toll)
{
        static enum fate (*const ways[])(struct watched *, struct str) = {fate_as_document, fate_as_selfie};
        enum fate fate = fate_here(file);
        int64_t cost_ms = 0;
        for (size_t i = 0; i < LEN(ways); i++) {
                enum fate there = ways[i](watched, file);
                cost_ms = MAX(cost_ms, watched->cost_ms);
                if (there == BROKEN) {
                        watched_end(watched);
                        watched_start(watched);
                }
                fate = there == fate ? fate : BROKEN;
        }
        toll->files++;
        toll->decoded += fate == TAKEN;
        toll->slowest_ms = MAX(toll->slowest_ms, cost_ms);
        return cost_ms <= COST_MS_MAX ? fate : BROKEN;
}

static bool is_expected(struct str expected, enum fate fate)
{
        if (str_starts_with(expected, STR("reject")))
                return fate == REFUSED;
        if (str_starts_with(expected, STR("accept")))
                return fate == TAKEN;
        return fate != BROKEN;
}

/* Negative control: let codec_check_size accept any size, on_progress any number of scans, or image_decode
 * any file. */
TEST(hostile_bombs_do_no_harm)
{
        struct watched child;
        struct toll toll = {0};
        json_auto_t *bombs = data_json("hostile/bombs/manifest.json");
        watched_start(&child);
        for (size_t i = 0; i < json_array_size(bombs); i++) {
                const json_t *bomb = json_array_get(bombs, i);
                struct str expected = json_get_str(bomb, "expect");
                char name[256];
                CLEANUP(buf_release) struct buf file;
                snprintf(name, sizeof(name), "hostile/bombs/%.*s", STR_FMT(json_get_str(bomb, "file")));
                read_file(name, &file);
                enum fate fate = send(&child, buf_str(&file), &toll);
                if (is_expected(expected, fate))
                        toll.harmless++;
                else
                        printf("  %s: %d in %jd ms, not %.*s\n", name, fate, (intmax_t)child.cost_ms,
                               STR_FMT(expected));
        }
        settle(13, "image bombs", &toll, &child);
}

struct crowd {
        struct watched child;
        struct toll toll;
        size_t seen, every;
};

static void send_file(void *ctx, const char *name)
{
        struct crowd *crowd = ctx;
        if (crowd->seen++ % crowd->every != 0)
                return;
        CLEANUP(buf_release) struct buf file;
        read_file(name, &file);
        enum fate fate = send(&crowd->child, buf_str(&file), &crowd->toll);
        /* Whatever its name says: other formats are refused by their content. */
        if (fate == REFUSED || (fate == TAKEN && vision_sniff(buf_str(&file))))
                crowd->toll.harmless++;
        else
                printf("  %s: %d in %jd ms\n", name, fate, (intmax_t)crowd->child.cost_ms);
}

/* Under the sanitizers a report ends the child, and the file that did it counts as harm. Negative control:
 * let a decoder read one byte behind the file, or let GIF's magic through to a decoder that knows it. */
TEST(hostile_images_are_decoded_or_refused)
{
        struct crowd crowd = {.every = test_scale(16, 1)};
        watched_start(&crowd.child);
        data_walk("hostile/images", send_file, &crowd);
        CHECK(crowd.toll.decoded > 0 && crowd.toll.decoded < crowd.toll.files);
        settle(14, "malformed images", &crowd.toll, &crowd.child);
}
