"""What was redeemed and what is on hold, as a host sees it: frozen values in whole units and aware times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from loyaltykit.values import Amount


@attrs.frozen(slots=True, kw_only=True)
class SpentLot:
    """Points that were taken from one award."""

    point: str
    amount: Amount
    awarded: dt.datetime
    expires: dt.datetime | None
    """When the award would have ended; None: never."""
    mechanic: str
    """What had awarded it, such as ``rules.paid``; empty for several small awards that are kept as one, and for what
    was not there (a correction of history took it away)."""
    occurrence: str
    facts: Mapping[str, Any] = attrs.field(factory=dict)
    """What the award carries along."""


@attrs.frozen(slots=True, kw_only=True)
class Redemption:
    """Points spent, for a reward or by a hold that was captured."""

    id: str
    member: str
    reward: str | None
    """None for points that were on hold for something outside the program."""
    at: dt.datetime
    cost: Mapping[str, Amount]
    """What it took, by point, in whole units."""
    lots: tuple[SpentLot, ...]
    """What was consumed, lot by lot: those that expire first went first."""
    value: int | float | None = None
    """What it is worth by the reward's `value`."""
    state: str = "granted"
    """granted, used, expired, revoked, cancelled (the points came back)."""
    code: str | None = attrs.field(default=None, repr=False)
    """The code that it brought, of a reward with a pool of codes."""


@attrs.frozen(slots=True, kw_only=True)
class Hold:
    """Points that are reserved, and a piece of limited stock with them."""

    id: str
    member: str
    reward: str | None
    points: Mapping[str, Amount]
    at: dt.datetime
    until: dt.datetime | None
    """When it ends by itself; None: never."""
