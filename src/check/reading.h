/*
 * The story of reading personal data on purpose, in the back office or at the machine. What people see is
 * masked; unmasked it is told for a reason. Each reading is noted with its five facts before anything is
 * told: who (`who`), when and from where (the entry's time and IP), whose (its session) and what for
 * (`reason`). What cannot be noted is not told.
 */
#pragma once

#include "check/actor.h"
#include "check/service.h"

struct reading {
        const struct actor *who;
        const char *how;        /* "list", "masked" or "unmasked" */
        const char *session_id; /* whose; NULL: of all that `what` describes */
        struct str reason;
        struct str what; /* JSON object: filter and number, or fields; null: no more to say */
};

/* EVENT_PERSONAL_DATA_READ, to be committed before what was read is told. */
NODISCARD enum rc reading_note(struct tx *tx, const struct reading *reading, int64_t now_ms);

/* What can be asked for unmasked: a set of bits. */
enum reading_field {
        READING_VERIFIED_PHONE,
        READING_VERIFIED_EMAIL,
        READING_VERIFIED_NAME,
        READING_VERIFIED_BIRTH_DATE,
        READING_PHONE_NUMBER, /* this and the next two as the relying party gave them */
        READING_EMAIL,
        READING_EXPECTED,
        READING_PERSONAL_DATA, /* of the document that took the step, else of the last one */
        READING_IP_ADDRESS,
        READING_FIELD_COUNT
};

#define READING_ALL ((1u << READING_FIELD_COUNT) - 1)

NODISCARD bool reading_field_parse(struct str name, enum reading_field *ret);

struct reading_request {
        const struct actor *who;
        struct str session_id;
        struct str reason; /* 5 to 500 characters */
        unsigned fields;
};

/* Tell them: *ret_json is an object, in the arena. RC_SESSION_NOT_FOUND, also where it was erased. */
NODISCARD enum rc reading_unmask(struct op *op, struct service *svc, const struct reading_request *request,
                                 struct str *ret_json);
