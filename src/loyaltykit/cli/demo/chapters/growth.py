"""Who is moving up: members by level, the climbers of the last weeks, and who reached the top first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.layout import bar, fill, joined, right
from loyaltykit.cli.demo.words import count, say
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School, Student
    from loyaltykit.program.document import Levels

_NAME, _NUMBER = 16, 7
_SHOWN = 3
_LATELY = 30


def growth(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    levels = school.document.levels
    if levels is None:
        yield f"  {say(school.lang, 'growth/no-levels')}"
        return
    reached = Counter(student.view.level for student in school.students)
    most = max(reached.values(), default=0)
    for step in levels.steps:
        number = right(figure(school.lang, reached[step]), _NUMBER)
        yield f"  {fill(step, _NAME)}{number}  {bar(reached[step], most, school.width - _NAME - _NUMBER - 4)}".rstrip()
    if not any(student.view.points[levels.by].lifetime for student in school.students):
        yield f"  {say(school.lang, 'growth/none')}"
        return
    yield from _climbers(school, levels.by)
    yield from _first(school, levels)


def _climbers(school: School, point: str) -> Iterator[str]:
    days = min(_LATELY, school.days)
    since = school.now - dt.timedelta(days=days)
    gained = {student.id: _gained(student, point, since) for student in school.students}
    best = sorted(school.students, key=lambda student: (-gained[student.id], student.id))[:_SHOWN]
    label = school.label("points", point).lower()
    parts = [f"{one.name} +{figure(school.lang, gained[one.id])}" for one in best if gained[one.id]]
    if parts:
        title = say(school.lang, "growth/climbers", days=count(school.lang, days, "day"))
        yield from joined([f"{label}, {title}: {parts[0]}", *parts[1:]], school.width)


def _gained(student: Student, point: str, since: dt.datetime) -> int:
    return sum(int(item.amount or 0) for item in student.items("accrual", point) if item.at >= since)


def _first(school: School, levels: Levels) -> Iterator[str]:
    """Who reached the highest level that anybody has, in the shortest time of their own."""
    for step in reversed(levels.steps):
        took = [
            (item.at - student.view.joined, student.id, student)
            for student in school.students
            for item in student.items("level", step)
            if student.view.joined
        ]
        if took:
            duration, _, student = min(took)
            days = count(school.lang, max(1, duration.days), "day")
            title = say(school.lang, "growth/first", level=step)
            yield f"  {title}: {say(school.lang, 'growth/first-in', name=student.name, days=days)}"
            return
