/* The multipart parser: its own cases, and the verdicts of two corpora. */
#include "http/multipart.h"

#include "base/json.h"
#include "unit/data.h"
#include "unit/test.h"

#include <sodium.h>
#include <stdio.h>

enum { SEEN_MAX = 64 };

/* What a parser told: parts in order. */
struct seen {
        struct buf text; /* "name/filename\n" of each */
        struct buf data[SEEN_MAX];
        size_t begun;
        size_t ended;
        size_t writes;
};

static enum rc begin(void *ctx, const struct multipart_head *head)
{
        struct seen *seen = ctx;
        CHECK(seen->begun == seen->ended && seen->begun < SEEN_MAX);
        buf_init(&seen->data[seen->begun++], 16 << 20);
        buf_addf(&seen->text, "%.*s/%.*s\n", STR_FMT(head->name), STR_FMT(head->filename));
        return RC_OK;
}

static enum rc data(void *ctx, struct str bytes)
{
        struct seen *seen = ctx;
        CHECK(seen->begun == seen->ended + 1 && bytes.len > 0);
        buf_add(&seen->data[seen->ended], bytes);
        seen->writes++;
        return RC_OK;
}

static enum rc end(void *ctx)
{
        struct seen *seen = ctx;
        CHECK(seen->begun == seen->ended + 1);
        seen->ended++;
        return RC_OK;
}

static const struct multipart_events events = {begin, data, end};

static void seen_release(struct seen *seen)
{
        buf_release(&seen->text);
        for (size_t i = 0; i < seen->begun; i++)
                buf_release(&seen->data[i]);
        *seen = (struct seen){0};
}

/* Feed `body` in pieces of `step` bytes. */
static enum rc parse(struct str boundary, struct str body, size_t step, struct seen *ret)
{
        *ret = (struct seen){0};
        buf_init(&ret->text, 1 << 20);
        struct multipart parser;
        multipart_init(&parser, boundary, &events, ret);
        for (size_t at = 0; at < body.len; at += step) {
                /* a copy of the exact size, so that a sanitizer sees a read past the piece */
                struct str piece = str_sub(body, at, step);
                char *copy = x_new(1, piece.len);
                memcpy(copy, piece.ptr, piece.len);
                enum rc rc = multipart_feed(&parser, (struct str){copy, piece.len});
                x_free(copy);
                if (rc != RC_OK)
                        return rc;
        }
        enum rc rc = multipart_finish(&parser);
        if (rc == RC_OK)
                CHECK(ret->begun == ret->ended);
        return rc;
}

static bool same(const struct seen *a, const struct seen *b)
{
        bool equal = a->begun == b->begun && str_equal(buf_str(&a->text), buf_str(&b->text));
        for (size_t i = 0; equal && i < a->begun; i++)
                equal = str_equal(buf_str(&a->data[i]), buf_str(&b->data[i]));
        return equal;
}

/* Parse whole, and check that pieces of any size give the same. */
static enum rc parse_all_ways(struct str boundary, struct str body, struct seen *ret)
{
        static const size_t steps[] = {1, 2, 3, 5, 7, 11, 61, 256};
        enum rc rc = parse(boundary, body, body.len + 1, ret);
        for (size_t i = 0; i < LEN(steps) && (body.len < 65536 || steps[i] > 60); i++) {
                CLEANUP(seen_release) struct seen pieces;
                CHECK(parse(boundary, body, steps[i], &pieces) == rc);
                CHECK(rc != RC_OK || same(ret, &pieces));
        }
        return rc;
}

#define HEAD(name) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"

TEST(multipart_gives_parts)
{
        CLEANUP(seen_release) struct seen seen;
        struct str body = STR("\r\n" HEAD("a") "1\r\n--\r\n--c\r\r\n--b\r\r\n-\r\n" HEAD(
            "b") "\r\n"
                 "--b\r\nContent-Type: image/png\r\nContent-Disposition: form-data; name=f; "
                 "filename=\"../x y.png\"\r\n\r\n\r\n\r\n--b--\r\nepilogue");
        CHECK(parse_all_ways(STR("b"), body, &seen) == RC_OK);
        CHECK_STR(buf_str(&seen.text), "a/\nb/\nf/../x y.png\n");
        CHECK_STR(buf_str(&seen.data[0]), "1\r\n--\r\n--c\r\r\n--b\r\r\n-");
        CHECK(seen.data[1].len == 0);
        CHECK_STR(buf_str(&seen.data[2]), "\r\n");
}

TEST(multipart_takes_a_delimiter_behind_a_stray_cr)
{
        CLEANUP(seen_release) struct seen seen;
        CHECK(parse_all_ways(STR("b"), STR(HEAD("a") "x\r\n--b\r\r\n--b--"), &seen) == RC_OK);
        CHECK_STR(buf_str(&seen.data[0]), "x\r\n--b\r");
}

