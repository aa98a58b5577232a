/*
 * bonin's side of bonin-vision. A pool keeps as many children warm as were asked for; each is started with an
 * empty environment, loads its models, locks itself in, and then answers one request at a time. A call takes
 * a child that is free, or waits for one, until the op's deadline. A child that hangs, dies or answers
 * nonsense is killed and another is started in its place; the call that met it fails and may be made again:
 *
 *   RC_TIMED_OUT    no answer until the deadline, or no child was free by then
 *   RC_INTERNAL     the child died over the picture, or its answer was not one
 *   RC_UNAVAILABLE  no child can be started (no program, no models), or the pool is closing
 *   RC_MODEL_MISSING  the child has no models for this kind of request
 *
 * What is wrong with a picture is no failure: it stands in the reply's errors. Replies are parsed as hostile:
 * every text, number and code is checked, pictures must be JPEG. The pool may be used from any thread.
 */
#pragma once

#include "doc/advice.h"
#include "doc/challenge.h"
#include "doc/date.h"
#include "vision/frame.h"

struct vision_options {
        const char *program;      /* NULL: BONIN_VISION, or bonin-vision beside our own executable */
        const char *model_dir;    /* NULL: no face models */
        const char *manifest;     /* of the face models; NULL: model_dir's, else the one that is built in */
        const char *tessdata_dir; /* NULL: the installed one */
        const char *roles;        /* "document", "face", NULL: both; saves loading */
        size_t children;          /* at least 1 */
};

/* What a child told of itself when it was ready. */
struct vision_status {
        bool documents, faces; /* can be read; can be compared */
        bool mrz_model, line_model, script_model;
        bool filtered, no_new_code, unprivileged; /* of the sandbox */
        int landlock_abi;                         /* 0: none */
        int64_t load_ms;                          /* from start to ready */
        char why[256];                            /* what is missing; empty where nothing is */
};

struct vision_pool;

/* Copies the options and begins to start the children, without waiting for them. */
struct vision_pool *vision_pool_open(const struct vision_options *options);
/* Make calls under way, and all later ones, fail with RC_UNAVAILABLE. */
void vision_pool_end_calls(struct vision_pool *pool);
/* Ends the children; calls under way fail with RC_UNAVAILABLE. No thread may call into the pool afterwards.
 * NULL is fine. */
void vision_pool_close(struct vision_pool *pool);
/* Wait until a child is ready and tell what it told. */
NODISCARD enum rc vision_pool_status(struct vision_pool *pool, struct op *op, struct vision_status *ret);
/* Whether a child is ready now; never waits. For readiness checks. */
bool vision_pool_ready(struct vision_pool *pool);

/* Whether these are the first bytes of a JPEG or PNG; for refusing an upload early. The child parses. */
bool vision_sniff(struct str bytes);

struct vision_document_request {
        enum doc_kind declared;
        struct date today; /* in Korea */
        struct str front;  /* a file's bytes */
        struct str back;   /* or empty */
        bool plain;        /* also give the card before it is painted over, for a reader elsewhere */
};

/* In pixels of the straightened card. */
struct vision_box {
        int64_t x, y, width, height;
};

enum { VISION_PAINT_MAX = 12 };

/* What was asked for by `plain`, and vision_redact needs; empty without a document. Never to be stored. */
struct vision_plain {
        struct str jpeg; /* the straightened card with its numbers in clear */
        int64_t width, height;
        struct vision_box paint[VISION_PAINT_MAX]; /* the reader's own */
        size_t paint_len;
        bool number_missed; /* the reader is not sure that they hide every number */
        struct vision_box portrait;
};

struct vision_document {
        enum doc_kind kind; /* recognised */
        double kind_confidence;
        struct doc_errors errors; /* INVALID_IMAGE, UNSUPPORTED_IMAGE_FORMAT, … NO_DOCUMENT … of the reader */
        struct doc_fields fields;
        struct doc_obstacles obstacles;
        struct doc_faults faults; /* pictures that were not read, and why */
        struct {
                int64_t card_width_px;
                double sharpness, brightness, contrast, glare_share;
        } quality;
        struct doc_signs signs;   /* of forgery */
        double corners[4][2];     /* in the front picture, 0 to 1 of its width and height, or all 0 */
        struct str card_jpeg;     /* straightened, numbers painted over; empty where there is no document */
        struct str portrait_jpeg; /* empty where there is none */
        struct vision_plain plain;
        struct frame frame, redacted; /* own the pictures */
};

/* Release in case of success. */
NODISCARD enum rc vision_read_document(struct vision_pool *pool, struct op *op,
                                       const struct vision_document_request *request,
                                       struct vision_document *ret);
/* Make card and portrait of a document anew, from its plain card, with `also` painted over beside what its
 * reader found: there is no way to have less painted. What the reader was not sure of is for the caller to
 * judge. On failure they are as they were. */
NODISCARD enum rc vision_redact(struct vision_pool *pool, struct op *op, struct vision_document *document,
                                const struct vision_box *also, size_t len);
void vision_document_release(struct vision_document *document); /* wipes. Fits CLEANUP. */

struct vision_face_request {
        struct str reference, selfie;               /* files' bytes */
        double match_threshold, liveness_threshold; /* 0: the model manifest's */
        bool template;                              /* also give the selfie's (vision/template.h) */
        const struct challenge *challenge;          /* NULL: the selfie alone is judged */
        struct str frames[FRAMES_MAX];              /* files' bytes, in the order of their times */
        size_t frames_len;
};

/* Of the perceptual hashes of a picture's face (vision/frame_hash.h). */
enum { VISION_HASH_LEN = 64 };

/* How the frames of a challenge were judged, beside the selfie. */
struct vision_active {
        bool judged; /* false: no frames, or no face to judge them by */
        bool passed; /* there are no errors */
        double score;
        struct doc_errors errors;                    /* CHALLENGE_FAILED, FLAT_FACE, … */
        uint8_t hashes[FRAMES_MAX][VISION_HASH_LEN]; /* perceptual, one a frame */
        size_t hashes_len;
};

struct vision_face_view {
        bool found;
        double box[4]; /* x y width height in pixels of the upright picture */
        int64_t faces; /* how many the picture has */
};

struct vision_faces {
        struct vision_face_view reference, selfie;
        double similarity_score, liveness_score; /* 0 to 1 */
        bool compared, is_match, is_live_person;
        bool is_portrait; /* the selfie is the picture that is the reference, whatever `errors` say */
        double match_threshold, liveness_threshold; /* those used */
        struct doc_errors errors;                   /* none: accepted, as far as the selfie goes */
        uint8_t selfie_hash[VISION_HASH_LEN];       /* zeros where there is none */
        struct vision_active active;
        struct str template;    /* where it was asked for and there is a face; in the op's arena */
        struct str selfie_jpeg; /* encoded anew, without metadata; empty where unreadable */
        struct frame frame;     /* owns the picture */
};

/* Release in case of success. */
NODISCARD enum rc vision_compare_faces(struct vision_pool *pool, struct op *op,
                                       const struct vision_face_request *request, struct vision_faces *ret);
void vision_faces_release(struct vision_faces *faces); /* wipes. Fits CLEANUP. */
