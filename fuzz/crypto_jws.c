/* Tokens as they come, and tokens made of a header and claims that come. The key and the only token that is
 * right are those of RFC 7515, appendix A.3. */
#include "crypto/jws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char jwk[] =
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
static const char signed_part[] =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9l"
    "eGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
static const char signature[] =
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/* A ring with a key of our own that signed none of it. */
static struct keyring *own_keyring(void)
{
        static struct keyring *keyring;
        if (keyring)
                return keyring;
        struct op op;
        struct vault *vault;
        struct signer *signer;
        CLEANUP(buf_release) struct buf sealed;
        buf_init(&sealed, 4096);
        op_init(&op, "fuzz", 65536, 1000);
        if (vault_new(&op, STR("a secret of more than thirty-two bytes"), NULL, 0, &vault) != RC_OK ||
            signer_make(&op, vault, &sealed) != RC_OK ||
            signer_new(&op, vault, buf_str(&sealed), &signer) != RC_OK)
                abort();
        keyring = keyring_new();
        keyring_fill(keyring, &signer, 1);
        vault_free(&vault);
        op_release(&op);
        return keyring;
}

/* Whoever is believed says what was signed. */
static void check_token(struct str token)
{
        struct op op;
        CLEANUP(buf_release) struct buf claims;
        if (jws_signed_by(jwk, token) && !str_starts_with(token, str_from(signed_part)))
                abort();
        buf_init(&claims, 65536);
        op_init(&op, "fuzz", 65536, 1000);
        if (jws_verify(&op, own_keyring(), token, &claims) != RC_UNAUTHORIZED || claims.len > 0)
                abort();
        op_release(&op);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str input = str_from_bytes(bytes, len), rest = input, header = STR("");
        CLEANUP(buf_release) struct buf token;
        buf_init(&token, 65536);
        check_token(input);
        (void)str_split(&rest, '\n', &header);
        buf_add_base64url(&token, header.ptr, header.len);
        buf_add_char(&token, '.');
        buf_add_base64url(&token, rest.ptr, rest.len);
        buf_add(&token, str_from(signature));
        check_token(buf_str(&token));
        return 0;
}
