/*
 * A row of the configuration table.
 */
#pragma once

#include "conf/conf.h"
#include "conf/env_file.h"

struct conf_key {
        const char *section; /* heading that starts before this key; NULL: goes on */
        const char *name;
        enum conf_type { CONF_BOOL, CONF_INT, CONF_REAL, CONF_TEXT, CONF_CHOICE, CONF_SECRET } type;
        size_t offset; /* into struct conf */
        const char *def;
        double min, max;     /* of numbers; the length of text */
        const char *choices; /* of CONF_CHOICE: words in the order of the enum, blank between */
        const char *help;
};

extern const struct conf_key conf_keys[];
extern const size_t conf_keys_len;

/* What no row tells by itself: values that go together, and limits that follow others where they are -1. */
NODISCARD enum rc conf_check(struct op *op, const struct conf *conf);
void conf_derive_limits(struct conf *conf);

/* Add a line to the notes for each key of the file that is none of ours, with the one that it is nearest to.
 */
void conf_note_strangers(const char *path, const struct env_file *file, struct buf *notes);
