/* Finding what documents print in what readers made of them. */
#include "doc/printed.h"

#include "doc/country.h"
#include "unit/test.h"

static const struct date today = {2026, 6, 1};

static bool is_date(struct str text, int year, int month, int day)
{
        struct date dates[PRINTED_DATES_MAX];
        return printed_dates(text, dates) == 1 && dates[0].year == year && dates[0].month == month &&
               dates[0].day == day;
}

TEST(printed_dates_in_their_forms)
{
        CHECK(is_date(STR("2016.01.15."), 2016, 1, 15));
        CHECK(is_date(STR("2025. 7. 1."), 2025, 7, 1));
        CHECK(is_date(STR("2019 년 3 월 7 일"), 2019, 3, 7));
        CHECK(is_date(STR("20 16.01.15"), 2016, 1, 15));
        CHECK(is_date(STR("14 10월/OCT 2025"), 2025, 10, 14));
        CHECK(is_date(STR("1410 월 /0cT 2025"), 2025, 10, 14));
        CHECK(is_date(STR("10 FEB 1959"), 1959, 2, 10));
        CHECK(is_date(STR("130CT2018"), 2018, 10, 13));
        CHECK(is_date(STR("2011-02-21"), 2011, 2, 21));
        /* Negative controls: take no I for an l; take any; take one within a word; ask for no month's name
         * where three numbers are a date. */
        CHECK(is_date(STR("27 JuI 2024"), 2024, 7, 27));
        CHECK(is_date(STR("27 Ju1 2024"), 2024, 7, 27));
        CHECK(!is_date(STR("27 JUI 2024"), 2024, 7, 27));
        CHECK(is_date(STR("27 JuIn/Jun 2024"), 2024, 6, 27));
        struct date dates[PRINTED_DATES_MAX];
        CHECK(printed_dates(STR("2029.01.01 ~ 2029.12.31"), dates) == 2 && dates[1].day == 31);
        CHECK(printed_dates(STR("2023.02.29"), dates) == 0);
        CHECK(printed_dates(STR("941024-2998689"), dates) == 0);
        CHECK(printed_dates(STR(""), dates) == 0);
}

static bool is_short_date(struct str text, int year, int month, int day)
{
        struct date date;
        return printed_short_date(text, &date) && date.year == year && date.month == month && date.day == day;
}

/* What has no century is no whole date, which print and zone could disagree about. Negative controls: let
 * more digits than two be a year, or the day; let a number of two digits stand between; let something follow.
 */
TEST(printed_dates_without_century)
{
        struct date date, dates[PRINTED_DATES_MAX];
        CHECK(is_short_date(STR("22 SEP / SEP 19"), 19, 9, 22));
        CHECK(is_short_date(STR("03 APR / AVR 91"), 91, 4, 3));
        CHECK(is_short_date(STR("22 5EP 1 SEP 19"), 19, 9, 22));
        CHECK(is_short_date(STR("3APR91 "), 91, 4, 3));
        CHECK(printed_dates(STR("22 SEP / SEP 19"), dates) == 0);
        CHECK(!printed_short_date(STR("22 SEP 2019"), &date));
        CHECK(!printed_short_date(STR("22 SEP 119"), &date));
        CHECK(!printed_short_date(STR("022 SEP 19"), &date));
        CHECK(!printed_short_date(STR("22 SEP 20 19"), &date));
        CHECK(!printed_short_date(STR("22 SEP 19 A"), &date));
        CHECK(!printed_short_date(STR("22 09 19"), &date));
        CHECK(!printed_short_date(STR("31 SEP 19"), &date));
        CHECK(!printed_short_date(STR("SEP 19"), &date));
        CHECK(!printed_short_date(STR(""), &date));
}

TEST(printed_numbers)
{
        char number[16];
        bool tail;
        CHECK(printed_id_number(STR("주민번호 960221-2974585"), today, number));
        CHECK_STR(str_from(number), "960221-2974585");
        CHECK(printed_id_number(STR("960221\u20132974585"), today, number));
        CHECK(printed_id_number(STR("9602212974585"), today, number));
        CHECK(!printed_id_number(STR("960231-2974585"), today, number));
        CHECK(!printed_id_number(STR("96022129745851"), today, number));
        CHECK(printed_license_number(STR("11-18-938381-92"), number, &tail) && !tail);
        CHECK(printed_license_number(STR("번호: 22\u221243\u2212665746\u221280"), number, &tail) && !tail);
        CHECK_STR(str_from(number), "22-43-665746-80");
        CHECK(printed_license_number(STR("부 산 06-126845-21"), number, &tail) && !tail);
        CHECK_STR(str_from(number), "12-06-126845-21");
        CHECK(printed_license_number(STR("?? 06-126845-21"), number, &tail) && tail);
        CHECK(!printed_license_number(STR("27-18-938381-9"), number, &tail));
}

