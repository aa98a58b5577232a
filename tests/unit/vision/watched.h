/*
 * A real bonin-vision, asked as the server asks it and watched while it answers: what a picture costs it.
 */
#pragma once

#include "vision/child.h"

struct watched {
        struct child child;
        int64_t left_ms; /* how long a document may take; 0: a minute */
        int64_t cost_ms; /* time of the processor that the last picture took */
};

/* With everything loaded that the server has loaded. Ends the test as skipped where the program or a model is
 * missing. */
void watched_start(struct watched *ret);
void watched_end(struct watched *watched); /* a child that is gone is fine */

/* The answer to a document of the declared kind, its back or STR_NULL; and to a picture that is both the
 * selfie and what it is compared with. A failure is printed, and the child then fit only for watched_end.
 * Release in case of success. */
NODISCARD enum rc watched_read(struct watched *watched, enum doc_kind declared, struct str front,
                               struct str back, struct vision_document *ret);
NODISCARD enum rc watched_compare(struct watched *watched, struct str file, struct vision_faces *ret);

/* Its greatest memory so far, in MB. */
int64_t watched_peak_mb(const struct watched *watched);
