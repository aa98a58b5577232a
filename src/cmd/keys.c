#include "check/keys.h"
#include "cmd/app.h"

#include <stdio.h>
#include <unistd.h>

static void print_progress(int64_t sessions)
{
        fprintf(stderr, "\r%lld sessions", (long long)sessions);
}

static enum rc rotate(struct op *op, struct app *app, bool signing)
{
        struct keys_report report;
        char kid[KEYRING_KID_MAX];
        bool on_terminal = isatty(STDERR_FILENO);
        if (signing && keys_renew_signing(op, &app->svc) != RC_OK)
                return op->rc;
        if (keys_rewrap(op, &app->svc, on_terminal ? print_progress : NULL, &report) != RC_OK)
                return op->rc;
        if (on_terminal)
                fprintf(stderr, "\r%30s\r", "");
        keyring_kid(app->keyring, kid);
        printf("%lld sessions wrapped anew under the current SECRET_KEY; results are signed with %s\n",
               (long long)report.sessions, kid);
        if (report.damaged)
                printf("%lld sessions do not open under any key and were left as they are\n",
                       (long long)report.damaged);
        if (vault_generations(app->vault) > 1)
                printf("When every server runs with the new key, and %lld minutes later at the least, when "
                       "no code of "
                       "before is alive,\nSECRET_KEY_PREVIOUS can be emptied.\n",
                       (long long)app->conf.code_minutes);
        return RC_OK;
}

static int run(int argc, char **argv)
{
        bool signing = false;
        const struct app_option options[] = {APP_COMMON_OPTIONS, {"signing", NULL, NULL, &signing}};
        struct app_args args;
        struct app app;
        int status = app_parse(&cmd_keys, argc, argv, options, LEN(options), &args);
        if (status != EXIT_DONE)
                return status;
        if (args.rest_len != 1 || strcmp(args.rest[0], "rotate") != 0)
                return cmd_usage(&cmd_keys, "say rotate");
        status = app_open(&cmd_keys, &args, APP_SERVICE, false, &app);
        if (status == EXIT_DONE && rotate(&app.op, &app, signing) != RC_OK)
                status = app_failed(&cmd_keys, &app.op);
        app_close(&app);
        return status;
}

const struct cmd cmd_keys = {
    .name = "keys",
    .run = run,
    .summary = "exchange keys while the service goes on",
    .help =
        "Usage: bonin keys rotate [--signing]\n\n"
        "To exchange SECRET_KEY: set the new one, put the old one into SECRET_KEY_PREVIOUS, restart, then "
        "run this. "
        "It wraps\n"
        "what the old key sealed under the new one, while the servers serve; it may be broken off and run "
        "again. "
        "Where there\n"
        "are several servers, put the new key into SECRET_KEY_PREVIOUS of all of them first, so that each "
        "can read "
        "what the\n"
        "others write, and restart them one after another. What is lost with the old key is only the "
        "recognition "
        "of identity\n"
        "numbers that were seen before, since the numbers themselves are not kept; counters of limits begin "
        "anew.\n\n"
        "  --signing                    also sign results with a new key. Servers notice it within a "
        "minute; the "
        "old one\n"
        "                               stays in /.well-known/jwks.json for as long as its tokens live\n"
        "  --data DIR, --env-file FILE  as for `bonin serve`\n",
};