/* Negative control: let the tail stand behind no hyphen: none of the first three is a number. With one behind
 * a digit, too, what is left of another number is one. */
TEST(printed_license_numbers_with_a_name_before_a_hyphen)
{
        char number[16];
        bool tail;
        static const char *const named[] = {"서울-13-874626-18", "서 울 - 13 - 874626 - 18",
                                            "면허번호 서울\u201313\u2013874626\u201318"};
        for (size_t i = 0; i < LEN(named); i++) {
                CHECK(printed_license_number(str_from(named[i]), number, &tail) && !tail);
                CHECK_STR(str_from(number), "11-13-874626-18");
                CHECK(printed_license_names_region(str_from(named[i])));
        }
        CHECK(printed_license_number(STR("-13-874626-18"), number, &tail) && tail);
        CHECK(printed_license_number(STR("평양-13-874626-18"), number, &tail) && tail);
        CHECK_STR(str_from(number), "13-874626-18");
        CHECK(!printed_license_number(STR("2-13-874626-18"), number, &tail));
        CHECK(!printed_license_number(STR("27-13-874626-18"), number, &tail));
        CHECK(!printed_license_names_region(STR("11-13-874626-18")));
        CHECK(!printed_license_names_region(STR("-13-874626-18")));
}

TEST(printed_titles_and_names)
{
        double like;
        struct printed name;
        CHECK(printed_title(STR("주 민 등 록 증"), &like) == DOC_RESIDENT_CARD && like > 0.99);
        CHECK(printed_title(STR("자동차운전면허종 (Driver's License)"), &like) == DOC_DRIVER_LICENSE);
        CHECK(printed_title(STR("외국인등록증"), &like) == DOC_ALIEN_CARD);
        CHECK(printed_title(STR("서울특별시 노원구"), &like) == DOC_UNKNOWN);
        printed_korean_name(STR("성 명 : 홍 길 동 (洪吉童)"), &name);
        CHECK_STR(printed_str(&name), "홍길동");
        printed_korean_name(STR("홍길동(밸촛)"), &name);
        CHECK_STR(printed_str(&name), "홍길동");
        printed_korean_name(STR("남궁소훈 장기기증 희망자"), &name);
        CHECK_STR(printed_str(&name), "남궁소훈");
        printed_korean_name(STR("12345"), &name);
        CHECK(name.len == 0);
        CHECK(printed_is_label(STR("성 명")) && !printed_is_label(STR("홍길동")));
}

/* Controls: each of its conditions. */
TEST(printed_addresses_lack_what_was_not_seen)
{
        CHECK(printed_address_is_whole(STR("서울특별시 노원구 햇살로 293, 2층 834호 (솔빛동)")));
        CHECK(printed_address_is_whole(STR("울산광역시 중구 서문로40길 78")));
        CHECK(printed_address_is_whole(STR("대전광역시 중구 3·15대로 572-59, 101동 2001호")));
        CHECK(!printed_address_is_whole(STR("충청북도 진천군 한강대길 532-10 (사당동")));
        CHECK(!printed_address_is_whole(STR("울산광역시 중구 서문로40길 78, 389")));
        CHECK(!printed_address_is_whole(STR("전라남도 신안군 남문길 395, 101동 1408")));
        CHECK(!printed_address_is_whole(STR("서울특별시 노원구 햇살로 293, 2층 834")));
        CHECK(!printed_address_is_whole(STR("울산광역시 남구 풍납길 184, 132동 02호")));
        CHECK(!printed_address_is_whole(STR("울산광역시 동구 대학로 334115동 1801호")));
        CHECK(!printed_address_is_whole(STR("울산광역시 울주군 가온면 백운로 50-45, 8101호")));
        CHECK(!printed_address_is_whole(STR("경상남도 창원시 성산구 달맞이로21길 4:112동 805호 (가온동)")));
        CHECK(!printed_address_is_whole(STR("경상남도 창원시 성산구 달맞이로21길 4112동 805호 (가온동)")));
        CHECK(printed_address_is_whole(STR("서울특별시 노원구 상계1동 1234-5, 101동 202호")));
        CHECK(printed_address_is_whole(STR("서울특별시 중구 을지로3가 12")));
        CHECK(!printed_address_is_whole(STR("세종특별자치시 도산대로 468, 124동")));
        CHECK(!printed_address_is_whole(STR("세종특별자치시 도산대로 468, 124동 (가온동)")));
        CHECK(!printed_address_is_whole(STR("세종특별자치시 도산대로 468, 124동 1808 (가온동)")));
        CHECK(printed_address_is_whole(STR("서울특별시 노원구 상계1동 12")));
        CHECK(printed_address_is_whole(STR("경기도 성남시 중원구 은행동 857 (가온빌라)")));
        CHECK(printed_address_is_whole(STR("강원도 평창군 진부면 하진부리 산12-3")));
        CHECK(printed_address_is_whole(STR("경기도 안성시 금광면 삼흥리 7번지")));
        CHECK(!printed_address_is_whole(STR("인천광역시 남동구 603호")));
        CHECK(!printed_address_is_whole(STR("제주특별자치도 107동 2005호")));
}

