"""A simulated school: what its students do, as events. The same seed gives the same events, to the byte.

Every student has a generator of their own, so that one student more, or something that changes one student's way,
changes nobody else's. The students do not read what the school sends: whoever comes back does so unaided. What a
campaign would change is how long they stay silent, `_Way._pause`.
"""

from __future__ import annotations

import datetime as dt
import json
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.cli.demo import rates
from loyaltykit.cli.demo.courses import IN_MODULE, Course, courses
from loyaltykit.cli.demo.people import Person, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.words import Lang

START = dt.datetime(2025, 9, 1, tzinfo=dt.timezone(dt.timedelta(hours=3)))
"""The first day, in Moscow: events are written with its offset, as one platform would. All of it lies in the past, so
that commands that go by the system's clock see everything that happened."""
_MOSCOW = 3
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_PASSED = 0.6
_TRIES = 3
_THURSDAY, _SATURDAY = 3, 5
_LIVE_HOUR = 19
# What no published rate says, and is ours:
_AT_ONCE, _LATEST = 0.65, 0.4  # share that begins in the first week; the others within this share of all days
_LIVE = 0.45  # of the evenings of a live class with lessons, those with the class
_TELLS = 0.6  # of those who stop, those who tell the school so, and after how many days
_TOLD_AFTER = (10, 45)
_ACCESS = 130  # days after which a course closes
_NEXT, _NEXT_AFTER = 0.5, (7, 21)  # of those who finish, those who begin another course, and after how many days


class Happening(NamedTuple):
    """Something that happened: seconds since START, whose and which of theirs it is, and what."""

    second: int
    student: int
    number: int
    member: str
    type: str
    data: dict[str, Any]


def simulate(seed: int, students: int, days: int, lang: Lang) -> Iterator[str]:
    """The events of all students in the order of time, each a line of JSON."""
    happened: list[Happening] = []
    for number in range(1, students + 1):
        happened += _Way(number, seed, days, lang).happened()
    happened.sort(key=lambda one: (one.second, one.student, one.number))
    for number, one in enumerate(happened, 1):
        at = (START + dt.timedelta(seconds=one.second)).isoformat()
        line = {"id": f"e{number:07}", "type": one.type, "member": one.member, "at": at, "data": one.data}
        yield json.dumps(line, ensure_ascii=False)


def end(days: int) -> dt.datetime:
    """The moment at which the simulation ends: everything happened before."""
    return START + dt.timedelta(days=days)


