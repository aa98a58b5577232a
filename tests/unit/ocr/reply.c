#include "ocr/clova.h"

#include "base/json.h"
#include "unit/data.h"
#include "unit/test.h"

#include <stdio.h>

/* The shapes in which CLOVA answers, one of each kind; the fields' own members are those of a recorded reply.
 */
#define HEAD                                                                                                 \
        "{\"version\":\"V2\",\"requestId\":\"r1\",\"timestamp\":1700000000000,\"images\":[{\"uid\":\"u\","   \
        "\"name\":\"card\","
#define SEEN                                                                                                 \
        HEAD "\"inferResult\":\"SUCCESS\",\"message\":\"SUCCESS\",\"idCard\":{\"meta\":{"                    \
             "\"estimatedLanguage\":\"ko\"},\"result\":{"
#define TAIL "}}}]}"
#define TEXT(member, value)                                                                                  \
        "\"" member "\":[{\"text\":\"" value "\",\"formatted\":{\"value\":\"" value                          \
        "\"},\"keyText\":\"\",\"boundingPolys\":[],\"maskingPolys\":[]}]"
#define DATE(member, y, m, d)                                                                                \
        "\"" member "\":[{\"text\":\"?\",\"formatted\":{\"year\":\"" y "\",\"month\":\"" m "\",\"day\":\"" d \
        "\"}}]"
#define BOX(l, t, r, b)                                                                                      \
        "[{\"vertices\":[{\"x\":" #l ",\"y\":" #t "},{\"x\":" #r ",\"y\":" #t "},{\"x\":" #r ",\"y\":" #b    \
        "},{\"x\":" #l ",\"y\":" #b "}]}]"
#define NUMBER(member, value)                                                                                \
        "\"" member "\":[{\"text\":\"" value "\",\"formatted\":{\"value\":\"" value                          \
        "\"},\"boundingPolys\":" BOX(100.5, 250, 550, 290) ",\"maskingPolys\":" BOX(340, 249.25, 551.5,      \
                                                                                    291) "}]"

static const char resident[] = SEEN
    "\"idtype\":\"ID Card\",\"isConfident\":true,\"rois\":[],\"ic\":{" TEXT("name", "홍길동(洪吉童)") "," NUMBER(
        "personalNum",
        "900101-1234568") "," TEXT("address",
                                   "서울특별시 중구\\n 세종대로  110") "," DATE("issueDate", "2016", "01",
                                                                                "15") "," TEXT("authority",
                                                                                               "서울특별시 "
                                                                                               "중구청장") "}" TAIL;
static const char license[] =
    SEEN "\"idtype\":\"Driver's License\",\"isConfident\":true,\"dl\":{" TEXT("type", "2종 보통") "," TEXT(
        "num",
        "서울 95-373949-01") "," TEXT("name",
                                      "홍길동") "," NUMBER("personalNum",
                                                           "9001011234568") "," DATE("renewEndDate", "2029",
                                                                                     "12",
                                                                                     "31") "," DATE("issueDat"
                                                                                                    "e",
                                                                                                    "2019",
                                                                                                    "3",
                                                                                                    "7") "," TEXT("code",
                                                                                                                  "M5NF8") "}" TAIL;
static const char passport[] =
    SEEN "\"idtype\":\"Passport\",\"isConfident\":false,\"pp\":{" TEXT("num", "M12345678") "," TEXT(
        "surName",
        "HONG") "," TEXT("givenName",
                         "GILDONG") "," TEXT("sex",
                                             "M") "," TEXT("nationality",
                                                           "REPUBLIC OF KOREA") "," DATE("birthDate", "1990",
                                                                                         "01",
                                                                                         "01") "," DATE("expi"
                                                                                                        "reDa"
                                                                                                        "te",
                                                                                                        "203"
                                                                                                        "0",
                                                                                                        "01",
                                                                                                        "01") "}" TAIL;
static const char alien[] =
    SEEN "\"idtype\":\"Alien Registration Card\",\"isConfident\":true,\"ac\":{" NUMBER(
        "alienRegNum",
        "900101-5234567") "," TEXT("name",
                                   "HONG GILDONG") "," TEXT("nationality",
                                                            "UZBEKISTAN") "," TEXT("visaType",
                                                                                   "F-4") "," DATE("issueDat"
                                                                                                   "e",
                                                                                                   "2018",
                                                                                                   "09",
                                                                                                   "06") "}" TAIL;

