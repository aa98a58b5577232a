#include "check/people.h"

#include "check/consent.h"
#include "crypto/mac.h"
#include "store/document.h"

enum { PAGE = 256, PAGE_MEMORY = 4 * 1024 * 1024, SIGNALS_MAX = 512 };

static const int64_t day_ms = (int64_t)24 * 3600 * 1000;

/* Numbers that name a document, or with it a person. What stands here is in what was kept: never change one.
 */
static const struct {
        enum doc_field field;
        uint8_t kind;
} number_kinds[] = {{DOC_ID_NUMBER, 1}, {DOC_LICENSE_NUMBER, 2}, {DOC_PASSPORT_NUMBER, 3}};

enum rc people_agreed(struct tx *tx, const struct service *svc, const struct session *session, bool *ret)
{
        struct consent_state consent;
        *ret = false;
        if (svc->conf->duplicate_face_days == 0)
                return RC_OK;
        if (consent_state(tx, svc, session, &consent) != RC_OK)
                return tx->op->rc;
        *ret = consent.given & CONSENT_OF(CONSENT_COMPARISON);
        return RC_OK;
}

enum rc people_numbers(struct tx *tx, const struct service *svc, const struct session *session,
                       const struct doc_fields *fields, struct str *ret)
{
        _Static_assert(LEN(number_kinds) <= (size_t)PEOPLE_NUMBERS_MAX, "as many as are kept");
        CLEANUP(people_keys_wipe) struct people_keys keys = {0};
        CLEANUP(buf_release) struct buf hashes;
        bool agreed, found;
        buf_init(&hashes, PEOPLE_NUMBERS_MAX * PEOPLE_NUMBER_LEN);
        *ret = STR_NULL;
        if (people_agreed(tx, svc, session, &agreed) != RC_OK || !agreed)
                return tx->op->rc;
        /* Held only where they are made: nobody compares here. */
        if (people_keys_find(tx, &keys, &found) != RC_OK || (!found && people_keys_take(tx, &keys) != RC_OK))
                return tx->op->rc;
        for (size_t i = 0; i < LEN(number_kinds); i++) {
                struct str number = doc_text(fields, number_kinds[i].field);
                if (number.len > 0)
                        people_hash_number(&keys, number_kinds[i].kind, number, &hashes);
        }
        if (hashes.len > 0)
                *ret = arena_copy(&tx->op->arena, buf_str(&hashes));
        return RC_OK;
}

/* Of two sets of numbers: one in common makes them one document's, or one person's; otherwise two of a kind
 * that differ make them two. */
static void relate(struct str a, struct str b, bool *ret_same, bool *ret_other)
{
        *ret_same = *ret_other = false;
        for (size_t i = 0; i + PEOPLE_NUMBER_LEN <= a.len; i += PEOPLE_NUMBER_LEN)
                for (size_t k = 0; k + PEOPLE_NUMBER_LEN <= b.len; k += PEOPLE_NUMBER_LEN) {
                        if (a.ptr[i] != b.ptr[k])
                                continue;
                        bool equal = mac_equal(a.ptr + i, b.ptr + k, PEOPLE_NUMBER_LEN);
                        *ret_same = *ret_same || equal;
                        *ret_other = *ret_other || !equal;
                }
        *ret_other = *ret_other && !*ret_same;
}

static void compare(struct people_look *look, const struct person *person)
{
        CLEANUP(template_wipe) struct face_template face;
        bool same, other,
            seen = template_parse(person->template, &face) &&
                   template_cosine(&look->face, &face) >= look->face.threshold;
        relate(look->numbers, person->numbers, &same, &other);
        look->faces += seen;
        look->documents += same;
        look->others += seen && other;
}

static enum rc compare_page(struct tx *tx, const struct people_keys *keys, const struct session *session,
                            struct people_look *look, bool *ret_more)
{
        struct person *people;
        size_t len;
        enum rc rc = people_list(tx, keys, session->rp_id, look->after, clock_wall_ms(), PAGE, &people, &len,
                                 &look->after, ret_more);
        for (size_t i = 0; i < len && rc == RC_OK; i++)
                if (!str_equal(str_from(people[i].session_id), str_from(session->id)))
                        compare(look, &people[i]);
        return rc;
}