TEST(printed_addresses_get_their_blanks)
{
        struct printed address;
        printed_address(STR("서 울 특별시 노원구 햇 살 로 293,2 층 834 호(솔 빛 동)"), &address);
        CHECK_STR(printed_str(&address), "서울특별시 노원구 햇살로 293, 2층 834호 (솔빛동)");
        printed_address(STR("경상남도창원시성산구달맞이로21길457,112동805호(가온동,푸른마을)"), &address);
        CHECK_STR(printed_str(&address),
                  "경상남도 창원시 성산구 달맞이로21길 457, 112동 805호 (가온동, 푸른마을)");
        printed_address(STR("부산광역시사하구한빛로15번길294"), &address);
        CHECK_STR(printed_str(&address), "부산광역시 사하구 한빛로15번길 294");
        static const char *const written[] = {
            "강원특별자치도 원주시 은행동 857-40 힐스테이트도담 124동 306호",
            "강원특별자치도 홍천군 두물읍 윗마을리 625 푸른마을 118동 1005호",
            "충청북도 청주시 흥덕구 청운동 693 (27통 2반)",
            "울산광역시 남구 호반로106번길 477, 비동 187호 (달맞이동, 롯데캐슬)",
            "서울특별시 성동구 성수동2가 279-50",
            "충청북도 진천군 가온면 안말리 64-40 가람빌라 105동 1902호",
            "부산광역시 부산진구 연지동 627-26 e편한세상 105동 1401호",
            "서울특별시 관악구 신림동 1430 동아아파트 105동 1401호",
            "서울특별시 중구 명동2길 3, 우리1차 101동 202호",
            "서울특별시 중구 세종대로 12 한빛빌딩 3층 301호",
            "대구광역시 중구 국채보상로 575, 지하7호",
        };
        for (size_t i = 0; i < LEN(written); i++) {
                printed_address(str_from(written[i]), &address);
                CHECK_STR(printed_str(&address), written[i]);
        }
        CHECK(printed_begins_address(STR("주 소 대전광역시 유성구")));
        CHECK(!printed_begins_address(STR("대한민국")));
        /* One syllable that could be of two cities is not guessed. */
        printed_address(STR("대?광역시 중구 1"), &address);
        CHECK(!str_starts_with(printed_str(&address), STR("대구")) &&
              !str_starts_with(printed_str(&address), STR("대전")));
}

/* Controls: only whole labels, shorter ones in front of Hangul; without the zero, or what stands behind the
 * day. */
TEST(printed_labels_in_two_languages_and_days_that_end)
{
        static const char *const labels[] = {"적성검사(갱신)기간 Valid period", "조건 Cond.",
                                             "발급일 Date of issue", "주 소", "적성검사 기간 2028.01.01"};
        static const char *const others[] = {"주소동 12", "조건부", "번호판길 3", "서명로 5", "가야대로 112"};
        for (size_t i = 0; i < LEN(labels); i++)
                CHECK(printed_begins_label(str_from(labels[i])) &&
                      !printed_begins_label(str_from(others[i])));
        static const struct {
                const char *text, *date;
                bool pads, ends;
        } days[] = {
            {"2018.09.07 제주특별자치도경찰청장", "2018-09-07", true, true},
            {"2018. 9. 7. 제주특별자치도경찰청장", "2018-09-07", false, true},
            {"2018년 9월 7일", "2018-09-07", false, true},
            {"2018. 9. 7 제주특별자치도경찰청장", "2018-09-07", false, false},
            {"2018.09.17 제주특별자치도경찰청장", "2018-09-17", false, true},
            {"2028.01.01 ~ 2028.12.09", "2028-12-09", true, true},
            {"2018.09.07", "2018-09-08", false, false},
            {"07 9월/SEP 2018", "2018-09-07", false, false},
            {"2018.09", "2018-09-07", false, false},
            {"2018.09.07", "2018", false, false},
        };
        for (size_t i = 0; i < LEN(days); i++) {
                struct str text = str_from(days[i].text), date = str_from(days[i].date);
                CHECK(printed_pads_day(text, date) == days[i].pads);
                CHECK(printed_ends_day(text, date) == days[i].ends);
        }
}

