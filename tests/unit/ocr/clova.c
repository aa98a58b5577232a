#include "ocr/clova.h"

#include "net/transfer.h"
#include "ocr/provider.h"
#include "unit/data.h"
#include "unit/fake.h"
#include "unit/test.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

struct bench {
        struct fake fake;
        struct transfer_pool pool; /* to tell the fake what to do */
        struct conf conf;
        char base[64], url[256], secret[64];
        struct clova *clova;
};

/* The head of a picture of 1000 by 630, which is as far as the fake looks. */
static const struct str jpeg =
    STR("\xff\xd8\xff\xc0\x00\x11\x08\x02\x76\x03\xe8\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9");

static void bench_init(struct bench *bench)
{
        CLEANUP(op_release) struct op op;
        int64_t port;
        *bench = (struct bench){.fake = {.input = -1}};
        fake_start(&bench->fake, "clova.mjs");
        transfer_pool_init(&bench->pool);
        CHECK(json_get_int(bench->fake.ready, "port", 1, 65535, &port));
        snprintf(bench->base, sizeof(bench->base), "http://127.0.0.1:%d/", (int)port);
        snprintf(bench->url, sizeof(bench->url), "%.*s", STR_FMT(json_get_str(bench->fake.ready, "url")));
        snprintf(bench->secret, sizeof(bench->secret), "%.*s",
                 STR_FMT(json_get_str(bench->fake.ready, "secret")));
        bench->conf = (struct conf){.ocr_provider = CONF_OCR_NAVER_CLOVA,
                                    .naver_clova_api_url = bench->url,
                                    .naver_clova_secret_key = bench->secret};
        test_op_init(&op);
        CHECK(clova_new(&op, &bench->conf, &bench->clova) == RC_OK);
}

static void bench_release(struct bench *bench)
{
        clova_free(&bench->clova);
        transfer_pool_release(&bench->pool);
        fake_stop(&bench->fake);
}

static void tell(struct bench *bench, const char *path, const char *body)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf reply;
        char url[128];
        test_op_init(&op);
        buf_init(&reply, 4096);
        snprintf(url, sizeof(url), "%s%s", bench->base, path);
        CURL *curl = transfer_take(&bench->pool, &op, "http", 5000, RC_UNAVAILABLE);
        CHECK(curl && curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK);
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body);
        CHECK(transfer_receive(curl, &reply) && curl_easy_perform(curl) == CURLE_OK);
        CHECK_STR(buf_str(&reply), "{}");
        transfer_give(&bench->pool, curl);
}

static void set_mode(struct bench *bench, const char *mode)
{
        char body[64];
        snprintf(body, sizeof(body), "{\"mode\":\"%s\"}", mode);
        tell(bench, "_mode", body);
}

/* What goes to the log holds neither the secret, nor the invoke URL's key, nor anything of the person. */
static void check_silent(const struct bench *bench, const struct op *op)
{
        const char *key = strstr(bench->url, "/custom/");
        CHECK(strstr(op->why, bench->secret) == NULL && (!key || strstr(op->why, key) == NULL));
        CHECK(strstr(op->why, "홍길동") == NULL && strstr(op->why, "900101") == NULL);
}

static enum rc ask(struct bench *bench, int64_t timeout_ms, struct clova_reading *ret)
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 65536, timeout_ms);
        enum rc rc = clova_ask(bench->clova, &op, jpeg, ret);
        CHECK(rc == op.rc);
        check_silent(bench, &op);
        return rc;
}

TEST(clova_is_asked_about_a_card)
{
        CLEANUP(bench_release) struct bench bench;
        CLEANUP(clova_reading_wipe) struct clova_reading reading;
        bench_init(&bench);
        CHECK(ask(&bench, 5000, &reading) == RC_OK);
        CHECK(reading.seen && reading.confident && reading.kind == DOC_RESIDENT_CARD);
        CHECK_STR(doc_text(&reading.fields, DOC_NAME), "홍길동");
        CHECK_STR(doc_text(&reading.fields, DOC_ADDRESS), "서울특별시 중구 세종대로 110 (태평로1가)");
        CHECK(reading.masks_len == 1 && reading.masks[0].x == 340 && reading.number.x == 100);
}

