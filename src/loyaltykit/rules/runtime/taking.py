"""Taking lots back: the award's own first, then others, then what is spent already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.runtime import lots as lots_of
from loyaltykit.rules.runtime.lots import AVAILABLE, AWARDED, HOLE, LEFT, LOTS, OCCURRENCE, PENDING, READY, SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.plan import Points

State = list[Any]
Posted = dict[str | None, int]
"""Amounts by the id of the lot that they were taken from; None: of no lot."""


def short_of(state: State, point: Points, source: str, occurrence: str, amount: int) -> int:
    """How much of an amount of one award is spent, and not there in other lots either."""
    if point.lots is None:
        return max(0, amount - max(0, int(state[point.slot])))
    pending: int = sum(lot[LEFT] for lot in _own(state, point, source, occurrence) if lot[READY] > lot[AWARDED])
    rest = amount - min(amount, pending)
    there = max(0, int(state[point.slot + AVAILABLE]))
    return max(0, rest - _gone(state, point, source, occurrence) - there)


def take_back(state: State, point: Points, source: str, occurrence: str, amount: int, *, forgive: bool) -> Posted:
    """Take an amount of one award back from wherever it is. What of the award has expired is not taken again.

    What is spent already makes a hole, or is forgiven. Balances follow; lifetime does not, that is the caller's.
    """
    if point.lots is None:
        taken = min(amount, max(0, state[point.slot])) if forgive else amount
        return {f"{source}/{occurrence}/{point.id}": taken} if taken else {}
    slot, left = point.slot, amount
    posted: Posted = {}
    for lot in _own(state, point, source, occurrence):
        left -= _note(posted, state, point, lot, left)
    expired = min(left, _gone(state, point, source, occurrence))
    if expired:
        state[point.lots.gone][f"{source}/{occurrence}"] -= expired  # type: ignore[index]  # something is gone
        left -= expired
    for lot in state[slot + LOTS]:
        if left and lot[READY] <= lot[AWARDED]:
            left -= _note(posted, state, point, lot, left)
    if left and not forgive:
        state[slot + HOLE] += left
        state[slot + AVAILABLE] -= left
        posted[None] = left
    lots_of.tidy(state, slot)
    return posted


def _own(state: State, point: Points, source: str, occurrence: str) -> Iterator[list[Any]]:
    for lot in state[point.slot + LOTS]:
        if lot[OCCURRENCE] == occurrence and lot[SOURCE] == source:
            yield lot


def _gone(state: State, point: Points, source: str, occurrence: str) -> int:
    """What of an award has expired and was not counted in a reversal yet."""
    if point.lots is None or point.lots.gone is None:
        return 0
    return int(state[point.lots.gone].get(f"{source}/{occurrence}", 0))


def _note(posted: Posted, state: State, point: Points, lot: list[Any], most: int) -> int:
    taken = lots_of.take(lot, most)
    state[point.slot + (PENDING if lot[READY] > lot[AWARDED] else AVAILABLE)] -= taken.amount
    if taken.amount:
        name = f"{taken.lot}/{point.id}" if taken.lot else None
        posted[name] = posted.get(name, 0) + taken.amount
    return taken.amount
