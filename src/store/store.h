/*
 * The store: all SQL of the program, by subject (session, code, document, face, event, job, apikey, limit,
 * stats). Functions take a `struct tx *` begun by store_begin, so nothing is written outside a transaction;
 * what they return lies in the op's arena. Personal data is sealed with the session's own key on the way in
 * and opened on the way out: callers pass and get plain text. Times are wall clock milliseconds
 * (clock_wall_ms), passed in, so that a story has one `now`.
 */
#pragma once

#include "db/db.h"

struct vault;

struct store {
        struct db *db;
        struct vault *vault; /* borrowed */
};

enum { ID_LEN = 32, ID_MAX = ID_LEN + 1, STORE_PAGE_MAX = 100 };

/* db_open, and the vault to seal with. `options` may be NULL. store_close fits CLEANUP. */
NODISCARD enum rc store_open(struct op *op, struct str url, const struct db_options *options,
                             struct vault *vault, struct store *ret);
void store_close(struct store *store);

/* tx_begin for the functions of this layer. */
NODISCARD enum rc store_begin(struct store *store, struct op *op, enum tx_mode mode, struct tx *ret);

/*
 * Bring the schema up to date; *ret_applied (may be NULL): how many steps that took. Two processes may start
 * at once. RC_CONFIG where the schema is newer than this program.
 */
NODISCARD enum rc store_migrate(struct store *store, struct op *op, int *ret_applied);
/* RC_CONFIG unless the schema is exactly that of this program. */
NODISCARD enum rc store_check_schema(struct store *store, struct op *op);

/* Note the wall clock, which is done every minute; *ret_last_ms: what was noted before, 0 the first time. */
NODISCARD enum rc store_note_clock(struct tx *tx, int64_t now_ms, int64_t *ret_last_ms);

/*
 * RC_CONFIG where the data was sealed with a secret that the vault does not have: then nothing must run on
 * it. The first program to ask leaves the mark that later ones are told by.
 */
NODISCARD enum rc store_check_secret(struct store *store, struct op *op);

/* The store's own name, made when it is first asked for: what lies outside the database, such as a folder of
 * images, is marked with it. In the arena. */
NODISCARD enum rc store_name(struct store *store, struct op *op, struct str *ret);

/* 128 random bits as 32 hex digits. */
void id_make(char ret[ID_MAX]);
/* Likewise, but starting with the time, so that rows lie in order: for logs and jobs, never for an id that
 * must not be guessed. */
void id_make_ordered(int64_t now_ms, char ret[ID_MAX]);
bool id_valid(struct str id);

/* A page of a list, counted from 1. */
struct page {
        int64_t number;
        int64_t size; /* 1 to STORE_PAGE_MAX */
};