/* Controls: behind_misread_label that gives the text back, or that asks for no surname. */
TEST(printed_names_behind_labels_that_were_misread)
{
        static const char *const names[][2] = {{"성병 박서준", "박서준"},
                                               {"생명 홍길동", "홍길동"},
                                               {"성병 가나다라마", "성병가나다라마"},
                                               {"남궁 민수", "남궁민수"},
                                               {"성춘 향이", "성춘향이"}};
        for (size_t i = 0; i < LEN(names); i++) {
                struct printed name;
                printed_korean_name(str_from(names[i][0]), &name);
                CHECK_STR(printed_str(&name), names[i][1]);
        }
}

/* Whatever bytes come, nothing is read or written out of bounds: this is for the sanitizers. */
TEST(printed_bears_noise)
{
        uint32_t state = 1;
        for (int round = 0; round < 3000; round++) {
                char noise[400], number[16];
                size_t len = (size_t)round % sizeof(noise);
                for (size_t i = 0; i < len; i++) {
                        static const char likely[] = "0123456789-. 12() /OCT<\xea\xb0\x80\xed\x95\x9c";
                        state = state * 1664525 + 1013904223;
                        noise[i] =
                            round % 2 ? (char)(state >> 24) : likely[(state >> 16) % (sizeof(likely) - 1)];
                }
                struct str text = {noise, len};
                struct printed out;
                struct date dates[PRINTED_DATES_MAX];
                double like;
                bool tail;
                printed_address(text, &out);
                CHECK(out.len < PRINTED_MAX);
                printed_korean_name(text, &out);
                for (enum doc_kind kind = 0; kind < DOC_KIND_COUNT; kind++) {
                        if (printed_issuer(text, kind, &out))
                                CHECK(out.len < PRINTED_MAX);
                }
                CHECK(printed_dates(text, dates) <= PRINTED_DATES_MAX);
                if (printed_license_number(text, number, &tail) || printed_id_number(text, today, number))
                        CHECK(strlen(number) < sizeof(number));
                printed_title(text, &like);
                printed_begins_address(text);
        }
}

TEST(printed_addresses_name_places_that_exist)
{
        struct printed address;
        printed_address(STR("전라북도정읍시광나루길346-30,119동2408호(연남동)"), &address);
        CHECK_STR(printed_str(&address), "전라북도 정읍시 광나루길 346-30, 119동 2408호 (연남동)");
        printed_address(STR("경기도수원시영통구월드컵로1"), &address);
        CHECK_STR(printed_str(&address), "경기도 수원시 영통구 월드컵로 1");
        static const char *const addresses[] = {
            "대구광역시 수성구 달구벌대로 108-26, 5층 (지산동)",
            "대구광역시 수성구 동대구로 283-12, 880호 (범어동)",
            "경기도 고양시 일산동구 위시티4로 210 (마두동)",
            "부산광역시 해운대구 우동 187번지 우성아파트 112동 1351호",
            "서울특별시 영등포구 당산동3가 550-1번지 더샵센트럴파크 107동 724호",
            "서울특별시 노원구 상계1동 12번지",
            "세종특별자치시 도움6로 93-22, B동 339호 (도담동)",
            "전라남도 해남군 해남읍 명량로 28",
            "경상남도 창원시 마산합포구 3·15대로 272, 126동 206호 (월영동, 래미안)",
            "서울특별시 강북구 4·19로 12"};
        for (size_t i = 0; i < LEN(addresses); i++) {
                struct printed squeezed;
                printed_squeeze(str_from(addresses[i]), &squeezed);
                printed_address(printed_str(&squeezed), &address);
                CHECK_STR(printed_str(&address), addresses[i]);
        }
        printed_address(STR("경상남도 창원시 마산합포구 3-15대로 272"), &address);
        CHECK_STR(printed_str(&address), "경상남도 창원시 마산합포구 3·15대로 272");
        printed_address(STR("대전광역시서구삼성로2가길532"), &address);
        CHECK_STR(printed_str(&address), "대전광역시 서구 삼성로2가길 532");
        /* One syllable is mended where one place only is left; 남구 and 북구 are both. */
        printed_address(STR("경상북도안둥시월드컵로49번길558-58"), &address);
        CHECK_STR(printed_str(&address), "경상북도 안동시 월드컵로49번길 558-58");
        printed_address(STR("대구광역시?구을지길154"), &address);
        CHECK(!str_starts_with(printed_str(&address), STR("대구광역시 남구")) &&
              !str_starts_with(printed_str(&address), STR("대구광역시 북구")));
}

