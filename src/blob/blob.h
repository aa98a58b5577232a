/*
 * Uploaded images, always sealed. A blob's name is a random id of our own; what the client called the file
 * is never used. A backend keeps opaque bytes under an id; this layer seals on the way in and opens on the
 * way out, so that no backend ever sees a picture. Stores may be used from any thread; a writer belongs to
 * one.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"
#include "crypto/random.h"
#include "crypto/seal.h"

/* A blob on its way in, as a backend keeps it. */
struct blob_sink;

/* A backend. RC_UNAVAILABLE where storage fails (full, read-only, gone); RC_NOT_FOUND where no such blob
 * is. `id` is always a valid random id. */
struct blob_store {
        enum rc (*create)(struct blob_store *store, struct op *op, const char *id, struct blob_sink **ret);
        enum rc (*append)(struct blob_sink *sink, struct op *op, struct str bytes);
        /* Makes the blob durable and visible, at once. Frees the sink, also where it fails. */
        enum rc (*commit)(struct blob_sink *sink, struct op *op);
        /* Leaves nothing behind. Frees the sink. */
        void (*abort)(struct blob_sink *sink);
        /* All bytes, at most ret->max. */
        enum rc (*read)(struct blob_store *store, struct op *op, const char *id, struct buf *ret);
        /* No blob: RC_OK too, since the end is the same. */
        enum rc (*remove)(struct blob_store *store, struct op *op, const char *id);
        enum rc (*exists)(struct blob_store *store, struct op *op, const char *id, bool *ret);
        /* RC_UNAVAILABLE where hardly any room is left, or the storage does not answer. */
        enum rc (*ready)(struct blob_store *store, struct op *op);
        /* Call `each` with every blob of a part that was written before `before_ms`, and remove what was left
         * half-written before then, as far as the op's time goes. A blob may be removed while it is being
         * told of. */
        enum rc (*walk)(struct blob_store *store, struct op *op, unsigned part, int64_t before_ms,
                        enum rc (*each)(void *ctx, struct op *op, const char *id), void *ctx);
        /* Leave `owner` in the store where no other is; *ret_ours: it is the one that is there. */
        enum rc (*claim)(struct blob_store *store, struct op *op, struct str owner, bool *ret_ours);
        void (*free)(struct blob_store *store);
};

/* Files below `dir`, made where it is missing: dir/ab/cdef…, mode 0600. RC_CONFIG where it cannot be used. */
NODISCARD enum rc blob_file_open(struct op *op, const char *dir, struct blob_store **ret);
void blob_store_free(struct blob_store **store);

struct blob_writer;

/* Begin a blob sealed with `key` (the session's data key). Its id is known at once. */
NODISCARD enum rc blob_writer_open(struct op *op, struct blob_store *store, const uint8_t key[SEAL_KEY_LEN],
                                   struct blob_writer **ret);
const char *blob_writer_id(const struct blob_writer *writer);
/* Plain bytes written so far. */
size_t blob_writer_len(const struct blob_writer *writer);
NODISCARD enum rc blob_write(struct op *op, struct blob_writer *writer, struct str bytes);
/* The blob is there from now on. The writer is gone, also where it fails. */
NODISCARD enum rc blob_commit(struct op *op, struct blob_writer **writer);
/* Nothing stays. For CLEANUP; after blob_commit it does nothing. */
void blob_abort(struct blob_writer **writer);

/* A whole blob at once. */
NODISCARD enum rc blob_put(struct op *op, struct blob_store *store, const uint8_t key[SEAL_KEY_LEN],
                           struct str bytes, char ret_id[RANDOM_ID_MAX]);
/* The plain bytes, at most `max`, appended to *ret. RC_NOT_FOUND; RC_INTERNAL where it was tampered with or
 * is of another key or name; RC_UNAVAILABLE. */
NODISCARD enum rc blob_read(struct op *op, struct blob_store *store, const char *id,
                            const uint8_t key[SEAL_KEY_LEN], size_t max, struct buf *ret);
NODISCARD enum rc blob_remove(struct op *op, struct blob_store *store, const char *id);
NODISCARD enum rc blob_ready(struct op *op, struct blob_store *store);
NODISCARD enum rc blob_exists(struct op *op, struct blob_store *store, const char *id, bool *ret);

/*
 * Remove the blobs that nobody speaks of: a process that dies between writing one and committing the row that
 * names it leaves such. `find_named` tells which of `ids` (at most BLOB_SWEEP_MAX) are spoken of. Only those
 * from before `before_ms` are asked about, since a younger one may be about to be named. One part of the
 * store at a time, 0 to BLOB_PARTS - 1, and of that as much as the op has time for.
 *
 * Rows in another database are not seen, so the store is claimed for ours first: *ret_ours false, and nothing
 * removed, where it belongs to another.
 */
enum { BLOB_PARTS = 256, BLOB_SWEEP_MAX = 32 };

struct blob_sweep {
        struct str owner; /* names our database */
        unsigned part;
        int64_t before_ms;
        enum rc (*find_named)(void *ctx, struct op *op, const struct str *ids, size_t len,
                              bool ret_named[BLOB_SWEEP_MAX]);
        void *ctx;
};

NODISCARD enum rc blob_sweep(struct op *op, struct blob_store *store, const struct blob_sweep *sweep,
                             bool *ret_ours, int64_t *ret_removed);
