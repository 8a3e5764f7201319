"""Signatures of the Standard Webhooks specification 1.0: HMAC-SHA256, several while a secret is being changed.

Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme" and "Webhook
headers". The asymmetric scheme (``v1a``) is not used.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import re
import secrets as chance
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from loyaltykit.errors import EventError, LoyaltyError

_PREFIX = "whsec_"
_FEWEST, _MOST = 24, 64
"""Bytes of a secret."""
_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURES = 16
"""How many of one request are looked at."""
_TOLERANCE = 300.0


class Headers(Protocol):
    """The head of a request: a dict, or what a framework has."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Names and values."""


def new_secret() -> str:
    """A secret for one endpoint, from the system's randomness: ``whsec_`` and 32 bytes in base64."""
    return _PREFIX + base64.b64encode(chance.token_bytes(_BYTES)).decode()


def keys(secrets: str | Sequence[str]) -> tuple[bytes, ...]:
    """The secrets as bytes. Raises LoyaltyError, which does not repeat them, unless each has 24 to 64 behind whsec_."""
    given = (secrets,) if isinstance(secrets, str) else tuple(secrets)
    found = tuple(map(_key, given))
    if not found:
        raise LoyaltyError("a webhook needs a secret", code="webhook/secret")
    return found


def _key(secret: str) -> bytes:
    text = secret.strip()
    try:
        body = text.removeprefix(_PREFIX)
        key = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if not text.startswith(_PREFIX) or not _FEWEST <= len(key) <= _MOST:
        raise LoyaltyError(
            f"a webhook's secret is {_PREFIX} and {_FEWEST} to {_MOST} bytes in base64", code="webhook/secret"
        )
    return key


def signed(keys: Sequence[bytes], id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """The three headers of a request. `id` has no full stop (it would let one request be read as another)."""
    seconds = str(int(at.timestamp()))
    signatures = " ".join(f"v1,{_mac(key, id, seconds, body)}" for key in keys)
    return {"webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signatures}


def _mac(key: bytes, id: str, seconds: str, body: bytes) -> str:
    digest = hmac.digest(key, f"{id}.{seconds}.".encode() + body, hashlib.sha256)
    return base64.b64encode(digest).decode()


def verify(
    secrets: str | Sequence[str],
    headers: Headers,
    body: bytes | str,
    *,
    now: dt.datetime | None = None,
    tolerance: float = _TOLERANCE,
) -> dict[str, Any]:
    """What a webhook request says, when it was signed with one of the secrets at most `tolerance` seconds ago.

    `headers` may be in any case, `body` is what arrived, byte for byte: parsing and writing it again changes it. `now`
    is the system's clock unless it is given. All comparisons take the same time wherever the difference is. What was
    delivered before is for you to know: ``headers["webhook-id"]`` is the same each time.

    Raises EventError with the code ``webhook/signature`` (answer 401: not ours, changed, or too old) or
    ``webhook/body`` (answer 400: signed, and no JSON object).
    """
    given = {name.lower(): value for name, value in headers.items()}
    id, seconds, signatures = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not _ID.fullmatch(id) or not _SECONDS.fullmatch(seconds):
        raise _unsigned()
    at = (now or dt.datetime.now(dt.UTC)).timestamp()
    body = body.encode("utf-8", "replace") if isinstance(body, str) else body
    macs = [_mac(key, id, seconds, body).encode() for key in keys(secrets)]
    said = [text[3:].encode("utf-8", "replace") for text in signatures.split(" ")[:_SIGNATURES] if text[:3] == "v1,"]
    matches = [hmac.compare_digest(mac, one) for mac in macs for one in said]
    if not any(matches) or abs(at - int(seconds)) > tolerance:
        raise _unsigned()
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise EventError("the webhook's body is not a JSON object", code="webhook/body")
    return found


def _unsigned() -> EventError:
    return EventError("the webhook's signature does not hold", code="webhook/signature")
