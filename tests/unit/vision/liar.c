/*
 * Stands in for bonin-vision in the tests of the client, and misbehaves in the way that --models names.
 */
#include "vision/frame.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHANNEL = 3 };

static const char ready_json[] = "{\"documents\":true,\"faces\":true,\"filtered\":true,\"landlock_abi\":7,"
                                 "\"load_ms\":1,\"why\":\"\"}";
static const char lacking_json[] =
    "{\"documents\":false,\"faces\":false,\"filtered\":true,\"landlock_abi\":7,"
    "\"load_ms\":1,\"why\":\"embedder.onnx: No such file\"}";
static const char document_start[] =
    "{\"kind\":\"passport\",\"kind_confidence\":0.9,\"errors\":[\"GLARE\"],\"quality\":{\"card_width_px\":"
    "900,"
    "\"sharpness\":0.5,\"brightness\":120,\"contrast\":80,\"glare_share\":0.01},"
    "\"corners\":[0,0,1,0,1,1,0,1],\"fields\":";

static void send_frame(const struct frame *frame)
{
        struct op op;
        op_init(&op, "liar", 100, 10000);
        if (frame_send(&op, CHANNEL, frame) != RC_OK)
                exit(1);
}

static void say(enum frame_kind kind, struct str json, struct str picture)
{
        send_frame(&(struct frame){.kind = kind, .parts = {json, picture}});
}

/* What the last request was for, and how its frames are judged: the hash of each is what stands in it behind
 * the marker that it begins with, and one whose next byte is 'F', or that is not one picture from its marker
 * to its end, shows that the challenge was failed. */
static enum frame_kind asked;
static char active[4096], selfie_hash[160];
static bool template_asked;
static const char *of_selfie; /* the answer that the selfie itself asks for; NULL: it is accepted */

#define REFUSED_FACES(error)                                                                                 \
        "{\"errors\":[\"" error                                                                              \
        "\"],\"reference\":{\"found\":false,\"faces\":0},\"selfie\":{\"found\":false,"                       \
        "\"faces\":0},\"compared\":false,\"is_match\":false,\"is_live_person\":false,\"similarity_score\":"  \
        "0,"                                                                                                 \
        "\"liveness_score\":0,\"match_threshold\":0.5,\"liveness_threshold\":0.5}"

#define NEAR_FACES(errors)                                                                                   \
        "{\"errors\":[" errors                                                                               \
        "],\"reference\":{\"found\":true,\"faces\":1},\"selfie\":{\"found\":true,\"faces\":1},"              \
        "\"compared\":true,\"is_match\":false,\"is_live_person\":true,\"similarity_score\":0.4987,"          \
        "\"liveness_score\":0.9785,\"match_threshold\":0.5,\"liveness_threshold\":0.5}"

static const char *answer_of(struct str selfie)
{
        if (str_find_str(selfie, STR("dim portrait")) >= 0)
                return NEAR_FACES("\"PORTRAIT_POOR_LIGHTING\",\"POOR_LIGHTING\",\"FACE_MISMATCH\"");
        if (str_find_str(selfie, STR("no portrait")) >= 0)
                return REFUSED_FACES("NO_PORTRAIT");
        return str_find_str(selfie, STR("no picture")) >= 0 ? REFUSED_FACES("INVALID_IMAGE") : NULL;
}

enum { MARKER = 3, HASH = 32, SECOND = 32 };

static size_t add_hash(char *text, size_t max, struct str picture)
{
        size_t len = 0;
        for (int k = 0; k < HASH; k++)
                len += (size_t)snprintf(text + len, max - len, "%02x", (uint8_t)picture.ptr[MARKER + k]);
        for (int k = 0; k < SECOND; k++) /* of which nothing is known */
                len += (size_t)snprintf(text + len, max - len, "00");
        return len;
}

static void look_at(const struct frame *frame)
{
        size_t len = 0;
        bool failed = false;
        active[0] = selfie_hash[0] = '\0';
        if (frame->parts[2].len > MARKER + HASH)
                add_hash(selfie_hash, sizeof(selfie_hash), frame->parts[2]);
        template_asked = memmem(frame->parts[0].ptr, frame->parts[0].len, STR("\"template\":true").ptr, 15);
        of_selfie = answer_of(frame->parts[2]);
        for (int i = FRAME_OF_CHALLENGE; i < FRAME_PARTS_MAX && frame->parts[i].len > MARKER + HASH; i++) {
                len += (size_t)snprintf(active + len, sizeof(active) - len, "%s\"", len ? "," : "");
                len += add_hash(active + len, sizeof(active) - len, frame->parts[i]);
                len += (size_t)snprintf(active + len, sizeof(active) - len, "\"");
                struct str part = frame->parts[i];
                failed = failed || part.ptr[MARKER + HASH] == 'F' || !str_ends_with(part, STR("\xff\xd9")) ||
                         memmem(part.ptr + MARKER, part.len - MARKER, "\xff\xd8\xff", MARKER) != NULL;
        }
        if (len)
                snprintf(active + len, sizeof(active) - len, "],\"passed\":%s,\"score\":%s,\"errors\":[%s]}",
                         failed ? "false" : "true", failed ? "0" : "0.8",
                         failed ? "\"CHALLENGE_FAILED\"" : "");
}

