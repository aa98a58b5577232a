/* Who the client is behind proxies: the first line is the list of those we trust, the rest X-Forwarded-For.
 */
#include "http/addr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool same(const struct addr *a, const struct addr *b)
{
        return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* The client is the peer or one of the hops, never an address that nobody named. */
static bool named(const struct addr *client, const struct addr *peer, struct str hops)
{
        struct addr addr;
        struct str hop;
        while (str_split(&hops, ',', &hop))
                if (addr_parse(hop, &addr) && same(&addr, client))
                        return true;
        return same(client, peer);
}

static void check_client(struct str peer_text, struct str hops, const struct addr_nets *nets)
{
        char shown[ADDR_TEXT_MAX];
        struct addr peer, again;
        if (!addr_parse(peer_text, &peer))
                abort();
        struct addr client = addr_client(&peer, hops, nets);
        if (!named(&client, &peer, hops) || (!addr_nets_hold(nets, &peer) && !same(&client, &peer)))
                abort();
        addr_text(&client, shown);
        if (!addr_parse(str_from(shown), &again) || !same(&again, &client))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str hops = str_from_bytes(bytes, len), trusted = STR(""), bad;
        struct addr_nets nets;
        if (!str_split(&hops, '\n', &trusted) || !addr_nets_parse(trusted, &nets, &bad))
                nets = (struct addr_nets){.items = {{.bits = 0}}, .len = 1};
        check_client(STR("192.0.2.1"), hops, &nets);
        check_client(STR("2001:db8::1"), hops, &nets);
        return 0;
}