@attrs.define(init=False)
class _Way:
    """One student's way through the school. `second` is on their own clock, from their midnight of the first day."""

    number: int
    days: int
    rng: Random
    person: Person
    kind: rates.Kind
    courses: tuple[Course, ...]
    second: int
    told: list[Happening]

    def __init__(self, number: int, seed: int, days: int, lang: Lang) -> None:
        self.number, self.days, self.second, self.told = number, days, 0, []
        self.rng = Random(f"{seed}/{number}")  # noqa: S311  # a simulation wants to be repeated
        self.person = person(number, self.rng, lang)
        self.kind = rates.kind_of(self.rng)
        self.courses = courses(lang)

    def happened(self) -> list[Happening]:
        """Everything until the last day."""
        day = self._first_day()
        self._sit_down(day)
        who = self.person
        facts = {"name": who.name, "first_name": who.first_name, "city": who.city, "timezone": who.zone}
        self._tell("member.updated", **facts)
        left = list(self.courses)
        while left:
            course = left.pop(self.rng.randrange(len(left)))
            finished = self._study(course, day)
            if finished is None or self.rng.random() >= _NEXT:
                break
            day = finished + self.rng.randint(*_NEXT_AFTER)
            self._sit_down(day)
        return [one for one in self.told if 0 <= one.second < self.days * _DAY]

    def _first_day(self) -> int:
        later = max(1, min(self.days - 7, round(self.days * _LATEST)))
        return self.rng.randrange(min(7, self.days)) if self.rng.random() < _AT_ONCE else self.rng.randrange(later)

    def _study(self, course: Course, day: int) -> int | None:
        """Go through a course; the day on which it is finished, None when it is not."""
        began, done = day, 0
        leaves = rates.leaving_point(self.rng) * course.lessons if self.kind.name == "withdrawn" else course.lessons + 1
        self._tell("course.started", course=course.name)
        if leaves < 1:
            self._stop(course, day)
            return None
        while day < self.days:
            done = self._evening(course, day, done)
            if done >= course.lessons:
                self._tell("course.completed", course=course.name)
                return day
            if done >= leaves:
                # past the half everybody's silence is that of RETURNING: who withdraws there says so at once
                self._stop(course, day, tells=2 * done >= course.lessons)
                return None
            pause = self._pause(day)
            if pause is None or day + pause - began > _ACCESS:
                self._stop(course, began + _ACCESS, tells=True)
                return None
            day += pause
            self._sit_down(day)
        return None

    def _stop(self, course: Course, day: int, *, tells: bool = False) -> None:
        """Give up: some tell the school, at once or when they are asked, the others never do."""
        if tells or self.rng.random() < _TELLS:
            if not tells:
                day += self.rng.randint(*_TOLD_AFTER)
            self.second = max(self.second + 2 * _HOUR, day * _DAY + 12 * _HOUR)
            self._tell("course.left", course=course.name)

    def _pause(self, day: int) -> int | None:
        """Days to the next sitting; None when there is none."""
        if self.rng.random() < self.kind.silences:
            length = rates.silence(self.rng)
            return None if length is None else int(length) + 1
        chances = rates.steps(self.kind)
        weights = [chance * rates.RHYTHM[_weekday(day + step)] for step, chance in enumerate(chances, 1)]
        return self.rng.choices(range(1, len(chances) + 1), weights)[0]

    def _sit_down(self, day: int) -> None:
        hours = rates.DAYTIME if _weekday(day) >= _SATURDAY else rates.EVENING
        hour = self.rng.choices(list(hours), list(hours.values()))[0]
        self.second = day * _DAY + hour * _HOUR + self.rng.randrange(_HOUR)

    def _evening(self, course: Course, day: int, done: int) -> int:
        """One sitting: lessons, what belongs to them, and the live class when it is that day; lessons done by now."""
        rng = self.rng
        wanted = rng.choices(list(rates.LESSONS), list(rates.LESSONS.values()))[0]
        last = min(course.lessons, done + wanted)
        for number in range(done + 1, last + 1):
            self.second += rng.randint(12, 35) * _MINUTE
            progress = round(number / course.lessons, 4)
            self._tell("lesson.completed", course=course.name, lesson=course.lesson(number), progress=progress)
            if number % IN_MODULE == IN_MODULE - 1:
                self._quiz(course, number)
            elif number % IN_MODULE == 0:
                self._homework(course, number)
        here = _LIVE_HOUR - _MOSCOW + self.person.hours
        if _weekday(day) == _THURSDAY and here <= 23 and rng.random() < _LIVE:
            self._live(day, here)
        return last

    def _quiz(self, course: Course, number: int) -> None:
        """Try until it is passed, a few times at most."""
        module = (number - 1) // IN_MODULE
        quiz = f"{course.name}: {course.modules[module]}"
        for _ in range(_TRIES):
            self.second += self.rng.randint(5, 15) * _MINUTE
            score = round(min(1.0, max(0.0, self.rng.gauss(self.kind.score, self.kind.spread))), 2)
            if score >= _PASSED:
                self._tell("quiz.passed", course=course.name, quiz=quiz, score=score)
                return
            self._tell("quiz.failed", course=course.name, quiz=quiz, score=score, topic=course.modules[module])

    def _homework(self, course: Course, number: int) -> None:
        self.second += self.rng.randint(20, 60) * _MINUTE
        late = max(0, round(self.rng.gauss(-1, 2)))
        homework = f"{course.name}: {course.modules[(number - 1) // IN_MODULE]}"
        self._tell("homework.submitted", course=course.name, homework=homework, days_late=late)

    def _live(self, day: int, hour: int) -> None:
        """The class is at one instant for all; it may be before, between or after what else was done that day."""
        before, self.second = self.second, day * _DAY + hour * _HOUR + self.rng.randrange(20 * _MINUTE)
        self._tell("session.attended", session=f"live-{day}", minutes=self.rng.randint(20, 90))
        self.second = before

    def _tell(self, type: str, **data: Any) -> None:
        second = self.second - (self.person.hours - _MOSCOW) * _HOUR
        self.told.append(Happening(second, self.number, len(self.told), self.person.id, type, data))
        self.second += 1


def _weekday(day: int) -> int:
    """0 is Monday."""
    return (START.weekday() + day) % 7
