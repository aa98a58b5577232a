#include "vision/frame_hash.h"

#include "vision/frame_face.h"

#include <math.h>
#include <string.h>

enum {
        SIDE = FRAME_FACE_SIDE,
        ONE_LEN = FRAME_HASH_LEN / FRAME_HASHES,
        BAND_LEN = ONE_LEN / FRAME_HASH_BANDS
};
/* Waves across and down together, squared: longer ones two pictures of a person have alike, and of shorter
 * ones an encoder leaves little. With 20 bits a band they end just past 14. */
enum { LONGEST = 4 * 4, WAVES = 16 };

/* The transform, as far as it is asked for: `waves` down and across. */
static void transform(const struct frame_face *face, float ret[WAVES][WAVES])
{
        float cosine[WAVES][SIDE], rows[SIDE][WAVES] = {{0}};
        for (int wave = 0; wave < WAVES; wave++)
                for (int i = 0; i < SIDE; i++)
                        cosine[wave][i] = (float)cos(M_PI * (i + 0.5) * wave / SIDE);
        for (int y = 0; y < SIDE; y++)
                for (int wave = 0; wave < WAVES; wave++)
                        for (int x = 0; x < SIDE; x++)
                                rows[y][wave] += face->at[y * SIDE + x] * cosine[wave][x];
        memset(ret, 0, sizeof(float[WAVES][WAVES]));
        for (int down = 0; down < WAVES; down++)
                for (int y = 0; y < SIDE; y++)
                        for (int across = 0; across < WAVES; across++)
                                ret[down][across] += rows[y][across] * cosine[down][y];
}

struct wave {
        int down, across;
};

static int length_of(struct wave wave)
{
        return wave.down * wave.down + wave.across * wave.across;
}

/* The next in the order of their length, of those alike long the one with fewer waves down first. */
static struct wave next_wave(struct wave now)
{
        struct wave best = {WAVES, WAVES};
        for (int i = 0; i < WAVES * WAVES; i++) {
                struct wave wave = {i / WAVES, i % WAVES};
                int longer = length_of(wave) - length_of(now);
                if ((longer > 0 || (longer == 0 && wave.down > now.down)) &&
                    length_of(wave) < length_of(best))
                        best = wave;
        }
        return best;
}

/* The signs of the waves, and which of them change where the picture is mirrored: those with an odd number
 * across, as the average that the face lies on is its own mirror. */
static void signs_of(const float waves[WAVES][WAVES], uint8_t ret[ONE_LEN], uint8_t ret_turning[ONE_LEN])
{
        struct wave wave = {0};
        while (length_of(wave) < LONGEST)
                wave = next_wave(wave);
        for (int i = 0; i < FRAME_HASH_BANDS * FRAME_HASH_BAND_BITS; i++) {
                int at = i % FRAME_HASH_BANDS * BAND_LEN + i / FRAME_HASH_BANDS / 8;
                uint8_t bit = (uint8_t)(1 << i / FRAME_HASH_BANDS % 8);
                ret[at] |= waves[wave.down][wave.across] > 0 ? bit : 0;
                ret_turning[at] |= wave.across % 2 ? bit : 0;
                wave = next_wave(wave);
        }
}

/* Of a band and what it is in the mirror the lesser stands for both. */
static void fold(uint8_t band[BAND_LEN], const uint8_t turning[BAND_LEN])
{
        uint8_t mirrored[BAND_LEN];
        for (int i = 0; i < BAND_LEN; i++)
                mirrored[i] = band[i] ^ turning[i];
        if (memcmp(mirrored, band, BAND_LEN) < 0)
                memcpy(band, mirrored, BAND_LEN);
}

static void hash_one(struct frame_face *face, const struct frame_face *average, uint8_t ret[ONE_LEN])
{
        float waves[WAVES][WAVES];
        uint8_t turning[ONE_LEN] = {0};
        for (int i = 0; i < SIDE * SIDE; i++)
                face->at[i] = (face->at[i] - average->at[i]) * frame_face_weight(i % SIDE, i / SIDE);
        transform(face, waves);
        signs_of(waves, ret, turning);
        for (int band = 0; band < FRAME_HASH_BANDS; band++)
                fold(ret + band * BAND_LEN, turning + band * BAND_LEN);
}

void frame_hash(const struct image *frame, const struct face_points *points, uint8_t ret[FRAME_HASH_LEN])
{
        struct frame_face *faces = x_new(FRAME_HASHES + 1, sizeof(*faces)), *average = faces + FRAME_HASHES;
        memset(ret, 0, FRAME_HASH_LEN);
        frame_face_average(average);
        if (frame_face_cut(frame, points, &faces[0], &faces[1]))
                for (int i = 0; i < FRAME_HASHES; i++)
                        hash_one(&faces[i], average, ret + i * ONE_LEN);
        x_free(faces);
}

int frame_hash_distance(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN])
{
        int distance = 0;
        for (int i = 0; i < FRAME_HASH_LEN; i++)
                distance += __builtin_popcount((unsigned)(a[i] ^ b[i]));
        return distance;
}

int frame_hash_bands_alike(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN], int hash)
{
        int alike = 0;
        for (int band = 0; band < FRAME_HASH_BANDS; band++) {
                int at = hash * ONE_LEN + band * BAND_LEN;
                alike += memcmp(a + at, b + at, BAND_LEN) == 0;
        }
        return alike;
}

const int frame_hash_alike_least[FRAME_HASHES] = {4, 5};

bool frame_hash_is_known(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN])
{
        static const uint8_t none[FRAME_HASH_LEN];
        bool known = false;
        for (int hash = 0; hash < FRAME_HASHES && memcmp(a, none, sizeof(none)) != 0; hash++)
                known = known || frame_hash_bands_alike(a, b, hash) >= frame_hash_alike_least[hash];
        return known;
}
