/*
 * The story of the result: all steps done, the session completed once, and the answer signed; later, what a
 * token that a relying party holds is worth.
 */
#pragma once

#include "check/actor.h"
#include "check/session.h"

/* Complete the session, or answer as before where it is completed. *ret_data: the `data` of the reply, JSON,
 * in the op's arena. RC_INCOMPLETE_VERIFICATION while a step is missing. */
NODISCARD enum rc completion_make(struct op *op, struct service *svc, struct str session_key,
                                  struct str *ret_data);

/* RFC 7662: the whole body. Unknown, expired and foreign tokens alike give {"active":false}. `who` asks;
 * `any_rp`: whether sessions of others may be seen too (administrators). */
NODISCARD enum rc completion_introspect(struct op *op, struct service *svc, struct str token,
                                        const struct actor *who, bool any_rp, struct str *ret_body);
