#include "conf/conf.h"
#include "conf/env_file.h"
#include "unit/data.h"
#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>

static enum rc load_with(const char *key, const char *value, struct op *op, struct conf *ret)
{
        op_init(op, NULL, 10000, 1000);
        struct conf_override overrides[] = {{key, value}};
        return conf_load(op, "/dev/null", overrides, 1, ret);
}

static bool refused(const char *key, const char *value)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(conf_release) struct conf conf;
        enum rc rc = load_with(key, value, &op, &conf);
        return rc == RC_CONFIG && str_starts_with(str_from(op.why), str_from(key));
}

TEST(conf_defaults_are_derived_from_the_data_dir)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(conf_release) struct conf conf;
        CHECK(load_with("DATA_DIR", "/tmp/x", &op, &conf) == RC_OK);
        CHECK_STR(str_from(conf.database_url), "sqlite:/tmp/x/bonin.db");
        CHECK_STR(str_from(conf.sms_file), "/tmp/x/sms.jsonl");
        CHECK(conf.code_length == 6 && conf.api_per_hour == 100 && conf.id_card_min_confidence == 0.98);
}

TEST(conf_limits_that_follow_others_do)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(conf_release) struct conf conf;
        op_init(&op, NULL, 10000, 1000);
        struct conf_override overrides[] = {{"API_PER_HOUR", "7"},
                                            {"SMS_PER_HOUR", "0"},
                                            {"EMAIL_PER_DAY", "2"},
                                            {"SMS_BUDGET_PER_HOUR", "501"}};
        CHECK(conf_load(&op, "/dev/null", overrides, LEN(overrides), &conf) == RC_OK);
        CHECK(conf.api_per_day == 70 && conf.sms_per_day == 0 && conf.email_per_day == 2);
        CHECK(conf.sms_per_block_hour == 51);
}

TEST(conf_names_the_key_that_is_wrong)
{
        static const struct conf_override bad[] = {{"DEBUG", "maybe"},
                                                   {"SECRET_KEY", "short"},
                                                   {"SMS_PROVIDER", "pigeon"},
                                                   {"OCR_PROVIDER", "pigeon"},
                                                   {"EMAIL_PORT", "65536"},
                                                   {"API_PER_HOUR", "1e3"},
                                                   {"ID_CARD_MIN_CONFIDENCE", "1.5"},
                                                   {"DATABASE_URL", "mysql:x"},
                                                   {"PUBLIC_ORIGIN", "example.org"},
                                                   {"PUBLIC_ORIGIN", "https://a/b"},
                                                   {"BLOB_URL", "ftp://x"},
                                                   {"VERIFICATION_CODE_LENGTH", "4"},
                                                   {"SMS_BREAKER_WINDOW", "49"},
                                                   {"SMS_ALLOWED_PREFIXES", "010"},
                                                   {"SMS_ALLOWED_PREFIXES", "+8210,"},
                                                   {"CONSENT_REQUIRED", "if need be"},
                                                   {"IMAGE_RETENTION_DAYS", "-1"},
                                                   {"LOG_RETENTION_DAYS", "2 years"}};
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(refused(bad[i].key, bad[i].value));
}

TEST(conf_demo_mode_stays_on_loopback)
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 10000, 1000);
        CLEANUP(conf_release) struct conf conf;
        struct conf_override overrides[] = {{"DEBUG", "true"}, {"LISTEN", "0.0.0.0:80"}};
        CHECK(conf_load(&op, "/dev/null", overrides, 2, &conf) == RC_CONFIG);
}

TEST(conf_clova_needs_its_keys)
{
        const char *const keys[] = {"NAVER_CLOVA_API_URL", "NAVER_CLOVA_SECRET_KEY"};
        struct conf_override overrides[3] = {{"OCR_PROVIDER", "naver_clova"}};
        for (size_t given = 0; given <= LEN(keys); given++) {
                CLEANUP(op_release) struct op op;
                CLEANUP(conf_release) struct conf conf;
                op_init(&op, NULL, 10000, 1000);
                enum rc rc = conf_load(&op, "/dev/null", overrides, 1 + given, &conf);
                CHECK(rc == (given < LEN(keys) ? RC_CONFIG : RC_OK));
                if (given == LEN(keys))
                        continue;
                CHECK(strstr(op.why, keys[given]));
                overrides[1 + given] = (struct conf_override){keys[given], "https://clova.example.org/x"};
        }
}

