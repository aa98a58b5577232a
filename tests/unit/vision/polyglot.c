/*
 * Pictures that are something else besides, or carry what nobody meant to give away: nothing of it is in what
 * bonin-vision gives back to be stored.
 */
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/watched.h"

#include <stdio.h>
#include <zlib.h>

/* A word that no encoder writes by chance, with what other programs would take the file for. */
static const struct str canaries[] = {
    {"BONIN-CANARY", 12},   {"PK\x03\x04", 4},
    {"<script>BONIN", 13},  {"<?php BONIN", 11},
    {"%PDF-1.7 BONIN", 14}, {"http://ns.adobe.com/xap", 23},
    {"ICC_PROFILE", 11},    {"Exif", 4},
    {"Photoshop 3.0", 13},  {"37.5665N 126.9780E", 18},
};

enum { FILE_MAX = 1 << 22 };

static void add_number(struct buf *buf, size_t value, int bytes)
{
        for (int i = bytes - 1; i >= 0; i--)
                buf_add_char(buf, (char)(value >> (8 * i)));
}

static void add_segment(struct buf *buf, uint8_t marker, struct str body)
{
        buf_add_char(buf, '\xff');
        buf_add_char(buf, (char)marker);
        add_number(buf, body.len + 2, 2);
        buf_add(buf, body);
}

static void add_chunk(struct buf *buf, const char *name, struct str body)
{
        size_t at = buf->len + 4;
        add_number(buf, body.len, 4);
        buf_add(buf, str_from(name));
        buf_add(buf, body);
        add_number(buf, crc32(0, (const uint8_t *)buf->ptr + at, (uInt)(buf->len - at)), 4);
}

/* `body` as zlib packs it behind the words of a chunk, for those that are inflated on demand. */
static void add_packed_chunk(struct buf *buf, const char *name, struct str words, struct str body)
{
        uint8_t packed[256];
        uLongf len = sizeof(packed);
        CLEANUP(buf_release) struct buf whole;
        buf_init(&whole, FILE_MAX);
        CHECK(compress(packed, &len, (const uint8_t *)body.ptr, body.len) == Z_OK);
        buf_add(&whole, words);
        buf_add_bytes(&whole, packed, len);
        add_chunk(buf, name, buf_str(&whole));
}

/* One thing that is smuggled: as a segment of a JPEG, as a chunk of a PNG, or behind the end of either. */
static const struct cargo {
        const char *name;
        uint8_t segment;
        const char *chunk, *packed_chunk;
        struct str words, body;
} cargoes[] = {
    {"EXIF with a place", .segment = 0xe1,
     .body = STR("Exif\0\0II*\0\x08\0\0\0\0\0BONIN-CANARY 37.5665N 126.9780E")},
    {"XMP", .segment = 0xe1,
     .body = STR("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>BONIN-CANARY</x:xmpmeta>")},
    {"ICC profile", .segment = 0xe2,
     .body = STR("ICC_PROFILE\0\x01\x01"
                 "BONIN-CANARY")},
    {"IPTC", .segment = 0xed,
     .body = STR("Photoshop 3.0\0"
                 "8BIM\x04\x04\0\0\0\0\0\x0c"
                 "BONIN-CANARY")},
    {"JFIF thumbnail", .segment = 0xe0,
     .body = STR("JFXX\0\x13\x02\x02"
                 "BONIN-CANARY")},
    {"comment of HTML", .segment = 0xfe, .body = STR("<script>BONIN-CANARY</script>")},
    {"comment of PHP", .segment = 0xfe, .body = STR("<?php BONIN-CANARY ?>")},
    {"PDF before the picture", .segment = 0xfe, .body = STR("\n%PDF-1.7 BONIN-CANARY")},
    {"ZIP behind the end", .body = STR("PK\x03\x04\x14\0\0\0\0\0BONIN-CANARY")},
    {"HTML behind the end", .body = STR("<html><script>BONIN-CANARY</script></html>")},
    {"tEXt", .chunk = "tEXt", .body = STR("Comment\0BONIN-CANARY")},
    {"zTXt", .packed_chunk = "zTXt", .words = STR("Comment\0\0"), .body = STR("BONIN-CANARY")},
    {"iTXt", .chunk = "iTXt", .body = STR("Comment\0\0\0ko\0\0BONIN-CANARY")},
    {"iTXt, packed", .packed_chunk = "iTXt", .words = STR("Comment\0\1\0ko\0\0"),
     .body = STR("BONIN-CANARY")},
    {"eXIf", .chunk = "eXIf", .body = STR("II*\0\x08\0\0\0\0\0BONIN-CANARY 37.5665N 126.9780E")},
    {"iCCP", .packed_chunk = "iCCP", .words = STR("canary\0\0"), .body = STR("BONIN-CANARY")},
    {"private chunk", .chunk = "caNy", .body = STR("<?php BONIN-CANARY ?>")},
};

