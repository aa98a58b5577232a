#include "vision/consensus.h"

#include "base/utf8.h"

enum {
        NOTHING = 0,     /* a reading has no letter here */
        UNTOLD = 0xfffd, /* a reader of digits has seen something that is none */
        INSERTED = 2,    /* letters that may stand before one of the pivot's */
        SLOTS = INSERTED + 1
};

/* What a reading has before and at each letter of the pivot; behind its last, too. */
struct aligned {
        uint32_t points[CONSENSUS_POINTS_MAX + 1][SLOTS];
};

typedef uint8_t distances[CONSENSUS_POINTS_MAX + 1][CONSENSUS_POINTS_MAX + 1];

void consensus_add(struct consensus *consensus, struct str text, enum ocr_model model)
{
        if (consensus->len == CONSENSUS_READINGS_MAX || text.len == 0)
                return;
        struct consensus_reading *reading = &consensus->readings[consensus->len];
        *reading = (struct consensus_reading){.model = model};
        uint32_t point;
        while (utf8_next(&text, &point)) {
                if (reading->len == CONSENSUS_POINTS_MAX)
                        return;
                reading->points[reading->len++] = model == OCR_GLYPH && point == '?' ? UNTOLD : point;
        }
        consensus->len++;
}

static bool same(const struct consensus_reading *a, const struct consensus_reading *b)
{
        return a->len == b->len && memcmp(a->points, b->points, a->len * sizeof(*a->points)) == 0;
}

bool consensus_is_whole(const struct consensus *consensus)
{
        unsigned models = 0;
        for (size_t i = 0; i < consensus->len; i++) {
                if (!same(&consensus->readings[0], &consensus->readings[i]))
                        return false;
                models |= 1u << consensus->readings[i].model;
        }
        return __builtin_popcount(models) >= 2;
}

static bool is_digit(uint32_t point)
{
        return point >= '0' && point <= '9';
}

/* A blank is never a letter misread; what is untold may be any letter. */
static int cost(uint32_t a, uint32_t b)
{
        if (a == UNTOLD || b == UNTOLD)
                return is_digit(a) || is_digit(b);
        return a == b ? 0 : a == ' ' || b == ' ' ? 2 : 1;
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
                        inserted = 0;
                } else if (k > 0 && d[i][k] == d[i][k - 1] + 1) {
                        k--;
                        if (inserted < INSERTED)
                                ret->points[i][INSERTED - ++inserted] = reading->points[k];
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

/* A digit that the reader of digits takes for another, or does not see. */
static const double denied = 0.6;

struct vote {
        uint32_t point;
        unsigned models;
        int votes;
};

static int weight(const struct vote *vote)
{
        return 10 * __builtin_popcount(vote->models) + 4 * vote->votes;
}

/* What most different readers have in one slot, and how sure that is. */
static uint32_t elect(const struct consensus *consensus, const struct aligned *aligned, size_t at,
                      size_t slot, double *ret_confidence)
{
        struct vote votes[CONSENSUS_READINGS_MAX] = {0};
        size_t count = 0, best = 0, voters = 0;
        uint32_t glyph = UNTOLD;
        for (size_t i = 0; i < consensus->len; i++) {
                uint32_t point = aligned[i].points[at][slot];
                size_t k = 0;
                if (consensus->readings[i].model == OCR_GLYPH) {
                        glyph = point;
                        continue;
                }
                voters++;
                while (k < count && votes[k].point != point)
                        k++;
                count = MAX(count, k + 1);
                votes[k].point = point;
                votes[k].models |= 1u << consensus->readings[i].model;
                votes[k].votes++;
        }
        for (size_t k = 1; k < count; k++) {
                if (weight(&votes[k]) > weight(&votes[best]))
                        best = k;
        }
        int models = __builtin_popcount(votes[best].models), rival_models = 0, rival_votes = 0;
        for (size_t k = 0; k < count; k++) {
                if (k == best)
                        continue;
                rival_models = MAX(rival_models, __builtin_popcount(votes[k].models));
                rival_votes = MAX(rival_votes, votes[k].votes);
        }
        double share = (double)votes[best].votes / (double)MAX(voters, 1);
        if (models >= 2 && rival_models < 2 && rival_votes < votes[best].votes)
                *ret_confidence = 0.86 + 0.07 * share;
        else if (models >= 2 && share > 0.6)
                *ret_confidence = 0.7 + 0.1 * share;
        else
                *ret_confidence = 0.3 + 0.3 * share;
        bool digits = is_digit(votes[best].point) || is_digit(glyph);
        if (digits && glyph != UNTOLD && glyph != votes[best].point)
                *ret_confidence = MIN(*ret_confidence, denied);
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

double consensus_text(const struct consensus *consensus, struct printed *ret)
{
        const struct consensus_reading *pivot = choose_pivot(consensus);
        *ret = (struct printed){0};
        if (!pivot)
                return 0;
        struct aligned *aligned = x_new(consensus->len, sizeof(*aligned));
        for (size_t i = 0; i < consensus->len; i++)
                align(pivot, &consensus->readings[i], &aligned[i]);
        double least = 1, confidence;
        for (size_t at = 0; at <= pivot->len; at++) {
                for (size_t slot = 0; slot < SLOTS; slot++) {
                        uint32_t point = elect(consensus, aligned, at, slot, &confidence);
                        least = MIN(least, confidence);
                        if (point != NOTHING)
                                put(ret, point);
                }
        }
        x_free(aligned);
        return least;
}

void consensus_space(struct str text, struct str spaced, struct printed *ret)
{
        struct consensus both = {0};
        struct aligned aligned;
        *ret = (struct printed){0};
        consensus_add(&both, text, 0);
        consensus_add(&both, spaced, 0);
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
