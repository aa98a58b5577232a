/*
 * How probable a reading is, by who reads so and who does not. Readers are of three kinds, which err in
 * different ways: Tesseract's models, the network of vision/line_net.h, and that of vision/digits.h. That one
 * agrees with itself proves little; that several agree proves much. How much is not supposed but measured:
 * the weights are fitted by tools/calibrate to documents whose truth is known.
 */
#pragma once

#include "vision/ocr.h"

/* Those who read so. */
struct evidence {
        unsigned models; /* bit set of enum ocr_model */
        int votes;       /* all */
        int glyph_votes; /* of these, of OCR_GLYPH */
        int net_votes;   /* and of OCR_NET */
        double net_sure; /* its least sure letter, in the reading that is surest; 0 to 1 */
};

/* Another vote. `sure`: the least sure letter by the reader itself. */
void evidence_add(struct evidence *evidence, enum ocr_model model, double sure);
/* Both are of the same. */
void evidence_join(struct evidence *evidence, const struct evidence *other);
/* What to choose among: more is better. */
int evidence_weight(const struct evidence *evidence);
/* The strongest that can be said against, out of all that others say. */
void evidence_oppose(struct evidence *rival, const struct evidence *other);

/* What is read: each kind of field is mistaken in its own way. */
enum basis_sort {
        BASIS_NUMBER,
        BASIS_DATE,
        BASIS_NAME,
        BASIS_LATIN,
        BASIS_ADDRESS,
        BASIS_WORDS,
        BASIS_SORTS
};

/* What a confidence rests on: of each measure, 0 to 1, how much. */
enum basis_measure {
        BASIS_NET,         /* the network says so */
        BASIS_NET_SURE,    /* and is sure of each letter: the logit, up to 8 */
        BASIS_NET_SHARE,   /* in that share of its readings */
        BASIS_TESSERACT,   /* so do two of Tesseract's models; or one: 0.5 */
        BASIS_VOTES,       /* share of all readings */
        BASIS_GLYPH,       /* the reader of digits says so */
        BASIS_GLYPH_OTHER, /* it says something else */
        BASIS_NET_OTHER,   /* the network says something else, too */
        BASIS_OTHERS,      /* two of Tesseract's models do; or one: 0.5 */
        BASIS_PROOF,       /* a right check digit, a known name: what the caller knows */
        BASIS_MEASURES
};

struct basis {
        float of[BASIS_MEASURES];
        bool doubted;
};

/* The measures of the best reading; `votes`: of all, also such as said nothing of use. */
void basis_take(struct basis *basis, const struct evidence *best, const struct evidence *rival, int votes,
                bool proof);
/* For a text made of parts: what speaks for the weakest of them. */
void basis_worsen(struct basis *basis, const struct basis *part);
/* Of Hangul the network is the best reader by far, and is believed against Tesseract's models. But 헌 and 현
 * are one stroke apart: where it is not quite sure of a letter, and no fewer of them read another than the
 * same, the letter may be the other. */
bool basis_is_contested(const struct basis *basis);
/* Whether no other reader has a name or a date so as the network, which agrees with itself whatever it reads:
 * of six such fields four were wrong. Of addresses and classes it is the only reader often, and right. */
bool basis_is_of_network_alone(const struct basis *basis, enum basis_sort sort);
/* The constant of each sort, then the weight of each measure: made by tools/calibrate. */
extern const float basis_weights[BASIS_SORTS][1 + BASIS_MEASURES];
/* What is left of a probability where something else than readers speaks against a text: a letter that may be
 * hidden, ink over a digit, a place where the field is not usual. */
double doubted(double probability);
/* 0 to 1. */
double basis_probability(const struct basis *basis, enum basis_sort sort);
