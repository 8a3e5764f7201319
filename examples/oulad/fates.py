"""Three students whose stories differ, found by rule: nobody is picked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from examples.oulad.tables import Presentation, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from examples.oulad.run import Footprint

_DAY = 86_400_000_000
_LONG = 21 * _DAY


@attrs.frozen
class Fate:
    """A student and why they are shown."""

    member: str
    why: str


def fates(folder: Path, courses: Iterable[Presentation], footprints: Mapping[str, Footprint]) -> list[Fate]:
    """A distinction, a withdrawal, and somebody who fell silent and came back; those of them that there are."""
    results = _results(folder, {(course.module, course.code) for course in courses})
    best = _most({name: mark.clicks for name, mark in footprints.items() if results.get(name) == "Distinction"})
    left = _most({name: mark.clicks for name, mark in footprints.items() if mark.withdrawn})
    back = _most(
        {
            name: min(mark.before, mark.clicks - mark.before)
            for name, mark in footprints.items()
            if mark.pause >= _LONG and results.get(name) in ("Pass", "Distinction") and name != best
        }
    )
    found = []
    if best:
        found.append(Fate(best, "Of those who finished with distinction, the one with the most clicks"))
    if left:
        found.append(Fate(left, "Of those who withdrew, the one who had clicked the most"))
    if back:
        days = footprints[back].pause // _DAY
        why = f"Silent for {days} days, came back and passed; of such students the one with the most on both sides"
        found.append(Fate(back, why))
    return found


def _results(folder: Path, courses: set[tuple[str, str]]) -> dict[str, str]:
    """The final result by student; of several courses, the last in the table."""
    return {row[2]: row[11] for row in rows(folder / "studentInfo.csv.xz") if (row[0], row[1]) in courses}


def _most(scores: Mapping[str, int]) -> str | None:
    return max(scores, key=lambda name: (scores[name], name), default=None)
