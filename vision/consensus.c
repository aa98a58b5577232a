#include "vision/consensus.h"

#include "base/utf8.h"

#include <math.h>

enum {
        NOTHING = 0,     /* a reading has no letter here */
        UNTOLD = 0xfffd, /* a reader of digits has seen something that is none */
        INSERTED = 2,    /* letters that may stand before one of the pivot's */
        SLOTS = INSERTED + 1
};

/* What a reading has before and at each letter of the pivot; behind its last, too. */
struct aligned {
        uint32_t points[CONSENSUS_POINTS_MAX + 1][SLOTS];
        uint8_t places[CONSENSUS_POINTS_MAX + 1][SLOTS]; /* in the reading, counted from 1; 0: nowhere */
};

typedef uint8_t distances[CONSENSUS_POINTS_MAX + 1][CONSENSUS_POINTS_MAX + 1];

static void put_point(struct consensus_reading *reading, uint32_t point, uint16_t sure)
{
        size_t at = reading->len;
        reading->len = MIN(at + 1, CONSENSUS_POINTS_MAX + 1);
        if (at >= CONSENSUS_POINTS_MAX)
                return;
        reading->points[at] = reading->model == OCR_GLYPH && point == '?' ? UNTOLD : point;
        reading->sure[at] = sure;
}

void consensus_take(struct consensus_reading *reading, const struct ocr_line *line)
{
        for (size_t i = 0; i < line->symbols_len; i++) {
                struct str symbol = str_from_bytes(line->text + line->offsets[i], line->sizes[i]);
                uint32_t point;
                while (utf8_next(&symbol, &point))
                        put_point(reading, point, line->sure[i]);
        }
}

void consensus_spell(struct consensus_reading *reading, struct str text)
{
        uint32_t point;
        while (utf8_next(&text, &point))
                put_point(reading, point, 0);
}

void consensus_add(struct consensus *consensus, const struct consensus_reading *reading)
{
        if (consensus->len < CONSENSUS_READINGS_MAX && reading->len > 0 &&
            reading->len <= CONSENSUS_POINTS_MAX)
                consensus->readings[consensus->len++] = *reading;
}

static bool same(const struct consensus_reading *a, const struct consensus_reading *b)
{
        return a->len == b->len && memcmp(a->points, b->points, a->len * sizeof(*a->points)) == 0;
}

/* The reader of digits is silent about most of a line, so its silence parts nobody. */
bool consensus_is_whole(const struct consensus *consensus)
{
        const struct consensus_reading *first = NULL;
        unsigned models = 0;
        for (size_t i = 0; i < consensus->len; i++) {
                const struct consensus_reading *reading = &consensus->readings[i];
                if (reading->model == OCR_GLYPH)
                        continue;
                first = first ? first : reading;
                if (!same(first, reading))
                        return false;
                models |= 1u << reading->model;
        }
        return __builtin_popcount(models) >= 2;
}

static bool is_digit(uint32_t point)
{
        return point >= '0' && point <= '9';
}

static bool is_latin(uint32_t point)
{
        return (point | 32) >= 'a' && (point | 32) <= 'z';
}

static bool is_mark(uint32_t point)
{
        return point < 0x80 && !is_digit(point) && !is_latin(point);
}

/* A blank or a mark is no letter misread; what is untold may be any letter. */
static int cost(uint32_t a, uint32_t b)
{
        if (a == UNTOLD || b == UNTOLD)
                return is_digit(a) || is_digit(b);
        return a == b ? 0 : is_mark(a) != is_mark(b) ? 2 : 1;
}

/* Edit distances of the first i letters of a to the first k of b. */
static void measure(const struct consensus_reading *a, const struct consensus_reading *b, distances ret)
{
        for (size_t i = 0; i <= a->len; i++) {
                for (size_t k = 0; k <= b->len; k++) {
                        if (i == 0 || k == 0) {
                                ret[i][k] = (uint8_t)(i + k);
                                continue;
                        }
                        int change = ret[i - 1][k - 1] + cost(a->points[i - 1], b->points[k - 1]);
                        ret[i][k] = (uint8_t)MIN(change, MIN(ret[i - 1][k], ret[i][k - 1]) + 1);
                }
        }
}

