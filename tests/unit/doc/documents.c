/* Rules on numbers, dates, names and zones. */
#include "doc/date.h"
#include "doc/id_number.h"
#include "doc/license.h"
#include "doc/mrz.h"
#include "doc/person.h"
#include "unit/test.h"

static const struct date today = {2026, 6, 1};

/* The specimens of the standard itself. */
static const char td3[] =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
static const char td2[] = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
static const char td1[] =
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

/* Negative control: the day after within one month alone, as it was. */
TEST(date_of_whole_years_ends_on_the_day_or_the_day_before)
{
        static const struct {
                struct date first, last;
                bool whole;
        } rows[] = {
            {{2016, 1, 15}, {2026, 1, 15}, true},  {{2016, 1, 15}, {2026, 1, 14}, true},
            {{2016, 3, 1}, {2026, 2, 28}, true},   {{2018, 3, 1}, {2028, 2, 29}, true},
            {{2016, 1, 1}, {2025, 12, 31}, true},  {{2016, 5, 1}, {2026, 4, 30}, true},
            {{2016, 2, 29}, {2026, 2, 28}, true},  {{2016, 2, 29}, {2026, 2, 27}, true},
            {{2016, 1, 15}, {2026, 1, 16}, false}, {{2016, 1, 15}, {2026, 1, 13}, false},
            {{2016, 5, 1}, {2026, 5, 31}, false},  {{2016, 5, 1}, {2026, 4, 29}, false},
            {{2016, 1, 1}, {2026, 12, 31}, true},  {{2026, 1, 15}, {2026, 1, 15}, false},
            {{2026, 5, 2}, {2026, 5, 1}, false},   {{0}, {2026, 1, 15}, false},
            {{2016, 1, 15}, {0}, false},
        };
        for (size_t i = 0; i < LEN(rows); i++)
                CHECK(date_are_whole_years(rows[i].first, rows[i].last) == rows[i].whole);
}

TEST(date_knows_the_calendar)
{
        struct date date;
        CHECK(date_parse(STR("2024-02-29"), &date) && date.year == 2024 && date.day == 29);
        CHECK(!date_parse(STR("2023-02-29"), &date));
        CHECK(!date_parse(STR("2100-02-29"), &date));
        CHECK(!date_parse(STR("2024-13-01"), &date));
        CHECK(!date_parse(STR("2024-1-01"), &date));
        CHECK(!date_parse(STR("2024-01-01 "), &date));
        CHECK(!date_exists((struct date){0}));
        CHECK(date_add_years((struct date){2024, 2, 29}, 1).day == 28);
        CHECK(date_compare((struct date){2024, 2, 29}, (struct date){2024, 3, 1}) < 0);
}

TEST(date_of_korea_turns_at_fifteen_hours_utc)
{
        const int64_t before = 1767193199000,
                      after = 1767193200000; /* 2025-12-31T14:59:59Z and a second later */
        CHECK(date_of_korea(before).year == 2025);
        CHECK(date_of_korea(after).year == 2026);
}

TEST(id_number_tells_birth_and_sex)
{
        struct id_number number;
        CHECK(id_number_parse(STR("9001011234568"), today, &number));
        CHECK_STR(str_from(number.text), "900101-1234568");
        CHECK(number.birth.year == 1990 && number.sex == 'M' && !number.foreigner && number.check_ok);
        CHECK(id_number_parse(STR("900101-1234567"), today, &number) && !number.check_ok);
        CHECK(id_number_parse(STR("060916-4979405"), today, &number));
        CHECK(number.birth.year == 2006 && number.sex == 'F');
        CHECK(id_number_parse(STR("951219-6986766"), today, &number));
        CHECK(number.birth.year == 1995 && number.sex == 'F' && number.foreigner);
        CHECK(id_number_parse(STR("990101-9986766"), today, &number) && number.birth.year == 1899);
}

TEST(id_number_refuses_what_cannot_be)
{
        struct id_number number;
        CHECK(!id_number_parse(STR("900231-1234567"), today, &number));
        CHECK(!id_number_parse(STR("260602-3234567"), today, &number)); /* tomorrow */
        CHECK(!id_number_parse(STR("900101-123456"), today, &number));
        CHECK(!id_number_parse(STR("900101-123456O"), today, &number));
        CHECK(!id_number_parse(STR("900101 1234567"), today, &number));
        CHECK(!id_number_parse(STR(""), today, &number));
}

TEST(license_number_takes_codes_and_names)
{
        struct license_number number;
        CHECK(license_number_parse(STR("11-18-938381-92"), &number));
        CHECK_STR(str_from(number.text), "11-18-938381-92");
        CHECK(license_number_parse(STR("부산 06-126845-21"), &number));
        CHECK_STR(str_from(number.text), "12-06-126845-21");
        CHECK(license_number_parse(STR("경기북부 06-126845-21"), &number) && number.region_uncertain);
        CHECK(!license_number_parse(STR("27-18-938381-92"), &number));
        CHECK(!license_number_parse(STR("11-18-93838-92"), &number));
        CHECK(!license_number_parse(STR("11-18-9383810-92"), &number));
        CHECK(!license_number_parse(STR("평양 06-126845-21"), &number));
}

