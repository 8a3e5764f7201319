"""Operations of rules: what they count, when they act."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node
from loyaltykit.rules.plan.points import Accrue, Follow, PeriodCap
from loyaltykit.rules.plan.reversals import Kept, Reverse


@attrs.frozen(slots=True)
class Track:
    """Keep one history function up to date: `function` over `event` (or over the awards of point `field` for earned).

    The slot's layout follows from `function` and whether there is a window; see `loyaltykit.rules.runtime.history`.
    """

    slot: int
    function: str
    event: str | None
    field: str | None = None
    kind: str = "number"
    """The type of the field: sums of numbers are kept exactly."""
    within: int | None = None
    months: int = 0
    where: Node | None = None
    same: str | None = None
    period: str | None = None
    """A calendar period: the value counts anew in each (tiers)."""
    name: str = ""

    @property
    def windowed(self) -> bool:
        """Whether it looks back over a moving window."""
        return self.within is not None or self.months > 0


@attrs.frozen(slots=True)
class ActiveWhen:
    """Weekdays (Monday 0) and inclusive local dates (day numbers) in which a rule is in force."""

    weekdays: tuple[int, ...] = ()
    start: int | None = None
    end: int | None = None


@attrs.frozen(slots=True)
class Fire:
    """A rule on events."""

    id: str
    source: str
    events: tuple[str, ...]
    when: Node | None
    follow: Follow
    multiply: tuple[Accrue, ...] = ()
    limit: PeriodCap | None = None
    caps: tuple[tuple[str, PeriodCap], ...] = ()
    key: Node | None = None
    key_slot: int | None = None
    active: ActiveWhen | None = None
    kept: Kept | None = None
    reverse: Reverse | None = None
    carry: tuple[tuple[str, Node], ...] = ()

    @property
    def idle(self) -> bool:
        """Whether it gives nothing and takes nothing back by itself: it may multiply."""
        return self.follow.empty and self.reverse is None


@attrs.frozen(slots=True)
class Watch:
    """A condition without an event: acts each time it turns true. Slots: truth, count, due, what it last acted on."""

    id: str
    source: str
    slot: int
    when: Node
    follow: Follow
    active: ActiveWhen | None = None
