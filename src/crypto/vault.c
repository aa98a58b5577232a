#include "crypto/vault.h"

#include "crypto/hkdf.h"
#include "crypto/seal.h"

#include <assert.h>
#include <sodium.h>

enum { KEY_ID_LEN = 8, VERSION = 1 };

/* The keys of one secret. */
struct generation {
        uint8_t id[KEY_ID_LEN]; /* public: stands before what the secret sealed */
        uint8_t wrap[VAULT_KEY_LEN];
        uint8_t use[VAULT_USE_COUNT][VAULT_KEY_LEN];
};

struct vault {
        size_t generations_len;
        struct generation generations[]; /* the current one first */
};

static const char *const use_info[VAULT_USE_COUNT] = {
    [VAULT_PHONE] = "bonin 1 index phone", [VAULT_EMAIL] = "bonin 1 index email",
    [VAULT_LIMIT] = "bonin 1 index limit", [VAULT_CODE] = "bonin 1 mac code",
    [VAULT_FRAME] = "bonin 1 index frame",
};

static bool derive_one(struct str secret, const char *info, uint8_t *ret, size_t ret_len)
{
        return hkdf_sha256(secret, STR("bonin"), str_from(info), ret, ret_len);
}

static bool derive(struct str secret, struct generation *ret)
{
        bool ok = derive_one(secret, "bonin 1 key id", ret->id, sizeof(ret->id)) &&
                  derive_one(secret, "bonin 1 wrap", ret->wrap, sizeof(ret->wrap));
        for (size_t i = 0; i < VAULT_USE_COUNT; i++)
                ok = ok && derive_one(secret, use_info[i], ret->use[i], VAULT_KEY_LEN);
        return ok;
}

enum rc vault_new(struct op *op, struct str secret, const struct str *previous, size_t previous_len,
                  struct vault **ret)
{
        if (sodium_init() < 0)
                return op_fail(op, RC_INTERNAL, "libsodium does not start");
        if (previous_len > VAULT_PREVIOUS_MAX)
                return op_fail(op, RC_CONFIG, "SECRET_KEY_PREVIOUS: at most %d keys", VAULT_PREVIOUS_MAX);
        size_t len = 1 + previous_len;
        CLEANUP(vault_free)
        struct vault *vault = sodium_malloc(sizeof(*vault) + len * sizeof(vault->generations[0]));
        if (vault == NULL)
                return op_fail(op, RC_UNAVAILABLE, "no guarded memory for the keys");
        vault->generations_len = len;
        for (size_t i = 0; i < len; i++) {
                struct str text = i == 0 ? secret : previous[i - 1];
                if (text.len < VAULT_SECRET_MIN)
                        return op_fail(op, RC_CONFIG, "%s: shorter than %d bytes",
                                       i == 0 ? "SECRET_KEY" : "SECRET_KEY_PREVIOUS", VAULT_SECRET_MIN);
                if (!derive(text, &vault->generations[i]))
                        return op_fail(op, RC_INTERNAL, "HKDF-SHA256 failed");
        }
        sodium_mprotect_readonly(vault);
        *ret = vault;
        vault = NULL;
        return RC_OK;
}

void vault_free(struct vault **vault)
{
        sodium_free(*vault);
        *vault = NULL;
}

/* version, key id, then what seal_bytes makes without its own version byte: the AAD holds all that precedes,
 * so that none of it can be exchanged. */
static void bind(struct buf *aad, const struct generation *generation, struct str text)
{
        buf_init(aad, SIZE_MAX / 2);
        buf_add_char(aad, VERSION);
        buf_add_bytes(aad, generation->id, KEY_ID_LEN);
        buf_add(aad, text);
}

void vault_seal(const struct vault *vault, struct str aad, struct str plain, struct buf *ret)
{
        const struct generation *current = &vault->generations[0];
        CLEANUP(buf_release) struct buf bound;
        bind(&bound, current, aad);
        buf_add_bytes(ret, bound.ptr, 1 + KEY_ID_LEN);
        seal_raw(current->wrap, buf_str(&bound), plain, ret);
}

