/*
 * consent_default.json as it was when this was built: the text where CONSENT_FILE names none.
 */
#pragma once

extern const char consent_default[];
extern const unsigned long consent_default_len;
