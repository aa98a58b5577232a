/*
 * The log that cannot be rewritten, as C2SP's tlog-tiles serves one: checkpoints and tiles of hashes are for
 * everybody, entries for those who may read the log. Beside that proofs, ready made.
 */
#include "api/field.h"
#include "check/ledger.h"

static enum rc text_reply(struct call *call, struct str text, const char *type, const char *cache)
{
        buf_add(&call->reply->body, text);
        call->reply->content_type = type;
        call->reply->cache_control = cache;
        call->reply->status = 200;
        return RC_OK;
}

enum rc api_log_checkpoint(struct call *call)
{
        struct str checkpoint;
        if (ledger_checkpoint(call->op, call->svc, &checkpoint) != RC_OK)
                return call->op->rc;
        return text_reply(call, checkpoint, "text/plain; charset=utf-8", "no-store");
}

enum rc api_log_key(struct call *call)
{
        CLEANUP(buf_release) struct buf key;
        buf_init(&key, 512);
        if (ledger_key(call->op, call->svc, &key) != RC_OK)
                return call->op->rc;
        buf_add_char(&key, '\n');
        return text_reply(call, buf_str(&key), "text/plain; charset=utf-8", "no-store");
}

static enum rc tile_reply(struct call *call, bool entries)
{
        struct tile tile;
        struct str bytes, path = call->request->path;
        path = str_sub(path, STR("/log/").len, path.len);
        if (!tile_parse(path, &tile) || tile.entries != entries)
                return op_fail(call->op, RC_NOT_FOUND, "not the path of a tile");
        if (ledger_tile(call->op, call->svc, &tile, &bytes) != RC_OK)
                return call->op->rc;
        /* A tile never changes, it only grows under another name. */
        return text_reply(call, bytes, "application/octet-stream",
                          entries ? "private, max-age=31536000, immutable"
                                  : "public, max-age=31536000, immutable");
}

enum rc api_log_tile(struct call *call)
{
        return tile_reply(call, false);
}

enum rc api_log_entries(struct call *call)
{
        return tile_reply(call, true);
}

static void emit_hash(struct emit *emit, const char *key, const struct hash *hash)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 64);
        buf_add_base64(&text, hash->bytes, HASH_LEN);
        emit_str(emit, key, buf_str(&text));
}

static void emit_proof(struct emit *emit, const struct proof *proof)
{
        emit_open_array(emit, "proof");
        for (size_t i = 0; i < proof->len; i++)
                emit_hash(emit, NULL, &proof->hashes[i]);
        emit_close_array(emit);
}

static enum rc query_number(struct call *call, const char *name, int64_t *ret)
{
        struct str text = STR_NULL;
        enum rc rc = field_of_query(call->request, name, &text);
        if (rc != RC_OK)
                return rc;
        if (str_to_int(text, 1, INT64_MAX, ret))
                return RC_OK;
        return op_fail_field(call->op, RC_VALIDATION_FAILED, name, "1 이상의 정수입니다.",
                             "A whole number from 1.");
}

enum rc api_log_inclusion(struct call *call)
{
        struct ledger_inclusion inclusion = {0};
        int64_t number;
        if (query_number(call, "entry", &number) != RC_OK ||
            ledger_inclusion(call->op, call->svc, number, &inclusion) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_int(&emit, "index", (int64_t)inclusion.index);
        emit_int(&emit, "size", (int64_t)inclusion.size);
        emit_str(&emit, "entry", inclusion.entry);
        emit_hash(&emit, "leaf_hash", &inclusion.leaf);
        emit_proof(&emit, &inclusion.proof);
        emit_str(&emit, "checkpoint", inclusion.checkpoint);
        api_close_data(call, &emit);
        return RC_OK;
}

enum rc api_log_consistency(struct call *call)
{
        struct proof proof = {0};
        int64_t from, to;
        if (query_number(call, "from", &from) != RC_OK || query_number(call, "to", &to) != RC_OK)
                return call->op->rc;
        if (ledger_consistency(call->op, call->svc, (uint64_t)from, (uint64_t)to, &proof) != RC_OK) {
                if (call->op->rc != RC_INVALID_REQUEST)
                        return call->op->rc;
                op_forgive(call->op);
                return op_fail_field(call->op, RC_VALIDATION_FAILED, "to", "트리의 크기를 벗어났습니다.",
                                     "Beyond the tree, or before `from`.");
        }
        struct emit emit = api_open_data(call);
        emit_int(&emit, "from", from);
        emit_int(&emit, "to", to);
        emit_proof(&emit, &proof);
        api_close_data(call, &emit);
        return RC_OK;
}