static void listen(void)
{
        static const struct frame_limits limits = {4096, 1 << 24, 1 << 25};
        struct op op;
        op_init(&op, "liar", 100, 10000);
        CLEANUP(frame_release) struct frame frame = {0};
        if (frame_receive(&op, CHANNEL, &limits, &frame) != RC_OK)
                exit(0);
        asked = frame.kind;
        look_at(&frame);
}

static void say_document(const char *fields, struct str picture)
{
        char json[2048];
        int len = snprintf(json, sizeof(json), "%s%s}", document_start, fields);
        say(FRAME_REPLY, str_from_bytes(json, (size_t)len), picture);
}

static const struct str jpeg = {"\xff\xd8\xff....\xff\xd9", 9};

static void good(void)
{
        say_document(
            "{\"name\":{\"text\":\"홍길동\",\"confidence\":0.93}},\"obstacles\":{\"name\":\"COVERED\"},"
            "\"address_changes\":[{\"date\":\"2021-03-02\",\"address\":\"서울특별시 중구 세종대로 110\","
            "\"confidence\":0.9},{\"date\":\"yesterday\",\"address\":\"x\",\"confidence\":0.9}]",
            jpeg);
}

#define ACCEPTED_FACES(similarity)                                                                           \
        "{\"errors\":[],\"reference\":{\"found\":true,\"faces\":1},\"selfie\":{\"found\":true,\"faces\":1}," \
        "\"compared\":true,\"is_match\":true,\"is_live_person\":true,\"similarity_score\":" similarity ","   \
        "\"liveness_score\":0.9,\"match_threshold\":0.5,\"liveness_threshold\":0.5"

static void send_card(void)
{
        static const char card[] =
            "{\"kind\":\"resident_card\",\"kind_confidence\":0.99,\"errors\":[],\"quality\":{\"card_width_"
            "px\":"
            "900,\"sharpness\":0.5,\"brightness\":120,\"contrast\":80,\"glare_share\":0.01},\"fields\":{"
            "\"name\":{\"text\":\"홍길동\",\"confidence\":0.999},"
            "\"id_number\":{\"text\":\"900101-1234568\",\"confidence\":0.999},"
            "\"issue_date\":{\"text\":\"2016-01-15\",\"confidence\":0.999}}}";
        send_frame(&(struct frame){.kind = FRAME_REPLY, .parts = {str_from(card), jpeg, jpeg}});
}

/* Accepts everybody: a card of its own making, and a face that matches, less so where a template was asked
 * for; but one says itself that it is "no picture", or that there is "no portrait" or a "dim portrait" on the
 * card. For tests of what comes after. */
static void accept_all(void)
{
        char all[8192];
        int len = snprintf(all, sizeof(all), "%s%s%s%s%s%s}",
                           template_asked ? ACCEPTED_FACES("0.8") : ACCEPTED_FACES("0.9"),
                           selfie_hash[0] ? ",\"selfie_hash\":\"" : "", selfie_hash,
                           selfie_hash[0] ? "\"" : "", active[0] ? ",\"active\":{\"hashes\":[" : "", active);
        if (asked == FRAME_DOCUMENT)
                send_card();
        else
                say(FRAME_REPLY, of_selfie ? str_from(of_selfie) : str_from_bytes(all, (size_t)len), jpeg);
}

/* Its own card, and a face that nearly matches. */
static void nearly_match(void)
{
        if (asked == FRAME_DOCUMENT)
                send_card();
        else
                say(FRAME_REPLY, STR(NEAR_FACES("\"FACE_MISMATCH\"")), jpeg);
}

/* A face with its template: one value, 1. */
static void give_template(void)
{
        static const char template[] = {'B', 'F', 'T', 1, [15] = 0x3f, [20] = 1, [26] = (char)0x80, 0x3f};
        CLEANUP(buf_release) struct buf json;
        buf_init(&json, 8192);
        buf_addf(&json, ACCEPTED_FACES("0.9") ",\"template\":\"");
        buf_add_base64(&json, template, sizeof(template));
        buf_add(&json, STR("\"}"));
        say(FRAME_REPLY, buf_str(&json), jpeg);
}

/* A card whose number it is not sure to have found, with the card in clear for another reader; and the same
 * card painted over, when it is asked for. */
static void miss_the_number(void)
{
        static const char card[] =
            "{\"kind\":\"resident_card\",\"kind_confidence\":0.99,\"errors\":[],\"quality\":{\"card_width_"
            "px\":900,"
            "\"sharpness\":0.5,\"brightness\":120,\"contrast\":80,\"glare_share\":0.01},\"fields\":{},"
            "\"plain\":{\"width\":1000,\"height\":630,\"paint\":[],\"number_missed\":true,\"portrait\":[700,"
            "100,200,"
            "250]}}";
        /* Its head says 1000 by 630. */
        static const struct str clear =
            STR("\xff\xd8\xff\xc0\x00\x11\x08\x02\x76\x03\xe8\x03\x01\x22\x00\x02\x11\x01\x03"
                "\x11\x01\xff\xd9");
        if (asked == FRAME_DOCUMENT)
                send_frame(&(struct frame){.kind = FRAME_REPLY, .parts = {str_from(card), [3] = clear}});
        else
                send_frame(&(struct frame){.kind = FRAME_REPLY, .parts = {STR("{}"), jpeg, jpeg}});
}

