"""Operations of standing: streaks, levels, tiers, badges, quests."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node
from loyaltykit.rules.plan.points import Follow


@attrs.frozen(slots=True)
class Keeping:
    """What keeps a streak over missed periods.

    Slots: freezes left, active periods toward the next ones, frozen periods of the run, the timer, the member's own
    pauses as [first day, last day].
    """

    slot: int
    initial: int
    earn: int
    """So many freezes are earned at a time."""
    each: int
    """After so many active periods; 0: never."""
    most: int
    pauses: tuple[tuple[int, int], ...]
    """Of the program: first and last day."""


@attrs.frozen(slots=True)
class Touch:
    """A streak. Slots: last period, length, best, run, count in the period, (once: milestones reached)."""

    id: str
    source: str
    slot: int
    events: tuple[str, ...]
    where: Node | None
    period: str
    threshold: int
    milestones: tuple[tuple[int, Follow], ...]
    once: bool
    keeping: Keeping | None = None


@attrs.frozen(slots=True)
class Climb:
    """Levels: compare a point's lifetime with rising thresholds. Slots: rank, next threshold."""

    slot: int
    point: str
    names: tuple[str, ...]
    thresholds: tuple[int, ...]


WAITS, BARRED = -2, -3
"""Ranks of a badge below none: it waits until its condition has been false; only a person gives it again."""
BARRED_COUNT = 10**9
"""Added to the count of a badge that is barred: no threshold is met."""


@attrs.frozen(slots=True)
class Award:
    """A badge. Slots: rank (-1: none, and see `WAITS`), when awarded, then for a counted badge: count."""

    id: str
    source: str
    slot: int
    when: Node | None
    due: int | None
    """The slot of the timer of a condition that time can change."""
    count: str | None
    where: Node | None
    names: tuple[str, ...]
    thresholds: tuple[int, ...]
    follow: Follow
    waits: bool = False
    """Whether a condition that held as the badge came into the program does not yield it."""


@attrs.frozen(slots=True)
class Step:
    """One step of a quest: a slot of progress, and how much is needed."""

    slot: int
    events: tuple[str, ...]
    where: Node | None
    needed: int
    distinct: str | None
    when: Node | None
    due: int | None
    sum: str | None = None
    """The field whose values are added up, exactly: progress and `needed` are integers of 2**-60 then."""


@attrs.frozen(slots=True)
class Ways:
    """What a quest does that most do not. The slot holds how often it was done."""

    slot: int
    first: int | None
    """Dates, as local days, both inclusive."""
    last: int | None
    requires: Node | None
    again: bool
    """Whether it may begin anew once it is done."""
    after: int
    after_months: int
    at_most: int | None
    retroactive: bool
    """Whether what happened before the enrolment counts."""


@attrs.frozen(slots=True)
class Advance:
    """A quest. Slots: status (0 idle, 1 active, 2 done), run, enrolled at, deadline, completed at."""

    id: str
    source: str
    slot: int
    within: int | None
    within_months: int
    steps: tuple[Step, ...]
    in_order: bool
    needed: int
    """How many steps must be done."""
    reward: Follow
    start: str = "auto"
    """`auto`: a counting event enrols; else `join` or `campaign`."""
    ways: Ways | None = None

    @property
    def auto(self) -> bool:
        """Whether a counting event enrols."""
        return self.start == "auto"
