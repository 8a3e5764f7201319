"""Making undone what an award counted for: limits, caps and `earned` windows of its own period."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import number_of
from loyaltykit.rules.runtime.clock import zone_of
from loyaltykit.rules.runtime.history import exact
from loyaltykit.rules.runtime.periods import number_around

if TYPE_CHECKING:
    from loyaltykit.rules.plan import PeriodCap, Track

State = list[Any]


def reopen(state: State, cap: PeriodCap, at: int, day: int, amount: int, by: str | None = None) -> None:
    """Give back what was used of a limit or cap at an instant (on a local day), while that is in the current period."""
    cell = state[cap.slot] if cap.by is None else state[cap.slot].get(by)
    if not cell:
        return
    if cap.period is None:
        _lower(cell, at, amount)
    elif cell[0] == number_of(cap.period, day):  # type: ignore[arg-type]  # the plan holds period names
        cell[1] = max(0, cell[1] - amount)


def _lower(cell: list[list[int]], at: int, amount: int) -> None:
    """Running totals from an instant on: the cell is [[instant, total], ...], the first only a base."""
    place = bisect_left(cell, at, lo=1, key=lambda pair: pair[0])
    if place < len(cell) and cell[place][0] == at:
        for pair in cell[place:]:
            pair[1] -= amount


def unearn(state: State, track: Track, at: int, day: int, amount: int, default: str) -> None:
    """Take an award out of an `earned` window, where it still is in it."""
    cell = state[track.slot]
    if track.period is not None:
        if cell[0] == number_around(state, track.period, day, zone_of(state, default)):
            cell[1] -= exact(amount)
        return
    instants, totals = cell
    place = bisect_left(instants, at)
    if place < len(instants) and instants[place] == at:
        for number in range(place + 1, len(totals)):
            totals[number] -= exact(amount)