TEST(multipart_refuses_what_is_malformed)
{
        static const char *const bad[] = {
            "x",
            "\r\n",
            "\r\n\r\n",
            "--b",
            "--b\r\n",
            HEAD("a"),
            HEAD("a") "1\r\n--b\r\n",
            HEAD("a") "1\r\n--b-",
            HEAD("a") "1--b--",
            HEAD("a") "1\n--b--",
            HEAD("") "1\r\n--b--",
            "text before\r\n--b--",
            "--b\r\n\r\n1\r\n--b--",
            "--b\nContent-Disposition: form-data; name=a\n\n1\n--b--",
            "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; "
            "name=b\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=a\r\nX : y\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=a\r\n folded\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--b--",
        };
        for (size_t i = 0; i < LEN(bad); i++) {
                CLEANUP(seen_release) struct seen seen;
                enum rc rc = parse_all_ways(STR("b"), str_from(bad[i]), &seen);
                if (rc != RC_INVALID_REQUEST)
                        printf("  case %zu\n", i);
                CHECK(rc == RC_INVALID_REQUEST);
        }
}

TEST(multipart_is_bounded)
{
        CLEANUP(buf_release) struct buf body;
        buf_init(&body, 1 << 20);
        for (int i = 0; i < HTTP_PARTS_MAX; i++)
                buf_add(&body, STR(HEAD("a") "1\r\n"));
        size_t most = body.len;
        buf_add(&body, STR("--b--"));
        CLEANUP(seen_release) struct seen seen;
        CHECK(parse_all_ways(STR("b"), buf_str(&body), &seen) == RC_OK && seen.ended == HTTP_PARTS_MAX);
        buf_truncate(&body, most);
        buf_add(&body, STR(HEAD("a") "1\r\n--b--"));
        CLEANUP(seen_release) struct seen more;
        CHECK(parse_all_ways(STR("b"), buf_str(&body), &more) == RC_INVALID_REQUEST);
        buf_clear(&body);
        buf_add(&body, STR("--b\r\nContent-Disposition: form-data; name=a\r\nX: "));
        for (int i = 0; i < MULTIPART_HEAD_MAX; i++)
                buf_add_char(&body, 'x');
        buf_add(&body, STR("\r\n\r\n1\r\n--b--"));
        CLEANUP(seen_release) struct seen head;
        CHECK(parse_all_ways(STR("b"), buf_str(&body), &head) == RC_INVALID_REQUEST);
}

TEST(multipart_writes_in_large_pieces)
{
        CLEANUP(buf_release) struct buf body;
        buf_init(&body, 1 << 20);
        buf_add(&body, STR(HEAD("a")));
        for (int i = 0; i < 10000; i++)
                buf_add(&body, STR("\r\n--\r\n"));
        buf_add(&body, STR("\r\n--b--"));
        CLEANUP(seen_release) struct seen seen;
        CHECK(parse(STR("b"), buf_str(&body), 4096, &seen) == RC_OK);
        CHECK(seen.data[0].len == 60000 && seen.writes < 40);
}

TEST(multipart_boundary_is_checked)
{
        struct str boundary;
        CHECK(multipart_boundary(STR("multipart/form-data; boundary=\"a b\""), &boundary) == RC_OK);
        CHECK_STR(boundary, "a b");
        CHECK(multipart_boundary(STR("Multipart/Form-Data;boundary=x"), &boundary) == RC_OK);
        CHECK(multipart_boundary(STR("multipart/mixed; boundary=x"), &boundary) == RC_UNSUPPORTED_MEDIA_TYPE);
        CHECK(multipart_boundary(STR_NULL, &boundary) == RC_UNSUPPORTED_MEDIA_TYPE);
        static const char *const bad[] = {
            "multipart/form-data", "multipart/form-data; boundary=\"\"",
            "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=\"\xff\"",
            "multipart/form-data; "
            "boundary=123456789012345678901234567890123456789012345678901234567890123456789012"};
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(multipart_boundary(str_from(bad[i]), &boundary) == RC_INVALID_REQUEST);
}

/* The value behind `key` in the first line that holds it, from *rest on; null where there is none. */
static struct str yaml_value(struct str *rest, const char *key)
{
        struct str line;
        while (str_split(rest, '\n', &line)) {
                ssize_t at = str_find_str(line, str_from(key));
                if (at >= 0)
                        return str_trim(str_sub(line, (size_t)at + strlen(key), line.len));
        }
        return STR_NULL;
}

/* Names and data that the corpus expects. Its decoder of transfer encodings is not ours: those are left out.
 */
