/*
 * The story of people who come again. Where DUPLICATE_FACE_DAYS is set and the applicant agreed to it, the
 * face that took the step and the numbers of the document are compared with those of earlier sessions of the
 * same relying party, and kept, sealed, for as many days. What is found is the session's risk_signals: told
 * to its relying party and to operators, never to the applicant, who would learn by it.
 *
 * The same person with the same document who comes again is no fraud; one face with several documents may
 * well be.
 */
#pragma once

#include "base/emit.h"
#include "check/session.h"
#include "doc/field.h"
#include "store/people.h"
#include "vision/template.h"

/* Whether people are compared, and the applicant agreed to it. Without that nothing is made of their face or
 * numbers to compare by. */
NODISCARD enum rc people_agreed(struct tx *tx, const struct service *svc, const struct session *session,
                                bool *ret);
/* Keyed hashes of the document's numbers, for document_outcome; null where nothing is compared, or none was
 * read. */
NODISCARD enum rc people_numbers(struct tx *tx, const struct service *svc, const struct session *session,
                                 const struct doc_fields *fields, struct str *ret);

/* A face that is about to take its step, and what was found of it so far. Release it. */
struct people_look {
        bool wanted; /* it is compared and kept */
        struct face_template face;
        struct str numbers; /* of the accepted document */
        int64_t after;      /* those up to this number were compared */
        int64_t faces, documents, others;
};

/* Compare with all who are there, a page at a time, in transactions of its own. `template`: as bonin-vision
 * gave it; empty: nothing is wanted. */
NODISCARD enum rc people_look(struct op *op, struct service *svc, const struct session *session,
                              const char *document_id, struct str template, struct people_look *ret);
/* Within the transaction that takes the step: compare with who came since, add this one, and give the session
 * its risk_signals. Of two that do so at once the second sees the first. */
NODISCARD enum rc people_settle(struct tx *tx, const struct service *svc, struct session *session,
                                struct people_look *look, struct str template, int64_t now_ms);
void people_look_release(struct people_look *look); /* wipes. Fits CLEANUP */

/* The member `risk_signals`: an array, or null where nothing was compared. */
void people_emit_signals(struct emit *emit, const struct session *session);
