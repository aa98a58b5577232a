#include "blob/blob.h"

#include <stdlib.h>

/*
 * A blob is a header (SEAL_HEADER_LEN) and chunks; all but the last hold SEAL_CHUNK plain bytes. Each chunk
 * is bound to the blob's id, so that one blob cannot be put in the place of another of the same session.
 */
struct blob_writer {
        struct blob_store *store;
        struct blob_sink *sink;
        struct seal_stream stream;
        char id[RANDOM_ID_MAX];
        size_t len;
        size_t pending_len;
        uint8_t pending[SEAL_CHUNK];
        uint8_t sealed[SEAL_CHUNK + SEAL_CHUNK_OVERHEAD];
};

static void writer_free(struct blob_writer *writer)
{
        seal_stream_release(&writer->stream);
        explicit_bzero(writer->pending, sizeof(writer->pending));
        x_free(writer);
}

void blob_store_free(struct blob_store **store)
{
        if (*store)
                (*store)->free(*store);
        *store = NULL;
}

enum rc blob_writer_open(struct op *op, struct blob_store *store, const uint8_t key[SEAL_KEY_LEN],
                         struct blob_writer **ret)
{
        CLEANUP(blob_abort) struct blob_writer *writer = x_new(1, sizeof(*writer));
        writer->store = store;
        random_id(writer->id);
        enum rc rc = store->create(store, op, writer->id, &writer->sink);
        if (rc != RC_OK)
                return rc;
        uint8_t header[SEAL_HEADER_LEN];
        seal_stream_start(&writer->stream, key, header);
        rc = store->append(writer->sink, op, str_from_bytes(header, sizeof(header)));
        if (rc != RC_OK)
                return rc;
        *ret = writer;
        writer = NULL;
        return RC_OK;
}

const char *blob_writer_id(const struct blob_writer *writer)
{
        return writer->id;
}

size_t blob_writer_len(const struct blob_writer *writer)
{
        return writer->len;
}

static enum rc flush(struct op *op, struct blob_writer *writer, bool last)
{
        struct str plain = str_from_bytes(writer->pending, writer->pending_len);
        seal_stream_push(&writer->stream, str_from(writer->id), plain, last, writer->sealed);
        writer->pending_len = 0;
        return writer->store->append(writer->sink, op,
                                     str_from_bytes(writer->sealed, plain.len + SEAL_CHUNK_OVERHEAD));
}

enum rc blob_write(struct op *op, struct blob_writer *writer, struct str bytes)
{
        while (bytes.len > 0) {
                /* A full chunk goes out only when more follows: the last one is marked. */
                if (writer->pending_len == SEAL_CHUNK) {
                        enum rc rc = flush(op, writer, false);
                        if (rc != RC_OK)
                                return rc;
                }
                size_t n = MIN(bytes.len, SEAL_CHUNK - writer->pending_len);
                memcpy(writer->pending + writer->pending_len, bytes.ptr, n);
                writer->pending_len += n;
                writer->len += n;
                bytes = str_sub(bytes, n, bytes.len);
        }
        return RC_OK;
}

enum rc blob_commit(struct op *op, struct blob_writer **writer)
{
        struct blob_writer *done = *writer;
        enum rc rc = flush(op, done, true);
        if (rc != RC_OK) {
                blob_abort(writer);
                return rc;
        }
        rc = done->store->commit(done->sink, op);
        writer_free(done);
        *writer = NULL;
        return rc;
}

void blob_abort(struct blob_writer **writer)
{
        if (*writer == NULL)
                return;
        if ((*writer)->sink)
                (*writer)->store->abort((*writer)->sink);
        writer_free(*writer);
        *writer = NULL;
}

enum rc blob_put(struct op *op, struct blob_store *store, const uint8_t key[SEAL_KEY_LEN], struct str bytes,
                 char ret_id[RANDOM_ID_MAX])
{
        CLEANUP(blob_abort) struct blob_writer *writer = NULL;
        enum rc rc = blob_writer_open(op, store, key, &writer);
        if (rc == RC_OK)
                rc = blob_write(op, writer, bytes);
        if (rc != RC_OK)
                return rc;
        char id[RANDOM_ID_MAX];
        memcpy(id, writer->id, sizeof(id));
        rc = blob_commit(op, &writer);
        if (rc == RC_OK)
                memcpy(ret_id, id, sizeof(id));
        return rc;
}

