#include "check/consent.h"

#include "base/emit.h"
#include "store/consent.h"
#include "store/event.h"

struct str consent_items_text(struct op *op, unsigned items)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 64);
        for (unsigned i = 0; i < CONSENT_ITEMS; i++)
                if (items & CONSENT_OF(i))
                        buf_addf(&buf, "%s%s", buf.len ? "," : "", consent_item(i));
        return arena_copy(&op->arena, buf_str(&buf));
}

unsigned consent_items_of(struct str text)
{
        unsigned items = 0;
        struct str rest = text, name;
        unsigned item;
        while (str_split(&rest, ',', &name))
                if (consent_item_parse(name, &item))
                        items |= CONSENT_OF(item);
        return items;
}

/* What has been agreed to, required or not. */
static enum rc load(struct tx *tx, const struct session *session, struct consent_state *ret)
{
        struct consent *consents;
        size_t len;
        enum rc rc = consent_list(tx, session, &consents, &len);
        *ret = (struct consent_state){0};
        for (size_t i = 0; i < len && rc == RC_OK; i++) {
                ret->given |= consent_items_of(consents[i].items);
                ret->last_at_ms = consents[i].created_at_ms;
        }
        return rc;
}

static void judge(const struct service *svc, const struct session *session, struct consent_state *state)
{
        unsigned needed = 0;
        for (int i = 0; i < (session->full ? STEP_COUNT : STEP_ID_CARD); i++)
                needed |= CONSENT_OF(i);
        state->missing = svc->conf->consent_required && (needed & ~state->given);
}

enum rc consent_state(struct tx *tx, const struct service *svc, const struct session *session,
                      struct consent_state *ret)
{
        enum rc rc = load(tx, session, ret);
        if (rc == RC_OK)
                judge(svc, session, ret);
        return rc;
}

enum rc consent_may(struct tx *tx, const struct service *svc, const struct session *session, enum step step)
{
        struct consent_state state;
        if (!svc->conf->consent_required)
                return RC_OK;
        if (load(tx, session, &state) != RC_OK)
                return tx->op->rc;
        if (state.given & CONSENT_OF(step))
                return RC_OK;
        return op_fail(tx->op, RC_CONSENT_REQUIRED, "no consent to item %s", consent_item(step));
}

/* The language that was shown, told by the hash of its text. */
static enum rc find_words(struct op *op, const struct consent_text *text,
                          const struct consent_request *request, enum lang *ret)
{
        struct hash hash;
        if (!str_equal(request->version, text->version))
                return op_fail_field(op, RC_VALIDATION_FAILED, "version",
                                     "동의서가 바뀌었습니다. 다시 읽어 주세요.",
                                     "The text has changed. Read it again.");
        bool found = false;
        for (int i = 0; i < CONSENT_LANGS && str_unhex(request->text_sha256, hash.bytes, HASH_LEN); i++) {
                if (!hash_equal(&hash, &text->words[i].hash))
                        continue;
                *ret = (enum lang)i;
                found = true;
        }
        if (!found)
                return op_fail_field(op, RC_VALIDATION_FAILED, "text_sha256",
                                     "동의서가 바뀌었습니다. 다시 읽어 주세요.",
                                     "The text has changed. Read it again.");
        if (!str_equal(request->purpose, text->words[*ret].purpose))
                return op_fail_field(op, RC_VALIDATION_FAILED, "purpose", "동의서의 목적과 다릅니다.",
                                     "Not the purpose of the text.");
        if (request->retention_days != text->retention_days)
                return op_fail_field(op, RC_VALIDATION_FAILED, "retention_days",
                                     "동의서의 보유 기간과 다릅니다.", "Not the retention of the text.");
        return RC_OK;
}

static struct str told_of(struct op *op, const struct consent *consent)
{
        CLEANUP(buf_release) struct buf buf, hex;
        buf_init(&buf, 1024);
        buf_init(&hex, CONSENT_HASH_HEX);
        buf_add_hex(&hex, consent->text_hash.bytes, HASH_LEN);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_str(&emit, "version", consent->version);
        emit_str(&emit, "text_sha256", buf_str(&hex));
        emit_str(&emit, "items", consent->items);
        emit_close(&emit);
        return arena_copy(&op->arena, buf_str(&buf));
}

static enum rc write_down(struct tx *tx, struct service *svc, const struct session *session, enum lang lang,
                          unsigned items, int64_t now)
{
        const struct consent_text *text = svc->consent;
        struct op *op = tx->op;
        struct consent consent = {.version = text->version,
                                  .text_hash = text->words[lang].hash,
                                  .lang = lang,
                                  .items = consent_items_text(op, items),
                                  .purpose = text->words[lang].purpose,
                                  .retention_days = text->retention_days,
                                  .created_at_ms = now,
                                  .ip = op->client.ip};
        if (consent_insert(tx, session, &consent) != RC_OK ||
            event_append(tx, EVENT_CONSENT_GIVEN, session->id, told_of(op, &consent), now) != RC_OK ||
            session_touch(tx, session->id) != RC_OK)
                return op->rc;
        return tx_commit(tx);
}

enum rc consent_give(struct op *op, struct service *svc, const struct consent_request *request,
                     struct session *ret_session, struct consent_state *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t now = clock_wall_ms();
        enum lang lang = LANG_KO;
        if (request->items == 0)
                return op_fail_field(op, RC_VALIDATION_FAILED, "items", "하나 이상의 항목에 동의해 주세요.",
                                     "At least one item.");
        if (request->items & CONSENT_OF(CONSENT_COMPARISON) && !svc->consent->comparison)
                return op_fail_field(op, RC_VALIDATION_FAILED, "items", "동의서에 없는 항목이 있습니다.",
                                     "An item is not in the text.");
        if (find_words(op, svc->consent, request, &lang) != RC_OK ||
            store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_find(&tx, request->session_key, ret_session) != RC_OK ||
            session_is_open(op, ret_session, now) != RC_OK || load(&tx, ret_session, ret) != RC_OK)
                return op->rc;
        unsigned fresh = request->items & ~ret->given;
        if (fresh) {
                if (write_down(&tx, svc, ret_session, lang, fresh, now) != RC_OK)
                        return op->rc;
                service_changed(svc, ret_session->id);
                ret->given |= fresh;
                ret->last_at_ms = now;
        }
        judge(svc, ret_session, ret);
        return RC_OK;
}
