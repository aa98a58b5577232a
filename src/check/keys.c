#include "check/keys.h"

#include "check/ledger.h"
#include "store/people.h"
#include "store/rewrap.h"
#include "store/signing_key.h"

enum { SEALED_MAX = 4096, STEP = 100, STEP_MS = 10000, STEP_MEMORY = 4 * 1024 * 1024, SLACK_MS = 3600000 };

static enum rc make_signing(struct tx *tx, struct service *svc, bool retire)
{
        struct op *op = tx->op;
        CLEANUP(signer_free) struct signer *signer = NULL;
        CLEANUP(buf_release) struct buf sealed;
        int64_t now = clock_wall_ms();
        buf_init(&sealed, SEALED_MAX);
        if (signer_make(op, svc->vault, &sealed) != RC_OK ||
            signer_new(op, svc->vault, buf_str(&sealed), &signer) != RC_OK)
                return op->rc;
        struct str kid = str_from(signer_kid(signer));
        if (signing_key_insert(tx, kid, buf_str(&sealed), now) != RC_OK)
                return op->rc;
        return retire ? signing_key_retire_others(tx, kid, now) : RC_OK;
}

/* Those that may still have to verify something: a token lives as long as TOKEN_HOURS says, and other
 * processes notice a new key after a while. */
static enum rc list_signing(struct tx *tx, const struct service *svc, struct signing_key **ret,
                            size_t *ret_len)
{
        int64_t life_ms = svc->conf->token_hours * 3600000 + SLACK_MS;
        return signing_key_list(tx, clock_wall_ms() - life_ms, KEYRING_MAX, ret, ret_len);
}

static enum rc fill(struct op *op, struct service *svc, const struct signing_key *keys, size_t len)
{
        struct signer *signers[KEYRING_MAX] = {0};
        for (size_t i = 0; i < len; i++) {
                if (signer_new(op, svc->vault, keys[i].sealed, &signers[i]) == RC_OK)
                        continue;
                while (i > 0)
                        signer_free(&signers[--i]);
                return op->rc;
        }
        keyring_fill(svc->keyring, signers, len);
        return RC_OK;
}

enum rc keys_load(struct op *op, struct service *svc)
{
        struct signing_key *keys;
        size_t len;
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
                    list_signing(&tx, svc, &keys, &len) != RC_OK)
                        return op->rc;
        }
        if (len > 0)
                return fill(op, svc, keys, len);
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            tx_lock_table(&tx, "signing_keys") != RC_OK || list_signing(&tx, svc, &keys, &len) != RC_OK ||
            (len == 0 && make_signing(&tx, svc, false) != RC_OK) ||
            list_signing(&tx, svc, &keys, &len) != RC_OK || tx_commit(&tx) != RC_OK)
                return op->rc;
        return fill(op, svc, keys, len);
}

enum rc keys_renew_signing(struct op *op, struct service *svc)
{
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
                    make_signing(&tx, svc, true) != RC_OK || tx_commit(&tx) != RC_OK)
                        return op->rc;
        }
        return keys_load(op, svc);
}

enum rc keys_verify(struct op *op, struct service *svc, struct str token, struct buf *ret_claims)
{
        if (jws_verify(op, svc->keyring, token, ret_claims) != RC_UNAUTHORIZED)
                return op->rc;
        op_forgive(op);
        buf_clear(ret_claims);
        return keys_load(op, svc) == RC_OK ? jws_verify(op, svc->keyring, token, ret_claims) : op->rc;
}

static enum rc rewrap_signing(struct op *op, struct service *svc)
{
        struct signing_key *keys;
        size_t len;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            signing_key_list(&tx, 0, INT32_MAX, &keys, &len) != RC_OK)
                return op->rc;
        for (size_t i = 0; i < len; i++) {
                CLEANUP(buf_release) struct buf sealed;
                buf_init(&sealed, SEALED_MAX);
                if (vault_is_current(svc->vault, keys[i].sealed))
                        continue;
                if (signer_reseal(op, svc->vault, keys[i].sealed, &sealed) != RC_OK ||
                    signing_key_reseal(&tx, keys[i].kid, buf_str(&sealed)) != RC_OK)
                        return op->rc;
        }
        return tx_commit(&tx);
}

static enum rc rewrap_people(struct op *op, struct service *svc)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK || people_keys_rewrap(&tx) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

static enum rc rewrap_some(struct service *svc, const char *after, struct rewrapped *ret, struct op *op)
{
        struct op own CLEANUP(op_release);
        op_init(&own, op->id, STEP_MEMORY, STEP_MS);
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, &own, TX_WRITE, &tx) != RC_OK ||
            rewrap_sessions(&tx, after, STEP, ret) != RC_OK || tx_commit(&tx) != RC_OK)
                return op_fail(op, own.rc, "%s", own.why);
        return RC_OK;
}

enum rc keys_rewrap(struct op *op, struct service *svc, void (*progress)(int64_t sessions),
                    struct keys_report *ret)
{
        struct keys_report report = {0};
        struct rewrapped step = {.more = true};
        if (rewrap_signing(op, svc) != RC_OK || ledger_rewrap_key(op, svc) != RC_OK ||
            rewrap_people(op, svc) != RC_OK)
                return op->rc;
        while (step.more) {
                char after[ID_MAX];
                memcpy(after, step.last, sizeof(after));
                if (rewrap_some(svc, after, &step, op) != RC_OK)
                        return op->rc;
                report.sessions += step.done;
                report.damaged += step.damaged;
                if (progress)
                        progress(report.sessions);
        }
        *ret = report;
        return RC_OK;
}