static enum rc parse(const char *reply, struct clova_reading *ret)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        enum rc rc = clova_reply_parse(&op, str_from(reply), STR("r1"), ret);
        /* What goes to the log holds nothing of the person. */
        CHECK(strstr(op.why, "홍길동") == NULL && strstr(op.why, "900101") == NULL);
        return rc;
}

TEST(clova_reply_of_a_resident_card)
{
        CLEANUP(clova_reading_wipe) struct clova_reading reading;
        CHECK(parse(resident, &reading) == RC_OK);
        CHECK(reading.seen && reading.confident && reading.kind == DOC_RESIDENT_CARD);
        CHECK_STR(doc_text(&reading.fields, DOC_NAME), "홍길동");
        CHECK_STR(doc_text(&reading.fields, DOC_ID_NUMBER), "900101-1234568");
        CHECK_STR(doc_text(&reading.fields, DOC_ADDRESS), "서울특별시 중구 세종대로 110");
        CHECK_STR(doc_text(&reading.fields, DOC_ISSUE_DATE), "2016-01-15");
        CHECK_STR(doc_text(&reading.fields, DOC_ISSUER), "서울특별시 중구청장");
        const struct vision_box mask = reading.masks[0], number = reading.number;
        CHECK(reading.masks_len == 1);
        CHECK(mask.x == 340 && mask.y == 249 && mask.x + mask.width == 552 && mask.y + mask.height == 291);
        CHECK(number.x == 100 && number.x + number.width == 550);
}

TEST(clova_reply_of_the_other_kinds)
{
        struct clova_reading reading;
        CHECK(parse(license, &reading) == RC_OK && reading.kind == DOC_DRIVER_LICENSE);
        CHECK_STR(doc_text(&reading.fields, DOC_LICENSE_NUMBER), "11-95-373949-01");
        CHECK_STR(doc_text(&reading.fields, DOC_LICENSE_CLASS), "2종보통");
        CHECK_STR(doc_text(&reading.fields, DOC_ID_NUMBER), "900101-1234568");
        CHECK_STR(doc_text(&reading.fields, DOC_EXPIRY_DATE), "2029-12-31");
        CHECK_STR(doc_text(&reading.fields, DOC_ISSUE_DATE), "2019-03-07");
        CHECK(parse(passport, &reading) == RC_OK && reading.kind == DOC_PASSPORT && !reading.confident);
        CHECK_STR(doc_text(&reading.fields, DOC_PASSPORT_NUMBER), "M12345678");
        CHECK_STR(doc_text(&reading.fields, DOC_NATIONALITY), "KOR");
        CHECK_STR(doc_text(&reading.fields, DOC_BIRTH_DATE), "1990-01-01");
        CHECK(!doc_has(&reading.fields, DOC_LICENSE_NUMBER) && reading.masks_len == 0);
        CHECK(parse(alien, &reading) == RC_OK && reading.kind == DOC_ALIEN_CARD && reading.masks_len == 1);
        CHECK_STR(doc_text(&reading.fields, DOC_ID_NUMBER), "900101-5234567");
        CHECK_STR(doc_text(&reading.fields, DOC_NATIONALITY), "UZBEKISTAN");
        clova_reading_wipe(&reading);
}

TEST(clova_reply_that_saw_nothing_is_an_answer)
{
        struct clova_reading reading;
        CHECK(parse(HEAD "\"inferResult\":\"FAILURE\",\"message\":\"홍길동\"}]}", &reading) == RC_OK);
        CHECK(!reading.seen && reading.kind == DOC_UNKNOWN);
        CHECK(parse(HEAD "\"inferResult\":\"ERROR\",\"message\":\"홍길동\"}]}", &reading) == RC_UNAVAILABLE);
}

