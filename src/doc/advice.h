/*
 * What is told beside a verdict's codes: the field or the picture that each is of, so that people know what
 * to do better. Pure.
 */
#pragma once

#include "base/emit.h"
#include "base/json.h"
#include "doc/judge.h"

enum doc_side { DOC_FRONT, DOC_BACK, DOC_SIDE_COUNT };

/* Why a picture was not read, where the file or the time is to blame, or it is the wrong one. */
enum doc_fault {
        DOC_FAULT_NONE,
        DOC_FAULT_DAMAGED,
        DOC_FAULT_FORMAT,    /* neither JPEG nor PNG, or a kind of them that no camera writes */
        DOC_FAULT_TOO_LARGE, /* too many pixels */
        DOC_FAULT_TOO_SMALL, /* of a back: too few to show one */
        DOC_FAULT_NARROW,    /* a strip, which shows no whole document */
        DOC_FAULT_LATE,      /* of a back: the time was over; the front counts without it */
        DOC_FAULT_BACK,      /* of a front: it shows a back */
        DOC_FAULT_COUNT
};

struct doc_faults {
        enum doc_fault of[DOC_SIDE_COUNT];
};

/* "front_image", "back_image"; static. */
const char *doc_side_name(enum doc_side side);
/* DOC_SIDE_COUNT where there is none of that name. */
enum doc_side doc_side_from_name(struct str name);
/* The verdict's code that tells of it. */
enum rc doc_fault_code(enum doc_fault fault);
/* "damaged", "unsupported_format", "too_large", "too_small", "too_narrow", "out_of_time", "back_side".
 * DOC_FAULT_NONE where there is none of that name. */
enum doc_fault doc_fault_from_name(struct str name);

/* {"back_image": "damaged"}: those that there are. */
void doc_faults_emit(struct emit *emit, const char *key, const struct doc_faults *faults);
/* The same back; absent: none. False where it is no such object. */
NODISCARD bool doc_faults_parse(const json_t *json, struct doc_faults *ret);

/* [{"code":"GLARE","field":"name"}, {"code":"INVALID_IMAGE","field":"back_image","reason":"damaged"}, …]:
 * with "optional": true what decided nothing. Whether there is any: doc_has_advice. */
void doc_advice_emit(struct emit *emit, const char *key, const struct judgement *judgement,
                     const struct doc_faults *faults);
bool doc_has_advice(const struct judgement *judgement, const struct doc_faults *faults);