static bool open_chunks(struct str sealed, const char *id, const uint8_t key[SEAL_KEY_LEN], uint8_t *chunk,
                        struct buf *ret)
{
        struct seal_stream stream;
        if (sealed.len < SEAL_HEADER_LEN || !seal_stream_open(&stream, key, (const uint8_t *)sealed.ptr))
                return false;
        bool ok = true, last = false;
        struct str rest = str_sub(sealed, SEAL_HEADER_LEN, sealed.len);
        while (ok && !last) {
                struct str next = str_sub(rest, 0, SEAL_CHUNK + SEAL_CHUNK_OVERHEAD);
                rest = str_sub(rest, next.len, rest.len);
                ok = seal_stream_pull(&stream, str_from(id), next, chunk, &last);
                if (ok)
                        buf_add_bytes(ret, chunk, next.len - SEAL_CHUNK_OVERHEAD);
        }
        seal_stream_release(&stream);
        return ok && rest.len == 0;
}

/* Sealed bytes of `len` plain ones. */
static size_t sealed_len(size_t len)
{
        size_t chunks = len == 0 ? 1 : (len + SEAL_CHUNK - 1) / SEAL_CHUNK;
        return SEAL_HEADER_LEN + len + chunks * SEAL_CHUNK_OVERHEAD;
}

enum rc blob_read(struct op *op, struct blob_store *store, const char *id, const uint8_t key[SEAL_KEY_LEN],
                  size_t max, struct buf *ret)
{
        if (!random_id_valid(str_from(id)))
                return op_fail(op, RC_NOT_FOUND, "not the name of a blob");
        CLEANUP(buf_release) struct buf sealed;
        buf_init(&sealed, sealed_len(max));
        enum rc rc = store->read(store, op, id, &sealed);
        if (rc != RC_OK)
                return rc;
        size_t before = ret->len;
        uint8_t *chunk = x_new(SEAL_CHUNK, 1);
        bool ok = open_chunks(buf_str(&sealed), id, key, chunk, ret);
        explicit_bzero(chunk, SEAL_CHUNK);
        x_free(chunk);
        if (ok && buf_ok(ret))
                return RC_OK;
        buf_truncate(ret, before);
        return op_fail(op, RC_INTERNAL, ok ? "a blob is longer than the buffer" : "a blob does not open");
}

enum rc blob_remove(struct op *op, struct blob_store *store, const char *id)
{
        return random_id_valid(str_from(id)) ? store->remove(store, op, id) : RC_OK;
}

enum rc blob_ready(struct op *op, struct blob_store *store)
{
        return store->ready(store, op);
}

enum rc blob_exists(struct op *op, struct blob_store *store, const char *id, bool *ret)
{
        if (random_id_valid(str_from(id)))
                return store->exists(store, op, id, ret);
        *ret = false;
        return RC_OK;
}

/* Ids that wait to be asked about. */
struct sweeping {
        struct blob_store *store;
        const struct blob_sweep *sweep;
        char ids[BLOB_SWEEP_MAX][RANDOM_ID_MAX];
        size_t len;
        int64_t removed;
};

static enum rc sweep_batch(struct sweeping *s, struct op *op)
{
        struct str names[BLOB_SWEEP_MAX];
        bool named[BLOB_SWEEP_MAX];
        size_t len = s->len;
        s->len = 0;
        if (len == 0)
                return RC_OK;
        for (size_t i = 0; i < len; i++)
                names[i] = str_from(s->ids[i]);
        if (s->sweep->find_named(s->sweep->ctx, op, names, len, named) != RC_OK)
                return op->rc;
        for (size_t i = 0; i < len; i++) {
                if (named[i])
                        continue;
                if (blob_remove(op, s->store, s->ids[i]) != RC_OK)
                        return op->rc;
                s->removed++;
        }
        return RC_OK;
}

static enum rc sweep_one(void *ctx, struct op *op, const char *id)
{
        struct sweeping *s = ctx;
        memcpy(s->ids[s->len++], id, RANDOM_ID_MAX);
        return s->len == BLOB_SWEEP_MAX ? sweep_batch(s, op) : RC_OK;
}

enum rc blob_sweep(struct op *op, struct blob_store *store, const struct blob_sweep *sweep, bool *ret_ours,
                   int64_t *ret_removed)
{
        struct sweeping s = {.store = store, .sweep = sweep};
        *ret_removed = 0;
        if (store->claim(store, op, sweep->owner, ret_ours) != RC_OK || !*ret_ours)
                return op->rc;
        enum rc rc = store->walk(store, op, sweep->part, sweep->before_ms, sweep_one, &s);
        if (rc == RC_OK)
                rc = sweep_batch(&s, op);
        *ret_removed = s.removed;
        return rc;
}
