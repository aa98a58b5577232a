/*
 * Reading an identity document from a picture: find the card, straighten it, tell what it is, read its
 * fields. Everything that must be loaded is loaded by reader_open, before the process locks itself in; no
 * file is opened afterwards. A reader belongs to one thread.
 */
#pragma once

#include "base/op.h"
#include "doc/advice.h"
#include "doc/date.h"
#include "vision/authenticity.h"
#include "vision/evidence.h"
#include "vision/image.h"

struct reader;

/*
 * Load Tesseract's languages from `tessdata_dir` (NULL: the installed ones) and the optional models
 * mrz.traineddata and ppocr_v3_det_zh.onnx from `model_dir` (NULL: none). A missing optional model makes the
 * reader weaker, not unusable; missing Korean or English fails with RC_CONFIG, and the reason is in the op.
 */
NODISCARD enum rc reader_open(struct op *op, const char *tessdata_dir, const char *model_dir,
                              struct reader **ret);
void reader_close(struct reader *reader);
/* What was loaded, as a bit set, for diagnosis. */
enum { READER_HAS_MRZ_MODEL = 1, READER_HAS_LINE_MODEL = 2, READER_HAS_SCRIPT_MODEL = 4 };
unsigned reader_features(const struct reader *reader);

struct document_request {
        enum doc_kind declared;
        struct date today; /* in Korea: decides centuries and what lies in the future */
};

struct box {
        int x, y, width, height;
};
/* What of it lies in the picture; width or height 0 where nothing does. */
struct box box_within(const struct image *picture, struct box box);

/* Measures taken on the straightened card. */
struct document_quality {
        int card_width_px; /* in the picture as it came */
        double sharpness;  /* 0 to 1: how steep the edges of the print are; below about 0.2 nothing is read */
        double brightness; /* mean grey, 0 to 255 */
        double contrast;   /* grey levels between paper and print */
        double glare_share; /* of the card's area that is burnt out while the rest is not */
};

enum { DOCUMENT_PAINT_MAX = 12 };

struct document_reading {
        enum doc_kind kind;     /* what it is by its own print, whatever was declared */
        double kind_confidence; /* 0 to 1 */
        struct document_quality quality;
        struct doc_errors errors;
        struct authenticity authenticity;
        struct doc_signs signs; /* of forgery; set by authenticity_judge */
        struct doc_fields fields;
        struct basis basis[DOC_FIELD_COUNT]; /* what their confidences rest on, where they rest on readings */
        double corners[4][2]; /* of the card in the front picture: x y, clockwise from its upper left */
        struct image card;    /* the front, straightened, BGR; no pixels where there is no document */
        struct box portrait;  /* in `card`; zero width: none found */
        struct box places[DOC_FIELD_COUNT];   /* in `card`: where a field was read; zero width: nowhere */
        struct doc_obstacles obstacles;       /* over the places, or where the absent ones should stand */
        struct box paint[DOCUMENT_PAINT_MAX]; /* in `card`: numbers that must not be kept */
        size_t paint_len;
        struct doc_faults faults; /* of the back, where it was not read: for lack of time, or of pixels; of a
                                     front that shows a back */
        bool number_missed;       /* one that must not be kept is, or may be, on the card and was not found */
};

/*
 * Read a document. `back` may be NULL; of the back only an address that replaces the front's is taken, and
 * where the time does not suffice for it the front is read without (faults). Fails only for what is no
 * verdict on the picture (RC_TIMED_OUT by the op's deadline, RC_INVALID_IMAGE where the pixels are unusable);
 * what is wrong with the document stands in ret->errors. Release *ret in either case of success.
 */
NODISCARD enum rc document_read(struct reader *reader, struct op *op, const struct document_request *request,
                                const struct image *front, const struct image *back,
                                struct document_reading *ret);
/* Paint over, in the card, what is to be. */
void document_paint(struct document_reading *reading);
/* The same, of every number that must not be kept, and read again beside the paint. False where
 * that is not sure to hide them all: then the card must not be kept. */
NODISCARD bool document_redact(struct document_reading *reading);
/* Frees the card, wipes the fields. Fits CLEANUP. */
void document_reading_release(struct document_reading *reading);
