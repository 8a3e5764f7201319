"""Web addresses of receivers: one plain form, so that nothing reads them otherwise than we do, or none."""

from __future__ import annotations

import ipaddress
import re

import attrs

from loyaltykit.channels.hostnames import ascii_name, ends_in_number
from loyaltykit.errors import LoyaltyError

_LONGEST = 2_048
_FORM = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<v6>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[^\s/?#@:\\%\[\]]{1,253}))(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
    r"(?P<query>\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?",
    re.IGNORECASE | re.ASCII,
)
_USUAL = {"http": 80, "https": 443}
_BAD_PORTS = frozenset((1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080))
_BAD_PORTS |= frozenset(range(6665, 6670))
"""From 1024 up, where no browser makes a request either (WHATWG Fetch, 2.9, bad port)."""


@attrs.frozen(slots=True, kw_only=True)
class WebAddress:
    """Where a request goes. Its path may hold a secret, so its repr does not show it."""

    secure: bool
    """By https."""
    host: str
    """A name in lower-case ASCII, or the usual text of an IP address, without brackets."""
    port: int
    target: str = attrs.field(repr=False)
    """Path and query, as they stand in a request."""
    literal: bool
    """Whether `host` is an IP address."""

    @property
    def authority(self) -> str:
        """What the Host header says (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _USUAL["https" if self.secure else "http"] else f"{host}:{self.port}"


def web_address(url: str) -> WebAddress:
    """The parts of an http(s) address. Raises LoyaltyError, which does not repeat it, for what is not plainly one.

    No user or password, fragment, backslash, blank or control character; an IPv4 address as four plain numbers, so not
    127.1, 0x7f.1 or 2130706433; no zone, no trailing dot, no letters that are only looked at as others (full-width
    digits). Ports are 443, 80 and those from 1024 up that browsers take. A name may have letters of other scripts.
    """
    if len(url) > _LONGEST or (found := _FORM.fullmatch(url)) is None:
        raise _not_one("is not a plain https address")
    scheme = found["scheme"].lower()
    port = int(found["port"] or _USUAL[scheme])
    if not (port in (80, 443) or 1024 <= port <= 65_535) or port in _BAD_PORTS:
        raise _not_one("has a port that nobody serves the web on")
    host, literal = _host(found["host"], found["v6"])
    target = (found["path"] or "/") + (found["query"] or "")
    return WebAddress(secure=scheme == "https", host=host, port=port, target=target, literal=literal)


def _host(name: str | None, v6: str | None) -> tuple[str, bool]:
    """The host, and whether it is an IP address."""
    known = ascii_name(name or "") if v6 is None else v6
    try:
        if v6 is not None:
            return str(ipaddress.IPv6Address(v6)), True
        if known is not None and ends_in_number(known):
            return str(ipaddress.IPv4Address(known)), True
    except ValueError:
        known = None
    if known is None:
        raise _not_one("has a host that is none")
    return known, False


def _not_one(what: str) -> LoyaltyError:
    return LoyaltyError(f"the web address {what}", code="web/address")
