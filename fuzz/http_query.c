/* Queries, forms, media types and addresses. */
#include "base/utf8.h"
#include "http/addr.h"
#include "http/media.h"
#include "http/query.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str text = str_from_bytes(bytes, len), bad;
        struct arena arena;
        arena_init(&arena, 65536);
        struct http_pairs pairs;
        if (query_parse(&arena, text, &pairs))
                for (size_t i = 0; i < pairs.len; i++)
                        if (!utf8_valid(pairs.items[i].value) ||
                            memchr(pairs.items[i].value.ptr, 0, pairs.items[i].value.len))
                                abort();
        struct media media;
        if (media_parse(text, &media))
                (void)media_param(&media, "boundary");
        struct addr_nets nets;
        struct addr peer = {{0}};
        char shown[ADDR_TEXT_MAX];
        if (!addr_nets_parse(text, &nets, &bad))
                nets = (struct addr_nets){.len = 1};
        peer = addr_client(&peer, text, &nets);
        addr_text(&peer, shown);
        arena_release(&arena);
        return 0;
}
