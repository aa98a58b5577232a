#include "check/ledger.h"

#include "check/log_entry.h"
#include "crypto/random.h"
#include "tlog/bundle.h"
#include "tlog/tile_reader.h"

#define KEY_PLACE STR("log-key")

/* The address without its scheme, as the format recommends; what it is at the first start it stays. */
static struct str origin_of(struct op *op, const struct service *svc)
{
        const char *host = strstr(svc->issuer, "://");
        return arena_printf(&op->arena, "%s/log", host ? host + 3 : svc->issuer);
}

enum rc ledger_open(struct op *op, struct service *svc)
{
        uint8_t seed[ED25519_SEED_LEN];
        CLEANUP(buf_release) struct buf sealed;
        buf_init(&sealed, ED25519_SEED_LEN + VAULT_OVERHEAD);
        random_bytes(seed, sizeof(seed));
        vault_seal(svc->vault, KEY_PLACE, str_from_bytes(seed, sizeof(seed)), &sealed);
        explicit_bzero(seed, sizeof(seed));
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            tree_insert(&tx, origin_of(op, svc), buf_str(&sealed)) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc ledger_load(struct tx *tx, struct service *svc, struct tree *ret_tree,
                    uint8_t ret_seed[ED25519_SEED_LEN])
{
        CLEANUP(buf_release) struct buf seed;
        buf_init_secret(&seed, ED25519_SEED_LEN);
        if (tree_load(tx, ret_tree) != RC_OK || ret_seed == NULL)
                return tx->op->rc;
        if (vault_open(tx->op, svc->vault, KEY_PLACE, ret_tree->key, &seed) != RC_OK)
                return tx->op->rc;
        if (seed.len != ED25519_SEED_LEN)
                return op_fail(tx->op, RC_INTERNAL, "the log's key has a wrong length");
        memcpy(ret_seed, seed.ptr, ED25519_SEED_LEN);
        return RC_OK;
}

enum rc ledger_rewrap_key(struct op *op, struct service *svc)
{
        uint8_t seed[ED25519_SEED_LEN];
        struct tree tree;
        struct tx tx CLEANUP(tx_rollback) = {0};
        CLEANUP(buf_release) struct buf sealed;
        buf_init(&sealed, ED25519_SEED_LEN + VAULT_OVERHEAD);
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK)
                return op->rc;
        if (ledger_load(&tx, svc, &tree, seed) != RC_OK) {
                if (op->rc != RC_NOT_FOUND)
                        return op->rc;
                op_forgive(op);
                return RC_OK;
        }
        vault_seal(svc->vault, KEY_PLACE, str_from_bytes(seed, sizeof(seed)), &sealed);
        explicit_bzero(seed, sizeof(seed));
        if (tree_set_key(&tx, buf_str(&sealed)) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc ledger_public(struct op *op, const struct tree *tree, const uint8_t seed[ED25519_SEED_LEN],
                      struct note_key *ret)
{
        uint8_t public_key[ED25519_PUBLIC_LEN];
        ed25519_public(seed, public_key);
        return note_key_make(tree->origin, public_key, ret)
                   ? RC_OK
                   : op_fail(op, RC_CONFIG,
                             "PUBLIC_ORIGIN cannot name the log: it holds blanks or a plus sign");
}

enum rc ledger_checkpoint(struct op *op, struct service *svc, struct str *ret)
{
        struct tree tree;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK || tree_load(&tx, &tree) != RC_OK)
                return op->rc;
        if (tree.checkpoint.len == 0)
                return op_fail(op, RC_NOT_FOUND, "the log has no checkpoint yet");
        *ret = tree.checkpoint;
        return RC_OK;
}

enum rc ledger_key(struct op *op, struct service *svc, struct buf *ret)
{
        uint8_t seed[ED25519_SEED_LEN];
        struct tree tree;
        struct note_key key;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK || ledger_load(&tx, svc, &tree, seed) != RC_OK)
                return op->rc;
        enum rc rc = ledger_public(op, &tree, seed, &key);
        explicit_bzero(seed, sizeof(seed));
        if (rc == RC_OK)
                note_key_format(&key, ret);
        return rc;
}

/* The part of a bundle that a narrower one is. */
static bool cut_bundle(struct str bundle, unsigned have, unsigned want, struct str *ret)
{
        struct str entries[TILE_WIDTH];
        if (want > have || !bundle_parse(bundle, have, entries))
                return false;
        const struct str *last = &entries[want - 1];
        *ret = (struct str){bundle.ptr, (size_t)(last->ptr + last->len - bundle.ptr)};
        return true;
}

