/*
 * What a child can do: the readers it loaded before it locked itself in, and how it answers a request with
 * them. A role whose models are missing is absent; the others work without it.
 */
#pragma once

#include "base/emit.h"
#include "base/json.h"
#include "vision/document.h"
#include "vision/face.h"
#include "vision/frame.h"

struct roles {
        struct reader *reader; /* NULL: documents cannot be read */
        struct faces *faces; /* NULL: faces cannot be compared, portraits are taken as the reader sees them */
        char why[256];       /* what is missing */
};

struct roles_options {
        const char *model_dir, *manifest, *tessdata_dir; /* NULL: none, built in, the installed one */
        bool documents, faces;
};

/* Load what there is. Close with roles_close. */
void roles_open(const struct roles_options *options, struct roles *ret);
void roles_close(struct roles *roles);

enum { ANSWER_PICTURES_MAX = 3 };

/* The pictures of a reply, and its JSON. */
struct answer {
        struct buf json;
        struct buf pictures[ANSWER_PICTURES_MAX];
};
void answer_init(struct answer *answer);
void answer_release(struct answer *answer); /* wipes. Fits CLEANUP. */

/* Answer one request. The answer is whole in any case: a failure is told in it. */
void answer_request(struct roles *roles, const struct frame *request, struct answer *ret);

/* The kinds of request; a failure is left in the op. `request` is its JSON. */
enum rc answer_document(struct roles *roles, struct op *op, const json_t *request, const struct frame *frame,
                        struct emit *emit, struct answer *ret);
enum rc answer_redact(struct op *op, const json_t *request, const struct frame *frame, struct emit *emit,
                      struct answer *ret);
enum rc answer_faces(struct roles *roles, struct op *op, const json_t *request, const struct frame *frame,
                     struct emit *emit, struct answer *ret);
