#include "alloc/parsers.h"

#include "base/json.h"
#include "base/op.h"
#include "conf/env_file.h"
#include "crypto/jws.h"
#include "doc/judge.h"
#include "http/addr.h"
#include "http/guard.h"
#include "http/head.h"
#include "http/media.h"
#include "http/multipart.h"
#include "http/query.h"
#include "ocr/clova.h"
#include "unit/test.h"
#include "vision/reply.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MEMORY_MAX = 1 << 20, TIMEOUT_MS = 5000 };

static struct keyring *keyring;
static char token[4096];

static bool parse_json(struct op *op)
{
        static const struct str text = STR(
            "{\"a\":[1,2.5,{\"b\":\"\\ud83d\\ude00 \\u0041 text that is longer than a word\",\"c\":null}],"
            "\"expected\":{\"name\":\"홍길동\",\"birth_date\":\"1990-01-01\"},\"d\":[[[[[true,false]]]]]}");
        json_auto_t *json = NULL;
        return json_parse(text, MEMORY_MAX, &json) &&
               json_get_str(json_object_get(json, "expected"), "name").len == 9;
}

static bool parse_query(struct op *op)
{
        struct http_pairs pairs;
        return query_parse(&op->arena, STR("page=1&page_size=20&q=%ED%99%8D+%41&empty="), &pairs) &&
               pairs.len == 4;
}

static enum rc begin_part(void *ctx, const struct multipart_head *head)
{
        return head->name.len ? RC_OK : RC_INVALID_REQUEST;
}

static enum rc take_data(void *ctx, struct str bytes)
{
        *(size_t *)ctx += bytes.len;
        return RC_OK;
}

static enum rc end_part(void *ctx)
{
        return RC_OK;
}

static bool parse_multipart(struct op *op)
{
        static const struct multipart_events events = {begin_part, take_data, end_part};
        static const struct str type = STR("multipart/form-data; boundary=\"b\"");
        static const struct str body =
            STR("--b\r\nContent-Disposition: form-data; name=\"session_key\"\r\n\r\nbns_x\r\n--b\r\n"
                "Content-Disposition: form-data; name=\"front_image\"; filename=\"a.jpg\"\r\n"
                "Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\r\n--b--\r\n");
        struct multipart parser;
        struct str boundary;
        size_t len = 0;
        if (multipart_boundary(type, &boundary) != RC_OK)
                return false;
        multipart_init(&parser, boundary, &events, &len);
        for (size_t i = 0; i < body.len; i += 7)
                if (multipart_feed(&parser, str_sub(body, i, 7)) != RC_OK)
                        return false;
        return multipart_finish(&parser) == RC_OK && len == 8;
}

static bool parse_head(struct op *op)
{
        static const struct http_pair headers[] = {{STR("Host"), STR("127.0.0.1:8080")},
                                                   {STR("Content-Length"), STR("12")},
                                                   {STR("Accept-Language"), STR("ko-KR,ko;q=0.9,en;q=0.5")},
                                                   {STR("User-Agent"), STR("Mozilla/5.0 (X11)")}};
        struct guard_head head = {.method = STR("POST"),
                                  .uri = STR("/api/verification/phone/send?x=1"),
                                  .version = STR("HTTP/1.1"),
                                  .headers = headers,
                                  .headers_len = LEN(headers)};
        struct guard_verdict verdict;
        struct media media;
        struct addr_nets nets;
        struct str bad;
        struct addr peer;
        char shown[ADDR_TEXT_MAX];
        if (guard_check(&head, &verdict) != NULL || verdict.content_length != 12)
                return false;
        if (!media_parse(STR("application/json; charset=\"utf-8\""), &media) ||
            !addr_nets_parse(STR("127.0.0.1, 10.0.0.0/8 2001:db8::/32"), &nets, &bad) ||
            !addr_parse(STR("127.0.0.1"), &peer))
                return false;
        peer = addr_client(&peer, STR("198.51.100.7, 10.1.2.3"), &nets);
        addr_text(&peer, shown);
        return head_language(headers[2].value) == LANG_KO &&
               head_user_agent(&op->arena, headers[3].value).len > 0 && strcmp(shown, "198.51.100.7") == 0;
}

static const char document_json[] = "{\"kind\":\"resident_card\",\"kind_confidence\":0.99,\"errors\":["
                                    "\"GLARE\"],\"quality\":{\"card_width_px\":900,"
                                    "\"sharpness\":0.5,\"brightness\":120,\"contrast\":80,\"glare_share\":0."
                                    "01},\"corners\":[0,0,1,0,1,1,0,1],"
                                    "\"fields\":{\"name\":{\"text\":\"홍길동\",\"confidence\":0.95},"
                                    "\"id_number\":{\"text\":\"900101-1234568\",\"confidence\":0.95}}}";
