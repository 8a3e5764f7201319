"""Which addresses of the internet are public, by the registries of IANA, and which networks a school calls its own."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, TypeAlias

from loyaltykit.errors import LoyaltyError

if TYPE_CHECKING:
    from collections.abc import Iterable

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_NOT_V4 = tuple(
    map(
        IPv4Network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 "
        "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4".split(),
    )
)
"""This network, private, shared (CGNAT), loopback, link-local, protocol assignments, documentation, AS112, AMT, 6to4
relays, benchmarking, multicast, reserved and broadcast: the IPv4 Special-Purpose Address Registry and RFC 5771."""
_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out (RFC 4291, 2.4): ULA, link-local, site-local, mapped and multicast are outside."""
_NOT_V6 = tuple(map(IPv6Network, "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()))
"""Inside of it: protocol assignments (Teredo, ORCHID, benchmarking), documentation, 6to4 (ended by RFC 7526), AS112."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""How a host without IPv4 reaches it (RFC 6052): the last 32 bits are the address that is meant."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to a host on the public internet.

    Stricter than `ipaddress.is_global`, and the same in every version of Python: what only tunnels or translates, and
    anycast services that are nobody's web server, are not public either.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_V4)
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _UNICAST and not any(address in network for network in _NOT_V6)


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """A school's own networks, such as ``10.0.0.5/32``. Raises LoyaltyError for what is none."""
    found = []
    for text in (texts,) if isinstance(texts, str) else texts:
        try:
            found.append(ipaddress.ip_network(text))
        except ValueError:
            raise LoyaltyError("allow has networks, such as 10.0.0.5/32", code="web/allow") from None
    return tuple(found)


def is_among(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether an address is in one of the networks. One that names an interface (fe80::1%eth0) never is."""
    scoped = isinstance(address, IPv6Address) and address.scope_id is not None
    return not scoped and any(address in network for network in allowed if network.version == address.version)
