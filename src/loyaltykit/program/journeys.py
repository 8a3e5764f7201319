"""Walking through the steps of a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.program.campaigns import Journey
    from loyaltykit.program.places import Keys


@attrs.frozen(slots=True)
class Visit:
    """One step on the way through a campaign."""

    path: str
    """Numbers from 1: ``4``, and inside a condition ``5.then.1``, ``5.else.2``."""
    loc: Keys
    step: Journey


def walk(steps: Sequence[Journey], loc: Keys, path: str = "") -> Iterator[Visit]:
    """Every step, also inside conditions, in document order."""
    for number, step in enumerate(steps):
        visit = Visit(f"{path}{number + 1}", (*loc, number), step)
        yield visit
        yield from walk(step.then, (*visit.loc, "then"), f"{visit.path}.then.")
        yield from walk(step.otherwise, (*visit.loc, "else"), f"{visit.path}.else.")


def ends(step: Journey) -> bool:
    """Whether nothing comes after the step: it is a stop, or both its ways end with one."""
    if step.stop:
        return True
    return all(bool(way) and ends(way[-1]) for way in (step.then, step.otherwise))
