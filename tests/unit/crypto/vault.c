#include "crypto/vault.h"

#include "crypto/mac.h"
#include "crypto/random.h"
#include "unit/data.h"
#include "unit/test.h"

static const struct str old_secret = {"an old secret of thirty-two bytes", 33};
static const struct str new_secret = {"a new secret of thirty-three bytes", 34};

static struct vault *make(struct op *op, struct str secret, struct str previous)
{
        struct vault *vault = NULL;
        CHECK(vault_new(op, secret, &previous, !str_is_null(previous), &vault) == RC_OK);
        return vault;
}

TEST(vault_wants_a_long_secret)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        struct vault *vault = NULL;
        CHECK(vault_new(&op, STR("31 bytes are not enough for it."), NULL, 0, &vault) == RC_CONFIG);
        CHECK(vault == NULL && strstr(op.why, "SECRET_KEY"));
        op_forgive(&op);
        struct str previous = STR("short");
        CHECK(vault_new(&op, new_secret, &previous, 1, &vault) == RC_CONFIG);
        CHECK(strstr(op.why, "SECRET_KEY_PREVIOUS"));
}

TEST(vault_wraps_for_one_session)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(vault_free) struct vault *vault = make(&op, new_secret, STR_NULL);
        uint8_t key[VAULT_KEY_LEN], out[VAULT_KEY_LEN];
        random_bytes(key, sizeof(key));
        CLEANUP(buf_release) struct buf wrapped;
        buf_init(&wrapped, 200);
        vault_wrap_key(vault, STR("session-1"), key, &wrapped);
        CHECK(buf_ok(&wrapped) && wrapped.len == VAULT_WRAPPED_LEN);
        CHECK(memmem(wrapped.ptr, wrapped.len, key, sizeof(key)) == NULL);
        CHECK(vault_unwrap_key(&op, vault, STR("session-1"), buf_str(&wrapped), out) == RC_OK);
        CHECK(memcmp(key, out, sizeof(key)) == 0);
        CHECK(vault_unwrap_key(&op, vault, STR("session-2"), buf_str(&wrapped), out) == RC_INTERNAL);
        for (size_t i = 0; i < wrapped.len; i++) {
                wrapped.ptr[i] ^= 0x10;
                CHECK(vault_unwrap_key(&op, vault, STR("session-1"), buf_str(&wrapped), out) == RC_INTERNAL);
                wrapped.ptr[i] ^= 0x10;
        }
}

TEST(vault_opens_what_previous_secrets_sealed)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(vault_free) struct vault *before = make(&op, old_secret, STR_NULL);
        CLEANUP(vault_free) struct vault *after = make(&op, new_secret, old_secret);
        CLEANUP(vault_free) struct vault *stranger = make(&op, new_secret, STR_NULL);
        uint8_t key[VAULT_KEY_LEN] = {9}, out[VAULT_KEY_LEN];
        CLEANUP(buf_release) struct buf old, fresh;
        buf_init(&old, 200);
        buf_init(&fresh, 200);
        vault_wrap_key(before, STR("s"), key, &old);
        vault_wrap_key(after, STR("s"), key, &fresh);
        CHECK(vault_unwrap_key(&op, after, STR("s"), buf_str(&old), out) == RC_OK && out[0] == 9);
        CHECK(!vault_is_current(after, buf_str(&old)) && vault_is_current(after, buf_str(&fresh)));
        CHECK(vault_unwrap_key(&op, stranger, STR("s"), buf_str(&old), out) == RC_INTERNAL);
        CHECK(vault_unwrap_key(&op, stranger, STR("s"), buf_str(&fresh), out) == RC_OK);
        CHECK(vault_unwrap_key(&op, before, STR("s"), buf_str(&fresh), out) == RC_INTERNAL);
}

TEST(vault_indexes_differ_by_use_and_secret)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(vault_free) struct vault *before = make(&op, old_secret, STR_NULL);
        CLEANUP(vault_free) struct vault *after = make(&op, new_secret, old_secret);
        uint8_t index[4][VAULT_INDEX_LEN];
        vault_index(before, VAULT_PHONE, STR("+821012345678"), index[0]);
        vault_index(before, VAULT_EMAIL, STR("+821012345678"), index[1]);
        vault_index(after, VAULT_PHONE, STR("+821012345678"), index[2]);
        vault_index(before, VAULT_PHONE, STR("+821012345679"), index[3]);
        for (size_t i = 0; i < 4; i++)
                for (size_t k = i + 1; k < 4; k++)
                        CHECK(memcmp(index[i], index[k], VAULT_INDEX_LEN) != 0);
        CHECK(vault_generations(after) == 2);
        vault_index_of(after, 1, VAULT_PHONE, STR("+821012345678"), index[2]);
        CHECK(memcmp(index[0], index[2], VAULT_INDEX_LEN) == 0);
}

TEST(vault_check_refuses_a_wrong_secret)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(vault_free) struct vault *before = make(&op, old_secret, STR_NULL);
        CLEANUP(vault_free) struct vault *after = make(&op, new_secret, old_secret);
        CLEANUP(vault_free) struct vault *stranger = make(&op, new_secret, STR_NULL);
        CLEANUP(buf_release) struct buf check;
        buf_init(&check, 200);
        vault_check_make(before, &check);
        CHECK(vault_check(&op, before, buf_str(&check)) == RC_OK);
        CHECK(vault_check(&op, after, buf_str(&check)) == RC_OK);
        CHECK(vault_check(&op, stranger, buf_str(&check)) == RC_CONFIG);
        CHECK(strstr(op.why, "SECRET_KEY") && strstr(op.why, "DATA_DIR/secret.key")); /* where it may be */
}

TEST(mac_of_a_code_is_bound_to_row_and_address)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(vault_free) struct vault *before = make(&op, old_secret, STR_NULL);
        CLEANUP(vault_free) struct vault *after = make(&op, new_secret, old_secret);
        uint8_t mac[MAC_LEN];
        mac_code(before, STR("row"), STR("a@b.kr"), STR("123456"), mac);
        struct str stored = str_from_bytes(mac, sizeof(mac));
        CHECK(mac_code_matches(before, STR("row"), STR("a@b.kr"), STR("123456"), stored));
        CHECK(mac_code_matches(after, STR("row"), STR("a@b.kr"), STR("123456"), stored));
        CHECK(!mac_code_matches(before, STR("row"), STR("a@b.kr"), STR("123457"), stored));
        CHECK(!mac_code_matches(before, STR("row2"), STR("a@b.kr"), STR("123456"), stored));
        CHECK(!mac_code_matches(before, STR("row"), STR("a@b.kr1"), STR("23456"), stored));
        CHECK(!mac_code_matches(before, STR("row"), STR("a@b.kr"), STR("123456"), str_sub(stored, 0, 31)));
        CHECK(!mac_code_matches(before, STR("row"), STR("a@b.kr"), STR("123456"), STR_NULL));
}