static void align(const struct consensus_reading *pivot, const struct consensus_reading *reading,
                  struct aligned *ret)
{
        distances d;
        size_t i = pivot->len, k = reading->len, inserted = 0;
        *ret = (struct aligned){0};
        measure(pivot, reading, d);
        while (i > 0 || k > 0) {
                bool both = i > 0 && k > 0;
                if (both && d[i][k] == d[i - 1][k - 1] + cost(pivot->points[i - 1], reading->points[k - 1])) {
                        ret->points[--i][INSERTED] = reading->points[--k];
                        ret->places[i][INSERTED] = (uint8_t)(k + 1);
                        inserted = 0;
                } else if (k > 0 && d[i][k] == d[i][k - 1] + 1) {
                        k--;
                        if (inserted < INSERTED) {
                                ret->points[i][INSERTED - ++inserted] = reading->points[k];
                                ret->places[i][INSERTED - inserted] = (uint8_t)(k + 1);
                        }
                } else {
                        i--;
                        inserted = 0;
                }
        }
}

static const struct consensus_reading *choose_pivot(const struct consensus *consensus)
{
        const struct consensus_reading *best = NULL;
        size_t least = SIZE_MAX;
        for (size_t i = 0; i < consensus->len; i++) {
                const struct consensus_reading *reading = &consensus->readings[i];
                size_t sum = 0;
                if (reading->model == OCR_GLYPH)
                        continue;
                for (size_t k = 0; k < consensus->len; k++) {
                        distances d;
                        measure(reading, &consensus->readings[k], d);
                        sum += d[reading->len][consensus->readings[k].len];
                }
                if (sum < least) {
                        least = sum;
                        best = reading;
                }
        }
        return best;
}

struct vote {
        uint32_t point;
        struct evidence evidence;
};

/* Tesseract loses thin letters and marks more often than the network makes them up, and is better than it at
 * nothing but Latin letters. */
static int weight_of(const struct vote *vote)
{
        enum { NET_MORE = 6 };
        int weight = evidence_weight(&vote->evidence);
        if (vote->point == NOTHING)
                return weight / 2 + NET_MORE * vote->evidence.net_votes;
        return weight + (is_latin(vote->point) ? 0 : NET_MORE * vote->evidence.net_votes);
}

static size_t most_voted(const struct vote *votes, size_t count)
{
        size_t best = 0;
        for (size_t k = 1; k < count; k++) {
                if (weight_of(&votes[k]) > weight_of(&votes[best]))
                        best = k;
        }
        return best;
}

/* Where readers have a letter, and how sure they are of it. That there is none, they do not say. */
static double sure_of(const struct consensus_reading *reading, size_t place)
{
        return place == 0 ? 1 : (double)reading->sure[place - 1] / OCR_SURE;
}

/* What the reader of digits says of the numbers in a text. Of one of which it sees no digit at all it says
 * nothing: it has lost its line. */
struct hearing {
        bool silent, denied; /* of some number */
        bool in_number, told, same,
            differs; /* of the one in hand: any digit of it, each, or another one in a place */
};

static void end_number(struct hearing *hearing)
{
        if (hearing->in_number) {
                hearing->silent = hearing->silent || !hearing->told || !hearing->same;
                hearing->denied = hearing->denied || (hearing->told && hearing->differs);
        }
        hearing->in_number = false;
}

static void hear(struct hearing *hearing, uint32_t glyph, uint32_t chosen)
{
        if (!is_digit(chosen) && !is_digit(glyph)) {
                if (chosen != NOTHING)
                        end_number(hearing);
                return;
        }
        if (!hearing->in_number) {
                hearing->in_number = hearing->same = true;
                hearing->told = hearing->differs = false;
        }
        hearing->told = hearing->told || is_digit(glyph);
        hearing->same = hearing->same && glyph == chosen;
        hearing->differs = hearing->differs || (glyph != chosen && glyph != UNTOLD);
}

