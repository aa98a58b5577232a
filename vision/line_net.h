/*
 * Reading a line of Korean or Latin text by a network made for the print of cards: each column of the picture
 * says which letter it stands in the middle of, if any, and a syllable by its three parts, so that also one
 * that was never seen is read. tools/train-lines makes the network; it is part of the program.
 */
#pragma once

#include "vision/ocr.h"

enum {
        LINE_NET_INK = 26, /* height of the ink in the pictures that it reads, in pixels */
        LINE_NET_PAD = 3   /* of paper above and below, which is what it looks at */
};

struct line_net;

/* NULL: OpenCV does not take the network; the reason is logged. */
struct line_net *line_net_open(void);
void line_net_close(struct line_net *net);
/* Read a picture of one line (one channel, dark on light, ink LINE_NET_INK high in its middle). `only` names
 * the marks, digits and letters of ASCII that may occur, NULL: anything. What is neither Hangul nor ASCII is
 * a question mark. False where nothing was read; *ret is then empty. */
bool line_net_read(struct line_net *net, const char *only, const struct image *line, struct ocr_line *ret);
