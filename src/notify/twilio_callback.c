#include "crypto/mac.h"
#include "notify/twilio.h"

#include <stdlib.h>

enum { SIGNED_MAX = 64 << 10, FIELDS_MAX = 256, SIGNATURE_LEN = 28 };

static int compare_keys(const void *a, const void *b)
{
        const struct twilio_field *x = a, *y = b;
        size_t common = MIN(x->key.len, y->key.len);
        int order = common ? memcmp(x->key.ptr, y->key.ptr, common) : 0;
        if (order == 0)
                order = (x->key.len > y->key.len) - (x->key.len < y->key.len);
        return order;
}

static bool signed_so(struct str auth_token, const struct str url[3], struct str tail, struct str signature)
{
        CLEANUP(buf_release) struct buf text, want;
        buf_init(&text, SIGNED_MAX);
        buf_init(&want, SIGNATURE_LEN);
        for (size_t i = 0; i < 3; i++)
                buf_add(&text, url[i]);
        buf_add(&text, tail);
        if (!buf_ok(&text))
                return false;
        uint8_t mac[20];
        mac_hmac_sha1(auth_token, buf_str(&text), mac);
        buf_add_base64(&want, mac, sizeof(mac));
        return want.len == signature.len && mac_equal(want.ptr, signature.ptr, want.len);
}

/* Where the port stands in a URL, with its colon; empty, at the end of the host, where there is none. */
static struct str port_of(struct str url, size_t host)
{
        size_t end = host;
        while (end < url.len && url.ptr[end] != '/' && url.ptr[end] != '?')
                end++;
        size_t colon = end;
        while (colon > host && url.ptr[colon - 1] >= '0' && url.ptr[colon - 1] <= '9')
                colon--;
        bool has_port = colon > host && colon < end && url.ptr[colon - 1] == ':';
        return has_port ? str_sub(url, colon - 1, end - colon + 1) : str_sub(url, end, 0);
}

bool twilio_signature_valid(struct str auth_token, struct str url, const struct twilio_field *fields,
                            size_t fields_len, struct str signature)
{
        if (auth_token.len == 0 || fields_len > FIELDS_MAX || signature.len != SIGNATURE_LEN)
                return false;
        struct twilio_field sorted[FIELDS_MAX];
        for (size_t i = 0; i < fields_len; i++)
                sorted[i] = fields[i];
        qsort(sorted, fields_len, sizeof(sorted[0]), compare_keys);
        CLEANUP(buf_release) struct buf tail;
        buf_init(&tail, SIGNED_MAX);
        for (size_t i = 0; i < fields_len; i++) {
                buf_add(&tail, sorted[i].key);
                buf_add(&tail, sorted[i].value);
        }
        if (!buf_ok(&tail))
                return false;
        bool https = str_starts_with(url, STR("https://"));
        struct str port = port_of(url, https ? 8 : 7);
        size_t at = (size_t)(port.ptr - url.ptr);
        struct str head = str_sub(url, 0, at), rest = str_sub(url, at + port.len, url.len);
        struct str usual = https ? STR(":443") : STR(":80");
        const struct str as_told[3] = {head, port, rest};
        const struct str other[3] = {head, port.len ? STR("") : usual, rest};
        /* Both are tried, also after a hit: the time tells nothing. */
        bool told = signed_so(auth_token, as_told, buf_str(&tail), signature);
        return told | signed_so(auth_token, other, buf_str(&tail), signature);
}

enum twilio_state twilio_state_from(struct str message_status)
{
        static const struct {
                struct str word;
                enum twilio_state state;
        } rows[] = {
            {{"delivered", 9}, TWILIO_DELIVERED}, {{"read", 4}, TWILIO_DELIVERED},
            {{"failed", 6}, TWILIO_FAILED},       {{"undelivered", 11}, TWILIO_FAILED},
            {{"canceled", 8}, TWILIO_FAILED},
        };
        for (size_t i = 0; i < LEN(rows); i++)
                if (str_equal(message_status, rows[i].word))
                        return rows[i].state;
        return TWILIO_PENDING;
}
