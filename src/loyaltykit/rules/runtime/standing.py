"""Standing: timers, levels and quest steps, as generated code changes them.

Every function takes the state, changes it in place, and writes what it decided into `out` as compact tuples
``(what, at, event, source, occurrence, ...)``; `loyaltykit.rules.decisions` turns those into values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import DUE
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.rules.plan import Climb

State = list[Any]


def arm(state: State, slot: int, due: int) -> None:
    """Set a timer."""
    state[slot] = due
    if due < state[DUE]:  # noqa: PLR1730  # for each timer of each event: `min` takes twice as long
        state[DUE] = due


def climb(state: State, ladder: Climb, score: int, at: int, event: str | None, out: Any) -> None:
    """Every level that a score has reached, each reported once, in order."""
    rank = state[ladder.slot]
    while rank + 1 < len(ladder.thresholds) and score >= ladder.thresholds[rank + 1]:
        previous = ladder.names[rank] if rank >= 0 else None
        rank += 1
        step = ladder.names[rank]
        out.append(("effect", at, event, "levels", step, "level", step, {"step": step, "previous": previous}))
    state[ladder.slot] = rank
    state[ladder.slot + 1] = ladder.thresholds[rank + 1] if rank + 1 < len(ladder.thresholds) else NEVER


def reached(progress: Any) -> int:
    """How far a quest step is: a count, or the number of distinct values."""
    return progress if type(progress) is int else len(progress)
