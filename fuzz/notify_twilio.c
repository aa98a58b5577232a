/* The provider's later word on an SMS: the first line is the signature, the rest the form. */
#include "crypto/mac.h"
#include "http/query.h"
#include "notify/twilio.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { FIELDS_MAX = 32 };

static const struct str token = {"an auth token of the provider", 29};
static const struct str url = {"https://id.example.org/report", 29};

static int order(const struct twilio_field *a, const struct twilio_field *b)
{
        int first = memcmp(a->key.ptr, b->key.ptr, MIN(a->key.len, b->key.len));
        return first ? first : (int)a->key.len - (int)b->key.len;
}

/* Their rule in our words: the URL, then name and value of each field in the order of the names, none twice.
 */
static bool sign(const struct twilio_field *fields, size_t len, struct buf *ret)
{
        CLEANUP(buf_release) struct buf text;
        const struct twilio_field *last = NULL;
        buf_init(&text, 1 << 20);
        buf_add(&text, url);
        for (size_t n = 0; n < len; n++) {
                const struct twilio_field *next = NULL;
                for (size_t i = 0; i < len; i++)
                        if ((!last || order(last, &fields[i]) < 0) && (!next || order(&fields[i], next) < 0))
                                next = &fields[i];
                if (next == NULL)
                        return false;
                buf_add(&text, next->key);
                buf_add(&text, next->value);
                last = next;
        }
        uint8_t mac[20];
        mac_hmac_sha1(token, buf_str(&text), mac);
        buf_add_base64(ret, mac, sizeof(mac));
        return true;
}

static void check_form(const struct twilio_field *fields, size_t len, struct str signature)
{
        CLEANUP(buf_release) struct buf right;
        buf_init(&right, 64);
        if (!sign(fields, len, &right))
                return;
        if (!twilio_signature_valid(token, url, fields, len, buf_str(&right)))
                abort();
        if (!str_equal(signature, buf_str(&right)) &&
            twilio_signature_valid(token, url, fields, len, signature))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str form = str_from_bytes(bytes, len), signature = STR("");
        struct twilio_field fields[FIELDS_MAX];
        struct http_pairs pairs;
        struct arena arena;
        arena_init(&arena, 65536);
        (void)str_split(&form, '\n', &signature);
        if (query_parse(&arena, form, &pairs) && pairs.len <= FIELDS_MAX) {
                for (size_t i = 0; i < pairs.len; i++)
                        fields[i] = (struct twilio_field){pairs.items[i].name, pairs.items[i].value};
                check_form(fields, pairs.len, signature);
                (void)twilio_state_from(http_pairs_get(&pairs, "MessageStatus"));
        }
        arena_release(&arena);
        return 0;
}
