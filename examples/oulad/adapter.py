"""OULAD tables to events, in the order of time, a day of all courses in memory at once.

The tables know days, not hours. So that the events of a day have a stable and plausible order, every student gets an
hour of the day from the number that the dataset gave them, and their rows of that day follow from there, 20 seconds
apart, in the order of the file. Registrations come before a day's clicks, submissions and farewells after them.

What an event is named after is stable as well: `v:DATE:COURSE:STUDENT:SITE:REPEAT` for a click row, where REPEAT counts
equal rows, and `s:`, `r:`, `w:`, `e:` for submissions, registrations, withdrawals and the ends of courses. Ids that
grow with time, as these do, are quicker to store: an index then grows at its end.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from heapq import merge
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from examples.oulad.tables import Presentation, click_days, find, presentations, rows
from loyaltykit.values import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    Facts = dict[str, Any]
    Marks = dict[dt.date, list[tuple[str, str, str, Facts]]]
    """By date: id, type, member and data of what the tables know besides clicks."""

ZONE = ZoneInfo("Europe/London")
MARKED_AFTER = dt.timedelta(days=14)
"""A score is known later than its submission; the tables do not say when, so two weeks are assumed."""

_TYPES = {"quiz": "quiz.attempted", "externalquiz": "quiz.attempted", "forumng": "forum.visited"}
_SLOTS = [dt.timedelta(seconds=20 * slot) for slot in range(24 * 180)]
"""The times of a day, 20 seconds apart."""
_DAWN, _MORNING, _EVENING, _NIGHT, _LAST = 7 * 180, 8 * 180, 21 * 180, 22 * 180, 23 * 180
_AROUND = {"course.registered": _DAWN, "assessment.submitted": _NIGHT, "course.withdrawn": _LAST, "course.ended": _LAST}


def events(folder: str | Path | None = None) -> Iterator[Event]:
    """Every event of the presentations whose clicks are in the folder, in the order of time."""
    place = find(folder)
    courses = presentations(place)
    activities = {row[0]: row[3] for row in rows(place / "vle.csv.xz")}
    marks = _marks(place, courses)
    streams: list[Iterable[tuple[dt.date, str, Any]]] = [((date, "", marks[date]) for date in sorted(marks))]
    streams += [_named(course) for course in courses]
    for date, parts in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        day: list[Event] = []
        slots: dict[str, int] = {}
        for _, course, found in parts:
            day += _clicks(date, course, found, activities, slots) if course else _marked(date, found)
        day.sort(key=attrgetter("instant"))
        yield from day


def _named(course: Presentation) -> Iterator[tuple[dt.date, str, Iterator[list[str]]]]:
    for date, found in click_days(course):
        yield date, course.course, found


def _midnight(date: dt.date) -> dt.datetime:
    """The start of a day in Britain, in UTC; by noon's offset, so that the days of a clock change have 24 hours too."""
    noon = dt.datetime(date.year, date.month, date.day, 12, tzinfo=ZONE)
    return noon.astimezone(dt.UTC) - dt.timedelta(hours=12)


def _clicks(
    date: dt.date, course: str, found: Iterable[list[str]], activities: dict[str, str], slots: dict[str, int]
) -> list[Event]:
    """The click rows of one day of one course. `slots` has the next free time of each student that day."""
    midnight = _midnight(date)
    repeats: dict[str, int] = {}
    made = []
    for _, _, student, site, _, clicks in found:
        row = f"v:{date}:{course}:{student}:{site}"
        repeat = repeats[row] = repeats.get(row, 0) + 1
        slot = slots.get(student) or _hour(student)
        slots[student] = min(slot + 1, _NIGHT - 1)
        activity = activities[site]
        facts = {"course": course, "site": site, "activity": activity, "clicks": int(clicks)}
        type = _TYPES.get(activity, "resource.viewed")
        made.append(Event(f"{row}:{repeat}", type, student, midnight + _SLOTS[slot], facts))
    return made


def _hour(student: str) -> int:
    """When a student sits down to study: between 8:00 and 21:00, always the same, spread evenly over students."""
    return _MORNING + int(student) * 2654435761 % 2**32 * (_EVENING - _MORNING) // 2**32


def _marked(date: dt.date, found: Iterable[tuple[str, str, str, Facts]]) -> list[Event]:
    """What the other tables know of one day."""
    midnight = _midnight(date)
    taken: dict[tuple[str, str], int] = {}
    made = []
    for id, type, student, facts in found:
        slot = taken.get((student, type), _AROUND[type])
        taken[student, type] = slot + 1
        at = midnight + _SLOTS[slot]
        known_at = at + MARKED_AFTER if type == "assessment.submitted" else None
        made.append(Event(id, type, student, at, facts, known_at))
    return made


def _marks(place: Path, courses: Iterable[Presentation]) -> Marks:
    """Registrations, submissions and farewells of the given courses, up to each one's last day of clicks."""
    marks: Marks = defaultdict(list)
    known = {(course.module, course.code): course for course in courses}
    for module, code, student, registered, left in rows(place / "studentRegistration.csv.xz"):
        if course := known.get((module, code)):
            _enrolment(marks, course, student, registered, left)
    assessments = {row[2]: row for row in rows(place / "assessments.csv.xz")}
    for id, student, submitted, banked, score in rows(place / "studentAssessment.csv.xz"):
        module, code, _, kind, due, weight = assessments[id]
        course = known.get((module, code))
        if course and banked == "0" and (date := course.date(submitted)) <= course.last:
            facts: Facts = {"course": course.course, "assessment": id, "kind": kind, "weight": float(weight) / 100}
            facts |= {"score": float(score) / 100} if score else {}
            facts |= {"late": date > course.date(due)} if due else {}
            marks[date].append((f"s:{course.course}:{student}:{id}", "assessment.submitted", student, facts))
    return marks


def _enrolment(marks: Marks, course: Presentation, student: str, registered: str, left: str) -> None:
    facts = {"course": course.course, "module": course.module}
    name = f"{course.course}:{student}"
    if registered:
        marks[course.date(registered)].append((f"r:{name}", "course.registered", student, facts))
    gone = course.date(left) if left else None
    if gone and gone <= course.last:
        marks[gone].append((f"w:{name}", "course.withdrawn", student, facts))
    else:
        marks[course.last].append((f"e:{name}", "course.ended", student, facts))
