"""Tokens of one-click links: they say what a click does, and cannot be made by anybody else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING

from loyaltykit.errors import LoyaltyError

if TYPE_CHECKING:
    from typing import NoReturn

_MAC = 16
_SHORT = 10
"""Bytes of the mark of a token in an address, where there is little room."""
_SHORTEST = 16
_LONGEST = 500
_FIELD = "{token}"


class Signer:
    """Signs with a secret of the school's. Neither the secret nor a token is in its repr.

    `unsubscribe` and `press` are the school's pages behind the two kinds of links, https addresses with ``{token}`` in
    them. A token of one kind is no token of the other.
    """

    __slots__ = ("_back", "_pages", "_stop", "_take")

    def __init__(self, secret: bytes, *, unsubscribe: str | None = None, press: str | None = None) -> None:
        if len(secret) < _SHORTEST:
            raise LoyaltyError(f"a secret has at least {_SHORTEST} bytes", code="secret/short")
        self._pages = {"unsubscribe": unsubscribe, "press": press}
        for name, url in self._pages.items():
            if url is not None and not (url.startswith("https://") and _FIELD in url and url.isascii()):
                raise LoyaltyError(f"{name}_url is an https address with {{token}} in it", code=f"{name}/url")
        self._stop = hmac.digest(secret, b"loyaltykit unsubscribe", hashlib.sha256)
        self._back = hmac.digest(secret, b"loyaltykit return", hashlib.sha256)
        self._take = hmac.digest(secret, b"loyaltykit press", hashlib.sha256)

    def unsubscribe_link(self, member: int, purpose: str, channel: str) -> str | None:
        """The address behind an unsubscribe link; None when the school has none."""
        return self._link("unsubscribe", _signed(self._stop, f"{member}/{purpose}/{channel}"))

    def press_link(self, member: int, action: str) -> str | None:
        """The address that does what a button does; None when the school has none."""
        return self._link("press", _signed(self._take, f"{member}/{action}"))

    def unsubscribing(self, token: str) -> tuple[int, str, str]:
        """Member's number, purpose and channel. LoyaltyError for a token that was not signed here."""
        member, purpose, channel = _read(self._stop, token).split("/", 2)
        return int(member), purpose, channel

    def pressing(self, token: str) -> tuple[int, str]:
        """Member's number and the button's action. LoyaltyError for a token that was not signed here."""
        member, action = _read(self._take, token).split("/", 1)
        return int(member), action

    def return_token(self, number: int) -> str:
        """What a letter carries so that a report about it can be believed: short, and blind to upper and lower case."""
        said = f"{number:x}"
        return f"{said}-{_mac(self._back, said.encode())[:_SHORT].hex()}"

    def returning(self, token: str) -> int | None:
        """The number of the letter; None for a token that was not made here."""
        said = token.partition("-")[0]
        whole = said.isascii() and said.isalnum() and len(said) <= _MAC
        good = whole and hmac.compare_digest(f"{said}-{_mac(self._back, said.encode())[:_SHORT].hex()}", token)
        return int(said, 16) if good else None

    def _link(self, page: str, token: str) -> str | None:
        url = self._pages[page]
        return None if url is None else url.replace(_FIELD, token)


def _signed(key: bytes, said: str) -> str:
    """A token; safe in addresses."""
    whole = _mac(key, said.encode()) + said.encode()
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def _read(key: bytes, token: str) -> str:
    if len(token) > _LONGEST or "=" in token:
        raise bad_token()
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        _bad()
    mac, said = whole[:_MAC], whole[_MAC:]
    if not hmac.compare_digest(mac, _mac(key, said)):
        _bad()
    return said.decode()


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, hashlib.sha256)[:_MAC]


def bad_token() -> LoyaltyError:
    """What is said of every token that is not good; it does not show the token."""
    return LoyaltyError("this link is not one of ours", code="link/token")


def _bad() -> NoReturn:
    raise bad_token() from None