static enum rc load_tile(struct tx *tx, const struct tree *tree, const struct tile *tile, struct str *ret)
{
        struct str bytes;
        unsigned have = tile_width(tile->level, tile->index, (uint64_t)tree->size);
        if (tile->width > have)
                return op_fail(tx->op, RC_NOT_FOUND, "the log's tree has no such tile");
        if (tile->entries)
                return tree_bundle_load(tx, tile->index, &bytes) != RC_OK ? tx->op->rc
                       : cut_bundle(bytes, have, tile->width, ret)
                           ? RC_OK
                           : op_fail(tx->op, RC_INTERNAL, "a bundle of the log is damaged");
        if (tree_tile_load(tx, tile->level, tile->index, &bytes) != RC_OK)
                return tx->op->rc;
        if (bytes.len != have * (size_t)HASH_LEN)
                return op_fail(tx->op, RC_INTERNAL, "a tile of the log is damaged");
        *ret = str_sub(bytes, 0, tile->width * (size_t)HASH_LEN);
        return RC_OK;
}

enum rc ledger_tile(struct op *op, struct service *svc, const struct tile *tile, struct str *ret)
{
        struct tree tree;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK || tree_load(&tx, &tree) != RC_OK)
                return op->rc;
        return load_tile(&tx, &tree, tile, ret);
}

/* Tiles for a proof, read within one tx. */
struct fetching {
        struct tx *tx;
        const struct tree *tree;
};

static enum rc fetch(void *ctx, struct op *op, const struct tile *tile, struct buf *ret)
{
        const struct fetching *fetching = ctx;
        struct str bytes = STR_NULL;
        enum rc rc = load_tile(fetching->tx, fetching->tree, tile, &bytes);
        if (rc == RC_OK)
                buf_add(ret, bytes);
        return rc;
}

/* Where in the tree the entry is, by its number. */
static enum rc find_entry(struct tx *tx, const struct tree *tree, int64_t number,
                          struct ledger_inclusion *ret)
{
        uint64_t position;
        struct str bundle = STR_NULL, entries[TILE_WIDTH];
        struct log_entry entry;
        if (tree_bundle_find(tx, number, &position) != RC_OK ||
            tree_bundle_load(tx, position, &bundle) != RC_OK)
                return tx->op->rc;
        unsigned width = tile_width(0, position, (uint64_t)tree->size);
        if (!bundle_parse(bundle, width, entries))
                return op_fail(tx->op, RC_INTERNAL, "a bundle of the log is damaged");
        for (unsigned i = 0; i < width; i++) {
                if (log_entry_parse(tx->op, entries[i], &entry) != RC_OK)
                        return tx->op->rc;
                if (entry.number != number)
                        continue;
                ret->index = position * TILE_WIDTH + i;
                ret->entry = entries[i];
                ret->leaf = merkle_leaf(entries[i]);
                return RC_OK;
        }
        return op_fail(tx->op, RC_NOT_FOUND, "no such entry in the log's tree");
}

enum rc ledger_inclusion(struct op *op, struct service *svc, int64_t number, struct ledger_inclusion *ret)
{
        struct tree tree;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK || tree_load(&tx, &tree) != RC_OK ||
            find_entry(&tx, &tree, number, ret) != RC_OK)
                return op->rc;
        struct tile_reader reader CLEANUP(tile_reader_release);
        tile_reader_init(&reader, (uint64_t)tree.size, fetch, &(struct fetching){&tx, &tree});
        struct merkle_source source = tile_reader_source(&reader);
        ret->size = (uint64_t)tree.size;
        ret->checkpoint = tree.checkpoint;
        return proof_inclusion(op, &source, ret->index, ret->size, &ret->proof);
}

enum rc ledger_consistency(struct op *op, struct service *svc, uint64_t from, uint64_t to, struct proof *ret)
{
        struct tree tree;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK || tree_load(&tx, &tree) != RC_OK)
                return op->rc;
        if (from == 0 || from > to || to > (uint64_t)tree.size)
                return op_fail(op, RC_INVALID_REQUEST, "the tree has %lld leaves", (long long)tree.size);
        struct tile_reader reader CLEANUP(tile_reader_release);
        tile_reader_init(&reader, to, fetch, &(struct fetching){&tx, &tree});
        struct merkle_source source = tile_reader_source(&reader);
        return proof_consistency(op, &source, from, to, ret);
}
