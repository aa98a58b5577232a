/*
 * The story of the keys: those that sign results, and what SECRET_KEY has sealed, when they are exchanged for
 * new ones while the service goes on.
 */
#pragma once

#include "check/service.h"

/* Fill the service's keyring from the store; the first key is made where there is none. Again from time to
 * time, since another process may have made a new one. */
NODISCARD enum rc keys_load(struct op *op, struct service *svc);

/* jws_verify; where no key of the ring has signed, perhaps one has that is newer. */
NODISCARD enum rc keys_verify(struct op *op, struct service *svc, struct str token, struct buf *ret_claims);

/* Sign with a new key from now on. The one before stays in the JWK set for as long as its tokens live. */
NODISCARD enum rc keys_renew_signing(struct op *op, struct service *svc);

struct keys_report {
        int64_t sessions; /* whose keys were wrapped anew */
        int64_t damaged;  /* that do not open under any secret */
};

/* Seal everything that a previous SECRET_KEY sealed under the current one. Works in small steps, each a
 * transaction; may be broken off and begun again. `progress` may be NULL. */
NODISCARD enum rc keys_rewrap(struct op *op, struct service *svc, void (*progress)(int64_t sessions),
                              struct keys_report *ret);
