/* A bonin-vision that lies of frames and templates: what does not fit makes the whole answer worthless. */
#include "unit/test.h"
#include "vision/reply.h"
#include "vision/template.h"

#include <math.h>

#define HALF "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HASH "\"" HALF HALF "\""

/* An accepted face, with further members. `members` may be empty, or begins with a comma. */
static enum rc parse(struct op *op, const char *members, struct vision_faces *ret)
{
        CLEANUP(buf_release) struct buf json;
        CLEANUP(frame_release) struct frame frame = {.kind = FRAME_REPLY};
        op_init(op, NULL, 64 * 1024, 1000);
        buf_init(&json, 64 * 1024);
        buf_addf(&json,
                 "{\"errors\":[],\"reference\":{\"found\":true,\"faces\":1},\"selfie\":{\"found\":true,"
                 "\"faces\":1},"
                 "\"compared\":true,\"is_match\":true,\"is_live_person\":true,\"similarity_score\":0.9,"
                 "\"liveness_score\":0.9,\"match_threshold\":0.5,\"liveness_threshold\":0.5%s}",
                 members);
        frame.parts[FRAME_JSON] = buf_str(&json);
        return reply_parse_faces(op, &frame, ret);
}

static bool is_refused(const char *members)
{
        struct op op;
        struct vision_faces faces;
        enum rc rc = parse(&op, members, &faces);
        op_release(&op);
        return rc == RC_INTERNAL;
}

TEST(a_reply_tells_how_frames_were_judged)
{
        struct op op;
        struct vision_faces faces;
        CHECK(parse(&op, "", &faces) == RC_OK);
        CHECK(!faces.active.judged && faces.active.hashes_len == 0 && str_is_null(faces.template));
        op_release(&op);
        CHECK(
            parse(&op,
                  ",\"active\":{\"passed\":false,\"score\":0.25,\"errors\":[\"FLAT_FACE\",\"FACE_CHANGED\"],"
                  "\"hashes\":[" HASH "," HASH "]}",
                  &faces) == RC_OK);
        CHECK(faces.active.judged && !faces.active.passed && faces.active.hashes_len == 2);
        CHECK(faces.active.errors.len == 2 && faces.active.errors.codes[1] == RC_FACE_CHANGED);
        CHECK(faces.active.hashes[1][0] == 0x01 && faces.active.hashes[1][63] == 0xef);
        op_release(&op);
}

/* Controls, each of which lets one of these pass: in parse_active leave out the score, the errors, or that
 * the verdict follows from them; in parse_hashes the array, FRAMES_MAX, or the length of a hash. */
TEST(a_reply_that_lies_of_frames_is_none)
{
        static const char *const lies[] = {
            /* wrong types */
            ",\"active\":[]",
            ",\"active\":null",
            ",\"active\":true",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":{}}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":" HASH "}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":[17]}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":[null]}",
            ",\"active\":{\"passed\":\"true\",\"score\":0.9,\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"score\":\"0.9\",\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":{},\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":false,\"score\":0.9,\"errors\":[7],\"hashes\":[" HASH "]}",
            /* members that are not there */
            ",\"active\":{}",
            ",\"active\":{\"score\":0.9,\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[]}",
            /* out of range, and no numbers */
            ",\"active\":{\"passed\":true,\"score\":1.5,\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"score\":-0.1,\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"score\":NaN,\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":true,\"score\":1e999,\"errors\":[],\"hashes\":[" HASH "]}",
            /* hashes of another length, or that are none */
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":[\"\"]}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":[\"0123456789abcdef\"]}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":[" HASH ",\"00" HALF HALF
            "\"]}",
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":["
            "\"z123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" HALF "\"]}",
            /* verdicts that do not follow, and codes of something else */
            ",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[\"FLAT_FACE\"],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":false,\"score\":0.9,\"errors\":[],\"hashes\":[" HASH "]}",
            ",\"active\":{\"passed\":false,\"score\":0.9,\"errors\":[\"UNAUTHORIZED\"],\"hashes\":[" HASH
            "]}",
            ",\"active\":{\"passed\":false,\"score\":0.9,\"errors\":[\"\"],\"hashes\":[" HASH "]}",
        };
        for (size_t i = 0; i < LEN(lies); i++)
                CHECK(is_refused(lies[i]));
}

TEST(a_reply_has_no_more_hashes_than_frames_can_be)
{
        CLEANUP(buf_release) struct buf members;
        buf_init(&members, 8192);
        for (int len = FRAMES_MAX; len <= FRAMES_MAX + 1; len++) {
                members.len = 0;
                buf_add(&members,
                        STR(",\"active\":{\"passed\":true,\"score\":0.9,\"errors\":[],\"hashes\":["));
                for (int i = 0; i < len; i++)
                        buf_addf(&members, "%s%s", i ? "," : "", HASH);
                buf_add(&members, STR("]}"));
                CHECK(is_refused(buf_text(&members)) == (len > FRAMES_MAX));
        }
}

static bool template_is_refused(const char *before, struct str bytes, const char *after)
{
        CLEANUP(buf_release) struct buf members;
        buf_init(&members, 4 * TEMPLATE_MAX);
        buf_addf(&members, ",\"template\":%s", before);
        buf_add_base64(&members, bytes.ptr, bytes.len);
        buf_addf(&members, "%s", after);
        return is_refused(buf_text(&members));
}

/* Controls: leave template_parse, or the length that str_unbase64 takes, out of parse_template. What makes a
 * template is in vision/template.c and its own tests. */
TEST(a_reply_that_lies_of_the_template_is_none)
{
        static struct face_template template = {.models = 1, .threshold = 0.5F, .len = 4, .values = {1}};
        static const char *const lies[] = {",\"template\":null",     ",\"template\":17",
                                           ",\"template\":{}",       ",\"template\":\"\"",
                                           ",\"template\":\"QkZU\"", ",\"template\":\"no base64 at all\""};
        CLEANUP(buf_release) struct buf bytes, many;
        buf_init(&bytes, TEMPLATE_MAX);
        template_format(&template, &bytes);
        CHECK(!template_is_refused("\"", buf_str(&bytes), "\""));
        for (size_t i = 0; i < LEN(lies); i++)
                CHECK(is_refused(lies[i]));
        CHECK(template_is_refused("[\"", buf_str(&bytes), "\"]"));
        CHECK(template_is_refused("\"", str_sub(buf_str(&bytes), 0, bytes.len - 1), "\""));
        buf_init(&many, TEMPLATE_MAX + 4);
        buf_add(&many, buf_str(&bytes));
        while (many.len < TEMPLATE_MAX + 4)
                buf_add_char(&many, 0);
        CHECK(template_is_refused("\"", buf_str(&many), "\""));
        template.values[1] = (float)NAN;
        bytes.len = 0;
        template_format(&template, &bytes);
        CHECK(template_is_refused("\"", buf_str(&bytes), "\""));
        template.values[1] = 0;
        template.threshold = (float)NAN;
        bytes.len = 0;
        template_format(&template, &bytes);
        CHECK(template_is_refused("\"", buf_str(&bytes), "\""));
}
