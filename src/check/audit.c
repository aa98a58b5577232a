#include "check/audit.h"

#include "check/chains.h"
#include "check/log_entry.h"
#include "tlog/bundle.h"
#include "tlog/tile_batch.h"

#include <stdarg.h>
#include <stdio.h>

enum { STEP_MEMORY = 4 * 1024 * 1024, STEP_MS = 60000, ROWS_MAX = 4 * TILE_WIDTH };

struct auditing {
        struct service *svc;
        const struct audit_options *options;
        struct audit_report report;
        struct tree tree;
        struct note_key key;
        struct merkle_frontier frontier;
        struct chains chains;
        int64_t number; /* of the last entry that was compared */
        struct checkpoint outside;
        bool has_outside;
};

static void auditing_release(struct auditing *a)
{
        chains_release(&a->chains);
}

static PRINTF(2, 3) void fault(struct auditing *a, const char *format, ...)
{
        char text[256];
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        a->report.faults++;
        a->options->fault(a->options->ctx, text);
}

static void open_checkpoint(struct auditing *a, struct str note, const char *whose, struct checkpoint *ret)
{
        static const char *const words[] = {
            [NOTE_MALFORMED] = "is not a checkpoint",
            [NOTE_UNKNOWN_KEY] = "is not signed by this log's key",
            [NOTE_FORGED] = "has a forged signature",
            [NOTE_OTHER_ORIGIN] = "is of another log",
        };
        enum note_verdict verdict = checkpoint_open(note, a->tree.origin, &a->key, 1, ret);
        if (verdict != NOTE_TRUSTED)
                fault(a, "the %s checkpoint %s", whose, words[verdict]);
}

/* What the row says against what the tree says. */
static void compare_row(struct auditing *a, const struct log_entry *entry, const struct event *event)
{
        long long number = entry->number;
        if (!str_equal(entry->type, str_from(event_type_name(event->type))))
                fault(a, "entry %lld: its type was changed", number);
        if (str_is_null(entry->session_id) != str_is_null(event->session_id) ||
            !str_equal(entry->session_id, event->session_id))
                fault(a, "entry %lld: its session was changed", number);
        if (entry->at_ms != event->created_at_ms)
                fault(a, "entry %lld: its time was changed", number);
        bool empty = str_is_null(event->ip) && str_is_null(event->user_agent) && str_is_null(event->metadata);
        struct hash details = log_entry_details(event);
        if (str_is_null(event->salt) && empty)
                a->report.redacted++;
        else if (!hash_equal(&details, &entry->details))
                fault(a, "entry %lld: its address, user agent or metadata was changed", number);
}

static void compare_chain(struct auditing *a, const struct log_entry *entry, const struct hash *leaf)
{
        if (str_is_null(entry->session_id))
                return;
        const struct hash *previous = chains_find(&a->chains, entry->session_id);
        if ((previous != NULL) != entry->has_previous ||
            (previous && !hash_equal(previous, &entry->previous)))
                fault(a, "entry %lld: the chain of its session is broken", (long long)entry->number);
        chains_set(&a->chains, entry->session_id, leaf);
}

/* That blank entries fit the tree as well as whole ones must not help who wants to hide something. */
static enum rc compare_blanks(struct tx *tx, struct auditing *a, int64_t upto)
{
        int64_t *numbers, since_ms = 0, days = a->svc->conf->log_retention_days;
        size_t len;
        if (days > 0)
                since_ms = clock_wall_ms() - days * 24 * 3600 * 1000;
        if (event_find_unduly_blank(tx, a->number, upto, since_ms, &numbers, &len) != RC_OK)
                return tx->op->rc;
        for (size_t i = 0; i < len; i++)
                fault(a, "entry %lld: what was personal in it was taken out before its time",
                      (long long)numbers[i]);
        return RC_OK;
}

/* The rows of a bundle's span against its entries, both in order. */
static enum rc compare_rows(struct tx *tx, struct auditing *a, const struct log_entry *entries, unsigned len)
{
        struct event *events;
        size_t events_len, at = 0;
        int64_t upto = a->number;
        if (event_load_after(tx, a->number, ROWS_MAX, &events, &events_len) != RC_OK)
                return tx->op->rc;
        for (unsigned i = 0; i < len; i++) {
                while (at < events_len && events[at].number < entries[i].number)
                        fault(a, "entry %lld was put in later", (long long)events[at++].number);
                if (at < events_len && events[at].number == entries[i].number)
                        compare_row(a, &entries[i], &events[at++]);
                else
                        fault(a, "entry %lld was removed", (long long)entries[i].number);
                upto = entries[i].number;
        }
        return compare_blanks(tx, a, upto);
}

/* The tiles that this bundle's leaves have changed, as they must be, against those that are kept. */
static enum rc compare_tiles(struct op *op, struct auditing *a, const struct tile_batch *batch)
{
        struct tile_changes changes = tile_batch_changes(batch);
        struct tile tile;
        while (tile_changes_next(&changes, &tile)) {
                struct str kept;
                unsigned before = tile_width(tile.level, tile.index, batch->from);
                CLEANUP(buf_release) struct buf hashes;
                buf_init(&hashes, TILE_BYTES);
                if (ledger_tile(op, a->svc, &tile, &kept) != RC_OK) {
                        if (op->rc != RC_NOT_FOUND && op->rc != RC_INTERNAL)
                                return op->rc;
                        op_forgive(op);
                        kept = STR("");
                }
                if (!tile_batch_bytes(batch, &tile, str_sub(kept, 0, before * (size_t)HASH_LEN), &hashes) ||
                    !str_equal(buf_str(&hashes), kept))
                        fault(a, "a tile of hashes was changed: level %u, %llu", tile.level,
                              (unsigned long long)tile.index);
        }
        return RC_OK;
}