/* The picture with the cargo in it. False where that is no cargo for its format. */
static bool load(const struct cargo *cargo, struct str picture, struct buf *ret)
{
        enum { PNG_HEAD = 8 + 25 }; /* magic and IHDR */
        bool is_png = picture.ptr[0] == '\x89', chunk = cargo->chunk || cargo->packed_chunk;
        buf_init(ret, FILE_MAX);
        if (is_png ? cargo->segment != 0 : chunk)
                return false;
        size_t head = cargo->segment ? 2 : chunk ? PNG_HEAD : picture.len;
        buf_add(ret, str_sub(picture, 0, head));
        if (cargo->segment)
                add_segment(ret, cargo->segment, cargo->body);
        else if (cargo->chunk)
                add_chunk(ret, cargo->chunk, cargo->body);
        else if (cargo->packed_chunk)
                add_packed_chunk(ret, cargo->packed_chunk, cargo->words, cargo->body);
        else
                buf_add(ret, cargo->body);
        buf_add(ret, str_sub(picture, head, picture.len));
        CHECK(buf_ok(ret));
        return true;
}

/* A JPEG that holds a picture and nothing else: JFIF's header without a thumbnail, tables, one scan, and its
 * end where the file ends. */
static bool is_bare(struct str jpeg)
{
        static const struct str head = {"\xff\xd8\xff\xe0\0\x10JFIF\0", 11};
        const uint8_t *bytes = (const uint8_t *)jpeg.ptr;
        size_t at = 20;
        if (jpeg.len < 24 || !str_starts_with(jpeg, head) || bytes[18] != 0 || bytes[19] != 0)
                return false;
        while (at + 4 <= jpeg.len && bytes[at] == 0xff && bytes[at + 1] != 0xda) {
                uint8_t marker = bytes[at + 1];
                if (marker != 0xdb && marker != 0xc0 && marker != 0xc4)
                        return false;
                at += 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
        }
        for (at += 2; at + 2 < jpeg.len; at++)
                if (bytes[at] == 0xff && bytes[at + 1] != 0)
                        return false;
        return bytes[jpeg.len - 2] == 0xff && bytes[jpeg.len - 1] == 0xd9;
}

static bool is_clean(struct str jpeg)
{
        for (size_t i = 0; i < LEN(canaries); i++)
                if (str_find_str(jpeg, canaries[i]) >= 0)
                        return false;
        return jpeg.len > 0 && is_bare(jpeg);
}

static size_t tried, clean;

static void note(const char *what, const struct cargo *cargo, bool is_clean)
{
        tried++;
        clean += is_clean;
        if (!is_clean)
                printf("  %s: %s\n", what, cargo->name);
}

static void try_as_selfie(struct watched *watched, const struct cargo *cargo, struct str picture)
{
        CLEANUP(buf_release) struct buf file;
        CLEANUP(vision_faces_release) struct vision_faces faces = {0};
        if (!load(cargo, picture, &file))
                return;
        CHECK(watched_compare(watched, buf_str(&file), &faces) == RC_OK);
        note("selfie", cargo, is_clean(faces.selfie_jpeg));
}

static void try_as_document(struct watched *watched, const struct cargo *cargo, struct str picture)
{
        CLEANUP(buf_release) struct buf file;
        CLEANUP(vision_document_release) struct vision_document document = {0};
        if (!load(cargo, picture, &file))
                return;
        CHECK(watched_read(watched, DOC_RESIDENT_CARD, buf_str(&file), STR_NULL, &document) == RC_OK);
        note("document", cargo, is_clean(document.card_jpeg) && is_clean(document.portrait_jpeg));
}

/* A PNG of one shade, as small as a selfie may be. */
static void draw_png(struct buf *ret)
{
        enum { SIDE = 200 };
        uint8_t rows[SIDE * (SIDE + 1)], packed[4096];
        uLongf len = sizeof(packed);
        CLEANUP(buf_release) struct buf head;
        buf_init(&head, 100);
        memset(rows, 0, sizeof(rows));
        CHECK(compress(packed, &len, rows, sizeof(rows)) == Z_OK);
        add_number(&head, SIDE, 4);
        add_number(&head, SIDE, 4);
        buf_add_bytes(&head, "\x08\0\0\0", 5);
        buf_init(ret, FILE_MAX);
        buf_add_bytes(ret, "\x89PNG\r\n\x1a\n", 8);
        add_chunk(ret, "IHDR", buf_str(&head));
        add_chunk(ret, "IDAT", str_from_bytes(packed, len));
        add_chunk(ret, "IEND", STR(""));
}

/* Negative control: give a decoded picture's own bytes back in place of image_encode_jpeg's. */
TEST(polyglots_leave_only_the_picture)
{
        struct watched watched;
        CLEANUP(buf_release) struct buf card;
        CLEANUP(buf_release) struct buf drawn;
        buf_init(&card, FILE_MAX);
        data_read("documents/P_resident_00_L0.jpg", &card);
        draw_png(&drawn);
        watched_start(&watched);
        tried = clean = 0;
        for (size_t i = 0; i < LEN(cargoes); i++) {
                try_as_selfie(&watched, &cargoes[i], buf_str(&card));
                try_as_selfie(&watched, &cargoes[i], buf_str(&drawn));
                if (i % test_scale(4, 1) == 0)
                        try_as_document(&watched, &cargoes[i], buf_str(&card));
        }
        watched_end(&watched);
        CHECK(tried > LEN(cargoes) && clean == tried);
        test_figure(17, "polyglots and metadata", "%zu of %zu without a canary", clean, tried);
}
