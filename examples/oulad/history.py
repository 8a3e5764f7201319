"""OULAD as a history in columns, and the panels that churn models are compared on.

A day begins at midnight UTC: the tables know days only. Clicks are activity, by the kind of what was clicked; a
submission's score becomes known 14 days after it; work that is not there on the day after it was due is missed. What is
due, and by the end of which day, every student can read in the course's calendar from the first.
"""

from __future__ import annotations

import datetime as dt
import lzma
from typing import TYPE_CHECKING, Any

import numpy as np

from examples.oulad.tables import find, presentations, rows
from loyaltykit.calendars import DAY, day_number
from loyaltykit.churn import History, PanelBuilder, Roles

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from examples.oulad.tables import Presentation
    from loyaltykit.churn import Panel

    Ints = npt.NDArray[np.int64]

HORIZON = ACTIVE = dt.timedelta(days=28)
STEP = 14
TRAIN, TEST = "BBB2013B", "BBB2013J"
ROLES = {
    "progress": "work.progress",
    "scores": "work.marked",
    "handed_in": ("work.submitted", "work.submitted-late"),
    "late": "work.submitted-late",
    "missed": "work.missed",
    "due": "work.announced",
    "left": "course.withdrawn",
}
MARKED_AFTER = 14


def oulad_panels(folder: str | Path | None = None) -> tuple[Panel, Panel]:
    """The panels to fit and to test on: silent for the next 28 days, given activity in the last 28.

    One row a student, not withdrawn, and the end of every 14th day. A presentation goes on until the last cut-off
    whose horizon the clicks still cover.
    """
    train, test = (panel_of(history(name, folder), name) for name in (TRAIN, TEST))
    return train, test


def panel_of(found: History, presentation: str, *, step: int = STEP) -> Panel:
    """The labelled panel of a presentation at the end of every day that `step` divides."""
    return builder(found).at(cutoffs(found, presentation, step=step), horizon=HORIZON, label="silence", active=ACTIVE)


def builder(found: History) -> PanelBuilder:
    """The builder of a presentation's panels: activity is what was clicked."""
    clicked = [name for name in found.types if name.startswith("clicked.")]
    return PanelBuilder(found, Roles(activity=clicked, amounts=clicked, **ROLES))


def cutoffs(found: History, presentation: str, *, step: int = STEP) -> Ints:
    """The ends of the days step, 2 * step, ... of a presentation that lie in the history."""
    first = _instant(start(presentation)) + (step + 1) * DAY
    return np.arange(first, found.until + 1, step * DAY, dtype=np.int64)


def history(presentation: str, folder: str | Path | None = None) -> History:
    """The history of one presentation, such as ``BBB2013B``. Raises DataMissing."""
    place = find(folder)
    course = {one.course: one for one in presentations(place)}[presentation]
    clicks = _clicks(place, course)
    marks = _marks(place, course)
    days = np.concatenate([clicks["day"], marks["day"]])
    known = np.concatenate([clicks["day"], marks["known"]])
    start = _instant(course.start)
    return History.from_columns(
        member=np.concatenate([clicks["member"], marks["member"]]),
        type=np.concatenate([clicks["type"], marks["type"]]),
        at=start + days * DAY,
        known_at=start + known * DAY,
        value=np.concatenate([clicks["value"], marks["value"]]),
        until=_instant(course.last) + DAY,
    )


def _clicks(place: Path, course: Presentation) -> dict[str, npt.NDArray[Any]]:
    kinds = {int(row[0]): f"clicked.{row[3]}" for row in rows(place / "vle.csv.xz")}
    text = lzma.decompress(course.clicks.read_bytes()).decode()
    body = text[text.index("\n") + 1 :].replace(f"{course.module},{course.code},", "").replace("\n", ",")
    table = np.fromstring(body, dtype=np.int64, sep=",").reshape(-1, 4)
    sites, where = np.unique(table[:, 1], return_inverse=True)
    names = np.array([kinds[int(site)] for site in sites], dtype=object)
    return {"member": table[:, 0], "type": names[where], "day": table[:, 2], "value": table[:, 3].astype(float)}


def _marks(place: Path, course: Presentation) -> dict[str, npt.NDArray[Any]]:
    """Submissions, scores, what was missed, and who left."""
    found = [*_work(place, course), *_withdrawals(place, course)]
    member, type, day, known, value = zip(*found, strict=True)
    return {
        "member": np.array(member, dtype=np.int64),
        "type": np.array(type, dtype=object),
        "day": np.array(day, dtype=np.int64),
        "known": np.array(known, dtype=np.int64),
        "value": np.array(value, dtype=float),
    }


def _enrolled(place: Path, course: Presentation) -> list[tuple[int, int, int | None]]:
    """Students, the day they registered (where nobody knows, the first of the course), and the day they left."""
    return [
        (int(student), int(float(registered)) if registered else 0, int(float(left)) if left else None)
        for module, code, student, registered, left in rows(place / "studentRegistration.csv.xz")
        if (module, code) == (course.module, course.code)
    ]


def _withdrawals(place: Path, course: Presentation) -> list[tuple[Any, ...]]:
    nan = float("nan")
    return [(who, "course.withdrawn", day, day, nan) for who, _, day in _enrolled(place, course) if day is not None]


def _work(place: Path, course: Presentation) -> list[tuple[Any, ...]]:
    """What was handed in, in order, with the share of all the pieces so far; and what was due and was not."""
    due = {
        row[2]: int(float(row[4]))
        for row in rows(place / "assessments.csv.xz")
        if (row[0], row[1]) == (course.module, course.code) and row[4]
    }
    handed: dict[int, list[tuple[int, str, str]]] = {}
    banked: set[tuple[int, str]] = set()
    for piece, student, day, bank, score in rows(place / "studentAssessment.csv.xz"):
        if piece in due and bank == "0":
            handed.setdefault(int(student), []).append((int(float(day)), piece, score))
        elif piece in due:
            banked.add((int(student), piece))
    found: list[tuple[Any, ...]] = []
    for student, work in handed.items():
        for number, (day, piece, score) in enumerate(sorted(work), start=1):
            late = "-late" if day > due[piece] else ""
            found.append((student, f"work.submitted{late}", day, day, float("nan")))
            found.append((student, "work.progress", day, day, number / len(due)))
            if score:
                found.append((student, "work.marked", day, day + MARKED_AFTER, float(score)))
    for student, registered, left in _enrolled(place, course):
        there = {piece for day, piece, _ in handed.get(student, ()) if day <= due[piece]}
        expected = [(piece, day) for piece, day in due.items() if (student, piece) not in banked]
        for piece, day in expected:
            found.append((student, "work.announced", registered, registered, day + 1 - registered))
            if piece not in there and (left is None or left > day):
                found.append((student, "work.missed", day + 1, day + 1, float("nan")))
    return found


def start(presentation: str) -> dt.date:
    """The first day of a course: 1 February for B presentations, 1 October for J."""
    return dt.date(int(presentation[3:7]), 2 if presentation[7] == "B" else 10, 1)


def _instant(date: dt.date) -> int:
    return day_number(date) * DAY