TEST(license_class_finds_several)
{
        char classes[LICENSE_CLASS_MAX];
        CHECK(license_class_parse(STR("1종 대형, 2종보통"), classes));
        CHECK_STR(str_from(classes), "1종대형 2종보통");
        CHECK(license_class_parse(STR("2종 원동기장치자전거"), classes));
        CHECK_STR(str_from(classes), "2종원동기장치자전거");
        CHECK(license_class_parse(STR("1종 보동 2종쇼형"), classes));
        CHECK_STR(str_from(classes), "1종보통");
        CHECK(license_class_parse(STR("1종대형 1종특수 (대형견인) 2종소형"), classes));
        CHECK_STR(str_from(classes), "1종대형 1종특수(대형견인) 2종소형");
        CHECK(license_class_parse(STR("1종특수 구난"), classes));
        CHECK_STR(str_from(classes), "1종특수 구난");
        CHECK(!license_class_parse(STR("자동차운전면허증"), classes));
        CHECK(license_names_class(STR("원동기")) && license_names_class(STR("종보통")) &&
              license_names_class(STR("1종 대형")) && license_names_class(STR("원동기잠치l가전접거H")));
        CHECK(!license_names_class(STR("원동환")) && !license_names_class(STR("이종보")) &&
              !license_names_class(STR("구난희")));
}

TEST(mrz_tells_states_of_which_one_is_misread)
{
        CHECK(mrz_state_is_misread(&(struct mrz){.issuer = "NPL", .nationality = "MPL"}));
        CHECK(!mrz_state_is_misread(&(struct mrz){.issuer = "NPL", .nationality = "NPL"}));
        CHECK(!mrz_state_is_misread(&(struct mrz){.issuer = "CHE", .nationality = "XXA"}));
        CHECK(!mrz_state_is_misread(&(struct mrz){.issuer = "GBR", .nationality = "GBN"}));
        CHECK(!mrz_state_is_misread(&(struct mrz){.issuer = "D", .nationality = "USA"}));
}

TEST(mrz_reads_the_standard_specimens)
{
        const char *const zones[] = {td3, td2, td1};
        static const enum mrz_format formats[] = {MRZ_TD3, MRZ_TD2, MRZ_TD1};
        for (size_t i = 0; i < LEN(zones); i++) {
                struct mrz mrz;
                CHECK(mrz_parse(str_from(zones[i]), today, &mrz));
                CHECK(mrz.format == formats[i] && mrz_ok(&mrz));
                CHECK_STR(str_from(mrz.surname), "ERIKSSON");
                CHECK_STR(str_from(mrz.given_names), "ANNA MARIA");
                CHECK_STR(str_from(mrz.issuer), "UTO");
                CHECK(mrz.sex == 'F' && mrz.birth.year == 1974 && mrz.expiry.year == 2012);
                char text[MRZ_TEXT_MAX];
                mrz_text(&mrz, text);
                CHECK_STR(str_from(text), zones[i]);
        }
}

TEST(mrz_td1_number_runs_over)
{
        struct mrz mrz;
        CHECK(mrz_parse(STR("I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\n"
                            "STEVENSON<<PETER<JOHN<<<<<<<<<"),
                        today, &mrz));
        CHECK_STR(str_from(mrz.number), "D23145890734");
        CHECK(mrz.number_ok && mrz.composite_ok);
}

/* Every single changed digit of a number or a date fails a check, unless it is a blind spot. */
TEST(mrz_check_digits_catch_changes)
{
        struct str zone = str_from(td3);
        for (size_t at = 45; at < 89; at++) {
                if (at - 45 >= 10 && at - 45 <= 12)
                        continue; /* nationality */
                char changed[sizeof(td3)];
                memcpy(changed, td3, sizeof(td3));
                if (changed[at] < '0' || changed[at] > '9')
                        continue;
                changed[at] = changed[at] == '9' ? '0' : (char)(changed[at] + 1);
                struct mrz mrz;
                CHECK(!mrz_parse(str_from_bytes(changed, zone.len), today, &mrz) || !mrz_ok(&mrz));
        }
}

TEST(mrz_blind_spots_are_typed)
{
        struct mrz mrz;
        char zone[sizeof(td3)];
        memcpy(zone, td3, sizeof(td3));
        zone[45 + 13] = 'R'; /* a birth date with a letter worth the same as 7 modulo 10 */
        CHECK(!mrz_parse(str_from(zone), today, &mrz));
        mrz_retype(MRZ_TD3, 1, zone + 45, 44);
        zone[45 + 13] = '7';
        CHECK(mrz_parse(str_from(zone), today, &mrz) && mrz_ok(&mrz));
        memcpy(zone, td3, sizeof(td3));
        zone[3] = '0'; /* a digit in a country code */
        CHECK(!mrz_parse(str_from(zone), today, &mrz));
        mrz_retype(MRZ_TD3, 0, zone, 44);
        CHECK(zone[3] == 'O');
        zone[4] = 'O';
        CHECK(mrz_parse(str_from(zone), today, &mrz));
}

