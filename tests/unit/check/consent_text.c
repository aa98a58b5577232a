#include "check/consent_text.h"

#include "base/json.h"
#include "check/consent_default.h"
#include "unit/data.h"
#include "unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct bench {
        struct op op;
        char folder[64], path[96];
        struct conf conf;
        struct consent_text *text;
};

static void bench_init(struct bench *bench)
{
        static char service[] = "은행", none[] = "";
        *bench = (struct bench){.conf = {.service_name = service, .consent_file = none}};
        test_op_init(&bench->op);
        test_folder_make(bench->folder);
        snprintf(bench->path, sizeof(bench->path), "%s/consent.json", bench->folder);
}

static void bench_release(struct bench *bench)
{
        consent_text_free(&bench->text);
        test_folder_remove(bench->folder);
        op_release(&bench->op);
}

static enum rc load(struct bench *bench)
{
        consent_text_free(&bench->text);
        op_forgive(&bench->op);
        return consent_text_load(&bench->op, &bench->conf, &bench->text);
}

static enum rc load_file(struct bench *bench, struct str content)
{
        CLEANUP(fd_close) int fd = open(bench->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        CHECK(fd >= 0 && fd_write_all(fd, content.ptr, content.len));
        bench->conf.consent_file = bench->path;
        return load(bench);
}

static struct str sample(void)
{
        return str_from_bytes(consent_default, consent_default_len);
}

TEST(consent_text_of_its_own_says_who_and_for_how_long)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        bench.conf.retention_days = 365;
        bench.conf.image_retention_days = 30;
        bench.conf.face_retention_days = 90;
        bench.conf.frame_hash_days = 45;
        CHECK(load(&bench) == RC_OK && bench.text->retention_days == 365);
        for (int i = 0; i < CONSENT_LANGS; i++) {
                const struct consent_words *words = &bench.text->words[i];
                CHECK(str_find_str(words->purpose, STR("은행")) >= 0);
                CHECK(str_find(words->text, '{') < 0);
                CHECK(str_find_str(words->items[STEP_PHONE], i == LANG_KO ? STR("365일") : STR("365 days")) >=
                      0);
                CHECK(str_find_str(words->items[STEP_FACE], i == LANG_KO ? STR("30일") : STR("30 days")) >=
                      0);
                CHECK(str_find_str(words->items[STEP_FACE], i == LANG_KO ? STR("45일") : STR("45 days")) >=
                      0);
                struct hash hash = hash_sha256(&words->text, 1);
                CHECK(hash_equal(&hash, &words->hash));
                for (int step = 0; step < STEP_COUNT; step++)
                        CHECK(str_find_str(words->text, words->items[step]) > 0);
        }
        CHECK(!hash_equal(&bench.text->words[LANG_KO].hash, &bench.text->words[LANG_EN].hash));
        CHECK(str_find_str(bench.text->words[LANG_KO].text, STR("NAVER")) < 0);
        bench.conf.retention_days = bench.conf.image_retention_days = 0;
        CHECK(load(&bench) == RC_OK && bench.text->retention_days == 0);
        CHECK(str_find_str(bench.text->words[LANG_EN].text, STR("until you ask for erasure")) >= 0);
}

/* So that what the server answers can be saved, changed and named in CONSENT_FILE. */
/* Who has agreed has agreed to that. Negative control: leave {recipient} out of the text. */
TEST(consent_text_names_who_else_gets_a_document)
{
        CLEANUP(bench_release) struct bench bench;
        struct hash at_home[CONSENT_LANGS];
        bench_init(&bench);
        CHECK(load(&bench) == RC_OK);
        for (int i = 0; i < CONSENT_LANGS; i++)
                at_home[i] = bench.text->words[i].hash;
        bench.conf.ocr_provider = CONF_OCR_NAVER_CLOVA;
        CHECK(load(&bench) == RC_OK);
        for (int i = 0; i < CONSENT_LANGS; i++) {
                const struct consent_words *words = &bench.text->words[i];
                CHECK(str_find_str(words->items[STEP_ID_CARD], STR("NAVER Cloud")) > 0);
                CHECK(str_find_str(words->items[STEP_FACE], STR("NAVER")) < 0);
                CHECK(!hash_equal(&at_home[i], &words->hash));
        }
}

TEST(consent_text_can_be_read_from_what_it_was_told_as)
{
        CLEANUP(bench_release) struct bench bench;
        CLEANUP(buf_release) struct buf told;
        bench_init(&bench);
        buf_init(&told, 64 * 1024);
        CHECK(load(&bench) == RC_OK);
        struct hash hash = bench.text->words[LANG_KO].hash;
        buf_add(&told, bench.text->json);
        CHECK(load_file(&bench, buf_str(&told)) == RC_OK);
        CHECK(hash_equal(&hash, &bench.text->words[LANG_KO].hash));
}

static bool refused(struct bench *bench, struct str content)
{
        return load_file(bench, content) == RC_CONFIG && bench->text == NULL &&
               strstr(bench->op.why, "CONSENT_FILE");
}

/* The sample with `what` in another place of it. */
static struct str with(struct bench *bench, struct str what, struct str instead)
{
        struct str text = sample();
        ssize_t at = str_find_str(text, what);
        CHECK(at >= 0);
        size_t end = (size_t)at + what.len;
        return arena_printf(&bench->op.arena, "%.*s%.*s%.*s", (int)at, text.ptr, STR_FMT(instead),
                            STR_FMT(str_sub(text, end, text.len)));
}

TEST(consent_text_that_lacks_something_is_refused)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CHECK(load_file(&bench, sample()) == RC_OK);
        CHECK(refused(&bench, STR("")) && refused(&bench, STR("{}")) && refused(&bench, STR("[]")));
        CHECK(refused(&bench, with(&bench, STR("\"version\": \"1\""), STR("\"version\": \"\""))));
        CHECK(refused(&bench, with(&bench, STR("\"item\": \"face\""), STR("\"item\": \"phone\""))));
        CHECK(refused(&bench, with(&bench, STR("\"item\": \"face\""), STR("\"item\": \"iris\""))));
        CHECK(refused(&bench, with(&bench, STR("\"purpose\""), STR("\"porpoise\""))));
        CHECK(refused(&bench, with(&bench, STR("\"en\":"), STR("\"fr\":"))));
        CHECK(refused(&bench, with(&bench, STR("\"version\": \"1\""),
                                   STR("\"version\": \"1\", \"retention_days\": \"a year\""))));
        bench.conf.consent_file = bench.folder;
        CHECK(load(&bench) == RC_CONFIG);
}

/* What is promised is kept: data is not kept for longer than the applicant was told. */
TEST(consent_text_promises_no_less_than_retention_keeps)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        struct str promise =
            with(&bench, STR("\"version\": \"1\""), STR("\"version\": \"1\", \"retention_days\": 30"));
        CHECK(refused(&bench, promise)); /* RETENTION_DAYS=0: for ever */
        bench.conf.retention_days = 31;
        CHECK(refused(&bench, promise));
        bench.conf.retention_days = 30;
        CHECK(load_file(&bench, promise) == RC_OK && bench.text->retention_days == 30);
        bench.conf.retention_days = 7;
        CHECK(load_file(&bench, promise) == RC_OK && bench.text->retention_days == 30);
}
