/*
 * Signs that a picture may not be of the document itself, or that the document was altered. They are signs,
 * not proof: a sign may come by chance, and a good forgery shows none. Each has a strength of 0 to 1, on one
 * scale for all: from DOC_SIGN_TOLD on it is told, from DOC_SIGN_REJECTS on it rejects, where the operator
 * wants signs to reject. Pure.
 */
#pragma once

#include "base/emit.h"
#include "base/json.h"

/* clang-format off */
#define DOC_SIGN_TABLE(X) \
        X(SCREEN,            "SCREEN_PHOTOGRAPH") /* a fine grid over everything, as a screen's pixels or print dots make */ \
        X(PAPER,             "PAPER_COPY")        /* the card has no colour where its surroundings or the light have */ \
        X(PORTRAIT_MISSING,  "PORTRAIT_MISSING")  /* paper where the portrait belongs */ \
        X(PORTRAIT_REPLACED, "PORTRAIT_REPLACED") /* a portrait of another grain, or with the shadow of an edge */ \
        X(UNEVEN_NUMBER,     "UNEVEN_NUMBER")     /* digits of one number differ in height, line or shade */ \
        X(FIELDS_DISAGREE,   "FIELDS_DISAGREE")   /* what is printed is not what the zone tells */
/* clang-format on */

enum doc_sign {
#define X(ident, code) DOC_SIGN_##ident,
        DOC_SIGN_TABLE(X)
#undef X
            DOC_SIGN_COUNT
};

#define DOC_SIGN_TOLD    0.5
#define DOC_SIGN_REJECTS 0.8

struct doc_signs {
        double strengths[DOC_SIGN_COUNT];
};

/* Static. */
const char *doc_sign_code(enum doc_sign sign);
/* How strong a measure is as a sign: 0.5 where it is `told`, 0.8 where it is `rejects`, linear, 0 to 1. */
double doc_sign_strength(double measure, double told, double rejects);
/* 1: no sign is told; else what the strongest leaves. */
double doc_signs_score(const struct doc_signs *signs);
bool doc_signs_reject(const struct doc_signs *signs);

/* {"score": 0 to 1, "signs": [{"code": …, "strength": …}, …]}, of the signs that are told. */
void doc_signs_emit(struct emit *emit, const char *key, const struct doc_signs *signs);
/* The same from JSON of another process: false where it is not so. Absent: no signs. */
NODISCARD bool doc_signs_parse(const json_t *json, struct doc_signs *ret);
