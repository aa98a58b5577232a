/*
 * What was verified, in the words of OpenID Connect for Identity Assurance 1.0 (verified_claims), and the
 * claims of the id_token around it (RFC 7519).
 */
#pragma once

#include "base/emit.h"
#include "check/session.h"
#include "store/face.h"

/* The name of our trust framework: there is no registered Korean one. */
#define CLAIMS_TRUST_FRAMEWORK "kr_bonin"

struct claims {
        const struct session *session;
        const struct document *document; /* NULL in the basic flow */
        const struct face *face;         /* likewise */
        struct str extracted;            /* JSON of what was read, or null */
        int64_t verified_at_ms;
        int64_t expires_at_ms;
        const char *jti; /* names this result */
};

/* One member `verified_claims`. */
void claims_emit_verified(struct emit *emit, const struct claims *claims);
/* The id_token's payload. */
void claims_emit_id_token(struct emit *emit, const struct service *svc, const struct claims *claims);

/* One member `personal_data`: what was read from the document; null where there is none (NULL), or it was not
 * read. */
void claims_emit_personal_data(struct emit *emit, const struct document *document);
