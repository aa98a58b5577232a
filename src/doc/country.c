#include "doc/country.h"

#include "doc/printed.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    "AFGHANISTAN",
    "ALBANIA",
    "ALGERIA",
    "ANDORRA",
    "ANGOLA",
    "ARGENTINA",
    "ARMENIA",
    "AUSTRALIA",
    "AUSTRIA",
    "AZERBAIJAN",
    "BAHAMAS",
    "BAHRAIN",
    "BANGLADESH",
    "BARBADOS",
    "BELARUS",
    "BELGIUM",
    "BELIZE",
    "BENIN",
    "BHUTAN",
    "BOLIVIA",
    "BOSNIA AND HERZEGOVINA",
    "BOTSWANA",
    "BRAZIL",
    "BRUNEI",
    "BULGARIA",
    "BURKINA FASO",
    "BURUNDI",
    "CAMBODIA",
    "CAMEROON",
    "CANADA",
    "CAPE VERDE",
    "CENTRAL AFRICAN REPUBLIC",
    "CHAD",
    "CHILE",
    "CHINA",
    "CHINA P. R.", /* of writings that are as near, the first is told: points are rather lost than read */
    "CHINA P.R.",
    "CHINA P R",
    "COLOMBIA",
    "CONGO",
    "COSTA RICA",
    "COTE D'IVOIRE",
    "CROATIA",
    "CUBA",
    "CYPRUS",
    "CZECH REPUBLIC",
    "CZECHIA",
    "DENMARK",
    "DJIBOUTI",
    "DOMINICA",
    "DOMINICAN REPUBLIC",
    "ECUADOR",
    "EGYPT",
    "EL SALVADOR",
    "EQUATORIAL GUINEA",
    "ERITREA",
    "ESTONIA",
    "ESWATINI",
    "ETHIOPIA",
    "FIJI",
    "FINLAND",
    "FRANCE",
    "GABON",
    "GAMBIA",
    "GEORGIA",
    "GERMANY",
    "GHANA",
    "GREECE",
    "GRENADA",
    "GUATEMALA",
    "GUINEA",
    "GUINEA-BISSAU",
    "GUYANA",
    "HAITI",
    "HONDURAS",
    "HONG KONG",
    "HUNGARY",
    "ICELAND",
    "INDIA",
    "INDONESIA",
    "IRAN",
    "IRAQ",
    "IRELAND",
    "ISRAEL",
    "ITALY",
    "JAMAICA",
    "JAPAN",
    "JORDAN",
    "KAZAKHSTAN",
    "KENYA",
    "KIRIBATI",
    "KOSOVO",
    "KUWAIT",
    "KYRGYZSTAN",
    "LAOS",
    "LATVIA",
    "LEBANON",
    "LESOTHO",
    "LIBERIA",
    "LIBYA",
    "LIECHTENSTEIN",
    "LITHUANIA",
    "LUXEMBOURG",
    "MACAO",
    "MACAU",
    "MADAGASCAR",
    "MALAWI",
    "MALAYSIA",
    "MALDIVES",
    "MALI",
    "MALTA",
    "MARSHALL ISLANDS",
    "MAURITANIA",
    "MAURITIUS",
    "MEXICO",
    "MICRONESIA",
    "MOLDOVA",
    "MONACO",
    "MONGOLIA",
    "MONTENEGRO",
    "MOROCCO",
    "MOZAMBIQUE",
    "MYANMAR",
    "NAMIBIA",
    "NAURU",
    "NEPAL",
    "NETHERLANDS",
    "NEW ZEALAND",
    "NICARAGUA",
    "NIGER",
    "NIGERIA",
    "NORTH MACEDONIA",
    "NORWAY",
    "OMAN",
    "PAKISTAN",
    "PALAU",
    "PALESTINE",
    "PANAMA",
    "PAPUA NEW GUINEA",
    "PARAGUAY",
    "PERU",
    "PHILIPPINES",
    "POLAND",
    "PORTUGAL",
    "QATAR",
    "REPUBLIC OF KOREA",
    "ROMANIA",
    "RUSSIA",
    "RUSSIAN FEDERATION",
    "RWANDA",
    "SAMOA",
    "SAN MARINO",
    "SAUDI ARABIA",
    "SENEGAL",
    "SERBIA",
    "SEYCHELLES",
    "SIERRA LEONE",
    "SINGAPORE",
    "SLOVAKIA",
    "SLOVENIA",
    "SOLOMON ISLANDS",
    "SOMALIA",
    "SOUTH AFRICA",
    "SOUTH SUDAN",
    "SPAIN",
    "SRI LANKA",
    "STATELESS",
    "SUDAN",
    "SURINAME",
    "SWEDEN",
    "SWITZERLAND",
    "SYRIA",
    "TAIWAN",
    "TAJIKISTAN",
    "TANZANIA",
    "THAILAND",
    "TIMOR-LESTE",
    "TOGO",
    "TONGA",
    "TRINIDAD AND TOBAGO",
    "TUNISIA",
    "TURKEY",
    "TURKIYE",
    "TURKMENISTAN",
    "TUVALU",
    "UGANDA",
    "UKRAINE",
    "UNITED ARAB EMIRATES",
    "UNITED KINGDOM",
    "UNITED STATES",
    "UNITED STATES OF AMERICA",
    "URUGUAY",
    "U.S.A.",
    "U. S. A.",
    "USA",
    "UZBEKISTAN",
    "VANUATU",
    "VATICAN",
    "VENEZUELA",
    "VIET NAM",
    "VIETNAM",
    "YEMEN",
    "ZAMBIA",
    "ZIMBABWE",
};

