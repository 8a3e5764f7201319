"""The webhook channel: each message as one signed request to an endpoint of the school's own."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from loyaltykit.channels.links import is_link
from loyaltykit.channels.networks import networks
from loyaltykit.channels.protocol import Receipt
from loyaltykit.channels.safe_connect import Connector, Unreached
from loyaltykit.channels.signatures import keys, new_secret, signed, verify
from loyaltykit.channels.webaddress import web_address
from loyaltykit.channels.webcall import Answer, post
from loyaltykit.errors import Deferred, DeliveryError, LoyaltyError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.channels.limits import Limits
    from loyaltykit.channels.protocol import Attachment, Button, OutgoingMessage
    from loyaltykit.channels.safe_connect import Resolver

__all__ = ["TYPE", "Webhook", "new_secret", "verify"]

TYPE = "message.created"
"""The `type` of every request: the schema of its `data`."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)
_LARGEST = 1_000_000
"""Bytes of a request: what most servers take without being asked."""
_ENDPOINT = frozenset({401, 403, 404, 405, 407, 408, 421, 425})
"""Answers about the endpoint (its login, its place, its configuration), not about the message."""
_TO = re.compile(r"[\w+@.:=/~-]{1,1000}")
_PHONE = re.compile(r"\+?[0-9(][0-9() .-]{0,38}[0-9]", re.ASCII)
_CLOSED = 3_600.0
"""Seconds for which an endpoint that is gone is not asked again."""


class Webhook:
    """Posts each message to `url`, signed by the Standard Webhooks specification.

    `secret` is ``whsec_`` and 24 to 64 bytes in base64 (`new_secret` makes one); while it is being changed, both, the
    new one first. The endpoint is one for all members, who are named by their ids; with `address` a member attribute
    (``phone``) goes along as `to`, and members without it are not reached. `words=False` sends ids alone: neither
    subject, text, buttons, attachments nor `to`.

    The host has to be public and is reached by https. `allow` has networks of your own (``10.0.0.5/32``) that may be
    connected to as well, also by http. `timeout`, in seconds, is for a whole request, from the look-up of the name to
    the answer. `name` is the channel's id in programs, where a school has several. `now` is the clock that dates the
    signatures, `resolve` what looks names up, `ssl_context` what checks certificates, `limits` how often it is used.
    """

    def __init__(
        self,
        url: str,
        secret: str | Sequence[str],
        *,
        name: str = "webhook",
        address: str | None = None,
        words: bool = True,
        allow: Sequence[str] = (),
        timeout: float = 20.0,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolver | None = None,
        now: Callable[[], dt.datetime] | None = None,
        limits: Limits | None = None,
    ) -> None:
        if not _NAME.fullmatch(name):
            raise LoyaltyError("a channel's name has up to 31 of a-z 0-9 -", code="webhook/name")
        self.name = name
        self.address = address
        self.limits = limits
        self._place = web_address(url)
        self._keys = keys(secret)
        own = networks(allow)
        if not self._place.secure and not own:
            raise LoyaltyError("http is for networks of your own: name them in allow, or use https", code="web/http")
        self._connector = Connector(context=ssl_context or ssl.create_default_context(), allow=own, resolve=resolve)
        self._words = words
        self._timeout = timeout
        self._now = now or _now
        self._closed_until = 0.0

    def send(self, message: OutgoingMessage) -> Receipt:
        """Post one message; the receipt's reference is the request's ``webhook-id``, the same for each attempt.

        A 2xx answer is what counts. Raises `Refused` for an address that is none or several, for what the endpoint does
        not take (4xx), and for everything once it is gone (410: it is asked again after an hour; no member is to blame,
        so it is never `Gone`); `Deferred` for what may pass: 429 and 503 with the time they ask for, other 5xx, a
        redirect, an answer about the endpoint (401, 403, 404, ...), a broken connection, a host that is not public.
        """
        if time.monotonic() < self._closed_until:
            raise Refused(code=f"{self.name}/410")
        if self.address is not None and not _is_one(message.to):
            raise Refused(code=f"{self.name}/address")
        id = _id(message.id)
        body = self._body(message, id)
        verdict = self._posted(body, signed(self._keys, id, self._now(), body))
        if verdict is not None:
            raise verdict
        return Receipt(message=message.id, reference=id)

    def _posted(self, body: bytes, headers: dict[str, str]) -> DeliveryError | None:
        """None when the endpoint has taken it. Nothing is raised, so nothing is chained."""
        told = {"Content-Type": "application/json", "User-Agent": "loyaltykit", **headers}
        try:
            answer = post(self._connector, self._place, body, told, timeout=self._timeout)
        except Unreached as error:
            return Deferred(f"{self.name}/{error.code}")
        return self._verdict(answer)

    def _verdict(self, answer: Answer) -> DeliveryError | None:
        """What an answer means."""
        status = answer.status
        if 200 <= status < 300:
            return None
        code = f"{self.name}/{status}"
        if status == 410:
            self._closed_until = time.monotonic() + _CLOSED
        if 400 <= status < 500 and status not in _ENDPOINT and status != 429:
            return Refused(code)
        return Deferred(code, _wait(answer.headers.get("retry-after", ""), self._now()))

    def _body(self, message: OutgoingMessage, id: str) -> bytes:
        data: dict[str, Any] = {
            "id": id,
            "member": message.member,
            "message": message.message,
            "purpose": message.purpose,
            "locale": message.locale,
        }
        if self._words:
            data |= self._said(message)
        timestamp = message.at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        body = json.dumps({"type": TYPE, "timestamp": timestamp, "data": data}, separators=(",", ":")).encode()
        if len(body) > _LARGEST:
            raise Refused(code=f"{self.name}/too-large")
        return body

    def _said(self, message: OutgoingMessage) -> dict[str, Any]:
        """What the member is told, and what belongs to it."""
        links = [button.url for button in message.buttons if button.url is not None]
        if not all(map(is_link, links)) or not (
            message.unsubscribe is None or is_link(message.unsubscribe, secure=True)
        ):
            raise Refused(code=f"{self.name}/link")
        found = {
            "to": message.to if self.address is not None else None,
            "subject": _clean(message.subject),
            "text": _clean(message.text),
            "html": None if message.html is None else _clean(message.html),
            "buttons": [_button(button) for button in message.buttons] or None,
            "unsubscribe": message.unsubscribe,
            "attachments": [_attachment(one) for one in message.attachments] or None,
        }
        return {name: value for name, value in found.items() if value is not None}

    def __repr__(self) -> str:
        return f"Webhook(name={self.name!r}, host={self._place.host!r}, port={self._place.port})"


