#include "cmd/app.h"

#include <stdio.h>

enum { MIGRATE_MS = 600000 };

static int run(int argc, char **argv)
{
        static const struct app_option options[] = {APP_COMMON_OPTIONS};
        struct app_args args;
        struct app app;
        int applied = 0;
        int status = app_parse(&cmd_migrate, argc, argv, options, LEN(options), &args);
        if (status == EXIT_DONE && args.rest_len > 0)
                status = cmd_usage(&cmd_migrate, "`%s` is not expected", args.rest[0]);
        if (status != EXIT_DONE)
                return status;
        status = app_open(&cmd_migrate, &args, APP_VAULT, false, &app);
        if (status == EXIT_DONE) {
                app.op.deadline_ms = clock_mono_ms() + MIGRATE_MS;
                if (store_open(&app.op, str_from(app.conf.database_url), NULL, app.vault, &app.store) !=
                        RC_OK ||
                    store_migrate(&app.store, &app.op, &applied) != RC_OK)
                        status = app_failed(&cmd_migrate, &app.op);
                else
                        printf("%s: %d step%s applied; the schema is up to date\n", db_name(app.store.db),
                               applied, applied == 1 ? "" : "s");
        }
        app_close(&app);
        return status;
}

const struct cmd cmd_migrate = {
    .name = "migrate",
    .run = run,
    .summary = "bring the database schema up to date",
    .help =
        "Usage: bonin migrate [--data DIR] [--env-file FILE]\n\n"
        "Brings the schema of DATABASE_URL up to date. `serve` does the same when it starts; run it before "
        "where\n"
        "several machines share a database. Running it twice, or on two machines at once, does no harm.\n",
};
