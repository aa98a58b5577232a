/*
 * The subcommands: one file each, one row each in the table of main.c. A command gets its own arguments
 * (argv[0] is its name) and returns the exit status. Results go to stdout, diagnostics to stderr.
 */
#pragma once

#include "base/util.h"

enum cmd_exit {
        EXIT_DONE = 0,        /* done */
        EXIT_NEGATIVE = 1,    /* the answer is negative: document rejected, faces differ */
        EXIT_USAGE = 2,       /* wrong usage or configuration */
        EXIT_OUTSIDE = 3,     /* something outside failed */
        EXIT_SIGNALLED = 128, /* plus its number: ended by a signal, as shells tell it */
};

struct cmd {
        const char *name;
        int (*run)(int argc, char **argv);
        const char *summary;
        const char *help; /* usage and options, as `bonin help NAME` prints them */
};

extern const struct cmd cmd_serve, cmd_migrate, cmd_doctor, cmd_keygen, cmd_apikey, cmd_scan, cmd_compare,
    cmd_audit, cmd_keys, cmd_session, cmd_help;

/* The table, in the order of `bonin help`. */
extern const struct cmd *const cmd_table[];
extern const size_t cmd_table_len;

/* Print "bonin NAME: MESSAGE" and where help is to stderr; returns EXIT_USAGE. */
int cmd_usage(const struct cmd *cmd, const char *message, ...) PRINTF(2, 3);