/* Without what parts words: letters are looked for, some of which may have been misread for digits. */
static void letters_of(struct str text, struct printed *ret)
{
        static const char between[] = " .,-'";
        ret->len = 0;
        for (size_t i = 0; i < text.len && ret->len + 1 < PRINTED_MAX; i++) {
                if (!memchr(between, text.ptr[i], sizeof(between) - 1))
                        ret->text[ret->len++] = text.ptr[i];
        }
        ret->text[ret->len] = '\0';
}

static int count_of(struct str text, char mark)
{
        int count = 0;
        for (size_t i = 0; i < text.len; i++)
                count += text.ptr[i] == mark;
        return count;
}

/* By how many blanks and points they are written otherwise. */
static int marks_apart(struct str a, struct str b)
{
        return abs(count_of(a, ' ') - count_of(b, ' ')) + abs(count_of(a, '.') - count_of(b, '.'));
}

const char *country_written(const char *country, struct str text)
{
        struct printed wanted, letters;
        const char *best = NULL;
        letters_of(str_from(country), &wanted);
        for (size_t i = 0; i < LEN(names); i++) {
                letters_of(str_from(names[i]), &letters);
                if (str_equal(printed_str(&letters), printed_str(&wanted)) &&
                    (!best || marks_apart(text, str_from(names[i])) < marks_apart(text, str_from(best))))
                        best = names[i];
        }
        return best;
}

const char *country_named(struct str text)
{
        struct printed wanted, name, best_name = {.len = 0};
        const char *best = NULL;
        double likeness = 0, next = 0;
        letters_of(text, &wanted);
        for (size_t i = 0; i < LEN(names); i++) {
                letters_of(str_from(names[i]), &name);
                if (str_equal(printed_str(&name), printed_str(&best_name)))
                        continue;
                /* Both ways round: a name must not be a part of a longer text, nor the text of a name. */
                double like = MIN(printed_likeness(printed_str(&wanted), printed_str(&name)),
                                  printed_likeness(printed_str(&name), printed_str(&wanted)));
                if (like > likeness) {
                        next = likeness;
                        likeness = like;
                        best = names[i];
                        best_name = name;
                } else {
                        next = MAX(next, like);
                }
        }
        return likeness >= 5.0 / 6 && likeness > next ? country_written(best, text) : NULL;
}

bool country_is_near(struct str text)
{
        static const double near = 0.65, part = 0.85;
        enum { PART_LEAST = 4 };
        struct printed wanted, name;
        letters_of(text, &wanted);
        for (size_t i = 0; wanted.len >= PART_LEAST && i < LEN(names); i++) {
                letters_of(str_from(names[i]), &name);
                double has = printed_likeness(printed_str(&wanted), printed_str(&name)),
                       is_of = printed_likeness(printed_str(&name), printed_str(&wanted));
                if (is_of >= part || MIN(has, is_of) >= near)
                        return true;
        }
        return false;
}