static bool as_yaml_says(struct str yaml, struct str body, const struct seen *seen)
{
        struct str rest = yaml, name;
        size_t n = 0;
        bool encoded = str_find_str(body, STR("ncoding: ")) >= 0 ||
                       str_find_str(body, STR("NCODING: ")) >= 0 ||
                       str_find_str(body, STR("EncoDinG: ")) >= 0;
        while (name = yaml_value(&rest, "- name: "), !str_is_null(name)) {
                CLEANUP(buf_release) struct buf wanted;
                buf_init(&wanted, 1 << 20);
                (void)yaml_value(&rest, "data: !!binary |");
                struct str after = rest, line;
                while (str_split(&after, '\n', &line) && str_starts_with(line, STR("      ")) &&
                       str_find(line, ':') < 0)
                        buf_add(&wanted, str_trim(line));
                char bytes[4096];
                size_t len = 0;
                if (n == seen->ended ||
                    sodium_base642bin((unsigned char *)bytes, sizeof(bytes), wanted.ptr, wanted.len, NULL,
                                      &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
                        return false;
                if (!encoded && !str_equal(buf_str(&seen->data[n]), (struct str){bytes, len}))
                        return false;
                n++;
        }
        return n == seen->ended;
}

static bool python_case_right(const char *stem)
{
        static const char folder[] = "hostile/multipart/python-multipart/tests/test_data/http";
        char name[512];
        CLEANUP(buf_release) struct buf yaml;
        CLEANUP(buf_release) struct buf body;
        buf_init(&yaml, 1 << 20);
        buf_init(&body, 1 << 20);
        snprintf(name, sizeof(name), "%s/%s.yaml", folder, stem);
        data_read(name, &yaml);
        snprintf(name, sizeof(name), "%s/%s.http", folder, stem);
        data_read(name, &body);
        struct str rest = buf_str(&yaml), boundary = yaml_value(&rest, "boundary: ");
        /* its own test of this case gives another boundary than the file */
        if (strcmp(stem, "single_field_blocks") == 0)
                boundary = STR("boundary");
        CLEANUP(seen_release) struct seen seen;
        enum rc rc = parse_all_ways(boundary, buf_str(&body), &seen);
        if (str_find_str(buf_str(&yaml), STR("error:")) >= 0)
                return rc == RC_INVALID_REQUEST;
        return rc == RC_OK && as_yaml_says(buf_str(&yaml), buf_str(&body), &seen);
}

struct corpus {
        int cases, wrong;
};

static void judge_python_case(void *ctx, const char *stem)
{
        struct corpus *corpus = ctx;
        corpus->cases++;
        if (python_case_right(stem))
                return;
        printf("  %s\n", stem);
        corpus->wrong++;
}

TEST(multipart_python_corpus)
{
        struct corpus corpus = {0};
        data_each("hostile/multipart/python-multipart/tests/test_data/http", ".yaml", judge_python_case,
                  &corpus);
        CHECK(corpus.cases == 30 && corpus.wrong == 0);
}

TEST(multipart_formidable_corpus)
{
        /* `parts` 0: refused. That parser mends what ours refuses: a last delimiter without its hyphens, and
         * bare line feeds. */
        static const struct {
                const char *name;
                size_t parts;
        } cases[] = {
            {"encoding/beta-sticker-1.png", 1},
            {"encoding/binaryfile.tar.gz", 1},
            {"encoding/blank.gif", 1},
            {"encoding/menu_separator.png", 1},
            {"encoding/plain.txt", 1},
            {"misc/boundary-substring-json", 1},
            {"misc/empty-multipart2", SEEN_MAX},
            {"no-filename/filename-name", 1},
            {"no-filename/generic", 1},
            {"preamble/crlf", 1},
            {"preamble/preamble", 1},
            {"special-chars-in-filename/osx-chrome-13", 2},
            {"special-chars-in-filename/osx-firefox-3.6", 2},
            {"special-chars-in-filename/osx-safari-5", 2},
            {"special-chars-in-filename/xp-chrome-12", 2},
            {"special-chars-in-filename/xp-ie-7", 2},
            {"special-chars-in-filename/xp-ie-8", 2},
            {"special-chars-in-filename/xp-safari-5", 2},
            {"special-chars-in-filename/line-separator", 0},
            {"workarounds/missing-hyphens1", 0},
            {"workarounds/missing-hyphens2", 0},
        };
        int wrong = 0;
        for (size_t i = 0; i < LEN(cases); i++) {
                char name[256];
                CLEANUP(buf_release) struct buf all;
                buf_init(&all, 4 << 20);
                snprintf(name, sizeof(name), "hostile/multipart/formidable/test/fixture/http/%s.http",
                         cases[i].name);
                data_read(name, &all);
                ssize_t head = str_find_str(buf_str(&all), STR("\r\n\r\n"));
                ssize_t type = str_find_str(buf_str(&all), STR("multipart/form-data"));
                CHECK(type > 0);
                struct str body =
                    head < 0 ? buf_str(&all) : str_sub(buf_str(&all), (size_t)head + 4, all.len);
                struct str line = str_sub(buf_str(&all), (size_t)type, 200), boundary;
                line.len = (size_t)str_find(line, '\n');
                CHECK(multipart_boundary(line, &boundary) == RC_OK);
                CLEANUP(seen_release) struct seen seen;
                enum rc rc = parse_all_ways(boundary, body, &seen);
                size_t parts = cases[i].parts == SEEN_MAX ? 0 : cases[i].parts;
                bool right =
                    cases[i].parts == 0 ? rc == RC_INVALID_REQUEST : rc == RC_OK && seen.ended == parts;
                if (!right) {
                        printf("  %s: %s, %zu parts\n", cases[i].name, rc_code(rc), seen.ended);
                        wrong++;
                }
        }
        CHECK(wrong == 0);
}
