#include "store/apikey.h"
#include "cmd/app.h"
#include "cmd/operator.h"
#include "crypto/token.h"
#include "store/event.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 100, NOTE_MAX = 4096 };

/* Who may read what is decided here, so the log tells it; of a key that is revoked the id alone. */
static enum rc note(struct tx *tx, enum event_type type, struct str id, const struct apikey *new,
                    int64_t now_ms)
{
        struct operator operator;
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, NOTE_MAX);
        struct emit emit = emit_to(&buf);
        operator_find(&operator);
        emit_open(&emit, NULL);
        emit_open(&emit, "key");
        emit_str(&emit, "id", id);
        if (new) {
                emit_str(&emit, "name", new->name);
                emit_text(&emit, "role", apikey_role_name(new->role));
        }
        emit_close(&emit);
        actor_emit(&emit, &operator.actor);
        emit_close(&emit);
        if (!buf_ok(&buf))
                return op_fail(tx->op, RC_INTERNAL, "what happened to a key is too long to be noted");
        return event_append(tx, type, NULL, buf_str(&buf), now_ms);
}

static enum rc create(struct op *op, struct app *app, const char *name, enum apikey_role role)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct apikey apikey;
        char key[TOKEN_MAX];
        int64_t now = clock_wall_ms();
        token_new(TOKEN_API_KEY, key);
        if (store_begin(&app->store, op, TX_WRITE, &tx) != RC_OK ||
            apikey_insert(&tx, str_from(name), role, str_from(key), now, &apikey) != RC_OK ||
            note(&tx, EVENT_API_KEY_CREATED, str_from(apikey.id), &apikey, now) != RC_OK ||
            tx_commit(&tx) != RC_OK)
                return op->rc;
        puts(key);
        fprintf(stderr, "key %s for \"%s\" (%s); it is shown this once\n", apikey.id, name,
                apikey_role_name(role));
        explicit_bzero(key, sizeof(key));
        return RC_OK;
}

static void print_time(const char *label, int64_t ms)
{
        char text[CLOCK_TEXT_MAX] = "-";
        if (ms)
                clock_format(ms, text);
        printf("  %s %s", label, text);
}

static enum rc list(struct op *op, struct app *app)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct apikey *keys;
        size_t len;
        if (store_begin(&app->store, op, TX_READ, &tx) != RC_OK || apikey_list(&tx, &keys, &len) != RC_OK)
                return op->rc;
        for (size_t i = 0; i < len; i++) {
                printf("%s  %-8s", keys[i].id, apikey_role_name(keys[i].role));
                print_time("made", keys[i].created_at_ms);
                print_time("used", keys[i].last_used_at_ms);
                print_time("revoked", keys[i].revoked_at_ms);
                printf("  %.*s\n", STR_FMT(keys[i].name));
        }
        return RC_OK;
}

static enum rc revoke(struct op *op, struct app *app, const char *id)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t now = clock_wall_ms();
        if (store_begin(&app->store, op, TX_WRITE, &tx) != RC_OK ||
            apikey_revoke(&tx, str_from(id), now) != RC_OK ||
            note(&tx, EVENT_API_KEY_REVOKED, str_from(id), NULL, now) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

static int run(int argc, char **argv)
{
        const char *name = NULL, *role_name = "rp";
        const struct app_option options[] = {
            APP_COMMON_OPTIONS, {"name", NULL, &name, NULL}, {"role", NULL, &role_name, NULL}};
        struct app_args args;
        struct app app;
        enum apikey_role role;
        int status = app_parse(&cmd_apikey, argc, argv, options, LEN(options), &args);
        if (status != EXIT_DONE)
                return status;
        const char *verb = args.rest_len > 0 ? args.rest[0] : "";
        bool is_create = strcmp(verb, "create") == 0, is_list = strcmp(verb, "list") == 0,
             is_revoke = strcmp(verb, "revoke") == 0;
        if (!is_create && !is_list && !is_revoke)
                return cmd_usage(&cmd_apikey, "say create, list or revoke");
        if (args.rest_len != (is_revoke ? 2 : 1))
                return cmd_usage(&cmd_apikey,
                                 is_revoke ? "revoke takes the ID of one key" : "too many arguments");
        if (is_create && (name == NULL || *name == '\0' || strlen(name) > NAME_MAX_BYTES))
                return cmd_usage(&cmd_apikey, "create wants --name NAME, of 1 to %d bytes", NAME_MAX_BYTES);
        if (!apikey_role_parse(str_from(role_name), &role))
                return cmd_usage(&cmd_apikey, "--role takes rp, reviewer or admin");
        status = app_open(&cmd_apikey, &args, APP_STORE, true, &app);
        if (status == EXIT_DONE) {
                enum rc rc = is_create ? create(&app.op, &app, name, role)
                             : is_list ? list(&app.op, &app)
                                       : revoke(&app.op, &app, args.rest[1]);
                if (rc != RC_OK)
                        status = app_failed(&cmd_apikey, &app.op);
        }
        app_close(&app);
        return status;
}

const struct cmd cmd_apikey = {
    .name = "apikey",
    .run = run,
    .summary = "make, list and revoke API keys",
    .help =
        "Usage: bonin apikey create --name NAME [--role rp|reviewer|admin]\n"
        "       bonin apikey list\n"
        "       bonin apikey revoke ID\n\n"
        "A relying party (rp) opens sessions and reads results, a reviewer looks at them, an "
        "administrator may\n"
        "also destroy. The new key is printed alone on stdout, this once; only its hash is stored.\n"
        "That a key was made or revoked is written to the log, with your user name and this machine's.\n\n"
        "  --data DIR, --env-file FILE  as for `bonin serve`\n",
};
