/*
 * The one rule by which personal data is masked, everywhere: two rules side by side would give away what
 * each hides. Anything that does not look as expected is masked whole.
 */
#pragma once

#include "base/log.h"

struct masked mask_name(struct str name); /* 홍길동 to 홍*동; 홍길 to 홍*; HONG GILDONG to H***********G */
struct masked mask_phone(struct str phone);    /* E.164 or local, to 010-****-5678 */
struct masked mask_email(struct str email);    /* h***@example.org */
struct masked mask_id_number(struct str text); /* 9001011234567, with or without hyphen, to 900101-1****** */
struct masked mask_number(struct str text);    /* passport, licence: the first two kept, signs kept */
/* A machine-readable zone, its lines joined by line feeds: the second half of a Korean resident number goes,
 * and the check digits over it. */
struct masked mask_mrz(struct str text);
