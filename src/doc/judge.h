/*
 * The verdict on a document. What was read comes from a process that has parsed hostile bytes, so nothing of
 * it is believed: every text is checked again for its form, check digits are computed again, dates must exist
 * and agree with each other, a machine-readable zone must agree with what is printed. Pure: no clock, no
 * memory of its own, no I/O; any thread.
 *
 * success   the declared type, every required field read, check digits right, not expired, confidence enough,
 *           and the expected name and birth date met where they are given; no strong sign of forgery, where
 *           the operator wants signs to reject
 * rejected  read, but not acceptable: the errors tell why
 * failed    the picture could not be judged: no document, or too small, blurred, dark or dazzled to be read
 */
#pragma once

#include "base/rc.h"
#include "doc/authenticity.h"
#include "doc/date.h"
#include "doc/field.h"

enum doc_verdict { DOC_SUCCESS, DOC_REJECTED, DOC_FAILED };

enum doc_match { DOC_MATCH_UNKNOWN, DOC_MATCH_NO, DOC_MATCH_YES };

enum { DOC_ERRORS_MAX = 16 };

/* Verdicts on an image, without repetition, in the order in which they were found. */
struct doc_errors {
        enum rc codes[DOC_ERRORS_MAX];
        size_t len;
};

/* Add `rc` unless it is there already. Only the image verdicts of RC_TABLE belong here; others are dropped.
 */
void doc_errors_add(struct doc_errors *errors, enum rc rc);
bool doc_errors_have(const struct doc_errors *errors, enum rc rc);

/* Why a required field was not read, or not surely: what lies over it, or is wrong with the picture; where
 * nothing is known to be, FIELD_UNREADABLE for an absent one and LOW_CONFIDENCE for a doubtful one. */
struct doc_advice {
        enum rc code;
        enum doc_field field;
};

/* What stood between the reader and each field, found or not; RC_OK: nothing that it knows of. */
struct doc_obstacles {
        enum rc codes[DOC_FIELD_COUNT];
};

/* Whether this says what is wrong with a picture: a new one may do. */
bool doc_is_obstacle(enum rc rc);

struct judge_input {
        enum doc_kind declared;
        enum doc_kind recognised;
        double kind_confidence;
        struct doc_fields fields;
        struct doc_errors errors;        /* of the reader */
        struct doc_obstacles obstacles;  /* likewise */
        struct date today;               /* in Korea */
        struct str expected_name;        /* null: not asked for */
        struct date expected_birth_date; /* zeroed: not asked for */
        double confidence_min;           /* ID_CARD_MIN_CONFIDENCE */
        struct doc_signs signs;          /* of forgery */
        bool signs_reject;               /* DOCUMENT_AUTHENTICITY=reject */
};

struct judgement {
        enum doc_verdict verdict;
        struct doc_errors errors;
        struct doc_fields fields; /* normalised; what is not credible is absent. id_number is in clear. */
        struct doc_advice advice[DOC_FIELD_COUNT]; /* one a required field that is missing or doubtful */
        size_t advice_len;
        enum doc_field unsure[DOC_FIELD_COUNT]; /* seen, not required, and too doubtful to be told */
        size_t unsure_len;
        double confidence; /* of the weakest required field; 0 where one is missing */
        enum doc_match name_match, birth_date_match;
};

/* How many of the fields that a document of this kind must show are not there. */
size_t doc_count_missing(enum doc_kind kind, const struct doc_fields *fields);
void judge_document(const struct judge_input *input, struct judgement *ret);
/* "success", "rejected", "failed"; static. */
const char *doc_verdict_name(enum doc_verdict verdict);