/* A page with memory of its own, which is wiped before the next. */
static enum rc look_at_page(struct op *op, struct service *svc, const struct session *session,
                            struct people_look *look, bool *ret_more)
{
        CLEANUP(people_keys_wipe) struct people_keys keys = {0};
        struct op own CLEANUP(op_release);
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool found = false;
        *ret_more = false;
        op_init(&own, op->id, PAGE_MEMORY, op_left_ms(op));
        if (store_begin(svc->store, &own, TX_READ, &tx) != RC_OK ||
            people_keys_find(&tx, &keys, &found) != RC_OK ||
            (found && compare_page(&tx, &keys, session, look, ret_more) != RC_OK))
                return op_fail(op, own.rc, "%s", own.why);
        return RC_OK;
}

/* Whether the applicant agreed, and what their document's numbers are. */
static enum rc prepare(struct op *op, struct service *svc, const struct session *session,
                       const char *document_id, struct people_look *look)
{
        struct document document;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
            people_agreed(&tx, svc, session, &look->wanted) != RC_OK ||
            document_load(&tx, session, str_from(document_id), &document) != RC_OK)
                return op->rc;
        look->numbers = document.numbers;
        return RC_OK;
}

enum rc people_look(struct op *op, struct service *svc, const struct session *session,
                    const char *document_id, struct str template, struct people_look *ret)
{
        bool more = true;
        *ret = (struct people_look){0};
        if (template.len == 0)
                return RC_OK;
        if (!template_parse(template, &ret->face))
                return op_fail(op, RC_INTERNAL, "not a template");
        if (prepare(op, svc, session, document_id, ret) != RC_OK)
                return op->rc;
        while (ret->wanted && more)
                if (look_at_page(op, svc, session, ret, &more) != RC_OK)
                        return op->rc;
        return RC_OK;
}

static struct str signals_of(struct op *op, const struct people_look *look)
{
        const struct {
                const char *name;
                int64_t count;
        } signals[] = {{"FACE_SEEN", look->faces},
                       {"DOCUMENT_SEEN", look->documents},
                       {"FACE_WITH_OTHER_DOCUMENT", look->others}};
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, SIGNALS_MAX);
        struct emit emit = emit_to(&buf);
        emit_open_array(&emit, NULL);
        for (size_t i = 0; i < LEN(signals); i++) {
                if (signals[i].count == 0)
                        continue;
                emit_open(&emit, NULL);
                emit_text(&emit, "signal", signals[i].name);
                emit_int(&emit, "earlier_sessions", signals[i].count);
                emit_close(&emit);
        }
        emit_close_array(&emit);
        return arena_copy(&op->arena, buf_str(&buf));
}

enum rc people_settle(struct tx *tx, const struct service *svc, struct session *session,
                      struct people_look *look, struct str template, int64_t now_ms)
{
        CLEANUP(people_keys_wipe) struct people_keys keys = {0};
        struct person person = {.numbers = look->numbers, .template = template};
        bool more = true;
        if (!look->wanted)
                return RC_OK;
        if (people_keys_take(tx, &keys) != RC_OK)
                return tx->op->rc;
        while (more)
                if (compare_page(tx, &keys, session, look, &more) != RC_OK)
                        return tx->op->rc;
        if (people_add(tx, &keys, session, &person, now_ms,
                       now_ms + svc->conf->duplicate_face_days * day_ms) != RC_OK)
                return tx->op->rc;
        return session_set_signals(tx, session, signals_of(tx->op, look));
}

void people_look_release(struct people_look *look)
{
        explicit_bzero(look, sizeof(*look));
}

void people_emit_signals(struct emit *emit, const struct session *session)
{
        if (str_is_null(session->risk_signals))
                emit_null(emit, "risk_signals");
        else
                emit_raw(emit, "risk_signals", session->risk_signals);
}
