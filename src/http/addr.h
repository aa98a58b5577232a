/*
 * Addresses, networks, and who the client is when proxies stand between. IPv4 lives in IPv6 as
 * ::ffff:a.b.c.d, so that one peer has one form.
 */
#pragma once

#include "base/arena.h"

#include <netinet/in.h>

enum { ADDR_TEXT_MAX = INET6_ADDRSTRLEN, ADDR_NETS_MAX = 64 };

struct addr {
        uint8_t bytes[16];
};

struct addr_net {
        struct addr addr;
        unsigned bits; /* 0 to 128 */
};

struct addr_nets {
        struct addr_net items[ADDR_NETS_MAX];
        size_t len;
};

/* "192.0.2.1", "2001:db8::1"; with a port also "192.0.2.1:80", "[2001:db8::1]:80". No names, no zones. */
NODISCARD bool addr_parse(struct str text, struct addr *ret);
/* Of an IPv4 or IPv6 socket; false for others. */
NODISCARD bool addr_from_socket(const struct sockaddr *socket, struct addr *ret);
void addr_text(const struct addr *addr, char ret[ADDR_TEXT_MAX]);

/* Addresses and networks ("10.0.0.0/8"), parted by commas or blanks. False where one cannot be read or there
 * are too many; *ret_bad is then that one. */
NODISCARD bool addr_nets_parse(struct str text, struct addr_nets *ret, struct str *ret_bad);
bool addr_nets_hold(const struct addr_nets *nets, const struct addr *addr);

/* The client of a request from `peer`: the peer itself, or, where that is a trusted proxy, the right-most hop
 * of `forwarded` (all X-Forwarded-For lines, joined by commas) that is none. A hop that cannot be read ends
 * the search at the hop before it. */
struct addr addr_client(const struct addr *peer, struct str forwarded, const struct addr_nets *trusted);
