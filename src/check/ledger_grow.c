#include "check/chains.h"
#include "check/ledger.h"
#include "check/log_entry.h"
#include "tlog/bundle.h"
#include "tlog/tile_batch.h"

enum {
        BATCH = 512, /* entries a run takes up */
        BUNDLES = BATCH / TILE_WIDTH + 1,
        BUNDLE_MAX = TILE_WIDTH * (LOG_ENTRY_MAX + 2),
        CHECKPOINT_MAX = 2048,
        SHELF = 8, /* bundles that are kept at hand: where sessions that are under way were met last */
        OWN_MEMORY = 256 * 1024,
};

struct shelved {
        uint64_t position;
        struct buf bytes; /* empty: none */
};

/* One run: what is read, what is made of it. */
struct growing {
        struct service *svc;
        struct tree tree; /* as it was */
        uint8_t seed[ED25519_SEED_LEN];
        struct event *events;
        size_t len;
        struct tile_batch batch;
        struct chains chains;
        struct buf bundles[BUNDLES]; /* the first goes on with one that is there */
        int64_t first_numbers[BUNDLES];
        struct shelved shelf[SHELF];
};

static void growing_free(struct growing **at)
{
        struct growing *g = *at;
        explicit_bzero(g->seed, sizeof(g->seed));
        tile_batch_release(&g->batch);
        chains_release(&g->chains);
        for (size_t i = 0; i < BUNDLES; i++)
                buf_release(&g->bundles[i]);
        for (size_t i = 0; i < SHELF; i++)
                buf_release(&g->shelf[i].bytes);
        x_free(g);
}

/* A bundle of the tree as it was, from the shelf or the store. */
static enum rc bundle_at(struct op *op, struct growing *g, uint64_t position, struct str *ret)
{
        struct shelved *shelved = &g->shelf[position % SHELF];
        struct op own CLEANUP(op_release);
        struct str bytes;
        op_init(&own, op->id, OWN_MEMORY, op_left_ms(op));
        if (shelved->bytes.len == 0 || shelved->position != position) {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(g->svc->store, &own, TX_READ, &tx) != RC_OK ||
                    tree_bundle_load(&tx, position, &bytes) != RC_OK)
                        return op_fail(op, own.rc, "%s", own.why);
                buf_release(&shelved->bytes);
                buf_init(&shelved->bytes, BUNDLE_MAX);
                buf_add(&shelved->bytes, bytes);
                shelved->position = position;
        }
        *ret = buf_str(&shelved->bytes);
        return RC_OK;
}

/* The session's last entry that is in the tree already. */
static enum rc look_back(struct tx *tx, struct growing *g, struct str session_id, struct log_entry *entry)
{
        int64_t number;
        uint64_t position;
        struct str bundle = STR_NULL, entries[TILE_WIDTH];
        if (event_last_of(tx, session_id, g->tree.number, &number) != RC_OK || number == 0)
                return tx->op->rc;
        if (tree_bundle_find(tx, number, &position) != RC_OK ||
            bundle_at(tx->op, g, position, &bundle) != RC_OK)
                return tx->op->rc;
        unsigned width = tile_width(0, position, (uint64_t)g->tree.size);
        CLEANUP(buf_release) struct buf begin;
        buf_init(&begin, 64);
        buf_addf(&begin, "{\"number\":%lld,", (long long)number);
        bool found = bundle_parse(bundle, width, entries);
        for (unsigned i = 0; found && i < width; i++) {
                if (!str_starts_with(entries[i], buf_str(&begin)))
                        continue;
                entry->has_previous = true;
                entry->previous = merkle_leaf(entries[i]);
                return RC_OK;
        }
        return op_fail(tx->op, RC_INTERNAL, "entry %lld is not in the log's tree", (long long)number);
}

static enum rc add_entry(struct tx *tx, struct growing *g, const struct event *event)
{
        struct log_entry entry = log_entry_of(event);
        bool in_chain = event->session_id.ptr != NULL;
        const struct hash *previous = in_chain ? chains_find(&g->chains, event->session_id) : NULL;
        if (previous) {
                entry.has_previous = true;
                entry.previous = *previous;
        } else if (in_chain && event->type != EVENT_SESSION_CREATED &&
                   look_back(tx, g, event->session_id, &entry) != RC_OK) {
                return tx->op->rc;
        }
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, LOG_ENTRY_MAX);
        log_entry_format(&entry, &text);
        uint64_t at = g->batch.frontier.size, bundle = at / TILE_WIDTH - g->batch.from / TILE_WIDTH;
        if (at % TILE_WIDTH == 0)
                g->first_numbers[bundle] = event->number;
        if (!buf_ok(&text) || !bundle_add(&g->bundles[bundle], buf_str(&text)))
                return op_fail(tx->op, RC_INTERNAL, "an entry of the log is too long");
        struct hash leaf = merkle_leaf(buf_str(&text));
        tile_batch_append(&g->batch, &leaf);
        if (in_chain)
                chains_set(&g->chains, event->session_id, &leaf);
        return RC_OK;
}