/* What most different readers have in one slot, and what speaks for it; what the reader of digits has goes to
 * *ret_glyph. */
static uint32_t elect(const struct consensus *consensus, const struct aligned *aligned, size_t at,
                      size_t slot, struct basis *ret, uint32_t *ret_glyph)
{
        struct vote votes[CONSENSUS_READINGS_MAX] = {0};
        struct evidence rival = {0};
        size_t count = 0;
        int voters = 0;
        *ret_glyph = UNTOLD;
        for (size_t i = 0; i < consensus->len; i++) {
                const struct consensus_reading *reading = &consensus->readings[i];
                uint32_t point = aligned[i].points[at][slot];
                size_t k = 0;
                if (reading->model == OCR_GLYPH) {
                        *ret_glyph = point;
                        continue;
                }
                voters++;
                while (k < count && votes[k].point != point)
                        k++;
                count = MAX(count, k + 1);
                votes[k].point = point;
                evidence_add(&votes[k].evidence, reading->model,
                             sure_of(reading, aligned[i].places[at][slot]));
        }
        size_t best = most_voted(votes, count);
        for (size_t k = 0; k < count; k++) {
                if (k != best)
                        evidence_oppose(&rival, &votes[k].evidence);
        }
        /* Who has no letter where the network has one is not surer than it is unsure. */
        if (votes[best].point == NOTHING && rival.net_votes > 0)
                votes[best].evidence.net_sure = fmin(votes[best].evidence.net_sure, 1 - rival.net_sure);
        basis_take(ret, &votes[best].evidence, &rival, voters, false);
        return votes[best].point;
}

static void put(struct printed *out, uint32_t point)
{
        char bytes[4];
        size_t len = utf8_put(point, bytes);
        if (out->len + len >= PRINTED_MAX)
                return;
        memcpy(out->text + out->len, bytes, len);
        out->len += len;
        out->text[out->len] = '\0';
}

bool consensus_text(const struct consensus *consensus, struct printed *ret, struct basis *ret_basis)
{
        const struct consensus_reading *pivot = choose_pivot(consensus);
        *ret = (struct printed){0};
        *ret_basis = (struct basis){0};
        if (!pivot)
                return false;
        struct aligned *aligned = x_new(consensus->len, sizeof(*aligned));
        for (size_t i = 0; i < consensus->len; i++)
                align(pivot, &consensus->readings[i], &aligned[i]);
        bool any = false;
        struct hearing hearing = {0};
        for (size_t at = 0; at <= pivot->len; at++) {
                for (size_t slot = 0; slot < SLOTS; slot++) {
                        struct basis its;
                        uint32_t glyph, point = elect(consensus, aligned, at, slot, &its, &glyph);
                        hear(&hearing, glyph, point);
                        if (any)
                                basis_worsen(ret_basis, &its);
                        else
                                *ret_basis = its;
                        any = true;
                        if (point != NOTHING)
                                put(ret, point);
                }
        }
        end_number(&hearing);
        ret_basis->of[BASIS_GLYPH] = !hearing.silent;
        ret_basis->of[BASIS_GLYPH_OTHER] = hearing.denied;
        x_free(aligned);
        return true;
}

void consensus_space(struct str text, struct str spaced, struct printed *ret)
{
        struct consensus_reading readings[2] = {0};
        struct consensus both = {0};
        struct aligned aligned;
        *ret = (struct printed){0};
        consensus_spell(&readings[0], text);
        consensus_spell(&readings[1], spaced);
        for (size_t i = 0; i < LEN(readings); i++)
                consensus_add(&both, &readings[i]);
        if (both.len < 2) {
                printed_squeeze(text, ret);
                return;
        }
        align(&both.readings[0], &both.readings[1], &aligned);
        for (size_t at = 0; at < both.readings[0].len; at++) {
                bool blank = false;
                for (size_t slot = 0; slot < INSERTED; slot++)
                        blank = blank || aligned.points[at][slot] == ' ';
                if (blank && ret->len > 0)
                        put(ret, ' ');
                put(ret, both.readings[0].points[at]);
        }
}