static void unknown_field(void)
{
        say_document("{\"shoe_size\":{\"text\":\"42\",\"confidence\":0.93}}", jpeg);
}

static void obstacle_of_no_picture(void)
{
        say_document("{},\"obstacles\":{\"name\":\"DOCUMENT_EXPIRED\"}", jpeg);
}

static void confident_beyond_measure(void)
{
        say_document("{\"name\":{\"text\":\"홍길동\",\"confidence\":1.5}}", jpeg);
}

static void control_bytes(void)
{
        say_document("{\"name\":{\"text\":\"a\\u0007b\",\"confidence\":0.5}}", jpeg);
}

static void script_for_picture(void)
{
        say_document("{}", STR("<script>alert(1)</script>"));
}

static void not_json(void)
{
        say(FRAME_REPLY, STR("{\"kind\":"), STR_NULL);
}

static void wrong_kind(void)
{
        say(FRAME_READY, str_from(ready_json), STR_NULL);
}

static void http_status_for_error(void)
{
        say(FRAME_REPLY, STR("{\"kind\":\"unknown\",\"errors\":[\"UNAUTHORIZED\"]}"), STR_NULL);
}

static void no_models(void)
{
        say(FRAME_REPLY, STR("{\"failure\":\"MODEL_MISSING\",\"why\":\"900101-1234567\"}"), STR_NULL);
}

/* As one that has noticed in time that it will not be ready in time. */
static void late(void)
{
        usleep(300 * 1000);
        say(FRAME_REPLY, STR("{\"failure\":\"TIMED_OUT\",\"why\":\"900101-1234567\"}"), STR_NULL);
}

static void matches_below_threshold(void)
{
        say(FRAME_REPLY,
            STR("{\"errors\":[],\"reference\":{\"found\":true,\"faces\":1},\"selfie\":{\"found\":true,"
                "\"faces\":1},"
                "\"compared\":true,\"is_match\":true,\"is_live_person\":true,\"similarity_score\":0.2,"
                "\"liveness_score\":0.9,\"match_threshold\":0.5,\"liveness_threshold\":0.5}"),
            jpeg);
}

static void garbage(void)
{
        for (int i = 0; i < 1000; i++)
                if (!fd_write_all(CHANNEL, "garbage!", 8))
                        exit(1);
}

/* Asks for four gigabytes of memory. */
static void huge(void)
{
        uint8_t header[FRAME_HEADER_LEN];
        struct frame frame = {.kind = FRAME_REPLY, .parts = {[1] = {NULL, UINT32_MAX}}};
        frame_format(&frame, header);
        if (!fd_write_all(CHANNEL, header, sizeof(header)))
                exit(1);
}

/* Until nobody waits any more. */
static void hang(void)
{
        struct pollfd other = {.fd = CHANNEL};
        poll(&other, 1, 60 * 1000);
}

static void trickle(void)
{
        uint8_t header[FRAME_HEADER_LEN];
        frame_format(&(struct frame){.kind = FRAME_REPLY, .parts = {{NULL, 1000}}}, header);
        for (size_t i = 0; i < 1000; i++, usleep(50 * 1000))
                if (!fd_write_all(CHANNEL, i < sizeof(header) ? &header[i] : header, 1))
                        exit(1);
}

static void die(void)
{
        abort();
}

/* A good answer, and then something that nobody asked for. */
static void talk_on(void)
{
        good();
        good();
}

static const struct {
        const char *name;
        void (*answer)(void);
} ways[] = {
    {"good", good},
    {"accept_all", accept_all},
    {"nearly_match", nearly_match},
    {"template", give_template},
    {"miss", miss_the_number},
    {"unknown_field", unknown_field},
    {"no_obstacle", obstacle_of_no_picture},
    {"confident", confident_beyond_measure},
    {"control_bytes", control_bytes},
    {"script", script_for_picture},
    {"not_json", not_json},
    {"wrong_kind", wrong_kind},
    {"http_status", http_status_for_error},
    {"no_models", no_models},
    {"late", late},
    {"below_threshold", matches_below_threshold},
    {"garbage", garbage},
    {"huge", huge},
    {"hang", hang},
    {"trickle", trickle},
    {"die", die},
    {"talk_on", talk_on},
};

int main(int argc, char **argv)
{
        const char *way = argc > 2 ? argv[2] : "good";
        if (strcmp(way, "stillborn") == 0)
                return 1;
        if (strcmp(way, "never_ready") == 0)
                hang();
        say(FRAME_READY, str_from(strcmp(way, "no_models") == 0 ? lacking_json : ready_json), STR_NULL);
        for (;;) {
                listen();
                for (size_t i = 0; i < LEN(ways); i++)
                        if (strcmp(ways[i].name, way) == 0)
                                ways[i].answer();
        }
}