static const char faces_json[] =
    "{\"errors\":[],\"reference\":{\"found\":true,\"faces\":1,\"box\":[1,2,3,4]},\"selfie\":{\"found\":true,"
    "\"faces\":1},\"compared\":true,\"is_match\":true,\"is_live_person\":true,\"similarity_score\":0.9,"
    "\"liveness_score\":0.9,\"match_threshold\":0.5,\"liveness_threshold\":0.5}";
static const struct str jpeg = STR("\xff\xd8\xff....\xff\xd9");

/* As the client does: over a socket, by frames, to the verdict. */
static bool receive_document(struct op *op)
{
        static const struct frame_limits limits = {.json_max = 4096, .part_max = 4096, .total_max = 8192};
        struct frame sent = {.kind = FRAME_REPLY, .parts = {str_from(document_json), jpeg, jpeg}};
        CLEANUP(frame_release) struct frame frame = {0};
        struct vision_document document;
        struct judge_input input = {
            .declared = DOC_RESIDENT_CARD, .today = {2026, 6, 1}, .confidence_min = 0.8};
        struct judgement judgement;
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
                abort();
        CLEANUP(fd_close) int ours = pair[0];
        CLEANUP(fd_close) int theirs = pair[1];
        if (frame_send(op, theirs, &sent) != RC_OK || frame_receive(op, ours, &limits, &frame) != RC_OK ||
            reply_parse_document(op, &frame, &document) != RC_OK)
                return false;
        input.recognised = document.kind;
        input.kind_confidence = document.kind_confidence;
        input.fields = document.fields;
        judge_document(&input, &judgement);
        bool ok = document.errors.len == 1 && doc_has(&judgement.fields, DOC_BIRTH_DATE);
        vision_document_release(&document);
        return ok;
}

static bool parse_faces(struct op *op)
{
        struct frame frame = {.kind = FRAME_REPLY, .parts = {str_from(faces_json), jpeg}};
        struct vision_faces faces;
        if (reply_parse_faces(op, &frame, &faces) != RC_OK)
                return false;
        bool ok = faces.is_match && faces.errors.len == 0;
        vision_faces_release(&faces);
        return ok;
}

static bool parse_clova(struct op *op)
{
        static const struct str reply = STR(
            "{\"requestId\":\"r\",\"images\":[{\"inferResult\":\"SUCCESS\",\"idCard\":{\"result\":{"
            "\"idtype\":"
            "\"ID "
            "Card\",\"isConfident\":true,\"ic\":{\"name\":[{\"text\":\"홍길동\"}],\"personalNum\":[{\"text\":"
            "\"900101-1234568\",\"maskingPolys\":[{\"vertices\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":2},{\"x\":"
            "3,"
            "\"y\":4.5}]}]}]}}}}]}");
        CLEANUP(clova_reading_wipe) struct clova_reading reading = {0};
        return clova_reply_parse(op, reply, STR("r"), &reading) == RC_OK &&
               doc_has(&reading.fields, DOC_NAME) && reading.masks_len == 1;
}

static bool parse_env(struct op *op)
{
        struct env_file file = {0};
        bool ok =
            env_file_parse(op, ".env", STR("# a\nDEBUG=true\nSMS_PROVIDER=\"file\"\n"), &file) == RC_OK &&
            str_equal(env_file_get(&file, STR("SMS_PROVIDER")), STR("file"));
        env_file_release(&file);
        return ok;
}

static bool verify_token(struct op *op)
{
        CLEANUP(buf_release) struct buf claims;
        buf_init(&claims, 4096);
        bool ok = jws_verify(op, keyring, str_from(token), &claims) == RC_OK && claims.len > 10;
        ERR_clear_error(); /* OpenSSL keeps what it would say of the last failure */
        return ok;
}

void parsers_prepare(void)
{
        struct vault *vault;
        struct signer *signer;
        struct op op;
        CLEANUP(buf_release) struct buf sealed, made;
        buf_init(&sealed, 4096);
        buf_init(&made, sizeof(token) - 1);
        op_init(&op, "alloc", MEMORY_MAX, TIMEOUT_MS);
        CHECK(vault_new(&op, STR("a secret of the tests, 32 bytes or more"), NULL, 0, &vault) == RC_OK);
        CHECK(signer_make(&op, vault, &sealed) == RC_OK);
        CHECK(signer_new(&op, vault, buf_str(&sealed), &signer) == RC_OK);
        keyring = keyring_new();
        keyring_fill(keyring, &signer, 1);
        CHECK(jws_sign(&op, keyring, "JWT", STR("{\"sub\":\"x\",\"verified\":true}"), &made) == RC_OK);
        snprintf(token, sizeof(token), "%s", buf_text(&made));
        vault_free(&vault);
        op_release(&op);
}

const struct parser parsers[] = {
    {"JSON", parse_json},    {"query", parse_query},         {"multipart", parse_multipart},
    {"head", parse_head},    {"document", receive_document}, {"faces", parse_faces},
    {"env file", parse_env}, {"CLOVA", parse_clova},         {"token", verify_token, .library_leaks = true},
};

const size_t parsers_len = LEN(parsers);

void parsers_release(void)
{
        keyring_free(&keyring);
}