TEST(conf_twilio_needs_its_keys)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(conf_release) struct conf conf;
        CHECK(load_with("SMS_PROVIDER", "twilio", &op, &conf) == RC_CONFIG);
        CHECK(strstr(op.why, "TWILIO_ACCOUNT_SID"));
}

TEST(conf_consent_is_not_asked_for_what_is_not_true)
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 10000, 1000);
        CLEANUP(conf_release) struct conf conf;
        struct conf_override overrides[] = {{"CONSENT_REQUIRED", "true"}, {"ID_NUMBER_STORAGE", "encrypted"}};
        CHECK(conf_load(&op, "/dev/null", overrides, 2, &conf) == RC_CONFIG);
        CHECK(strstr(op.why, "CONSENT_FILE"));
}

TEST(env_file_lines)
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1000, 1000);
        CLEANUP(env_file_release) struct env_file file = {0};
        CHECK(env_file_parse(&op, "x",
                             STR("# c\n\nA=1\r\nexport B = \"two words\"\nC='x=y'\nA=2\nE='x #y'\nF=x#y\n"),
                             &file) == RC_OK);
        CHECK_STR(env_file_get(&file, STR("A")), "2");
        CHECK_STR(env_file_get(&file, STR("B")), "two words");
        CHECK_STR(env_file_get(&file, STR("C")), "x=y");
        CHECK(str_is_null(env_file_get(&file, STR("D"))));
        CHECK_STR(env_file_get(&file, STR("E")), "x #y");
        CHECK_STR(env_file_get(&file, STR("F")), "x#y");
        /* The last three: without has_comment the comment is the value, and everybody knows the key. */
        static const char *const bad[] = {
            "novalue",   "=1",        "A B=1", "A=\"open", "1A=x", "A=\"x\" # why", "SECRET_KEY=  # to do",
            "A=x # why", "A=x\t# why"};
        for (size_t i = 0; i < LEN(bad); i++) {
                struct env_file none = {0};
                op_forgive(&op);
                CHECK(env_file_parse(&op, "x", str_from(bad[i]), &none) == RC_CONFIG);
        }
}

/* A slip is told with its line and what may be meant; what is right, and what the environment has, is not.
 * Negative control: conf_load without conf_note_strangers. */
TEST(conf_notes_keys_that_are_none)
{
        static const char text[] =
            "DEBUG=true\n\n# LIVENES=1\nexport LIVENES_MODE=passive\nSMS_PROVIDR=console\n";
        char folder[64], path[128];
        CLEANUP(op_release) struct op op;
        CLEANUP(conf_release) struct conf conf;
        test_folder_make(folder);
        snprintf(path, sizeof(path), "%s/env", folder);
        FILE *file = fopen(path, "w");
        CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
        setenv("BONIN_OF_THE_ENVIRONMENT", "x", 1);
        op_init(&op, NULL, 10000, 1000);
        CHECK(conf_load(&op, path, NULL, 0, &conf) == RC_OK);
        test_folder_remove(folder);
        struct str notes = buf_str(&conf.notes), line;
        CHECK(str_split(&notes, '\n', &line) && str_find_str(line, STR("/env:4: LIVENES_MODE")) > 0);
        CHECK(str_ends_with(line, STR("nearest is LIVENESS_MODE")));
        CHECK(str_split(&notes, '\n', &line) && str_find_str(line, STR("/env:5: SMS_PROVIDR")) > 0);
        CHECK(str_ends_with(line, STR("nearest is SMS_PROVIDER")));
        CHECK(notes.len == 0);
}
