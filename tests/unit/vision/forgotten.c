/*
 * What bonin-vision still has of a document once it has answered: nothing that tells of it. The same process
 * reads the next one's.
 */
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/watched.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { REGION_MAX = 256 << 20, ROWS = 8, COLUMNS = 8, PIECE = 16 /* pixels */ };

struct specimen {
        struct buf file;
        struct image picture;
        json_t *manifest;
        const json_t *truth, *boxes;
};

/* A resident card that fills its picture. */
static void specimen_open(struct specimen *ret)
{
        struct op op;
        char path[256] = "";
        *ret = (struct specimen){.manifest = data_json("documents/manifest.json")};
        for (size_t i = 0; i < json_array_size(ret->manifest) && !ret->truth; i++) {
                const json_t *entry = json_array_get(ret->manifest, i);
                int64_t level;
                if (!str_equal(json_get_str(entry, "type"), STR("resident")) ||
                    !json_get_int(entry, "level", 0, 0, &level))
                        continue;
                ret->truth = json_object_get(entry, "truth");
                ret->boxes = json_object_get(entry, "boxes");
                snprintf(path, sizeof(path), "documents/%.*s", STR_FMT(json_get_str(entry, "file")));
        }
        buf_init(&ret->file, image_limits_default.bytes_max);
        data_read(path, &ret->file);
        test_op_init(&op);
        CHECK(image_decode(&op, buf_str(&ret->file), &image_limits_default, &ret->picture) == RC_OK);
        op_release(&op);
}

static void specimen_release(struct specimen *specimen)
{
        image_release(&specimen->picture);
        buf_release(&specimen->file);
        json_decref(specimen->manifest);
}

/* All that the child may write to. Ends the test as skipped where nobody may look. */
static void take_memory(const struct watched *watched, struct buf *ret)
{
        char path[64], line[512], may[5];
        unsigned long from, to;
        snprintf(path, sizeof(path), "/proc/%d/mem", (int)watched->child.pid);
        CLEANUP(fd_close) int memory = open(path, O_RDONLY | O_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/%d/maps", (int)watched->child.pid);
        FILE *maps = memory < 0 ? NULL : fopen(path, "re");
        if (maps == NULL)
                test_skip("nobody may look into the memory of bonin-vision here");
        while (fgets(line, sizeof(line), maps)) {
                if (sscanf(line, "%lx-%lx %4s", &from, &to, may) != 3 || may[1] != 'w' ||
                    to - from > REGION_MAX)
                        continue;
                char *bytes = x_new(to - from, 1);
                ssize_t len = pread(memory, bytes, to - from, (off_t)from);
                buf_add_bytes(ret, bytes, len > 0 ? (size_t)len : 0);
                x_free(bytes);
        }
        fclose(maps);
        CHECK(buf_ok(ret));
}

static bool is_there(const struct buf *memory, struct str bytes)
{
        return bytes.len > 0 && memmem(memory->ptr, memory->len, bytes.ptr, bytes.len) != NULL;
}

/* How many of the pieces that cross the number are there. */
static size_t count_pieces(const struct buf *memory, const struct specimen *specimen)
{
        const struct image *picture = &specimen->picture;
        double box[4];
        size_t count = 0;
        for (size_t i = 0; i < 4; i++)
                box[i] = json_number_value(json_array_get(json_object_get(specimen->boxes, "rrn"), i)) *
                         (i % 2 ? picture->height : picture->width);
        for (int i = 0; i < ROWS * COLUMNS; i++) {
                size_t x = (size_t)(box[0] + (box[2] - box[0]) * (i % COLUMNS) / COLUMNS),
                       y = (size_t)(box[1] + (box[3] - box[1]) * (i / COLUMNS + 1) / (ROWS + 1));
                const uint8_t *piece = picture->pixels + y * picture->stride + 3 * x;
                count += is_there(memory, str_from_bytes(piece, 3 * PIECE));
        }
        return count;
}

/* Negative controls in vision/main.c: without wipe_stack the texts are there, without malloc_trim the pixels.
 */
TEST(forgotten_is_what_was_read)
{
        struct watched watched;
        struct specimen specimen CLEANUP(specimen_release) = {0};
        CLEANUP(buf_release) struct buf memory = {0};
        CLEANUP(vision_document_release) struct vision_document document = {0};
        watched_start(&watched);
        if (!watched.child.status.filtered) {
                watched_end(&watched);
                test_skip("a sanitizer keeps what is freed");
        }
        specimen_open(&specimen);
        CHECK(watched_read(&watched, DOC_RESIDENT_CARD, buf_str(&specimen.file), STR_NULL, &document) ==
              RC_OK);
        buf_init(&memory, 2 * (size_t)REGION_MAX);
        take_memory(&watched, &memory);
        watched_end(&watched);
        struct str number = json_get_str(specimen.truth, "rrn"), name = json_get_str(specimen.truth, "name");
        struct str file = buf_str(&specimen.file);
        CHECK(str_equal(doc_text(&document.fields, DOC_ID_NUMBER), number));
        CHECK(!is_there(&memory, number) && !is_there(&memory, str_sub(number, 7, 7)));
        CHECK(!is_there(&memory, name) && !is_there(&memory, json_get_str(specimen.truth, "address")));
        CHECK(!is_there(&memory, str_sub(file, file.len / 2, PIECE)));
        CHECK(count_pieces(&memory, &specimen) == 0);
}
