/*
 * An entry of the log as a leaf of its Merkle tree has it: one line of JSON, its members always in this order
 * and without blanks, so that one entry has one text:
 *
 *         {"number":7,"type":"phone_sent","session_id":"…","at":1768469400000,"previous":"…","details":"…"}
 *
 * `at` is in milliseconds. `previous` is the leaf hash of the session's entry before this one, or null, so
 * that a session's history is a chain of its own. `details` is a hash of what may be personal (IP, user
 * agent, metadata) with a salt that only the log's row has: once that is gone, the hash says nothing, and the
 * tree stays as it was.
 */
#pragma once

#include "store/event.h"
#include "tlog/merkle.h"

enum { LOG_ENTRY_MAX = 512 };

struct log_entry {
        int64_t number;
        struct str type;
        struct str session_id; /* null: of none */
        int64_t at_ms;
        bool has_previous;
        struct hash previous, details;
};

/* What the row says; `previous` is the caller's to add. Views into the event. */
struct log_entry log_entry_of(const struct event *event);
/* The hash of what may be personal, as the row has it. */
struct hash log_entry_details(const struct event *event);
void log_entry_format(const struct log_entry *entry, struct buf *ret);
/* Only what log_entry_format writes. Texts in the op's arena. RC_INTERNAL. */
NODISCARD enum rc log_entry_parse(struct op *op, struct str text, struct log_entry *ret);
