#include "check/reading.h"

#include "base/utf8.h"
#include "check/claims.h"
#include "store/event.h"

#include <stddef.h>

enum { NOTE_MAX = 8192, TOLD_MAX = 48 * 1024, REASON_MIN = 5, REASON_MAX = 500 };

/* Those that are one text of the session stand with its place; the others are written by hand. */
static const struct {
        const char *name;
        size_t at;
} fields[READING_FIELD_COUNT] = {
    [READING_VERIFIED_PHONE] = {"verified_phone", offsetof(struct session, verified_phone)},
    [READING_VERIFIED_EMAIL] = {"verified_email", offsetof(struct session, verified_email)},
    [READING_VERIFIED_NAME] = {"verified_name", offsetof(struct session, verified_name)},
    [READING_VERIFIED_BIRTH_DATE] = {"verified_birth_date", offsetof(struct session, verified_birth_date)},
    [READING_PHONE_NUMBER] = {"phone_number", offsetof(struct session, phone)},
    [READING_EMAIL] = {"email", offsetof(struct session, email)},
    [READING_EXPECTED] = {"expected", 0},
    [READING_PERSONAL_DATA] = {"personal_data", 0},
    [READING_IP_ADDRESS] = {"ip_address", offsetof(struct session, ip)},
};

bool reading_field_parse(struct str name, enum reading_field *ret)
{
        for (size_t i = 0; i < LEN(fields); i++) {
                if (!str_equal(name, str_from(fields[i].name)))
                        continue;
                *ret = (enum reading_field)i;
                return true;
        }
        return false;
}

enum rc reading_note(struct tx *tx, const struct reading *reading, int64_t now_ms)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, NOTE_MAX);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_text(&emit, "how", reading->how);
        emit_str(&emit, "reason", reading->reason);
        actor_emit(&emit, reading->who);
        if (reading->what.ptr)
                emit_raw(&emit, "what", reading->what);
        emit_close(&emit);
        if (!buf_ok(&buf))
                return op_fail(tx->op, RC_INTERNAL, "a reading is too long to be noted");
        return event_append(tx, EVENT_PERSONAL_DATA_READ, reading->session_id, buf_str(&buf), now_ms);
}

static enum rc check_reason(struct op *op, struct str reason)
{
        size_t count = utf8_count(str_trim(reason));
        if (!utf8_valid(reason) || count < REASON_MIN || count > REASON_MAX)
                return op_fail_field(op, RC_VALIDATION_FAILED, "reason",
                                     "사유를 5자 이상 500자 이하로 적어 주세요.",
                                     "Say what for, in 5 to 500 characters.");
        return RC_OK;
}

static struct str what_of(struct op *op, unsigned wanted)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1024);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_open_array(&emit, "fields");
        for (int i = 0; i < READING_FIELD_COUNT; i++)
                if (wanted & (1u << i))
                        emit_text(&emit, NULL, fields[i].name);
        emit_close_array(&emit);
        emit_close(&emit);
        return arena_copy(&op->arena, buf_str(&buf));
}

/* *ret_found false: the session has none yet. */
static enum rc find_document(struct tx *tx, const struct session *session, struct document *ret,
                             bool *ret_found)
{
        enum rc rc = document_load_accepted(tx, session, ret);
        if (rc == RC_VERIFICATION_NOT_FOUND) {
                op_forgive(tx->op);
                rc = document_load_latest(tx, session, ret);
        }
        *ret_found = rc == RC_OK;
        if (rc != RC_VERIFICATION_NOT_FOUND)
                return rc;
        op_forgive(tx->op);
        return RC_OK;
}

static void emit_expected(struct emit *emit, const struct session *session)
{
        emit_open(emit, "expected");
        emit_str(emit, "name", session->expected_name);
        emit_str(emit, "birth_date", session->expected_birth_date);
        emit_close(emit);
}

static enum rc write_told(struct op *op, const struct session *session, const struct document *document,
                          unsigned wanted, struct str *ret)
{
        CLEANUP(buf_release) struct buf out;
        buf_init_secret(&out, TOLD_MAX);
        struct emit emit = emit_to(&out);
        emit_open(&emit, NULL);
        emit_text(&emit, "session_id", session->id);
        emit_time(&emit, "faces_destroyed_at", session->faces_destroyed_at_ms);
        for (int i = 0; i < READING_FIELD_COUNT; i++) {
                if (!(wanted & (1u << i)))
                        continue;
                if (i == READING_EXPECTED)
                        emit_expected(&emit, session);
                else if (i == READING_PERSONAL_DATA)
                        claims_emit_personal_data(&emit, document);
                else
                        emit_str(&emit, fields[i].name,
                                 *(const struct str *)(const void *)((const char *)session + fields[i].at));
        }
        emit_close(&emit);
        *ret = buf_ok(&out) ? arena_copy(&op->arena, buf_str(&out)) : STR_NULL;
        return str_is_null(*ret) ? op_fail(op, RC_UNAVAILABLE, "request memory is full") : RC_OK;
}

enum rc reading_unmask(struct op *op, struct service *svc, const struct reading_request *request,
                       struct str *ret_json)
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct document document;
        bool has_document;
        if (check_reason(op, request->reason) != RC_OK)
                return op->rc;
        if (!id_valid(request->session_id))
                return op_fail(op, RC_SESSION_NOT_FOUND, "not the form of a session id");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_load(&tx, request->session_id, &session) != RC_OK)
                return op->rc;
        if (session.erased)
                return op_fail(op, RC_SESSION_NOT_FOUND, "what was held was erased");
        struct reading reading = {.who = request->who,
                                  .how = "unmasked",
                                  .session_id = session.id,
                                  .reason = str_trim(request->reason),
                                  .what = what_of(op, request->fields)};
        if (find_document(&tx, &session, &document, &has_document) != RC_OK ||
            reading_note(&tx, &reading, clock_wall_ms()) != RC_OK || tx_commit(&tx) != RC_OK)
                return op->rc;
        return write_told(op, &session, has_document ? &document : NULL, request->fields, ret_json);
}
