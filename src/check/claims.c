#include "check/claims.h"

#include "base/json.h"

enum { EXTRACTED_MAX = 16 * 1024 };

/* The document's portrait compared with a living face, remotely and unsupervised; liveness_method is a member
 * of our own. */
static void emit_face_check(struct emit *emit, const struct face *face)
{
        emit_open(emit, NULL);
        emit_text(emit, "check_method", "bvr");
        emit_text(emit, "check_id", face->id);
        emit_time(emit, "time", face->finished_at_ms);
        emit_text(emit, "liveness_method", face_method_name(face->method));
        emit_close(emit);
}

static void emit_document_evidence(struct emit *emit, const struct claims *claims, const json_t *read,
                                   const char *time)
{
        static const struct {
                const char *type, *details;
        } types[] = {
            {"resident_card", "idcard"}, {"driver_license", "driving_permit"}, {"passport", "passport"}};
        const struct document *document = claims->document;
        const char *kind = "idcard";
        for (size_t i = 0; i < LEN(types); i++)
                if (str_equal(document->type, str_from(types[i].type)))
                        kind = types[i].details;
        struct str number = json_get_str(read, "passport_number");
        if (str_is_null(number))
                number = json_get_str(read, "license_number");
        emit_open(emit, NULL);
        emit_text(emit, "type", "document");
        emit_open_array(emit, "check_details");
        emit_open(emit, NULL);
        /* Validation of the physical evidence by its image, remotely and unsupervised. */
        emit_text(emit, "check_method", "vpiruv");
        emit_text(emit, "check_id", document->id);
        emit_text(emit, "time", time);
        emit_close(emit);
        emit_face_check(emit, claims->face);
        emit_close_array(emit);
        emit_open(emit, "document_details");
        emit_text(emit, "type", kind);
        if (number.ptr)
                emit_str(emit, "document_number", number);
        if (json_get_str(read, "issue_date").ptr)
                emit_str(emit, "date_of_issuance", json_get_str(read, "issue_date"));
        if (json_get_str(read, "expiry_date").ptr)
                emit_str(emit, "date_of_expiry", json_get_str(read, "expiry_date"));
        if (json_get_str(read, "issuer").ptr) {
                emit_open(emit, "issuer");
                emit_str(emit, "name", json_get_str(read, "issuer"));
                emit_text(emit, "country_code", "KOR");
                emit_close(emit);
        }
        emit_close(emit);
        emit_close(emit);
}

static void emit_claims(struct emit *emit, const struct session *session, const json_t *read)
{
        /* msisdn: digits without the plus */
        emit_open(emit, "claims");
        emit_str(emit, "msisdn", str_sub(session->verified_phone, 1, session->verified_phone.len));
        emit_str(emit, "email", session->verified_email);
        if (session->verified_name.ptr)
                emit_str(emit, "name", session->verified_name);
        if (session->verified_birth_date.ptr)
                emit_str(emit, "birthdate", session->verified_birth_date);
        if (json_get_str(read, "surname").ptr)
                emit_str(emit, "family_name", json_get_str(read, "surname"));
        if (json_get_str(read, "given_names").ptr)
                emit_str(emit, "given_name", json_get_str(read, "given_names"));
        emit_close(emit);
}

void claims_emit_verified(struct emit *emit, const struct claims *claims)
{
        json_auto_t *read = NULL;
        if (claims->extracted.ptr && !json_parse(claims->extracted, EXTRACTED_MAX, &read))
                read = NULL;
        char time[CLOCK_TEXT_MAX];
        clock_format(claims->verified_at_ms, time);
        emit_open(emit, "verified_claims");
        emit_open(emit, "verification");
        emit_text(emit, "trust_framework", CLAIMS_TRUST_FRAMEWORK);
        emit_text(emit, "time", time);
        emit_text(emit, "verification_process", claims->session->id);
        emit_open_array(emit, "evidence");
        emit_open(emit, NULL);
        emit_text(emit, "type", "electronic_record");
        emit_open_array(emit, "check_details");
        emit_open(emit, NULL);
        emit_text(emit, "check_method", "kbv"); /* knowledge of the code that was sent there */
        emit_time(emit, "time", claims->session->phone_verified_at_ms);
        emit_close(emit);
        emit_close_array(emit);
        emit_open(emit, "record");
        emit_text(emit, "type", "mno");
        emit_close(emit);
        emit_close(emit);
        if (claims->document)
                emit_document_evidence(emit, claims, read, time);
        emit_close_array(emit);
        emit_close(emit);
        emit_claims(emit, claims->session, read);
        emit_close(emit);
}

void claims_emit_id_token(struct emit *emit, const struct service *svc, const struct claims *claims)
{
        const struct session *session = claims->session;
        emit_open(emit, NULL);
        emit_text(emit, "iss", svc->issuer);
        emit_text(emit, "sub", session->id);
        emit_str(emit, "aud", session->rp_id.ptr ? session->rp_id : STR("public"));
        emit_int(emit, "iat", claims->verified_at_ms / 1000);
        emit_int(emit, "exp", claims->expires_at_ms / 1000);
        emit_text(emit, "jti", claims->jti);
        claims_emit_verified(emit, claims);
        emit_close(emit);
}

static void emit_changes(struct emit *emit, const json_t *changes)
{
        emit_open_array(emit, "address_changes");
        for (size_t i = 0; i < json_array_size(changes); i++) {
                const json_t *change = json_array_get(changes, i);
                emit_open(emit, NULL);
                emit_str(emit, "date", json_get_str(change, "date"));
                emit_str(emit, "address", json_get_str(change, "address"));
                emit_close(emit);
        }
        emit_close_array(emit);
}

void claims_emit_personal_data(struct emit *emit, const struct document *document)
{
        json_auto_t *read = NULL;
        const char *key;
        json_t *value;
        if (document == NULL || str_is_null(document->extracted) ||
            !json_parse(document->extracted, EXTRACTED_MAX, &read)) {
                emit_null(emit, "personal_data");
                return;
        }
        emit_open(emit, "personal_data");
        emit_str(emit, "id_card_type", document->type);
        json_object_foreach(read, key, value)
        {
                if (json_is_array(value)) /* there is one list */
                        emit_changes(emit, value);
                else
                        emit_str(emit, key, json_get_str(read, key));
        }
        emit_close(emit);
}
