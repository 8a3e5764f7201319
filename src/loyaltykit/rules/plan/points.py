"""Operations of points: kinds, lots, limits and caps, what is awarded and what follows."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node

REFERRALS = "referrals"
"""The source of what is given for a referral."""


@attrs.frozen(slots=True)
class Idle:
    """Lots end together when no event of `events` came for so long. `slot` holds when that will be."""

    slot: int
    events: tuple[str, ...]
    micros: int
    months: int
    unless: Node | None = None
    """While it holds, the time begins anew instead."""


@attrs.frozen(slots=True)
class Waiting:
    """Lots are pending until an event comes whose key is that of the award; None as `key`: any does."""

    events: tuple[str, ...]
    key: Node | None
    at_most: int | None
    """None: without end."""
    at_most_months: int = 0


@attrs.frozen(slots=True)
class Lots:
    """How a point's lots live."""

    pending: int = 0
    pending_months: int = 0
    expires: int | None = None
    """Microseconds after `expires_from`; None when months are given or lots never expire."""
    expires_months: int = 0
    expires_from: str = "award"
    traced: tuple[str, ...] = ()
    """The mechanics whose awards may be taken back: what of them expires is remembered in the slot `gone`."""
    gone: int | None = None
    until_day: int | None = None
    """The day number after the last day of all lots."""
    yearly: tuple[int, int] | None = None
    """Month and day of the last day of each year."""
    idle: Idle | None = None
    waiting: Waiting | None = None

    @property
    def expiring(self) -> bool:
        """Whether lots end."""
        return (
            self.expires is not None
            or self.expires_months > 0
            or self.expires_from != "award"
            or self.until_day is not None
            or self.yearly is not None
            or self.idle is not None
        )


@attrs.frozen(slots=True)
class PeriodCap:
    """At most `amount` (smallest units, or firings) a period: a calendar name, or a rolling length in microseconds."""

    slot: int
    amount: int
    period: str | None = None
    rolling: int | None = None
    months: int = 0
    by: Node | None = None


@attrs.frozen(slots=True)
class Points:
    """One kind of points.

    Without lots one number is its state; with lots: lifetime, available, pending, lots, due, held, hole.
    """

    id: str
    slot: int
    unit: int
    """Smallest units in a whole one."""
    rounding: str
    stack: str
    lots: Lots | None = None
    cap: PeriodCap | None = None
    overdraft: str = "allow"
    """What a regrade downward does with points that are spent already."""


@attrs.frozen(slots=True)
class Accrue:
    """Award points: a constant, or an expression in whole units."""

    point: str
    amount: Node


@attrs.frozen(slots=True)
class Follow:
    """What follows from something: awards, grants, badges, messages; `source` names the mechanic."""

    source: str
    awards: tuple[Accrue, ...] = ()
    grants: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    limit: PeriodCap | None = None
    caps: tuple[tuple[str, PeriodCap], ...] = ()

    @property
    def multiplied(self) -> bool:
        """Whether the benefits of tiers multiply its awards: all but those for referrals."""
        return self.source != REFERRALS

    @property
    def empty(self) -> bool:
        """Whether nothing follows."""
        return not (self.awards or self.grants or self.badges or self.sends)
