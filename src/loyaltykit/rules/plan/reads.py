"""What an expression reads of a state: one kind of read a kind of name."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node


@attrs.frozen(slots=True)
class SlotRead:
    """The value of a slot, scaled down by `scale` when that is not 1 (points with decimals)."""

    slot: int
    scale: int = 1


@attrs.frozen(slots=True)
class NumberRead:
    """A number that never changes: what is pending of a point without lots."""

    value: int


@attrs.frozen(slots=True)
class RankRead:
    """The rank in a slot; null below the first step."""

    slot: int


@attrs.frozen(slots=True)
class FlagRead:
    """Whether the rank in a slot is at least the first (a badge without steps)."""

    slot: int


@attrs.frozen(slots=True)
class QuestRead:
    """`done`, `active` or `progress` of a quest."""

    slot: int
    what: str
    needed: tuple[int, ...] = ()
    total: int = 1


@attrs.frozen(slots=True)
class AnyQuestRead:
    """Whether any quest is done."""

    slots: tuple[int, ...]


@attrs.frozen(slots=True)
class StreakRead:
    """A streak's length, 0 when a period was missed meanwhile."""

    slot: int
    period: str
    kept: bool = False
    """Whether freezes or pauses may keep it over a missed period."""


@attrs.frozen(slots=True)
class EntitlementRead:
    """Whether the right is held now."""

    slot: int


@attrs.frozen(slots=True)
class SegmentRead:
    """Another condition by name; with `per` it is about one value of a field, or about any of those in `values`."""

    when: Node
    per: str | None = None
    values: int | None = None


CHURN_FACTS = ("score", "band", "status", "gain", "at", "reasons")
"""What is kept of the last churn score, in the order of its slot: the last two for views only."""


@attrs.frozen(slots=True)
class ChurnRead:
    """One fact of the last churn score; the slot holds those of `CHURN_FACTS`, the band as its rank."""

    slot: int
    place: int


Read = (
    SlotRead
    | NumberRead
    | RankRead
    | FlagRead
    | QuestRead
    | AnyQuestRead
    | StreakRead
    | EntitlementRead
    | SegmentRead
    | ChurnRead
)
