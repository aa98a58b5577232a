#include "cmd/app.h"

#include "check/breaker.h"
#include "check/keys.h"
#include "crypto/secret.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_MS = 15000, MEMORY_MAX = 4 * 1024 * 1024, PREVIOUS_MAX = VAULT_PREVIOUS_MAX };

int app_failed(const struct cmd *cmd, const struct op *op)
{
        fprintf(stderr, "bonin %s: %s\n", cmd->name, op->why[0] ? op->why : rc_code(op->rc));
        return op->rc == RC_CONFIG ? EXIT_USAGE : EXIT_OUTSIDE;
}

int app_parse(const struct cmd *cmd, int argc, char **argv, const struct app_option *options, size_t len,
              struct app_args *ret)
{
        struct option longs[APP_OPTIONS_MAX + 2] = {{"env-file", required_argument, NULL, 'e'}};
        int index, c;
        *ret = (struct app_args){0};
        for (size_t i = 0; i < len; i++)
                longs[i + 1] = (struct option){options[i].name,
                                               options[i].flag ? no_argument : required_argument, NULL, 1};
        optind = 0;
        opterr = 0;
        while ((c = getopt_long(argc, argv, "", longs, &index)) != -1) {
                if (c == '?' || c == ':')
                        return cmd_usage(cmd, "`%s` is no option of this command, or wants a value",
                                         argv[optind > 0 ? optind - 1 : 0]);
                if (c == 'e') {
                        ret->env_file = optarg;
                        continue;
                }
                const struct app_option *option = &options[index - 1];
                if (option->flag)
                        *option->flag = true;
                else if (option->key)
                        ret->overrides[ret->overrides_len++] = (struct conf_override){option->key, optarg};
                else
                        *option->text = optarg;
        }
        ret->rest = argv + optind;
        ret->rest_len = argc - optind;
        return EXIT_DONE;
}

static enum rc make_data_dir(struct op *op, const char *dir)
{
        if (mkdir(dir, 0700) == 0 || errno == EEXIST) {
                if (access(dir, R_OK | W_OK | X_OK) == 0)
                        return RC_OK;
        }
        return op_fail(op, RC_CONFIG, "DATA_DIR: %s: %s", dir, strerror(errno));
}

static enum rc open_vault(struct op *op, struct app *app)
{
        CLEANUP(buf_release) struct buf secret;
        buf_init_secret(&secret, 4096);
        struct str key = str_from(app->conf.secret_key), rest = str_from(app->conf.secret_key_previous);
        struct str previous[PREVIOUS_MAX], one;
        size_t len = 0;
        if (key.len == 0) {
                struct str path = arena_printf(&op->arena, "%s/secret.key", app->conf.data_dir);
                if (secret_load_or_create(op, path.ptr, &secret) != RC_OK)
                        return op->rc;
                key = buf_str(&secret);
        }
        while (rest.len > 0 && str_split(&rest, ',', &one)) {
                if (len == LEN(previous))
                        return op_fail(op, RC_CONFIG, "SECRET_KEY_PREVIOUS: at most %d keys", PREVIOUS_MAX);
                previous[len++] = str_trim(one);
        }
        return vault_new(op, key, previous, len, &app->vault);
}

static enum rc open_store(struct op *op, struct app *app, bool migrate)
{
        if (store_open(op, str_from(app->conf.database_url), NULL, app->vault, &app->store) != RC_OK)
                return op->rc;
        if ((migrate ? store_migrate(&app->store, op, NULL) : store_check_schema(&app->store, op)) != RC_OK)
                return op->rc;
        return store_check_secret(&app->store, op);
}

static enum rc open_service(struct op *op, struct app *app)
{
        struct service *svc = &app->svc;
        const char *dir = app->conf.blob_url + strlen("file:");
        if (consent_text_load(op, &app->conf, &app->consent) != RC_OK ||
            blob_file_open(op, dir, &app->blobs) != RC_OK)
                return op->rc;
        app->keyring = keyring_new();
        svc->conf = &app->conf;
        svc->store = &app->store;
        svc->vault = app->vault;
        svc->blobs = app->blobs;
        svc->keyring = app->keyring;
        svc->consent = app->consent;
        bell_init(&svc->bell);
        breaker_init(&svc->sms_breaker);
        char id[RANDOM_ID_MAX];
        random_id(id);
        snprintf(svc->owner, sizeof(svc->owner), "%.12s-%d", id, (int)getpid());
        if (*app->conf.public_origin)
                snprintf(svc->issuer, sizeof(svc->issuer), "%s", app->conf.public_origin);
        else
                snprintf(svc->issuer, sizeof(svc->issuer), "http://%s", app->conf.listen);
        return keys_load(op, svc);
}

static enum rc open_as_far_as(struct op *op, const struct app_args *args, enum app_need need, bool migrate,
                              struct app *app)
{
        if (conf_load(op, args->env_file, args->overrides, args->overrides_len, &app->conf) != RC_OK)
                return op->rc;
        if (need >= APP_VAULT &&
            (make_data_dir(op, app->conf.data_dir) != RC_OK || open_vault(op, app) != RC_OK))
                return op->rc;
        if (need >= APP_STORE && open_store(op, app, migrate) != RC_OK)
                return op->rc;
        return need >= APP_SERVICE ? open_service(op, app) : RC_OK;
}

void app_tell_notes(const struct conf *conf)
{
        struct str rest = buf_str(&conf->notes), line;
        while (rest.len > 0 && str_split(&rest, '\n', &line))
                fprintf(stderr, "bonin: %.*s\n", STR_FMT(line));
}

int app_open(const struct cmd *cmd, const struct app_args *args, enum app_need need, bool migrate,
             struct app *ret)
{
        memset(ret, 0, sizeof(*ret));
        ret->cmd = cmd;
        op_init(&ret->op, NULL, MEMORY_MAX, OPEN_MS);
        enum rc rc = open_as_far_as(&ret->op, args, need, migrate, ret);
        app_tell_notes(&ret->conf);
        if (rc == RC_OK)
                return EXIT_DONE;
        return app_failed(cmd, &ret->op);
}

void app_close(struct app *app)
{
        keyring_free(&app->keyring);
        if (app->blobs)
                blob_store_free(&app->blobs);
        consent_text_free(&app->consent);
        store_close(&app->store);
        vault_free(&app->vault);
        conf_release(&app->conf);
        op_release(&app->op);
}

bool app_exe_dir(char ret[PATH_MAX])
{
        ssize_t len = readlink("/proc/self/exe", ret, PATH_MAX - 1);
        if (len <= 0)
                return false;
        ret[len] = '\0';
        char *slash = strrchr(ret, '/');
        if (slash == NULL)
                return false;
        *slash = '\0';
        return true;
}

void app_model_dir(const struct conf *conf, char ret[PATH_MAX])
{
        static const char *const beside[] = {"models", "../share/bonin/models"};
        char exe[PATH_MAX];
        if (*conf->model_dir) {
                snprintf(ret, PATH_MAX, "%s", conf->model_dir);
                return;
        }
        snprintf(ret, PATH_MAX, "%s/models", conf->data_dir);
        for (size_t i = 0; access(ret, X_OK) != 0 && i < LEN(beside) && app_exe_dir(exe); i++)
                if (snprintf(ret, PATH_MAX, "%s/%s", exe, beside[i]) >= PATH_MAX)
                        break;
}
