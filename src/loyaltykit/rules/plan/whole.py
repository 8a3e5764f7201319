"""The whole plan, its canonical text and its hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import Node
from loyaltykit.rules.plan.boards import Board
from loyaltykit.rules.plan.chances import Refer, Surprise
from loyaltykit.rules.plan.ideas import Ideas
from loyaltykit.rules.plan.ladders import Qualify
from loyaltykit.rules.plan.points import Points
from loyaltykit.rules.plan.reads import Read
from loyaltykit.rules.plan.rewards import Grant
from loyaltykit.rules.plan.rules import Fire, Track, Watch
from loyaltykit.rules.plan.slots import Slot
from loyaltykit.rules.plan.spending import Spending
from loyaltykit.rules.plan.standing import Advance, Award, Climb, Touch
from loyaltykit.rules.plan.voice import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.journeys import Holdout, Journey, Stuckness


@attrs.frozen(slots=True, eq=False)
class Plan:
    """A lowered program. Its `hash` names the state layout: snapshots of another hash are rebuilt."""

    program: str
    zone: str
    events: Mapping[str, Mapping[str, tuple[str, bool, bool]]]
    """Fields of each type: (kind, optional, list)."""
    slots: tuple[Slot, ...]
    reads: Mapping[tuple[str, ...], Read]
    tracks: tuple[Track, ...]
    points: tuple[Points, ...]
    streaks: tuple[Touch, ...]
    rules: tuple[Fire, ...]
    levels: Climb | None
    tiers: tuple[Qualify, ...]
    badges: tuple[Award, ...]
    quests: tuple[Advance, ...]
    grants: tuple[Grant, ...]
    watches: tuple[Watch, ...]
    grants_due: int | None
    """The slot of the timer of rights that end; None when none does."""
    asks: tuple[Ask, ...] = ()
    """Surveys that are asked when a condition holds."""
    weights: tuple[tuple[str, Node], ...] = ()
    """How much an answer counts, by survey."""
    journeys: tuple[Journey, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    """Fields of events whose values are remembered, and in which slot."""
    stuck: Stuckness | None = None
    holdout: Holdout | None = None
    spending: Spending | None = None
    churn: int | None = None
    """The slot of the last churn score."""
    bands: tuple[float, ...] = ()
    """The least scores of the churn bands, rising."""
    band_names: tuple[str, ...] = ()
    """Their names, in the same order."""
    boards: tuple[Board, ...] = ()
    surprises: tuple[Surprise, ...] = ()
    referrals: Refer | None = None
    ideas: Ideas | None = None
    functions: tuple[str, ...] = ()
    """The school's own functions that expressions call, with their versions."""

    def text(self) -> str:
        """The canonical text: a line a slot, a read, an operation."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"plan {self.program} zone {self.zone}"
        for event in sorted(self.events):
            yield f"event {event} {canonical(dict(sorted(self.events[event].items())))}"
        for number, slot in enumerate(self.slots):
            yield f"slot {number} {slot.name} = {canonical(slot.initial)}"
        for path in sorted(self.reads):
            yield f"read {'.'.join(path)} = {canonical(self.reads[path])}"
        for group in (
            self.tracks,
            self.points,
            self.streaks,
            self.rules,
            (self.levels,),
            self.tiers,
            self.badges,
            self.quests,
            self.grants,
            self.watches,
            self.asks,
            self.weights,
            self.journeys,
            self.boards,
            self.surprises,
            (
                self.spending,
                self.referrals,
                self.ideas,
                self.stuck,
                self.holdout,
                self.bands or None,
                self.band_names or None,
                self.functions or None,
            ),
        ):
            yield from (canonical(operation) for operation in group if operation is not None)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical text."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def canonical(value: Any) -> str:
    """One line of text that is the same for equal data, in any process."""
    if isinstance(value, Node):
        return f"`{to_text(value)}`"
    if attrs.has(type(value)):
        parts = (f"{name}={canonical(getattr(value, name))}" for name in attrs.fields_dict(type(value)))
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{canonical(key)}: {canonical(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(canonical(item) for item in value) + "]"
    return repr(value)
