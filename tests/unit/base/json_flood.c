/*
 * Keys that collide under one seed of jansson's hash (Jenkins' lookup3), parsed: prints the microseconds that
 * it took at its quickest. `json-flood known` has jansson use that seed, as it did everywhere before seeds
 * were random; jansson takes a seed once a process, hence this program.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

#include <stdio.h>

enum { SEED = 1, KEYS = 4000, KEY_LEN = 8, MASK = 4096 - 1, BODY_MAX = 64 * 1024, TRIES = 5 };

static uint32_t rotate(uint32_t x, int bits)
{
        return x << bits | x >> (32 - bits);
}

/* lookup3's hashlittle of a key of eight bytes. */
static uint32_t hash(const char key[KEY_LEN])
{
        uint32_t word[2], c = 0xdeadbeef + KEY_LEN + SEED, a = c, b = c;
        memcpy(word, key, sizeof(word));
        a += word[0];
        b += word[1];
        c = (c ^ b) - rotate(b, 14);
        a = (a ^ c) - rotate(c, 11);
        b = (b ^ a) - rotate(a, 25);
        c = (c ^ b) - rotate(b, 16);
        a = (a ^ c) - rotate(c, 4);
        b = (b ^ a) - rotate(a, 14);
        return (c ^ b) - rotate(b, 24);
}

static void write_key(uint32_t number, char ret[KEY_LEN])
{
        for (int i = 0; i < KEY_LEN; i++, number >>= 4)
                ret[i] = (char)('a' + (number & 15));
}

static void make(struct buf *text)
{
        char key[KEY_LEN];
        buf_add_char(text, '{');
        for (uint32_t number = 0, found = 0; found < KEYS; number++) {
                write_key(number, key);
                if ((hash(key) & MASK) != 0)
                        continue;
                buf_addf(text, "%s\"%.*s\":0", found ? "," : "", KEY_LEN, key);
                found++;
        }
        buf_add_char(text, '}');
}

int main(int argc, char **argv)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, BODY_MAX);
        make(&text);
        if (argc > 1)
                json_object_seed(SEED);
        int64_t least_us = INT64_MAX;
        for (int i = 0; i < TRIES; i++) {
                json_auto_t *json = NULL;
                int64_t since_us = clock_thread_cpu_us();
                if (!buf_ok(&text) || !json_parse(buf_str(&text), BODY_MAX, &json))
                        return 1;
                least_us = MIN(least_us, clock_thread_cpu_us() - since_us);
        }
        printf("%lld\n", (long long)least_us);
        return 0;
}
