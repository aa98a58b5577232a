#include "bench/mrz_truth.h"

/* FNV-1a over the zone. */
static const struct {
        const char *picture;
        uint64_t zone;
} table[] = {
    {"0_pass-lva.jpg", 0xf4da64c49a3d464d},
    {"100_id-mac.jpg", 0x360baaf4cc912a9f},
    {"100_id-usa.jpg", 0x74ab78338368e745},
    {"100_pass-bdr.jpg", 0x645b64163bd5e427},
    {"100_pass-cze.jpg", 0x4cd71ffd7e1617f7},
    {"100_pass-fin.png", 0xbd449edd039fd699},
    {"100_pass-uto.jpg", 0x6f21690f50759dc6},
    {"100_pass2-uto.jpg", 0x0faa02c103138d03},
    {"100_visa-polx.jpg", 0x0d96844d6e3fc700},
    {"100_visa-usa.jpg", 0xffb01b9347e87b39},
    {"25_pass-uto.jpg", 0x6f21690f50759dc6},
    {"33_id-usa.jpg", 0xe6d054b88519b871},
    {"43_pass-twn.jpg", 0x8fd2ac29dbd6c5e7},
    {"62_pass-aus.png", 0x858a0dc2e9d583b6},
    {"62_pass-pol.png", 0x4d50bcdc58a900cc},
    {"79_pass-hun.png", 0xaab8500df769950a},
    {"id_cards_Latvia.png", 0x0e5828471c36e51d},
    {"id_cards_Liechtenstein.png", 0x2f7c229555a525cb},
    {"id_cards_Malta_BAD.png", 0xccabbede4e40dc31},
    {"id_cards_Peru.png", 0x9adb6094c9f3a324},
    {"id_cards_Serbia.png", 0x4149e28a81f29d81},
    {"id_cards_Sweden.png", 0xcb9aee02cad78e61},
    {"other_TD2_ICAO_Example.png", 0x0faa02c103138d03},
    {"other_USA_Border_Crosser.png", 0xbeb26db50d41644b},
    {"passport-td3.png", 0x6f21690f50759dc6},
    {"passports_China.png", 0x71d8b040394d7a4c},
    {"passports_ICAO_Example.png", 0x6f21690f50759dc6},
    {"passports_ICAO_Example2.png", 0x33c473be0062d177},
    {"passports_Interpol.png", 0xbd7d7f76f7fb135d},
    {"resident_cards_Netherland.png", 0x1fbff61260babcc0},
    {"visas_France.png", 0x7d34720d05138b9b},
    {"visas_MRVA_ICAO_Example.png", 0xc5b366a179c5f4ed},
    {"visas_USA.png", 0xb8cc4b510e842d74},
    {"visas_USA2.png", 0xffb01b9347e87b39},
};

static uint64_t hash(struct str text)
{
        uint64_t value = 0xcbf29ce484222325;
        for (size_t i = 0; i < text.len; i++)
                value = (value ^ (unsigned char)text.ptr[i]) * 0x100000001b3;
        return value;
}

int mrz_truth_says(struct str picture, struct str zone)
{
        for (size_t i = 0; i < LEN(table); i++) {
                if (str_equal(picture, str_from(table[i].picture)))
                        return hash(zone) == table[i].zone;
        }
        return -1;
}

bool mrz_truth_is_held_out(struct str picture)
{
        /* Not the lowest bit, in which such a hash mixes little. */
        return hash(picture) >> 40 & 1;
}