static void add_leaf(struct auditing *a, struct tile_batch *batch, const struct hash *leaf)
{
        tile_batch_append(batch, leaf);
        if (!a->has_outside || batch->frontier.size != a->outside.size)
                return;
        struct hash root = merkle_frontier_root(&batch->frontier);
        if (!hash_equal(&root, &a->outside.root))
                fault(a, "the first %llu entries are not those of the checkpoint",
                      (unsigned long long)a->outside.size);
}

static enum rc verify_bundle(struct op *op, struct auditing *a, uint64_t position)
{
        struct tile tile = {
            .entries = true, .index = position, .width = tile_width(0, position, (uint64_t)a->tree.size)};
        struct str bundle = STR_NULL, texts[TILE_WIDTH];
        struct log_entry entries[TILE_WIDTH], last = {0};
        struct tile_batch batch CLEANUP(tile_batch_release) = {0};
        tile_batch_init(&batch, &a->frontier, TILE_WIDTH);
        if (ledger_tile(op, a->svc, &tile, &bundle) != RC_OK || !bundle_parse(bundle, tile.width, texts)) {
                if (op->rc != RC_OK && op->rc != RC_NOT_FOUND && op->rc != RC_INTERNAL)
                        return op->rc;
                fault(a, "the bundle of entries %llu is gone or damaged", (unsigned long long)position);
                return RC_NOT_FOUND; /* nothing behind it can be told */
        }
        for (unsigned i = 0; i < tile.width; i++) {
                if (log_entry_parse(op, texts[i], &entries[i]) != RC_OK) {
                        fault(a, "leaf %u of bundle %llu is no entry", i, (unsigned long long)position);
                        return RC_NOT_FOUND;
                }
                struct hash leaf = merkle_leaf(texts[i]);
                last = entries[i];
                compare_chain(a, &entries[i], &leaf);
                add_leaf(a, &batch, &leaf);
        }
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(a->svc->store, op, TX_READ, &tx) != RC_OK ||
                    compare_rows(&tx, a, entries, tile.width) != RC_OK)
                        return op->rc;
        }
        if (compare_tiles(op, a, &batch) != RC_OK)
                return op->rc;
        a->frontier = batch.frontier;
        a->number = last.number;
        return RC_OK;
}

static enum rc begin(struct op *op, struct auditing *a)
{
        uint8_t seed[ED25519_SEED_LEN];
        int64_t count;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(a->svc->store, op, TX_READ, &tx) != RC_OK ||
            ledger_load(&tx, a->svc, &a->tree, seed) != RC_OK)
                return op->rc;
        enum rc rc = ledger_public(op, &a->tree, seed, &a->key);
        explicit_bzero(seed, sizeof(seed));
        if (rc != RC_OK || event_count(&tx, INT64_MAX, &count) != RC_OK)
                return op->rc;
        a->report.entries = a->tree.size;
        a->report.waiting = MAX(count - a->tree.size, (int64_t)0);
        if (str_is_null(a->options->checkpoint))
                return RC_OK;
        open_checkpoint(a, a->options->checkpoint, "given", &a->outside);
        a->has_outside = a->report.faults == 0;
        if (a->has_outside && a->outside.size > (uint64_t)a->tree.size)
                fault(a, "the log was cut off: the checkpoint vouches for %llu entries, there are %lld",
                      (unsigned long long)a->outside.size, (long long)a->tree.size);
        return RC_OK;
}

static enum rc verify_all(struct auditing *a)
{
        for (uint64_t done = 0, i = 0; done < (uint64_t)a->tree.size; i++, done += TILE_WIDTH) {
                struct op op CLEANUP(op_release);
                op_init(&op, NULL, STEP_MEMORY, STEP_MS);
                enum rc rc = verify_bundle(&op, a, i);
                if (rc == RC_NOT_FOUND)
                        return RC_OK;
                if (rc != RC_OK)
                        return rc;
                if (a->options->progress)
                        a->options->progress(a->options->ctx, (int64_t)done, a->tree.size);
        }
        return RC_OK;
}

/* Rows that lie before the end of the tree and that it does not have were seen on the way, but for the last.
 */
static enum rc end(struct op *op, struct auditing *a)
{
        struct checkpoint own;
        int64_t count;
        struct tx tx CLEANUP(tx_rollback) = {0};
        a->report.root = merkle_frontier_root(&a->frontier);
        if (a->tree.size == 0)
                return RC_OK;
        int64_t before = a->report.faults;
        open_checkpoint(a, a->tree.checkpoint, "last", &own);
        if (a->report.faults == before &&
            (own.size != (uint64_t)a->tree.size || !hash_equal(&own.root, &a->report.root)))
                fault(a, "the entries are not those of the last checkpoint");
        if (store_begin(a->svc->store, op, TX_READ, &tx) != RC_OK ||
            event_count(&tx, a->tree.number, &count) != RC_OK)
                return op->rc;
        if (count != a->tree.size)
                fault(a, "the tree has %lld entries, the log has %lld of them", (long long)a->tree.size,
                      (long long)count);
        return RC_OK;
}

enum rc audit_verify(struct op *op, struct service *svc, const struct audit_options *options,
                     struct audit_report *ret)
{
        struct auditing a CLEANUP(auditing_release) = {.svc = svc, .options = options};
        if (begin(op, &a) != RC_OK || verify_all(&a) != RC_OK || end(op, &a) != RC_OK)
                return op->rc != RC_OK ? op->rc : op_fail(op, RC_UNAVAILABLE, "the log could not be read");
        *ret = a.report;
        return RC_OK;
}