/* Everything up to the last number that is settled, from where the tree ends. */
static enum rc read_new(struct op *op, struct growing *g)
{
        int64_t settled;
        struct merkle_frontier frontier;
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(g->svc->store, op, TX_WRITE, &tx) != RC_OK ||
                    ledger_load(&tx, g->svc, &g->tree, g->seed) != RC_OK ||
                    event_settle(&tx, &settled) != RC_OK)
                        return op->rc;
        }
        if (settled <= g->tree.number)
                return RC_OK;
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct str bundle;
        if (store_begin(g->svc->store, op, TX_READ, &tx) != RC_OK ||
            event_load_after(&tx, g->tree.number, BATCH, &g->events, &g->len) != RC_OK)
                return op->rc;
        while (g->len > 0 && g->events[g->len - 1].number > settled)
                g->len--;
        if (!(g->tree.size == 0 ? (frontier = (struct merkle_frontier){0}, true)
                                : merkle_frontier_parse(g->tree.frontier, &frontier)))
                return op_fail(op, RC_INTERNAL, "the log's frontier is damaged");
        tile_batch_init(&g->batch, &frontier, BATCH);
        for (size_t i = 0; i < BUNDLES; i++)
                buf_init(&g->bundles[i], BUNDLE_MAX);
        if (g->tree.size % TILE_WIDTH != 0) {
                if (tree_bundle_load(&tx, (uint64_t)g->tree.size / TILE_WIDTH, &bundle) != RC_OK)
                        return op->rc;
                buf_add(&g->bundles[0], bundle);
        }
        for (size_t i = 0; i < g->len; i++)
                if (add_entry(&tx, g, &g->events[i]) != RC_OK)
                        return op->rc;
        return RC_OK;
}

static enum rc save_bundles(struct tx *tx, struct growing *g)
{
        uint64_t first = g->batch.from / TILE_WIDTH, last = (g->batch.frontier.size - 1) / TILE_WIDTH;
        for (uint64_t i = first; i <= last; i++)
                if (tree_bundle_save(tx, i, g->first_numbers[i - first], buf_str(&g->bundles[i - first])) !=
                    RC_OK)
                        return tx->op->rc;
        return RC_OK;
}

static enum rc save_tiles(struct tx *tx, struct growing *g)
{
        struct tile_changes changes = tile_batch_changes(&g->batch);
        struct tile tile;
        while (tile_changes_next(&changes, &tile)) {
                struct str before = STR("");
                CLEANUP(buf_release) struct buf hashes;
                buf_init(&hashes, TILE_BYTES);
                if (tile_width(tile.level, tile.index, g->batch.from) > 0 &&
                    tree_tile_load(tx, tile.level, tile.index, &before) != RC_OK)
                        return tx->op->rc;
                if (!tile_batch_bytes(&g->batch, &tile, before, &hashes))
                        return op_fail(tx->op, RC_INTERNAL, "a tile of the log is damaged");
                if (tree_tile_save(tx, tile.level, tile.index, buf_str(&hashes)) != RC_OK)
                        return tx->op->rc;
        }
        return RC_OK;
}

static enum rc sign(struct op *op, struct growing *g, struct buf *ret)
{
        struct note_signer signer;
        struct checkpoint checkpoint = {.origin = g->tree.origin,
                                        .size = g->batch.frontier.size,
                                        .root = merkle_frontier_root(&g->batch.frontier)};
        if (!note_signer_make(g->tree.origin, g->seed, &signer) ||
            !checkpoint_sign(&checkpoint, &signer, 1, ret))
                return op_fail(op, RC_INTERNAL, "a checkpoint cannot be signed");
        return RC_OK;
}

/* All or nothing. Where another process was first, his is the tree, and what we have made is dropped. */
static enum rc save(struct op *op, struct growing *g)
{
        CLEANUP(buf_release) struct buf frontier, checkpoint;
        buf_init(&frontier, MERKLE_LEVELS * HASH_LEN + 64);
        buf_init(&checkpoint, CHECKPOINT_MAX);
        merkle_frontier_format(&g->batch.frontier, &frontier);
        if (sign(op, g, &checkpoint) != RC_OK)
                return op->rc;
        struct tree to = {.size = (int64_t)g->batch.frontier.size,
                          .number = g->events[g->len - 1].number,
                          .frontier = buf_str(&frontier),
                          .checkpoint = buf_str(&checkpoint)};
        bool moved;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(g->svc->store, op, TX_WRITE, &tx) != RC_OK ||
            tree_grow(&tx, g->tree.size, &to, &moved) != RC_OK)
                return op->rc;
        if (!moved)
                return RC_OK;
        if (save_bundles(&tx, g) != RC_OK || save_tiles(&tx, g) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc ledger_grow(struct op *op, struct service *svc, bool *ret_more)
{
        CLEANUP(growing_free) struct growing *g = x_new(1, sizeof(*g));
        g->svc = svc;
        if (read_new(op, g) != RC_OK)
                return op->rc;
        if (g->len > 0 && save(op, g) != RC_OK)
                return op->rc;
        *ret_more = g->len == BATCH;
        return RC_OK;
}
