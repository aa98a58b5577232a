#include "http/addr.h"

#include <arpa/inet.h>

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* The address without its port and brackets; null where the brackets do not close. */
static struct str strip_port(struct str s)
{
        if (s.len > 0 && s.ptr[0] == '[') {
                ssize_t end = str_find(s, ']');
                return end < 0 ? STR_NULL : str_sub(s, 1, (size_t)end - 1);
        }
        ssize_t colon = str_find(s, ':');
        bool one_colon = colon >= 0 && str_find(str_sub(s, (size_t)colon + 1, s.len), ':') < 0;
        return one_colon ? str_sub(s, 0, (size_t)colon) : s;
}

bool addr_parse(struct str text, struct addr *ret)
{
        char copy[ADDR_TEXT_MAX];
        struct str s = strip_port(str_trim(text));
        if (s.len == 0 || s.len >= sizeof(copy) || memchr(s.ptr, '\0', s.len))
                return false;
        memcpy(copy, s.ptr, s.len);
        copy[s.len] = '\0';
        struct addr addr;
        if (inet_pton(AF_INET, copy, addr.bytes + 12) == 1)
                memcpy(addr.bytes, mapped_prefix, sizeof(mapped_prefix));
        else if (inet_pton(AF_INET6, copy, addr.bytes) != 1)
                return false;
        *ret = addr;
        return true;
}

bool addr_from_socket(const struct sockaddr *socket, struct addr *ret)
{
        if (socket->sa_family == AF_INET) {
                memcpy(ret->bytes, mapped_prefix, sizeof(mapped_prefix));
                memcpy(ret->bytes + 12, &((const struct sockaddr_in *)(const void *)socket)->sin_addr, 4);
                return true;
        }
        if (socket->sa_family != AF_INET6)
                return false;
        memcpy(ret->bytes, &((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr, 16);
        return true;
}

void addr_text(const struct addr *addr, char ret[ADDR_TEXT_MAX])
{
        bool v4 = memcmp(addr->bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
        if (inet_ntop(v4 ? AF_INET : AF_INET6, addr->bytes + (v4 ? 12 : 0), ret, ADDR_TEXT_MAX) == NULL)
                ret[0] = '\0';
}

static bool net_parse(struct str text, struct addr_net *ret)
{
        ssize_t slash = str_find(text, '/');
        struct str host = slash < 0 ? text : str_sub(text, 0, (size_t)slash);
        bool v6 = str_find(host, ':') >= 0;
        int64_t bits = v6 ? 128 : 32;
        if (slash >= 0 && !str_to_int(str_sub(text, (size_t)slash + 1, text.len), 0, bits, &bits))
                return false;
        if (!addr_parse(host, &ret->addr))
                return false;
        ret->bits = (unsigned)bits + (v6 ? 0 : 96);
        return true;
}

bool addr_nets_parse(struct str text, struct addr_nets *ret, struct str *ret_bad)
{
        struct addr_nets nets = {0};
        size_t at = 0;
        while (at < text.len) {
                size_t end = at;
                while (end < text.len && strchr(", \t", text.ptr[end]) == NULL)
                        end++;
                struct str one = str_sub(text, at, end - at);
                at = end + 1;
                if (one.len == 0)
                        continue;
                if (nets.len == ADDR_NETS_MAX || !net_parse(one, &nets.items[nets.len])) {
                        *ret_bad = one;
                        return false;
                }
                nets.len++;
        }
        *ret = nets;
        return true;
}

static bool net_holds(const struct addr_net *net, const struct addr *addr)
{
        size_t whole = net->bits / 8;
        unsigned rest = net->bits % 8;
        if (memcmp(net->addr.bytes, addr->bytes, whole) != 0)
                return false;
        return rest == 0 || ((net->addr.bytes[whole] ^ addr->bytes[whole]) >> (8 - rest)) == 0;
}

bool addr_nets_hold(const struct addr_nets *nets, const struct addr *addr)
{
        for (size_t i = 0; i < nets->len; i++)
                if (net_holds(&nets->items[i], addr))
                        return true;
        return false;
}

struct addr addr_client(const struct addr *peer, struct str forwarded, const struct addr_nets *trusted)
{
        struct addr client = *peer;
        size_t end = forwarded.len;
        while (end > 0 && addr_nets_hold(trusted, &client)) {
                size_t from = end;
                while (from > 0 && forwarded.ptr[from - 1] != ',')
                        from--;
                struct addr hop;
                if (!addr_parse(str_sub(forwarded, from, end - from), &hop))
                        break;
                client = hop;
                end = from > 0 ? from - 1 : 0;
        }
        return client;
}
