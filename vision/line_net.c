#include "vision/line_net.h"

#include "base/log.h"
#include "base/utf8.h"
#include "vision/net.h"

#include <math.h>

/* By tools/embed-bytes. */
extern const unsigned char line_net_onnx[], line_net_onnx_end[];

/* What a column tells: of each group one. The same as in tools/lines/train.py. */
static const char marks[] = " .,-()/·:~<'&*0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz?";

enum {
        BLANK = 0, /* no letter has its middle here */
        SYLLABLE = 1,
        MARKS_FIRST = 2,
        KINDS = 79,
        INITIALS = 19,
        VOWELS = 21,
        FINALS = 28,
        CHANNELS = KINDS + INITIALS + VOWELS + FINALS,
        HANGUL_FIRST = 0xac00,
        STRIDE = 4,      /* pixels to a column */
        WIDTH_UNIT = 64, /* widths in between would have buffers allotted anew */
        WIDTH_MAX = 1280,
        HEIGHT = LINE_NET_INK + 2 * LINE_NET_PAD
};

struct line_net {
        struct net *net;
        uint32_t points[KINDS]; /* what each kind but the first two stands for */
        bool allowed[KINDS];    /* in the picture in hand */
};

struct line_net *line_net_open(void)
{
        char why[NET_WHY_MAX] = "";
        struct str rest = str_from(marks);
        struct line_net *net = x_new(1, sizeof(*net));
        for (size_t i = MARKS_FIRST; i < KINDS; i++)
                utf8_next(&rest, &net->points[i]);
        net->net = net_open(line_net_onnx, (size_t)(line_net_onnx_end - line_net_onnx), why);
        if (net->net)
                return net;
        log_line(LOG_WARN, "line_reader_unusable", LOG_CAUSE(why));
        x_free(net);
        return NULL;
}

void line_net_close(struct line_net *net)
{
        if (!net)
                return;
        net_close(net->net);
        x_free(net);
}

/* 0 paper, 1 ink; paper to the right of what is there. False: the network cannot be run. */
static bool fill_input(struct line_net *net, const struct image *line)
{
        int width = (line->width + WIDTH_UNIT - 1) / WIDTH_UNIT * WIDTH_UNIT,
            top = (line->height - HEIGHT) / 2;
        float *to = net_input(net->net, HEIGHT, (size_t)width);
        for (int y = 0; to && y < HEIGHT; y++) {
                const uint8_t *from = line->pixels + (size_t)(top + y) * line->stride;
                for (int x = 0; x < width; x++)
                        *to++ = x < line->width ? 1 - (float)from[x] / 255 : 0;
        }
        return to != NULL;
}

/* The likeliest of `count` from `first` on that are allowed, and how likely it is among them. */
static size_t choose(const float *column, size_t first, size_t count, const bool *allowed, double *ret_share)
{
        size_t best = 0;
        double sum = 0;
        const float *values = column + first;
        for (size_t i = 1; i < count; i++) {
                if ((!allowed || allowed[i]) && values[i] > values[best])
                        best = i;
        }
        for (size_t i = 0; i < count; i++) {
                if (!allowed || allowed[i])
                        sum += exp((double)(values[i] - values[best]));
        }
        *ret_share = 1 / sum;
        return best;
}

/* The letter of a column, 0 where there is none, and its probability. */
static uint32_t letter_of(const struct line_net *net, const float *column, double *ret_share)
{
        double shares[3];
        size_t kind = choose(column, 0, KINDS, net->allowed, ret_share);
        if (kind != SYLLABLE)
                return kind == BLANK ? 0 : net->points[kind];
        size_t initial = choose(column, KINDS, INITIALS, NULL, &shares[0]);
        size_t vowel = choose(column, KINDS + INITIALS, VOWELS, NULL, &shares[1]);
        size_t final = choose(column, KINDS + INITIALS + VOWELS, FINALS, NULL, &shares[2]);
        *ret_share *= shares[0] * shares[1] * shares[2];
        return (uint32_t)(HANGUL_FIRST + (initial * VOWELS + vowel) * FINALS + final);
}

