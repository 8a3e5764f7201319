"""Messages, receipts and failures as JSON, for a channel that runs in a process of its own.

Only values that are written here are read back: no class is named in the text, and nothing is unpickled.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.channels.attempts import asked_seconds, reference_of, seconds_of
from loyaltykit.channels.protocol import Attachment, Button, OutgoingMessage, Receipt
from loyaltykit.errors import Deferred, DeliveryError, Gone, Refused
from loyaltykit.problems import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

_FAILURES: dict[str, type[DeliveryError]] = {"deferred": Deferred, "refused": Refused, "gone": Gone}
_LONGEST = 200
"""Characters of a code or a reference; more is no code."""


def message_fields(message: OutgoingMessage) -> dict[str, Any]:
    """A message, ready for JSON."""
    return attrs.asdict(message, value_serializer=_plain)


def message_of(fields: Mapping[str, Any]) -> OutgoingMessage:
    """The message again, equal to the one that was written."""
    files = (
        Attachment(name=one["name"], media_type=one["media_type"], content=base64.b64decode(one["content"]))
        for one in fields["attachments"]
    )
    read = {
        "at": dt.datetime.fromisoformat(fields["at"]),
        "buttons": tuple(Button(**one) for one in fields["buttons"]),
        "attachments": tuple(files),
    }
    return OutgoingMessage(**{**fields, **read})


def outcome_fields(outcome: object) -> dict[str, Any]:
    """What came of a sending, ready for JSON: a receipt, a failure, or what it was instead."""
    if isinstance(outcome, Receipt):
        return {"receipt": {"message": str(outcome.message), "reference": reference_of(outcome)}}
    for kind, failure in _FAILURES.items():
        if isinstance(outcome, failure):
            return {"failed": kind, "code": str(outcome.code)[:_LONGEST], "retry_after": asked_seconds(outcome)}
    how = "raised" if isinstance(outcome, BaseException) else "returned"
    return {"odd": f"{how} {type(outcome).__name__}"[:_LONGEST]}


def outcome_of(fields: Mapping[str, Any]) -> Receipt | DeliveryError | str:
    """What came of it, or what it did that no channel does. Raises ValueError for fields that are none of these."""
    receipt, kind = fields.get("receipt"), fields.get("failed")
    if isinstance(receipt, dict) and isinstance(receipt.get("message"), str):
        reference = receipt.get("reference")
        return Receipt(message=receipt["message"], reference=reference if isinstance(reference, str) else None)
    if kind in _FAILURES and isinstance(code := fields.get("code"), str):
        return Deferred(code, seconds_of(fields.get("retry_after"))) if kind == "deferred" else _FAILURES[kind](code)
    if isinstance(odd := fields.get("odd"), str):
        return printable(odd[:_LONGEST])
    raise ValueError("no outcome of a sending")


def _plain(_instance: object, _field: object, value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
