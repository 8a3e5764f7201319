"""E-mail addresses: exactly one mailbox, its domain in ASCII, or nothing."""

from __future__ import annotations

import re
import unicodedata

import attrs

from loyaltykit.channels.headers import clean
from loyaltykit.channels.hostnames import ascii_name, ends_in_number

_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LOCAL_BYTES = 64


@attrs.frozen(slots=True, kw_only=True)
class MailAddress:
    """One mailbox. The local part may have letters beyond ASCII (RFC 6531); the domain never has (RFC 5890)."""

    address: str = attrs.field(repr=False)
    name: str = attrs.field(default="", repr=False)

    @property
    def international(self) -> bool:
        """Whether only a server with SMTPUTF8 takes it."""
        return not self.address.isascii()

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]


def mail_address(text: str) -> MailAddress | None:
    """The mailbox that a text names, as `ann@example.org` or `Ann <ann@example.org>`; None if it is not just that.

    Quoted local parts, comments, groups and domain literals of RFC 5322 are not taken: no student has one, and each is
    a way to write something else than what is read.
    """
    name, address = "", text.strip(" ")
    if (named := _NAMED.fullmatch(address)) is not None:
        name, address = named["name"].strip(' "'), named["address"]
    if "@" in clean(name) or not (text.isprintable() or _no_controls(text)):
        return None
    local, at, host = address.rpartition("@")
    domain = ascii_name(host)
    if domain is None or "_" in domain or ends_in_number(domain):
        return None
    if not at or not _LOCAL.fullmatch(local) or len(local.encode()) > _LOCAL_BYTES or not _same(local):
        return None
    return MailAddress(address=f"{local}@{domain}", name=name)


def _no_controls(text: str) -> bool:
    return not any(unicodedata.category(char) == "Cc" for char in text)


def _same(local: str) -> bool:
    """Whether a local part is in the one form that no server rewrites: not in full-width letters, say."""
    return local.isascii() or unicodedata.normalize("NFKC", local) == local
