"""Who is moving up: members by level, the climbers of the last weeks, and who reached the top first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.layout import bar, fill, folded, pair, pair_width, right
from loyaltykit.cli.demo.words import count, say
from loyaltykit.cli.output import clip
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School, Student
    from loyaltykit.program.document import Levels

_NAME, _NUMBER, _FIGURE = 14, 6, 8
_SHOWN = 3
_LATELY = 30


def growth(school: School) -> Iterator[str]:
    """The lines of the chapter: how many have reached what, beside who climbs fastest."""
    levels = school.document.levels
    if levels is None:
        yield f"  {say(school.lang, 'growth/no-levels')}"
        return
    room = pair_width(school.width)
    bars, best = list(_bars(school, levels, room or school.width)), list(_best(school, levels, room or school.width))
    yield from [*bars, *best] if room is None else pair(bars, best, school.width)


def _bars(school: School, levels: Levels, width: int) -> Iterator[str]:
    reached = Counter(student.view.level for student in school.students)
    most = max(reached.values())
    for step in levels.steps:
        length = bar(reached[step], most, width - _NAME - _NUMBER - 4)
        yield f"  {fill(step, _NAME)}{right(figure(school.lang, reached[step]), _NUMBER)}  {length}".rstrip()


def _best(school: School, levels: Levels, width: int) -> Iterator[str]:
    days = min(_LATELY, school.days)
    since = school.now - dt.timedelta(days=days)
    gained = {student.id: _gained(student, levels.by, since) for student in school.students}
    best = sorted(school.students, key=lambda student: (-gained[student.id], student.id))[:_SHOWN]
    facts = {"point": school.label("points", levels.by), "days": count(school.lang, days, "day")}
    yield from folded(say(school.lang, "growth/climbers" if gained[best[0].id] else "growth/none", **facts), width)
    for one in best:
        if gained[one.id]:
            yield _line(f"+{figure(school.lang, gained[one.id])}", one, width)
    yield from _first(school, levels, width)


def _gained(student: Student, point: str, since: dt.datetime) -> int:
    return sum(int(item.amount or 0) for item in student.items("accrual", point) if item.at >= since)


def _first(school: School, levels: Levels, width: int) -> Iterator[str]:
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
            yield from folded(say(school.lang, "growth/first", level=step), width)
            yield _line(count(school.lang, max(1, duration.days), "day"), student, width)
            return


def _line(number: str, student: Student, width: int) -> str:
    return clip(f"    {right(number, _FIGURE)}  {student.name}, {student.city}", width)