def _id(text: str) -> str:
    """A message's id as it may stand in a header and in what is signed."""
    return text if _ID.fullmatch(text) else hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


def _is_one(to: str | None) -> bool:
    """Whether an address is one: nothing in it that some receiver takes for a list or the end of an address.

    Blanks stand in telephone numbers alone (at most 15 digits: ITU-T E.164).
    """
    if to is None or ".." in to:
        return False
    is_phone = _PHONE.fullmatch(to) is not None and sum(map(str.isdigit, to)) <= 15
    return is_phone or _TO.fullmatch(to) is not None


def _button(button: Button) -> dict[str, str]:
    found = {"label": _clean(button.label), "action": button.action, "url": button.url}
    return {name: value for name, value in found.items() if value}


def _attachment(attachment: Attachment) -> dict[str, str]:
    content = base64.b64encode(attachment.content).decode()
    return {"name": _clean(attachment.name), "media_type": _clean(attachment.media_type), "content": content}


def _clean(text: str) -> str:
    """Without control characters and halves of surrogate pairs: databases and parsers of others stumble over them."""
    return _CONTROLS.sub("", text)


def _wait(text: str, now: dt.datetime) -> float | None:
    """The seconds of a Retry-After header, which has a number or a date (RFC 9110, 10.2.3); None if it has neither."""
    if _SECONDS.fullmatch(text.strip()):
        return float(text)
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return (asked if asked.tzinfo is not None else asked.replace(tzinfo=dt.UTC)).timestamp() - now.timestamp()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
