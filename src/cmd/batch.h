/*
 * Many pictures through the vision pool: several at once, each answered with one line of JSON on stdout, in
 * the order in which they were given. On a terminal, progress is shown on stderr. SIGINT and SIGTERM end the
 * run after the lines that are done.
 */
#pragma once

#include "base/buf.h"
#include "conf/conf.h"
#include "vision/client.h"

struct batch {
        size_t count;
        size_t jobs;       /* at once; 0: as many as there are processors, but no more than there is work */
        const char *roles; /* of the children, as in struct vision_options */
        /* Answer item `index` with a line (without its line feed) and an exit status, EXIT_DONE,
         * EXIT_NEGATIVE or EXIT_OUTSIDE. Called from several threads. */
        int (*run)(void *ctx, struct vision_pool *pool, size_t index, struct buf *ret_line);
        void *ctx;
};

/* Returns the exit status of the command: the worst of its items, EXIT_OUTSIDE where stdout is gone, or
 * EXIT_SIGNALLED and the signal's number. */
int batch_run(const struct batch *batch, const struct conf *conf);

/* A whole file, at most `max` bytes and not past them: RC_FILE_TOO_LARGE, RC_NOT_FOUND, with its name. */
NODISCARD enum rc batch_read_file(struct op *op, const char *path, size_t max, struct buf *ret);
/* The configuration as a command needs it; on failure the reason is on stderr. */
NODISCARD bool batch_load_conf(const char *env_file, struct conf *ret);
