/* JSON bodies, decoded by a table of fields as the routes have them, and written again. */
#include "api/field.h"

#include "base/json.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { TEXT_MAX = 64 };

struct body {
        struct str session_key, email, metadata;
        bool full;
};

static const struct field fields[] = {
    {"session_key", FIELD_TEXT, true, TEXT_MAX, offsetof(struct body, session_key)},
    {"email", FIELD_TEXT, false, TEXT_MAX, offsetof(struct body, email)},
    {"metadata", FIELD_OBJECT, false, 0, offsetof(struct body, metadata)},
    {"full_verification", FIELD_BOOL, false, 0, offsetof(struct body, full)},
};

static void check_text(struct str text)
{
        if (text.len > TEXT_MAX || !utf8_valid(text) || (text.len > 0 && memchr(text.ptr, 0, text.len)))
                abort();
}

/* What is written is read as the same. */
static void check_again(const struct body *body)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 65536);
        struct emit emit = emit_to(&text);
        emit_open(&emit, NULL);
        emit_str(&emit, "email", body->email);
        emit_raw(&emit, "metadata", body->metadata.ptr ? body->metadata : STR("{}"));
        emit_close(&emit);
        json_auto_t *json = NULL;
        if (!buf_ok(&text) || !json_parse(buf_str(&text), text.len, &json))
                abort();
        if (!json_is_object(json_object_get(json, "metadata")) ||
            !str_equal(json_get_str(json, "email"), body->email))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct http_pair type = {STR("Content-Type"), STR("application/json")};
        struct http_request request = {.headers = {&type, 1}, .body = str_from_bytes(bytes, len)};
        struct call call = {.request = &request, .op = &request.op};
        struct body body = {0};
        op_init(&request.op, "fuzz", 65536, 1000);
        enum rc rc = field_decode(&call, fields, LEN(fields), &body);
        if (rc == RC_OK) {
                check_text(body.session_key);
                check_text(body.email);
                if (str_is_null(body.session_key))
                        abort();
                check_again(&body);
        } else if (rc != RC_INVALID_JSON && rc != RC_VALIDATION_FAILED) {
                abort();
        }
        op_release(&request.op);
        return 0;
}
