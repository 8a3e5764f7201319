"""What a mail server sends back: that a letter did not arrive, or that somebody called it spam.

Delivery status notifications by RFC 3464 with the codes of RFC 3463, and complaints by RFC 5965 (ARF). What is neither
is None: a holiday note, an answer. Which letter it is about stands in the address that it came back to (VERP) or in the
letter's own headers, quoted; whether that is to be believed, `Loyalty.bounced` decides. Pure.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import MessageError
from email.utils import parseaddr
from typing import TYPE_CHECKING

import attrs

from loyaltykit.channels.bounce_codes import STATUS, judged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

HEADER = "X-Loyaltykit-Letter"
"""Holds a letter's token; a report that quotes the letter's headers brings it back."""
_LARGEST = 5_000_000
_MARK = r"[0-9a-f]{1,16}-[0-9a-f]{20}"
_VERP = re.compile(rf"\+({_MARK})@", re.IGNORECASE)
_ALONE = re.compile(_MARK, re.IGNORECASE)
_BACK_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_ID = re.compile(r"<[^<>\s]{1,500}>")
_SPAM = frozenset({"abuse", "opt-out", "opt-out-list", "fraud", "virus", "miscategorized"})


@attrs.frozen(slots=True, kw_only=True)
class About:
    """Which letter a report is about, as far as it says."""

    tokens: tuple[str, ...] = attrs.field(default=(), repr=False)
    """What may be the token that we gave it: who has one is believed."""
    message_id: str | None = None
    to: str | None = attrs.field(default=None, repr=False)
    """Whom the letter was for, as its own header says."""


@attrs.frozen(slots=True, kw_only=True)
class Bounce:
    """A letter that did not arrive, or not yet."""

    about: About
    status: str
    """The code of RFC 3463: ``5.1.1`` there is no such mailbox, ``4.2.2`` it is full for now."""
    permanent: bool
    """Whether the server has given up because of the address: nothing will ever arrive there.

    A full mailbox, a letter too large, one that was taken for spam are no faults of the address.
    """
    recipient: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(slots=True, kw_only=True)
class Complaint:
    """Somebody called a letter spam."""

    about: About
    kind: str
    """As the report says: ``abuse``, ``opt-out``."""


def read(raw: bytes) -> Bounce | Complaint | None:
    """What a letter that came back reports; None when it is no report. It never raises, whatever the bytes are."""
    if len(raw) > _LARGEST:
        return None
    try:
        letter = message_from_bytes(raw)
        if letter.get_content_type() != "multipart/report":
            return None
        kind = str(letter.get_param("report-type", "")).lower()
        if kind == "delivery-status":
            return _bounce(letter)
        return _complaint(letter) if kind == "feedback-report" else None
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # the parser of the standard library on what is no letter


def _bounce(letter: Message) -> Bounce | None:
    for block in _blocks(letter, "delivery-status"):
        action, status = _field(block, "Action").lower(), STATUS.search(_field(block, "Status"))
        if action not in {"failed", "delayed"} or status is None:
            continue
        recipient = _field(block, "Original-Recipient") or _field(block, "Final-Recipient")
        code, of_the_address = judged(status, _field(block, "Diagnostic-Code"))
        return Bounce(
            about=_about(letter),
            status=code,
            permanent=action == "failed" and of_the_address,
            recipient=_address(recipient.rpartition(";")[2]),
        )
    return None


def _complaint(letter: Message) -> Complaint | None:
    for block in _blocks(letter, "feedback-report"):
        kind = _field(block, "Feedback-Type").lower()
        if kind in _SPAM:
            about = _about(letter)
            tokens = [token.lower() for token in _VERP.findall(_field(block, "Original-Mail-From"))]
            return Complaint(
                about=attrs.evolve(about, tokens=tuple(dict.fromkeys((*about.tokens, *tokens)))), kind=kind
            )
    return None


def _blocks(letter: Message, kind: str) -> Iterator[Message]:
    """The groups of fields of a report's second part; `global` is that of addresses beyond ASCII (RFC 6533)."""
    for part in _parts(letter):
        inside = part.get_payload()
        if part.get_content_type() == f"message/{kind}":
            yield from inside if isinstance(inside, list) else ()  # type: ignore[misc]  # a list holds messages
        elif part.get_content_type() == f"message/global-{kind}" and isinstance(inside, list):
            text = inside[0].as_bytes()  # type: ignore[union-attr]  # as above; the parser took all groups for one letter
            yield from map(message_from_bytes, re.split(rb"\r?\n(?:\r?\n)+", text))


def _parts(letter: Message) -> Iterator[Message]:
    """The parts of the report itself; what is inside a quoted letter is no part of it."""
    found = letter.get_payload()
    for part in found if isinstance(found, list) else ():
        if not isinstance(part, str):
            yield part


def _about(letter: Message) -> About:
    quoted = next(filter(None, map(_quoted, _parts(letter))), None)
    back_to = " ".join(_field(letter, name, every=True) for name in _BACK_TO)
    tokens = [token.lower() for token in _VERP.findall(back_to)]
    if quoted is None:
        return About(tokens=tuple(tokens))
    tokens += [token.lower() for token in _ALONE.findall(_field(quoted, HEADER))]
    id = _ID.search(_field(quoted, "Message-ID"))
    return About(tokens=tuple(dict.fromkeys(tokens)), message_id=id and id[0], to=_address(_field(quoted, "To")))


def _quoted(part: Message) -> Message | None:
    """The letter that a part quotes, whole or its headers alone."""
    kind = part.get_content_type()
    if kind in {"message/rfc822", "message/global", "message/global-headers"}:
        inside = part.get_payload()
        return inside[0] if isinstance(inside, list) and inside and not isinstance(inside[0], str) else None
    if kind == "text/rfc822-headers":
        text = part.get_payload(decode=True)
        return message_from_bytes(text) if isinstance(text, bytes) else None
    return None


def _field(message: Message, name: str, *, every: bool = False) -> str:
    values = [str(value) for value in message.get_all(name, [])]
    return " ".join(values if every else values[:1])


def _address(text: str) -> str | None:
    found = parseaddr(text.strip())[1]
    return found if "@" in found else None