TEST(clova_answers_are_told_apart)
{
        static const struct {
                const char *mode;
                enum rc rc;
        } rows[] = {
            {"failure", RC_OK},
            {"slow", RC_OK},
            {"url", RC_CONFIG},
            {"secret", RC_CONFIG},
            {"body", RC_CONFIG},
            {"version", RC_CONFIG},
            {"domain", RC_CONFIG},
            {"quota", RC_CONFIG},
            {"redirect", RC_CONFIG},
            {"rate", RC_UNAVAILABLE},
            {"rate_of_gateway", RC_UNAVAILABLE},
            {"error", RC_UNAVAILABLE},
            {"down", RC_UNAVAILABLE},
            {"inner", RC_UNAVAILABLE},
            {"another", RC_UNAVAILABLE},
            {"two", RC_UNAVAILABLE},
            {"unknown", RC_UNAVAILABLE},
            {"garbage", RC_UNAVAILABLE},
            {"empty", RC_UNAVAILABLE},
            {"cut", RC_UNAVAILABLE},
            {"reset", RC_UNAVAILABLE},
            {"ok", RC_OK},
        };
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        for (size_t i = 0; i < LEN(rows); i++) {
                struct clova_reading reading = {0};
                set_mode(&bench, rows[i].mode);
                if (ask(&bench, 5000, &reading) != rows[i].rc)
                        test_fail(__FILE__, __LINE__, rows[i].mode);
                CHECK(reading.seen == (rows[i].rc == RC_OK && strcmp(rows[i].mode, "failure") != 0));
        }
}

TEST(clova_that_hangs_ends_by_the_deadline)
{
        static const char *const modes[] = {"hang", "stall"};
        CLEANUP(bench_release) struct bench bench;
        struct clova_reading reading;
        bench_init(&bench);
        for (size_t i = 0; i < LEN(modes); i++) {
                set_mode(&bench, modes[i]);
                int64_t start_ms = clock_mono_ms();
                CHECK(ask(&bench, 300, &reading) == RC_TIMED_OUT);
                CHECK(clock_mono_ms() - start_ms >= 290);
        }
        CHECK(ask(&bench, 0, &reading) == RC_TIMED_OUT);
}

/* 200 MB of it. Negative control: a larger maximum in clova_ask. */
TEST(clova_that_pours_is_cut_off)
{
        CLEANUP(bench_release) struct bench bench;
        struct clova_reading reading;
        struct rusage before, after;
        bench_init(&bench);
        set_mode(&bench, "huge");
        getrusage(RUSAGE_SELF, &before);
        CHECK(ask(&bench, 20000, &reading) == RC_UNAVAILABLE);
        getrusage(RUSAGE_SELF, &after);
        CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024); /* KB */
}

TEST(clova_refuses_a_wrong_secret)
{
        CLEANUP(bench_release) struct bench bench;
        CLEANUP(op_release) struct op op;
        struct clova_reading reading;
        bench_init(&bench);
        bench.secret[0] = bench.secret[0] == 'A' ? 'B' : 'A';
        clova_free(&bench.clova);
        test_op_init(&op);
        CHECK(clova_new(&op, &bench.conf, &bench.clova) == RC_OK);
        CHECK(clova_ask(bench.clova, &op, jpeg, &reading) == RC_CONFIG);
        CHECK(strstr(op.why, "NAVER_CLOVA_SECRET_KEY"));
        check_silent(&bench, &op);
}

TEST(clova_that_is_not_there)
{
        CLEANUP(bench_release) struct bench bench;
        struct clova_reading reading;
        bench_init(&bench);
        fake_stop(&bench.fake);
        CHECK(ask(&bench, 2000, &reading) == RC_UNAVAILABLE);
}

/* The certificate is for the right name, but nobody vouches for it. */
TEST(clova_must_show_a_certificate)
{
        CLEANUP(bench_release) struct bench bench;
        CLEANUP(op_release) struct op op;
        struct clova_reading reading;
        int64_t port;
        bench_init(&bench);
        CHECK(json_get_int(bench.fake.ready, "tls_port", 1, 65535, &port));
        snprintf(bench.url, sizeof(bench.url), "https://localhost:%d%.*s", (int)port,
                 STR_FMT(json_get_str(bench.fake.ready, "path")));
        test_op_init(&op);
        CHECK(clova_ask(bench.clova, &op, jpeg, &reading) == RC_CONFIG);
        CHECK(strstr(op.why, "NAVER_CLOVA_API_URL"));
        check_silent(&bench, &op);
}

