/*
 * A VFS of SQLite that notes, in order, what is done to the files of the first store that is opened: each
 * write, truncation and sync of the database and its log. One thread writes.
 */
#pragma once

#include "base/util.h"

enum { RECORD_DATABASE, RECORD_LOG, RECORD_FILES, RECORD_MAX = 4096 };

struct deed {
        enum { DEED_WRITE, DEED_TRUNCATE, DEED_SYNC, DEED_ACKNOWLEDGE } kind;
        int file;
        size_t at, len;
        void *bytes;
};

extern struct record {
        bool on; /* nothing is noted before it is set */
        struct deed deeds[RECORD_MAX];
        size_t len;
} record;

/* Use it for what is opened from now on, and no more. */
void record_begin(void);
void record_end(void);
/* Somebody was told that all so far is kept. */
void record_acknowledge(void);