/* A letter, and the columns that say it. */
struct run {
        uint32_t point;
        size_t from, to;
        double share; /* of the surest */
};

static void put_down(const struct run *run, struct ocr_line *line, size_t *len)
{
        char bytes[4];
        size_t size = utf8_put(run->point, bytes);
        if (*len + size >= OCR_TEXT_MAX || line->symbols_len == OCR_SYMBOLS_MAX)
                return;
        if (run->point != ' ') {
                size_t i = line->symbols_len++;
                line->offsets[i] = (uint16_t)*len;
                line->sizes[i] = (uint16_t)size;
                line->left[i] = (int16_t)(run->from * STRIDE);
                line->right[i] = (int16_t)(run->to * STRIDE);
                line->sure[i] = (uint16_t)(OCR_SURE * run->share);
                line->confidence += run->share;
        }
        memcpy(line->text + *len, bytes, size);
        *len += size;
}

/* O and 0 look alike, and the columns of one may say both. */
static bool are_round(uint32_t a, uint32_t b)
{
        return (a == 'O' || a == '0') && (b == 'O' || b == '0');
}

static bool is_digit(const struct ocr_line *line, size_t at)
{
        return at < line->symbols_len && line->sizes[at] == 1 && line->text[line->offsets[at]] >= '0' &&
               line->text[line->offsets[at]] <= '9';
}

static bool is_capital(const struct ocr_line *line, size_t at)
{
        return at < line->symbols_len && line->sizes[at] == 1 && line->text[line->offsets[at]] >= 'A' &&
               line->text[line->offsets[at]] <= 'Z' && line->text[line->offsets[at]] != 'O';
}

static void settle_round(struct ocr_line *line, size_t at)
{
        size_t before = at == 0 ? line->symbols_len : at - 1;
        if (line->text[line->offsets[at]] == 'O' && (is_digit(line, before) || is_digit(line, at + 1)) &&
            !is_capital(line, before) && !is_capital(line, at + 1))
                line->text[line->offsets[at]] = '0';
}

/* Among digits it is a digit, and so is its neighbour. */
static void settle_rounds(struct ocr_line *line)
{
        for (size_t i = 0; i < line->symbols_len; i++)
                settle_round(line, i);
        for (size_t i = line->symbols_len; i-- > 0;)
                settle_round(line, i);
}

static void decode(const struct line_net *net, const struct net_map *out, struct ocr_line *ret)
{
        size_t len = 0;
        struct run run = {0};
        for (size_t i = 0; i <= out->width; i++) {
                double share = 0;
                uint32_t point = i < out->width ? letter_of(net, out->values + i * CHANNELS, &share) : 0;
                if (point == run.point || are_round(point, run.point)) {
                        run.point = share > run.share ? point : run.point;
                        run.to = i + 1;
                        run.share = fmax(run.share, share);
                        continue;
                }
                if (run.point)
                        put_down(&run, ret, &len);
                run = (struct run){point, i, i + 1, share};
        }
        settle_rounds(ret);
        if (ret->symbols_len > 0)
                ret->confidence /= (double)ret->symbols_len;
}

bool line_net_read(struct line_net *net, const char *only, const struct image *line, struct ocr_line *ret)
{
        struct net_map out;
        *ret = (struct ocr_line){0};
        if (line->channels != 1 || line->height < HEIGHT || line->width < STRIDE || line->width > WIDTH_MAX)
                return false;
        for (size_t i = 0; i < KINDS; i++)
                net->allowed[i] =
                    !only || i == BLANK ||
                    (i >= MARKS_FIRST && net->points[i] < 0x80 && strchr(only, (int)net->points[i]));
        if (!fill_input(net, line) || !net_run(net->net, &out) || out.channels != CHANNELS || out.height != 1)
                return false;
        decode(net, &out, ret);
        return ret->symbols_len > 0;
}