/* What touches the code's first letter, a title or a frame: no code begins so. Controls: mrz_retype without
 * like_i; with it for every format; before a 2 became a Z. */
TEST(mrz_codes_begin_as_they_may)
{
        char card[] = "2DLIEID98754015<<<<<<<<<<<<<<<", visa[] = "TNUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<";
        char nothing[30] = {0};
        mrz_retype(MRZ_TD1, 0, nothing, sizeof(nothing));
        CHECK(nothing[0] == '\0');
        mrz_retype(MRZ_TD1, 0, card, 30);
        mrz_retype(MRZ_VISA_B, 0, visa, 36);
        CHECK(card[0] == 'I' && visa[0] == 'T');
        CHECK(mrz_begins(MRZ_TD2, 'C') && mrz_begins(MRZ_TD3, 'P') && mrz_begins(MRZ_VISA_A, 'V'));
        CHECK(!mrz_begins(MRZ_TD1, 'P') && !mrz_begins(MRZ_TD3, '\0'));
}

/* Cards have a second character of the code that may be a digit; and what is no code of a card or a passport
 * tells no kind. */
TEST(mrz_tells_what_it_stands_on)
{
        static const struct {
                const char *zone;
                enum doc_kind kind;
        } rows[] = {
            {td3, DOC_PASSPORT},
            {td2, DOC_IDENTITY_CARD},
            {td1, DOC_IDENTITY_CARD},
            {"C1UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
             DOC_IDENTITY_CARD},
            {"Z<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
             DOC_UNKNOWN},
            {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
             DOC_UNKNOWN},
        };
        for (size_t i = 0; i < LEN(rows); i++) {
                struct mrz mrz;
                CHECK(mrz_parse(str_from(rows[i].zone), today, &mrz) && mrz_ok(&mrz));
                CHECK(mrz_kind(&mrz) == rows[i].kind);
        }
}

TEST(mrz_refuses_other_shapes)
{
        struct mrz mrz;
        CHECK(!mrz_parse(STR(""), today, &mrz));
        CHECK(!mrz_parse(STR("\n\n"), today, &mrz));
        CHECK(!mrz_parse(str_from_bytes(td3, sizeof(td3) - 2), today, &mrz));
        CHECK(!mrz_parse(str_from_bytes(td1, 61), today, &mrz));
        CHECK(!mrz_parse(
            STR("p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"),
            today, &mrz));
}

TEST(mrz_tells_where_the_resident_number_is)
{
        struct mrz mrz;
        size_t from, len;
        CHECK(mrz_parse(
            STR("PMKORHONG<<JINHYUK<<<<<<<<<<<<<<<<<<<<<<<<<<\nM215635596KOR5902109F28101352981049V06<<<<84"),
            today, &mrz));
        CHECK(mrz_ok(&mrz) && mrz_personal_number(&mrz, &from, &len) && from == 28 && len == 16);
        CHECK(mrz_parse(str_from(td3), today, &mrz) && !mrz_personal_number(&mrz, &from, &len));
}

TEST(person_names)
{
        CHECK(person_is_korean(STR("홍길동")) && person_is_korean(STR("남궁서우")));
        CHECK(!person_is_korean(STR("홍")) && !person_is_korean(STR("홍길동1")) &&
              !person_is_korean(STR("ㅎ길동")));
        CHECK(person_has_known_surname(STR("홍길동")) && person_has_known_surname(STR("남궁서우")));
        CHECK(!person_has_known_surname(STR("쀍길동")));
        CHECK(person_is_latin(STR("DELA CRUZ JOSE MARI")) && !person_is_latin(STR("DELA 1")));
        CHECK(person_same(STR("Hong, Gil-dong"), STR("HONG GILDONG")));
        CHECK(person_same(STR("GILDONG HONG"), STR("HONG GILDONG")));
        CHECK(!person_same(STR("HONG GILDONG"), STR("HONG GILDANG")));
        CHECK(!person_same(STR(""), STR("")));
        CHECK(person_same(STR("홍 길동"), STR("홍길동")));
}

TEST(person_spellings)
{
        CHECK(person_spells(STR("홍길동"), STR("HONG GILDONG")));
        CHECK(person_spells(STR("신희은"), STR("SHIN HEE EUN")));
        CHECK(person_spells(STR("이호연"), STR("LEE HOYEON")));
        CHECK(person_spells(STR("남궁지주"), STR("NAMKOONG JIJU")));
        CHECK(person_spells(STR("조성진"), STR("CHO SUNGJIN")));
        CHECK(person_spells(STR("박재윤"), STR("PARK JAEYUN")));
        CHECK(!person_spells(STR("박재윤"), STR("PARK JAEMIN")));
        CHECK(!person_spells(STR("홍길동"), STR("KIM GILDONG")));
        CHECK(!person_spells(STR("홍길동"), STR("")));
}
