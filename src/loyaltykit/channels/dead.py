"""Dead letters: messages that no channel took, or that were not sent on purpose. They hold no words and no address."""

from __future__ import annotations

import datetime as dt  # the docs read the hints
from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen(slots=True)
class Tried:
    """What came of a message on one channel."""

    channel: str
    reason: str
    """A code: ``telegram/403``, ``no-address``."""
    attempts: int
    """How often it was handed over there."""


@attrs.frozen(slots=True, kw_only=True)
class DeadLetter:
    """One message that was given up, or not sent on purpose, and why."""

    id: str
    """The message's own, that adapters and logs name; it stays the same when it is sent after all."""
    member: str
    message: str
    purpose: str
    """``service``, ``marketing``, or ``staff``."""
    status: str
    """``dead``: no channel was left; ``suppressed``: it was not to be sent."""
    reason: str
    at: dt.datetime
    """When it was decided."""
    done: dt.datetime
    """When it was given up."""
    tried: tuple[Tried, ...] = ()
    """The channels that it has left, in order."""
    channels: tuple[str, ...] = ()
    """Those that were never tried."""
    attempts: int = 0
    """On all channels."""
    run: str | None = None
    """The campaign's run that sent it, as ``campaign/number``."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        found = attrs.asdict(self)
        return {**found, "at": self.at.isoformat(), "done": self.done.isoformat()}


@attrs.frozen(slots=True, kw_only=True)
class Requeued:
    """What became of messages that somebody wanted sent after all, by their ids."""

    requeued: tuple[str, ...] = ()
    refused: Mapping[str, str] = attrs.field(factory=dict)
    """Those that were left as they are, each with a code: ``unknown``, ``stale``, ``exited``, ``answered``,
    ``adopted``, ``undone``, ``offer-over``."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"requeued": list(self.requeued), "refused": dict(self.refused)}
