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
_MANY = 50


@attrs.frozen
class Fate:
    """A student and why they are shown."""

    member: str
    why: str


def fates(folder: Path, courses: Iterable[Presentation], footprints: Mapping[str, Footprint]) -> list[Fate]:
    """A distinction, a withdrawal, somebody who fell silent and came back: of each kind the middle one by clicks."""
    results = _results(folder, {(course.module, course.code) for course in courses})
    finished, left, back = {}, {}, {}
    for name, mark in footprints.items():
        returned = mark.pause >= _LONG and min(mark.before, mark.clicks - mark.before) >= _MANY
        if mark.withdrawn and mark.clicks >= _MANY:
            left[name] = mark.clicks
        elif returned and results.get(name) == "Pass":
            back[name] = mark.clicks
        elif mark.clicks and results.get(name) == "Distinction":
            finished[name] = mark.clicks
    kinds = {"finished with distinction": finished, f"withdrew after {_MANY} clicks or more": left}
    found = [_middle(clicks, why) for why, clicks in kinds.items() if clicks]
    if back:
        fate = _middle(back, "fell silent for three weeks or more and came back to pass")
        found.append(Fate(fate.member, f"{fate.why}; here {footprints[fate.member].pause // _DAY} days"))
    return found


def _results(folder: Path, courses: set[tuple[str, str]]) -> dict[str, str]:
    """The final result by student; of several courses, the last in the table."""
    return {row[2]: row[11] for row in rows(folder / "studentInfo.csv.xz") if (row[0], row[1]) in courses}


def _middle(clicks: Mapping[str, int], why: str) -> Fate:
    ranked = sorted(clicks, key=lambda name: (clicks[name], name))
    return Fate(ranked[len(ranked) // 2], f"Of {len(ranked):,} who {why}, the one in the middle by clicks")