/* Negative controls: without each check of the parser the row that names it is taken. */
TEST(clova_reply_that_is_none_is_refused)
{
        static const struct {
                const char *what, *reply;
        } rows[] = {
            {"not JSON", "<html>"},
            {"nothing", "{}"},
            {"another request", "{\"requestId\":\"r2\",\"images\":[{\"inferResult\":\"FAILURE\"}]}"},
            {"no request", "{\"images\":[{\"inferResult\":\"FAILURE\"}]}"},
            {"two pictures", "{\"requestId\":\"r1\",\"images\":[{\"inferResult\":\"FAILURE\"},{}]}"},
            {"no picture", "{\"requestId\":\"r1\",\"images\":[]}"},
            {"another word", HEAD "\"inferResult\":\"PERHAPS\"}]}"},
            {"no result", HEAD "\"inferResult\":\"SUCCESS\"}]}"},
            {"unknown kind", SEEN "\"idtype\":\"Library Card\",\"ic\":{}" TAIL},
            {"fields of another kind", SEEN "\"idtype\":\"Passport\",\"ic\":{}" TAIL},
            {"fields that are a list", SEEN "\"idtype\":\"ID Card\",\"ic\":[]" TAIL},
            {"a field that is no list", SEEN "\"idtype\":\"ID Card\",\"ic\":{\"name\":{}}" TAIL},
            {"an entry that is none", SEEN "\"idtype\":\"ID Card\",\"ic\":{\"name\":[1]}" TAIL},
            {"17 entries",
             SEEN "\"idtype\":\"ID "
                  "Card\",\"ic\":{\"name\":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}" TAIL},
            {"masks that are no list",
             SEEN "\"idtype\":\"ID Card\",\"ic\":{\"personalNum\":[{\"maskingPolys\":{}}]}" TAIL},
            {"a mask without vertices",
             SEEN "\"idtype\":\"ID Card\",\"ic\":{\"personalNum\":[{\"maskingPolys\":[{}]}]}" TAIL},
            {"a mask of two vertices",
             SEEN "\"idtype\":\"ID "
                  "Card\",\"ic\":{\"personalNum\":[{\"maskingPolys\":[{\"vertices\":[{\"x\":1,\"y\":1},"
                  "{\"x\":2,\"y\":2}]}]}]}" TAIL},
            {"a mask beyond measure",
             SEEN "\"idtype\":\"ID Card\",\"ic\":{\"personalNum\":[{\"maskingPolys\":" BOX(0, 0, 1e300,
                                                                                           10) "}]}" TAIL},
            {"a mask in words", SEEN "\"idtype\":\"ID Card\",\"ic\":{\"personalNum\":[{\"maskingPolys\":" BOX(
                                    "1", 0, 2, 10) "}]}" TAIL},
        };
        for (size_t i = 0; i < LEN(rows); i++) {
                struct clova_reading reading = {.kind = DOC_KIND_COUNT};
                if (parse(rows[i].reply, &reading) != RC_UNAVAILABLE || reading.kind != DOC_KIND_COUNT)
                        test_fail(__FILE__, __LINE__, rows[i].what);
        }
}

/* As many masks as there is room for, and one more: then the whole answer is refused, and none is forgotten.
 * Negative control: leave out the comparison with CLOVA_MASKS_MAX. */
TEST(clova_reply_with_too_many_masks_is_refused)
{
        static const char mask[] = "{\"vertices\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":2},{\"x\":3,\"y\":4}]}";
        for (int extra = 0; extra <= 1; extra++) {
                CLEANUP(buf_release) struct buf reply;
                struct clova_reading reading;
                buf_init(&reply, 65536);
                buf_add(&reply, STR(SEEN "\"idtype\":\"ID Card\",\"ic\":{\"personalNum\":["));
                for (int entry = 0; entry < 2; entry++) {
                        buf_addf(&reply, "%s{\"maskingPolys\":[%s", entry ? "," : "", mask);
                        for (int i = 1; i < CLOVA_MASKS_MAX / 2 + entry * extra; i++)
                                buf_addf(&reply, ",%s", mask);
                        buf_add(&reply, STR("]}"));
                }
                buf_add(&reply, STR("]}" TAIL));
                CHECK(parse(buf_text(&reply), &reading) == (extra ? RC_UNAVAILABLE : RC_OK));
        }
}

TEST(clova_reply_with_fields_out_of_form_leaves_them_out)
{
        static const char reply[] =
            SEEN "\"idtype\":\"ID "
                 "Card\",\"isConfident\":\"true\",\"ic\":{\"name\":[{\"text\":\"a\\u0007b\"}],"
                 "\"personalNum\":null,"
                 "\"address\":[]," DATE("issueDate", "2016", "02", "30") "," TEXT("authority", "") "}" TAIL;
        struct clova_reading reading;
        CHECK(parse(reply, &reading) == RC_OK && reading.seen && !reading.confident);
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++)
                CHECK(!doc_has(&reading.fields, field));
        CHECK(reading.masks_len == 0 && reading.number.width == 0);
}