/* The stand-in that the build puts beside us, which has not found the number. */
static struct vision_pool *open_vision(void)
{
        char path[600], self[512] = "";
        CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
        *strrchr(self, '/') = '\0';
        snprintf(path, sizeof(path), "%s/tests/unit/vision/vision-liar", self);
        return vision_pool_open(
            &(struct vision_options){.program = path, .model_dir = "miss", .children = 1});
}

static void read_missed(struct ocr_provider *provider, struct vision_pool *pool, struct vision_document *ret)
{
        CLEANUP(op_release) struct op op;
        struct vision_document_request request = {
            .declared = DOC_RESIDENT_CARD, .today = {2026, 6, 1}, .front = STR("picture")};
        test_op_init(&op);
        CHECK(ocr_provider_read(&op, provider, pool, &request, ret) == RC_OK);
        CHECK(ret->kind == DOC_RESIDENT_CARD && doc_has(&ret->fields, DOC_ID_NUMBER));
}

/* Where we have not found the number, the card is kept only with a mask that hides it. Negative control: let
 * clova_hides_number answer true, or false. */
TEST(clova_card_is_kept_where_either_is_sure_of_the_number)
{
        CLEANUP(bench_release) struct bench bench;
        CLEANUP(ocr_provider_free) struct ocr_provider *provider = NULL;
        CLEANUP(vision_document_release) struct vision_document kept = {0};
        CLEANUP(vision_document_release) struct vision_document left = {0};
        CLEANUP(op_release) struct op op;
        bench_init(&bench);
        test_op_init(&op);
        CHECK(ocr_provider_new(&op, &bench.conf, &provider) == RC_OK);
        struct vision_pool *pool = open_vision();
        read_missed(provider, pool, &kept);
        CHECK(kept.card_jpeg.len > 0 && kept.portrait_jpeg.len > 0 && kept.errors.len == 0);
        tell(&bench, "_card",
             "{\"idtype\":\"ID Card\",\"fields\":{\"name\":\"홍길동\",\"personalNum\":\"900101-1234568\"}}");
        read_missed(provider, pool, &left);
        CHECK(left.card_jpeg.len == 0 && left.portrait_jpeg.len == 0);
        CHECK(doc_errors_have(&left.errors, RC_LOW_CONFIDENCE));
        vision_pool_close(pool);
}

TEST(ocr_configuration_is_checked)
{
        static const char *const urls[] = {"", "http://x.apigw.ntruss.com/custom/v1/1/k/document/id-card",
                                           "http://127.0.0.1.example.org:80/",
                                           "https://x.apigw.ntruss.com/a\r\nHost: b", "file:///etc/passwd"};
        static const char *const secrets[] = {"", "a b", "a\r\nX-Evil: 1", "비밀"};
        char url[128], secret[128] = "secret";
        struct conf conf = {.ocr_provider = CONF_OCR_NAVER_CLOVA,
                            .naver_clova_api_url = url,
                            .naver_clova_secret_key = secret};
        CLEANUP(ocr_provider_free) struct ocr_provider *provider = NULL;
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        for (size_t i = 0; i < LEN(urls); i++) {
                snprintf(url, sizeof(url), "%s", urls[i]);
                CHECK(ocr_provider_new(&op, &conf, &provider) == RC_CONFIG);
                CHECK(strstr(op.why, "NAVER_CLOVA_API_URL"));
                op_forgive(&op);
        }
        snprintf(url, sizeof(url), "https://x.apigw.ntruss.com/custom/v1/1/k/document/id-card");
        for (size_t i = 0; i < LEN(secrets); i++) {
                snprintf(secret, sizeof(secret), "%s", secrets[i]);
                CHECK(ocr_provider_new(&op, &conf, &provider) == RC_CONFIG);
                CHECK(strstr(op.why, "NAVER_CLOVA_SECRET_KEY"));
                op_forgive(&op);
        }
        snprintf(secret, sizeof(secret), "c2VjcmV0+/=");
        CHECK(provider == NULL && ocr_provider_new(&op, &conf, &provider) == RC_OK);
        CHECK_STR(str_from(provider->name), "naver_clova");
        ocr_provider_free(&provider);
        conf.ocr_provider = CONF_OCR_TESSERACT;
        CHECK(ocr_provider_new(&op, &conf, &provider) == RC_OK);
        CHECK_STR(str_from(provider->name), "tesseract");
        ocr_provider_free(&provider);
        conf.ocr_provider = 7;
        CHECK(ocr_provider_new(&op, &conf, &provider) == RC_CONFIG);
}