static const struct generation *find(const struct vault *vault, struct str sealed)
{
        if (sealed.len < VAULT_OVERHEAD || sealed.ptr[0] != VERSION)
                return NULL;
        for (size_t i = 0; i < vault->generations_len; i++)
                if (memcmp(sealed.ptr + 1, vault->generations[i].id, KEY_ID_LEN) == 0)
                        return &vault->generations[i];
        return NULL;
}

enum rc vault_open(struct op *op, const struct vault *vault, struct str aad, struct str sealed,
                   struct buf *ret)
{
        const struct generation *generation = find(vault, sealed);
        if (generation == NULL)
                return op_fail(op, RC_INTERNAL, "sealed with a key that is not configured");
        CLEANUP(buf_release) struct buf bound;
        bind(&bound, generation, aad);
        struct str body = str_sub(sealed, 1 + KEY_ID_LEN, sealed.len);
        if (!seal_raw_open(generation->wrap, buf_str(&bound), body, ret))
                return op_fail(op, RC_INTERNAL, "sealed bytes are damaged or out of place");
        return RC_OK;
}

bool vault_is_current(const struct vault *vault, struct str sealed)
{
        return find(vault, sealed) == &vault->generations[0];
}

void vault_prefix(const struct vault *vault, uint8_t ret[VAULT_PREFIX_LEN])
{
        ret[0] = VERSION;
        memcpy(ret + 1, vault->generations[0].id, KEY_ID_LEN);
}

static void wrap_aad(struct str session_id, struct buf *ret)
{
        buf_init(ret, 512);
        buf_add(ret, STR("session-key:"));
        buf_add(ret, session_id);
}

void vault_wrap_key(const struct vault *vault, struct str session_id, const uint8_t key[VAULT_KEY_LEN],
                    struct buf *ret)
{
        CLEANUP(buf_release) struct buf aad;
        wrap_aad(session_id, &aad);
        assert(buf_ok(&aad));
        vault_seal(vault, buf_str(&aad), str_from_bytes(key, VAULT_KEY_LEN), ret);
}

enum rc vault_unwrap_key(struct op *op, const struct vault *vault, struct str session_id, struct str wrapped,
                         uint8_t ret[VAULT_KEY_LEN])
{
        CLEANUP(buf_release) struct buf aad;
        wrap_aad(session_id, &aad);
        if (wrapped.len != VAULT_WRAPPED_LEN || !buf_ok(&aad))
                return op_fail(op, RC_INTERNAL, "a wrapped key has a wrong length");
        CLEANUP(buf_release) struct buf plain;
        buf_init_secret(&plain, VAULT_KEY_LEN);
        enum rc rc = vault_open(op, vault, buf_str(&aad), wrapped, &plain);
        if (rc == RC_OK)
                memcpy(ret, plain.ptr, VAULT_KEY_LEN);
        return rc;
}

size_t vault_generations(const struct vault *vault)
{
        return vault->generations_len;
}

void vault_index_of(const struct vault *vault, size_t generation, enum vault_use use, struct str text,
                    uint8_t ret[VAULT_INDEX_LEN])
{
        assert(generation < vault->generations_len && use < VAULT_USE_COUNT);
        crypto_generichash(ret, VAULT_INDEX_LEN, (const uint8_t *)text.ptr, text.len,
                           vault->generations[generation].use[use], VAULT_KEY_LEN);
}

void vault_index(const struct vault *vault, enum vault_use use, struct str text, uint8_t ret[VAULT_INDEX_LEN])
{
        vault_index_of(vault, 0, use, text, ret);
}

static const struct str check_place = {"vault-check", 11};
static const struct str check_text = {"bonin", 5};

void vault_check_make(const struct vault *vault, struct buf *ret)
{
        vault_seal(vault, check_place, check_text, ret);
}

enum rc vault_check(struct op *op, const struct vault *vault, struct str sealed)
{
        CLEANUP(buf_release) struct buf plain;
        buf_init(&plain, 64);
        enum rc rc = vault_open(op, vault, check_place, sealed, &plain);
        if (rc == RC_OK && str_equal(buf_str(&plain), check_text))
                return RC_OK;
        op_forgive(op);
        return op_fail(op, RC_CONFIG,
                       "SECRET_KEY: not the key that this data was sealed with; set the right one, or add "
                       "the old one to SECRET_KEY_PREVIOUS. Where none was set it is in DATA_DIR/secret.key");
}