/* A seal covers the end of the line; what it leaves must be enough for one authority and no other. */
TEST(printed_issuers_are_those_that_exist)
{
        static const struct {
                const char *read, *issuer;
                enum doc_kind kind;
        } cases[] = {
            {"서 울 특 별시 서 초 구 첼", "서울특별시 서초구청장", DOC_RESIDENT_CARD},
            {"경상남도 창원시", "경상남도 창원시장", DOC_RESIDENT_CARD},
            {"대 구 광역시 군 위 글", "대구광역시 군위군수", DOC_RESIDENT_CARD},
            {"세 종 특 별 자 치 세 (", "세종특별자치시장", DOC_RESIDENT_CARD},
            {"2016-02-26 대전광역시 대덕구청장", "대전광역시 대덕구청장", DOC_RESIDENT_CARD},
            {"2024년 10월 17일 충청북도 청주시장", "충청북도 청주시장", DOC_RESIDENT_CARD},
            {"일 서울특별시 관악구청장", "서울특별시 관악구청장", DOC_RESIDENT_CARD},
            {"서 울 특별시 노 원 구 청 쟁", "서울특별시 노원구청장", DOC_RESIDENT_CARD},
            {"서울특별시 강남구청장뿌<*치", "서울특별시 강남구청장", DOC_RESIDENT_CARD},
            {"홍길동", NULL, DOC_RESIDENT_CARD},
            {"인천광역시경찰청재", "인천광역시경찰청장", DOC_DRIVER_LICENSE},
            {"인 천 출 입 국 ㆍ 외 국 인 청 쟁", "인천출입국·외국인청장", DOC_ALIEN_CARD},
            {"김 포 공 항 출 입 국 ㆍ 외 국 인 사 무 소 쟁", "김포공항출입국·외국인사무소장", DOC_ALIEN_CARD},
            {"대?광역시 서구청장", NULL, DOC_RESIDENT_CARD},
            {"서울특별시 강남구 시장길 3", NULL, DOC_RESIDENT_CARD},
            {"서울특별시", NULL, DOC_RESIDENT_CARD},
            {"경기?부경찰청장", NULL, DOC_DRIVER_LICENSE},
            {"제 주 특 별 자 지 도 경 찰 청 1", "제주특별자치도경찰청장", DOC_DRIVER_LICENSE},
            {"서 울 남 부 출 입 국 ㆍ 외 국 인 청 }", "서울남부출입국·외국인청장", DOC_ALIEN_CARD},
        };
        for (size_t i = 0; i < LEN(cases); i++) {
                struct printed issuer;
                bool found = printed_issuer(str_from(cases[i].read), cases[i].kind, &issuer);
                CHECK(found == (cases[i].issuer != NULL));
                if (found && cases[i].issuer)
                        CHECK_STR(printed_str(&issuer), cases[i].issuer);
        }
}

/* Negative controls: ask for the marks' likeness of no writing; compare points, too, where letters are. */
TEST(printed_countries_are_known)
{
        static const char *const read[][2] = {{"UZBEKISTAN", "UZBEKISTAN"},
                                              {"UZBEKlSTAN", "UZBEKISTAN"},
                                              {"UNITEDSTATES", "UNITED STATES"},
                                              {"VIET NAM", "VIET NAM"},
                                              {"VIETNAM", "VIETNAM"},
                                              {"VlET NAM", "VIET NAM"},
                                              {"CHINA P. R.", "CHINA P. R."},
                                              {"CHINA P.R.", "CHINA P.R."},
                                              {"CHINA P R", "CHINA P R"},
                                              {"CHINA P. R", "CHINA P. R."},
                                              {"CHINA", "CHINA"},
                                              {"USA", "USA"},
                                              {"U.S.A.", "U.S.A."}};
        for (size_t i = 0; i < LEN(read); i++) {
                const char *country = country_named(str_from(read[i][0]));
                CHECK(country != NULL);
                CHECK_STR(str_from(country ? country : ""), read[i][1]);
        }
        CHECK(country_named(STR("KARIMOV BEKZOD")) == NULL);
        CHECK(country_named(STR("")) == NULL);
}
