/*
 * One result code for the whole program. Each row of the table gives the code's name in C, the HTTP status it
 * becomes, the machine code that callers see in `errors`, and whether a job that failed with it may be tried
 * again. Zero is success; everything else is a failure that was described once, where it was born (op_fail).
 *
 * The HTTP codes are those of the public contract (openapi.yaml). The second half are verdicts on images:
 * they appear in the `errors` of a document or face, never as an HTTP status.
 */
#pragma once

#include "base/util.h"

/* clang-format off */
#define RC_TABLE(X) \
        /*name                      status  machine code               retry */ \
        X(OK,                       200,    "OK",                      false) \
        X(INVALID_JSON,             400,    "INVALID_JSON",            false) \
        X(INVALID_REQUEST,          400,    "INVALID_REQUEST",         false) \
        X(INVALID_CODE,             400,    "INVALID_CODE",            false) \
        X(UNAUTHORIZED,             401,    "UNAUTHORIZED",            false) \
        X(FORBIDDEN,                403,    "FORBIDDEN",               false) \
        X(SESSION_NOT_FOUND,        404,    "SESSION_NOT_FOUND",       false) \
        X(VERIFICATION_NOT_FOUND,   404,    "VERIFICATION_NOT_FOUND",  false) \
        X(NOT_FOUND,                404,    "NOT_FOUND",               false) \
        X(METHOD_NOT_ALLOWED,       405,    "METHOD_NOT_ALLOWED",      false) \
        X(NO_PENDING_VERIFICATION,  409,    "NO_PENDING_VERIFICATION", false) \
        X(ALREADY_VERIFIED,         409,    "ALREADY_VERIFIED",        false) \
        X(STEP_OUT_OF_ORDER,        409,    "STEP_OUT_OF_ORDER",       false) \
        X(INCOMPLETE_VERIFICATION,  409,    "INCOMPLETE_VERIFICATION", false) \
        X(SESSION_COMPLETED,        409,    "SESSION_COMPLETED",       false) \
        X(SESSION_FAILED,           409,    "SESSION_FAILED",          false) \
        X(CONSENT_REQUIRED,         409,    "CONSENT_REQUIRED",        false) \
        X(SESSION_EXPIRED,          410,    "SESSION_EXPIRED",         false) \
        X(CODE_EXPIRED,             410,    "CODE_EXPIRED",            false) \
        X(CHALLENGE_NOT_FOUND,      404,    "CHALLENGE_NOT_FOUND",     false) \
        X(CHALLENGE_EXPIRED,        410,    "CHALLENGE_EXPIRED",       false) \
        X(CHALLENGE_REQUIRED,       422,    "CHALLENGE_REQUIRED",      false) \
        X(FILE_TOO_LARGE,           413,    "FILE_TOO_LARGE",          false) \
        X(BODY_TOO_LARGE,           413,    "BODY_TOO_LARGE",          false) \
        X(UNSUPPORTED_MEDIA_TYPE,   415,    "UNSUPPORTED_MEDIA_TYPE",  false) \
        X(UNSUPPORTED_IMAGE_FORMAT, 415,    "UNSUPPORTED_IMAGE_FORMAT",false) \
        X(VALIDATION_FAILED,        422,    "VALIDATION_FAILED",       false) \
        X(INVALID_PHONE_NUMBER,     422,    "INVALID_PHONE_NUMBER",    false) \
        X(INVALID_EMAIL,            422,    "INVALID_EMAIL",           false) \
        X(INVALID_ID_CARD_TYPE,     422,    "INVALID_ID_CARD_TYPE",    false) \
        X(MISSING_FILE,             422,    "MISSING_FILE",            false) \
        X(RATE_LIMIT_EXCEEDED,      429,    "RATE_LIMIT_EXCEEDED",     false) \
        X(SMS_COOLDOWN_ACTIVE,      429,    "SMS_COOLDOWN_ACTIVE",     false) \
        X(EMAIL_COOLDOWN_ACTIVE,    429,    "EMAIL_COOLDOWN_ACTIVE",   false) \
        X(MAX_ATTEMPTS_EXCEEDED,    429,    "MAX_ATTEMPTS_EXCEEDED",   false) \
        X(INTERNAL,                 500,    "INTERNAL",                true)  \
        X(DELIVERY_FAILED,          502,    "DELIVERY_FAILED",         false) \
        X(DELIVERY_LATER,           502,    "DELIVERY_FAILED",         true)  \
        X(UNAVAILABLE,              503,    "UNAVAILABLE",             true)  \
        X(CONFIG,                   500,    "INTERNAL",                false) \
        /* verdicts on an image; the last one also fails a request */ \
        X(INVALID_IMAGE,            422,    "INVALID_IMAGE",           false) \
        X(IMAGE_TOO_SMALL,          422,    "IMAGE_TOO_SMALL",         false) \
        X(IMAGE_TOO_BLURRY,         422,    "IMAGE_TOO_BLURRY",        false) \
        X(POOR_LIGHTING,            422,    "POOR_LIGHTING",           false) \
        X(GLARE,                    422,    "GLARE",                   false) \
        X(COVERED,                  422,    "COVERED",                 false) \
        X(TOO_FAR_AWAY,             422,    "TOO_FAR_AWAY",            false) \
        X(NO_DOCUMENT,              422,    "NO_DOCUMENT",             false) \
        X(SEVERAL_DOCUMENTS,        422,    "SEVERAL_DOCUMENTS",       false) \
        X(WRONG_BACK,               422,    "WRONG_BACK",              false) \
        X(TYPE_MISMATCH,            422,    "TYPE_MISMATCH",           false) \
        X(LOW_CONFIDENCE,           422,    "LOW_CONFIDENCE",          false) \
        X(FIELD_UNREADABLE,         422,    "FIELD_UNREADABLE",        false) \
        X(CHECK_DIGIT_FAILED,       422,    "CHECK_DIGIT_FAILED",      false) \
        X(AUTHENTICITY_DOUBTFUL,    422,    "AUTHENTICITY_DOUBTFUL",   false) \
        X(DOCUMENT_EXPIRED,         422,    "DOCUMENT_EXPIRED",        false) \
        X(NAME_MISMATCH,            422,    "NAME_MISMATCH",           false) \
        X(BIRTH_DATE_MISMATCH,      422,    "BIRTH_DATE_MISMATCH",     false) \
        X(NO_PORTRAIT,              422,    "NO_PORTRAIT",             false) \
        X(PORTRAIT_TOO_SMALL,       422,    "PORTRAIT_TOO_SMALL",      false) \
        X(PORTRAIT_TOO_BLURRY,      422,    "PORTRAIT_TOO_BLURRY",     false) \
        X(PORTRAIT_POOR_LIGHTING,   422,    "PORTRAIT_POOR_LIGHTING",  false) \
        X(PORTRAIT_COVERED,         422,    "PORTRAIT_COVERED",        false) \
        X(NO_FACE,                  422,    "NO_FACE",                 false) \
        X(SEVERAL_FACES,            422,    "SEVERAL_FACES",           false) \
        X(FACE_MISMATCH,            422,    "FACE_MISMATCH",           false) \
        X(TURNED_AWAY,              422,    "TURNED_AWAY",             false) \
        X(NOT_LIVE,                 422,    "NOT_LIVE",                false) \
        X(CHALLENGE_FAILED,         422,    "CHALLENGE_FAILED",        false) \
        X(FLAT_FACE,                422,    "FLAT_FACE",               false) \
        X(FACE_CHANGED,             422,    "FACE_CHANGED",            false) \
        X(FRAMES_REPEATED,          422,    "FRAMES_REPEATED",         false) \
        X(MODEL_MISSING,            422,    "MODEL_MISSING",           false) \
        X(TIMED_OUT,                503,    "TIMED_OUT",               true)
/* clang-format on */

enum rc {
#define X(name, status, code, retry) RC_##name,
        RC_TABLE(X)
#undef X
            RC_COUNT
};

/* HTTP status of a code. */
int rc_status(enum rc rc);
/* Machine code, as it stands in `errors`; static. */
const char *rc_code(enum rc rc);
/* Whether a job that failed so may be tried again. */
bool rc_may_retry(enum rc rc);
/* The code with this machine code, RC_COUNT where there is none. For replies of other programs. */
enum rc rc_from_code(const char *code);
