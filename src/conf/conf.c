#include "conf/conf.h"

#include "conf/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum rc wrong(struct op *op, const struct conf_key *key, const char *takes)
{
        return op_fail(op, RC_CONFIG, "%s: %s", key->name, takes);
}

static enum rc set_choice(struct op *op, const struct conf_key *key, struct str value, int64_t *ret)
{
        struct str rest = str_from(key->choices), word;
        for (int64_t i = 0; str_split(&rest, ' ', &word); i++) {
                if (str_equal(word, value)) {
                        *ret = i;
                        return RC_OK;
                }
        }
        return op_fail(op, RC_CONFIG, "%s: takes one of: %s", key->name, key->choices);
}

static enum rc set_bool(struct op *op, const struct conf_key *key, struct str value, bool *ret)
{
        static const char *const yes[] = {"true", "1", "yes", "on"}, *const no[] = {"false", "0", "no",
                                                                                    "off"};
        for (size_t i = 0; i < LEN(yes); i++) {
                if (str_equal_nocase(value, str_from(yes[i])) || str_equal_nocase(value, str_from(no[i]))) {
                        *ret = str_equal_nocase(value, str_from(yes[i]));
                        return RC_OK;
                }
        }
        return wrong(op, key, "takes true or false");
}

static enum rc set_text(struct op *op, const struct conf_key *key, struct str value, char **ret)
{
        if (value.len > 0 && ((double)value.len < key->min || (double)value.len > key->max))
                return op_fail(op, RC_CONFIG, "%s: takes %.0f to %.0f bytes, not %zu", key->name, key->min,
                               key->max, value.len);
        if (memchr(value.ptr, '\0', value.len))
                return wrong(op, key, "holds a NUL byte");
        char *copy = x_new(value.len + 1, 1);
        memcpy(copy, value.ptr, value.len);
        x_free(*ret);
        *ret = copy;
        return RC_OK;
}

static enum rc set(struct op *op, const struct conf_key *key, struct str value, struct conf *conf)
{
        void *at = (char *)conf + key->offset;
        switch (key->type) {
        case CONF_BOOL:
                return set_bool(op, key, value, at);
        case CONF_CHOICE:
                return set_choice(op, key, value, at);
        case CONF_INT:
                if (!str_to_int(value, (int64_t)key->min, (int64_t)key->max, at))
                        return op_fail(op, RC_CONFIG, "%s: takes a whole number from %.0f to %.0f", key->name,
                                       key->min, key->max);
                return RC_OK;
        case CONF_REAL:
                if (!str_to_double(value, key->min, key->max, at))
                        return op_fail(op, RC_CONFIG, "%s: takes a number from %g to %g", key->name, key->min,
                                       key->max);
                return RC_OK;
        case CONF_TEXT:
        case CONF_SECRET:
                return set_text(op, key, value, at);
        }
        return RC_INTERNAL;
}

/* An empty value in the environment or the file means the default, as shells and compose files leave them. */
static struct str value_of(const struct conf_key *key, const struct env_file *file,
                           const struct conf_override *overrides, size_t overrides_len)
{
        for (size_t i = overrides_len; i-- > 0;)
                if (overrides[i].value && strcmp(overrides[i].key, key->name) == 0)
                        return str_from(overrides[i].value);
        const char *from_env = getenv(key->name);
        if (from_env && *from_env)
                return str_from(from_env);
        struct str from_file = env_file_get(file, str_from(key->name));
        return from_file.len > 0 ? from_file : str_from(key->def);
}

/* `DATA_DIR/name`, or `scheme:DATA_DIR/name`, where the text is empty. */
static void derive(char **text, const char *scheme, const char *dir, const char *name)
{
        if (**text)
                return;
        x_free(*text);
        if (asprintf(text, "%s%s/%s", scheme, dir, name) < 0)
                abort();
}

enum { NOTES_MAX = 4096 };

enum rc conf_load(struct op *op, const char *env_file, const struct conf_override *overrides,
                  size_t overrides_len, struct conf *ret)
{
        CLEANUP(env_file_release) struct env_file file = {0};
        *ret = (struct conf){0};
        buf_init(&ret->notes, NOTES_MAX);
        if (env_file == NULL && access(".env", F_OK) == 0)
                env_file = ".env";
        if (env_file && env_file_read(op, env_file, &file) != RC_OK)
                return op->rc;
        conf_note_strangers(env_file, &file, &ret->notes);
        for (size_t i = 0; i < conf_keys_len; i++) {
                struct str value = value_of(&conf_keys[i], &file, overrides, overrides_len);
                if (set(op, &conf_keys[i], value, ret) != RC_OK)
                        return op->rc;
        }
        derive(&ret->database_url, "sqlite:", ret->data_dir, "bonin.db");
        derive(&ret->blob_url, "file:", ret->data_dir, "blobs");
        derive(&ret->sms_file, "", ret->data_dir, "sms.jsonl");
        derive(&ret->email_dir, "", ret->data_dir, "mail");
        conf_derive_limits(ret);
        return conf_check(op, ret);
}

void conf_release(struct conf *conf)
{
        for (size_t i = 0; i < conf_keys_len; i++) {
                if (conf_keys[i].type != CONF_TEXT && conf_keys[i].type != CONF_SECRET)
                        continue;
                char **text = (char **)((char *)conf + conf_keys[i].offset);
                if (*text)
                        explicit_bzero(*text, strlen(*text));
                x_free(*text);
                *text = NULL;
        }
        buf_release(&conf->notes);
}

static void example_wrapped(struct buf *buf, const char *text)
{
        struct str rest = str_from(text), word;
        size_t column = 0;
        while (str_split(&rest, ' ', &word)) {
                if (column == 0 || column + 1 + word.len > 108) {
                        buf_addf(buf, "%s#", column ? "\n" : "");
                        column = 1;
                }
                buf_addf(buf, " %.*s", STR_FMT(word));
                column += 1 + word.len;
        }
        buf_add_char(buf, '\n');
}

void conf_example(struct buf *buf)
{
        buf_add(
            buf,
            STR("# bonin's configuration. Copy to .env and set what you need; the environment wins over the "
                "file.\n# An empty value means the default. Made by `bonin help env`.\n"));
        for (size_t i = 0; i < conf_keys_len; i++) {
                const struct conf_key *key = &conf_keys[i];
                if (key->section)
                        buf_addf(buf, "\n# ---- %s ----\n", key->section);
                buf_add_char(buf, '\n');
                example_wrapped(buf, key->help);
                if (key->type == CONF_CHOICE)
                        buf_addf(buf, "# One of: %s\n", key->choices);
                buf_addf(buf, "%s=%s\n", key->name, key->def);
        }
}
