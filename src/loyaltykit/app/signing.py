"""Tokens of one-click links: they say whose consent to withdraw and for what, and cannot be made by anybody else."""

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
_SHORTEST = 16
_LONGEST = 500
_FIELD = "{token}"


class Signer:
    """Signs with a secret of the school's. Neither the secret nor a token is in its repr."""

    __slots__ = ("_key", "_url")

    def __init__(self, secret: bytes, url: str | None) -> None:
        if len(secret) < _SHORTEST:
            raise LoyaltyError(f"a secret has at least {_SHORTEST} bytes", code="secret/short")
        if url is not None and not (url.startswith("https://") and _FIELD in url and url.isascii()):
            raise LoyaltyError("unsubscribe_url is an https address with {token} in it", code="unsubscribe/url")
        self._key = hmac.digest(secret, b"loyaltykit unsubscribe", hashlib.sha256)
        self._url = url

    def link(self, member: int, purpose: str, channel: str) -> str | None:
        """The address behind an unsubscribe link; None when the school has none."""
        return None if self._url is None else self._url.replace(_FIELD, self.token(member, purpose, channel))

    def token(self, member: int, purpose: str, channel: str) -> str:
        """A token; safe in addresses."""
        said = f"{member}/{purpose}/{channel}".encode()
        return base64.urlsafe_b64encode(self._mac(said) + said).decode().rstrip("=")

    def read(self, token: str) -> tuple[int, str, str]:
        """Member's number, purpose and channel. LoyaltyError for a token that was not signed here."""
        if len(token) > _LONGEST or "=" in token:
            raise bad_token()
        try:
            whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            _bad()
        mac, said = whole[:_MAC], whole[_MAC:]
        if not hmac.compare_digest(mac, self._mac(said)):
            _bad()
        member, purpose, channel = said.decode().split("/", 2)
        return int(member), purpose, channel

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, hashlib.sha256)[:_MAC]


def bad_token() -> LoyaltyError:
    """What is said of every token that is not good; it does not show the token."""
    return LoyaltyError("this link is not one of ours", code="unsubscribe/token")


def _bad() -> NoReturn:
    raise bad_token() from None
