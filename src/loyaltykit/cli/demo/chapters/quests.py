"""Quests and badges: how many, and one real way from silence to the badge, told by its dates."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import attrs

from loyaltykit.cli.demo.facts import COMEBACK, PERSISTENT, SEAT
from loyaltykit.cli.demo.layout import bar, fill, folded, joined, right
from loyaltykit.cli.demo.words import activity, count, quoted, say
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app import Explanation
    from loyaltykit.cli.demo.facts import School, Student
    from loyaltykit.values import TimelineItem

_TITLE, _NUMBER = 36, 8
_DATE = 14


def quests(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    yield from _counts(school)
    badges = list(_badges(school)) or [say(school.lang, "quests/no-badges")]
    yield from joined(badges, school.width, first=f"  {fill(say(school.lang, 'quests/badges'), 8)}")
    if PERSISTENT in school.document.badges:
        yield from _persistent(school)


def _counts(school: School) -> Iterator[str]:
    views = {name: [student.view.quests[name] for student in school.students] for name in school.document.quests}
    begun = {name: sum(view.runs > 0 for view in found) for name, found in views.items()}
    if not any(begun.values()):
        yield f"  {say(school.lang, 'quests/none')}"
        return
    heads = (right(say(school.lang, f"quests/{word}"), _NUMBER) for word in ("begun", "done"))
    yield "  " + " " * _TITLE + "".join(heads)
    for name, found in views.items():
        done = sum(view.done for view in found)
        numbers = "".join(right(figure(school.lang, number), _NUMBER) for number in (begun[name], done))
        length = bar(done, max(begun.values()), school.width - _TITLE - 2 * _NUMBER - 4)
        yield f"  {fill(school.label('quests', name), _TITLE)}{numbers}  {length}".rstrip()


def _badges(school: School) -> Iterator[str]:
    for name, badge in school.document.badges.items():
        held = [student.view.badges[name] for student in school.students if name in student.view.badges]
        if held:
            steps = Counter(view.step for view in held)
            by_step = ", ".join(f"{step} {figure(school.lang, steps[step])}" for step in badge.steps if steps[step])
            if len(steps) == 1:
                by_step = held[0].step or ""
            yield f"{school.label('badges', name)} {figure(school.lang, len(held))}{f' ({by_step})' if by_step else ''}"


@attrs.frozen
class _Way:
    """One student's way from silence to the badge."""

    student: Student
    before: TimelineItem
    after: TimelineItem
    badge: TimelineItem

    @property
    def days(self) -> int:
        """How long the silence was."""
        return (self.after.at - self.before.at).days


def _persistent(school: School) -> Iterator[str]:
    badge = school.label("badges", PERSISTENT)
    holders = [student for student in school.students if PERSISTENT in student.view.badges]
    if not holders:
        yield f"  {say(school.lang, 'quests/nobody', badge=badge)}"
        return
    ways = [way for student in holders if (way := _way(student)) is not None]
    if ways:
        way = max(ways, key=_worth_telling)
        students = count(school.lang, len(holders), "student")
        names = {"name": way.student.name, "city": way.student.city}
        yield from folded(say(school.lang, "quests/holders", badge=badge, students=students, **names), school.width)
        for at, words in _told(school, way):
            first = f"    {fill(school.day(at, way.student), _DATE)}"
            yield from folded(words, school.width, first=first, rest=" " * len(first))
    yield from _seats(school)


def _worth_telling(way: _Way) -> tuple[bool, bool, int, str]:
    """With a seat at the end, not all on one day, and after a silence as long as can be."""
    took = way.badge.at - way.after.at
    return SEAT in way.student.view.entitlements, took.days > 0, way.days, way.student.id


def _way(student: Student) -> _Way | None:
    """The last long silence before the badge, when there was one."""
    badge = next(student.items("badge", PERSISTENT), None)
    if badge is None:
        return None
    gaps = student.gaps(dt.timedelta(days=14))
    ended = [(before, after) for before, after in gaps if after is not None and after.at <= badge.at]
    return _Way(student, *ended[-1], badge) if ended else None


def _told(school: School, way: _Way) -> Iterator[tuple[dt.datetime, str]]:
    lang, student = school.lang, way.student
    yield way.before.at, say(lang, "quests/last", what=_what(school, way, way.before))
    for letter in sorted(student.view.inbox, key=lambda letter: letter.at):
        if way.before.at < letter.at < way.after.at:
            days = count(lang, (letter.at - way.before.at).days, "day")
            yield letter.at, say(lang, "quests/message", days=days, subject=letter.subject)
    started = next((item for item in student.items("quest", COMEBACK) if item.at >= way.after.at), None)
    if started is not None:
        days = count(lang, way.days, "day")
        what, quest = _what(school, way, way.after), school.label("quests", COMEBACK)
        yield started.at, say(lang, "quests/return", days=days, what=what, quest=quest)
    finish = next((item for item in student.active if item.at == way.badge.at), None)
    if finish is not None:
        explained = school.explained(student, finish)
        yield way.badge.at, say(lang, "quests/finish", what=", ".join(_brought(school, explained)))


def _what(school: School, way: _Way, item: TimelineItem) -> str:
    """An activity by its name, with the lesson's or the quiz's own where it has one."""
    event = school.explained(way.student, item).event
    data = {} if event is None else event.data
    title = data.get("lesson") or data.get("quiz") or data.get("homework")
    name = activity(school.lang, item.name)
    return f"{name} {quoted(school.lang, str(title))}" if title else name


def _brought(school: School, explained: Explanation) -> Iterator[str]:
    """What the last step gave, as the kit explains it: points together, then badges and rights."""
    amounts: Counter[str] = Counter()
    for entry in explained.entries:
        if entry.kind == "accrual":
            amounts[entry.point] += entry.amount
    for point, amount in amounts.items():
        decimals = school.document.points[point].decimals
        whole = amount / 10**decimals if decimals else amount
        yield f"{school.label('points', point).lower()} +{figure(school.lang, whole)}"
    for effect in explained.effects:
        if effect.kind == "badge":
            step = effect.data.get("step")
            label = school.label("badges", effect.name) + (f" ({step})" if step else "")
            yield say(school.lang, "quests/badge", label=label)
        elif effect.kind == "grant":
            yield say(school.lang, "quests/right", label=school.label("rewards", effect.name))


def _seats(school: School) -> Iterator[str]:
    reward = school.document.rewards.get(SEAT)
    if reward is None or reward.stock is None:
        return
    taken = sum(SEAT in student.view.entitlements for student in school.students)
    refused = sum(1 for student in school.students if any(student.items("refused", SEAT)))
    numbers = {"taken": taken, "stock": reward.stock, "left": reward.stock - taken}
    shown = {name: figure(school.lang, number) for name, number in numbers.items()}
    parts = [say(school.lang, "quests/seats", reward=school.label("rewards", SEAT), **shown)]
    if refused:
        parts.append(say(school.lang, "quests/refused", students=count(school.lang, refused, "student")))
    yield from joined(parts, school.width)
