"""What came of sending: counts of one pass of the dispatcher, and where one message stands."""

from __future__ import annotations

import datetime as dt  # the docs read the hints
from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen(slots=True, kw_only=True)
class Deliveries:
    """What one pass did, in counts of messages. One that was deferred twice counts twice."""

    sent: int = 0
    deferred: int = 0
    dead: int = 0
    suppressed: int = 0
    channels: Mapping[str, Mapping[str, int]] = attrs.field(factory=dict)
    """The same by channel; messages that went stale before a channel was looked at are under none."""
    degraded: tuple[str, ...] = ()
    """Channels that did not work at the end: what can takes another one, and they are tried now and then."""
    limited: tuple[str, ...] = ()
    """Channels whose limits left something for later."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts and numbers."""
        return attrs.asdict(self)


@attrs.frozen(slots=True, kw_only=True)
class Delivery:
    """One message on its way, or settled. It holds no words and no address."""

    member: str
    message: str
    status: str
    """``queued``, ``leased``, ``deferred`` while it waits; ``sent``, ``dead``, ``suppressed`` when it is settled."""
    at: dt.datetime
    """When it was decided."""
    due: dt.datetime | None = None
    """When it is looked at next; None when it is settled."""
    done: dt.datetime | None = None
    """When it was settled."""
    channel: str | None = None
    """The one that was tried last."""
    channels: tuple[str, ...] = ()
    """Those that are still open, in order."""
    reason: str | None = None
    """A code: of what deferred, suppressed or ended it."""
    reference: str | None = None
    """The channel's own id for it."""
    run: str | None = None
    """The campaign's run that sent it, as ``campaign/number``."""
