/*
 * What the commands share, opened in order as far as one needs it and closed in reverse: configuration, keys,
 * store, blobs, signing keys.
 */
#pragma once

#include "check/consent_text.h"
#include "check/service.h"
#include "cmd/cmd.h"

#include <limits.h>

/* Each includes those before it. */
enum app_need { APP_CONF, APP_VAULT, APP_STORE, APP_SERVICE };

struct app {
        const struct cmd *cmd;
        struct op op; /* of the opening; commands use ops of their own for what follows */
        struct conf conf;
        struct vault *vault;
        struct store store;
        struct blob_store *blobs;
        struct keyring *keyring;
        struct consent_text *consent;
        struct service svc;
};

/* An option of a command. `key`: of the configuration, which it overrides; else the text is put into *text,
 * or *flag is set where the option takes no value. */
struct app_option {
        const char *name; /* without the dashes */
        const char *key;
        const char **text;
        bool *flag;
};

enum { APP_OPTIONS_MAX = 12 };

struct app_args {
        struct conf_override overrides[APP_OPTIONS_MAX];
        size_t overrides_len;
        const char *env_file; /* --env-file, which every command takes */
        char **rest;          /* what is left: operands, NULL at the end */
        int rest_len;
};

/* Parse options; operands may stand between them. EXIT_USAGE with a word on stderr where they are wrong, else
 * EXIT_DONE. */
int app_parse(const struct cmd *cmd, int argc, char **argv, const struct app_option *options, size_t len,
              struct app_args *ret);
/* Every command also takes these: --data DIR, --env-file FILE. */
#define APP_COMMON_OPTIONS                                                                                   \
        {                                                                                                    \
                "data", "DATA_DIR", NULL, NULL                                                               \
        }

/* Open as far as `need`. EXIT_DONE, or the exit status after a word on stderr. Close in any case. `migrate`:
 * bring the schema up to date instead of only checking it. */
int app_open(const struct cmd *cmd, const struct app_args *args, enum app_need need, bool migrate,
             struct app *ret);
void app_close(struct app *app);

/* Say on stderr what is odd about the env file. */
void app_tell_notes(const struct conf *conf);
/* Say on stderr why `op` failed; the exit status that goes with it. */
int app_failed(const struct cmd *cmd, const struct op *op);

/* Folder of the face models: MODEL_DIR, else the first of DATA_DIR/models and those beside the program that
 * is there. */
void app_model_dir(const struct conf *conf, char ret[PATH_MAX]);
/* The folder in which our executable lies. */
bool app_exe_dir(char ret[PATH_MAX]);
