"""One simulated student: studies, falls silent, reads what really arrives, and perhaps comes back for it.

Every student has a generator of their own for their way and another for their answers to letters, so that nobody's way
depends on anybody else's, and a campaign without any effect changes nobody's way at all.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.cli.demo import rates
from loyaltykit.cli.demo.courses import IN_MODULE, Course, courses
from loyaltykit.cli.demo.people import Person, person

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from loyaltykit.cli.words import Lang

    Way = Iterator[None]

START = dt.datetime(2025, 9, 1, tzinfo=dt.timezone(dt.timedelta(hours=3)))
"""The first day, in Moscow: events are written with its offset, as one platform would. All of it lies in the past, so
that commands that go by the system's clock see everything that happened."""
NEVER = float("inf")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
_MOSCOW = 3
_PASSED = 0.6
_SATURDAY = 5
# What no published rate says, and is ours:
_AT_ONCE, _LATEST = 0.65, 0.4  # share that begins in the first week; the others within this share of all days
_TELLS = 0.6  # of those who stop, those who tell the school so, and after how many days
_TOLD_AFTER = (10, 45)
_NEXT, _NEXT_AFTER = 0.5, (7, 21)  # of those who finish, those who begin another course, and after how many days
_AGAIN = 0.4  # of those who failed a quiz, those who try it again at once; the next sitting begins with it
_STUMBLED, _OTHERWISE = 2.4, 0.87  # how much oftener than usual a failed quiz is followed by a silence, and all else
_PAUSES = 0.2  # of the long silences of the second half, those that the student announces
_APPLIES = 0.35  # of those who reach the half, those who apply for the advanced stream
_DECLINES, _DECLINES_AFTER = 0.15, (10, 30)  # of those, who cannot come after all, and after how many days they say so
_LONG = 7


class Happening(NamedTuple):
    """Something that happened: seconds since START, and what."""

    second: float
    type: str
    data: dict[str, Any]


@attrs.frozen
class Heard:
    """What arrived for a student, as far as they can see it."""

    channel: str
    text: str
    buttons: Sequence[str]


class Student:
    """`wake` is when they do something next; `act` lets them do it, `hear` may change their mind."""

    def __init__(self, number: int, seed: int | str, days: int, lang: Lang, *, effect: float) -> None:
        self._rng = Random(f"{seed}/{number}")  # noqa: S311  # a simulation wants to be repeated
        self._answers = Random(f"{seed}/{number}/answers")  # noqa: S311  # the same
        self._number, self._days, self._effect = number, days, effect
        self.person: Person = person(number, self._rng, lang)
        self._kind = rates.kind_of(self._rng)
        self._courses = courses(lang)
        self._consents = self._answers.random() < rates.CONSENTS
        plans = Random(f"{seed}/{number}/plans")  # noqa: S311  # the same
        self.declines_after: int | None = plans.randint(*_DECLINES_AFTER) * DAY if plans.random() < _DECLINES else None
        """Seconds after which they say that they cannot come to what they applied for."""
        self._second: float = 0
        self._told: list[Happening] = []
        self._silent = False
        self._eager = 0
        self._topic: str | None = None
        """What a failed quiz is about."""
        self.wake: float = 0
        self._way = self._life()
        next(self._way)

    def act(self) -> list[Happening]:
        """Do what is due; `wake` is then the next time."""
        self._told = []
        now = self.wake
        self._second = now + self._ahead
        self.wake = NEVER
        next(self._way, None)
        return self._told

    def hear(self, heard: Heard, second: float) -> int | None:
        """Read what has arrived: the button that is pressed, if any.

        Somebody who is silent comes back for it, more probably when it is about what they stumbled over, or leaves
        them a choice; everybody else goes on as they would have.
        """
        fits = self._topic in heard.text if self._topic else len(heard.buttons) > 1
        chance = self._effect * rates.READ[heard.channel] * (rates.MOVED if fits else rates.UNMOVED)
        drawn, pick = self._answers.random(), self._answers.random()
        if not self._silent or drawn >= chance:
            return None
        back = self._soon(second)
        if back < self.wake:
            self.wake = back
            self._eager = rates.EAGER if self._answers.random() < rates.EAGERLY else 0
        return int(pick * len(heard.buttons)) if heard.buttons else None

    @property
    def _ahead(self) -> int:
        """Seconds that their clock is ahead of Moscow's."""
        return (self.person.hours - _MOSCOW) * HOUR

    def _soon(self, second: float) -> float:
        """An evening within the next days."""
        day = int((second + self._ahead) // DAY) + self._answers.choices((0, 1, 2), (5, 4, 2))[0]
        hour = self._answers.randint(17, 22)
        back = day * DAY + hour * HOUR + self._answers.randrange(HOUR) - self._ahead
        return back if back > second + HOUR else back + DAY

    # --- their way: each `yield` waits until `wake` ------------------------------------------------------------

    def _life(self) -> Way:
        self._sit_down(self._first_day())
        yield
        self._join()
        left = list(self._courses)
        while left:
            course = left.pop(self._rng.randrange(len(left)))
            finished = yield from self._study(course)
            if not finished or self._rng.random() >= _NEXT:
                return
            self._sit_down(self._day + self._rng.randint(*_NEXT_AFTER))
            yield

    def _join(self) -> None:
        who = self.person
        facts = {"name": who.name, "first_name": who.first_name, "city": who.city, "timezone": who.zone}
        found = {"email": who.email, "telegram": who.telegram}
        self._tell("member.updated", **facts, **{name: value for name, value in found.items() if value})
        if self._consents:
            self._tell("kit.consented", purpose="marketing", given=True, source="checkout")

    def _first_day(self) -> int:
        later = max(1, min(self._days - 7, round(self._days * _LATEST)))
        return self._rng.randrange(min(7, self._days)) if self._rng.random() < _AT_ONCE else self._rng.randrange(later)

    def _study(self, course: Course) -> Generator[None, None, bool]:
        """Go through a course; whether it was finished."""
        done, self._topic = 0, None
        leaves = rates.leaving_point(self._rng) * course.lessons if self._kind.name == "withdrawn" else NEVER
        self._tell("course.started", course=course.name)
        while done < leaves:
            before, done = done, self._sitting(course, done)
            if before < course.lessons / 2 <= done and self._rng.random() < _APPLIES:
                self._tell("stream.applied", stream="advanced")
            if done >= course.lessons and self._topic is None:
                self._tell("course.completed", course=course.name)
                return True
            if done < leaves:
                yield from self._pause(2 * done >= course.lessons)
        yield from self._stop(course, tells=2 * done >= course.lessons)
        return False

    def _stop(self, course: Course, *, tells: bool) -> Way:
        """Give up: some tell the school, at once or when they are asked, the others never do.

        Past the half everybody's silence is that of RETURNING: who withdraws there says so at once.
        """
        if tells or self._rng.random() < _TELLS:
            if not tells:
                self.wake = self._second - self._ahead + self._rng.randint(*_TOLD_AFTER) * DAY
                yield
            self._second += 2 * HOUR
            self._tell("course.left", course=course.name)

    def _pause(self, second_half: bool) -> Way:  # noqa: FBT001  # one fact of the moment
        """Until the next sitting."""
        days = self._gap()
        self._silent = days is None or days >= _LONG
        told = self._silent and second_half and self._rng.random() < _PAUSES
        if told:
            until = START.date() + dt.timedelta(days=self._day + (days or self._days))
            self._tell("pause.announced")
            self._tell("member.updated", paused_until=until.isoformat())
        if days is not None:
            self._sit_down(self._day + days)
        yield
        if told:  # in this order: the silence has ended when the pause has
            self._tell("pause.ended")
            self._tell("member.updated", paused_until=None)
        self._silent = False

    def _gap(self) -> int | None:
        """Days to the next sitting; None when there is none."""
        often = _OTHERWISE if self._topic is None else _STUMBLED
        silent = self._rng.random() < self._kind.silences * often
        length = rates.silence(self._rng) if silent else 0
        chances = rates.steps(self._kind)
        weights = [chance * rates.RHYTHM[_weekday(self._day + step)] for step, chance in enumerate(chances, 1)]
        usual = self._rng.choices(range(1, len(chances) + 1), weights)[0]
        if self._eager:
            self._eager -= 1
            return min(usual, 2)
        if silent:
            return None if length is None else int(length) + 1
        return usual

    def _sit_down(self, day: int) -> None:
        hours = rates.DAYTIME if _weekday(day) >= _SATURDAY else rates.EVENING
        hour = self._rng.choices(list(hours), list(hours.values()))[0]
        self.wake = day * DAY + hour * HOUR + self._rng.randrange(HOUR) - self._ahead

    def _sitting(self, course: Course, done: int) -> int:
        """The quiz that was failed, if any, and lessons with what belongs to them; lessons done by now."""
        if self._topic is not None and not self._quiz(course, done):
            return done
        wanted = self._rng.choices(list(rates.LESSONS), list(rates.LESSONS.values()))[0]
        for number in range(done + 1, min(course.lessons, done + wanted) + 1):
            self._second += self._rng.randint(12, 35) * MINUTE
            progress = round(number / course.lessons, 4)
            self._tell("lesson.completed", course=course.name, lesson=course.lesson(number), progress=progress)
            done = number
            if number % IN_MODULE == 0 and not self._quiz(course, number):
                break
        return done

    def _quiz(self, course: Course, number: int) -> bool:
        """Try a few times; whether it was passed."""
        module = (number - 1) // IN_MODULE
        for _ in range(2 if self._rng.random() < _AGAIN else 1):
            self._second += self._rng.randint(5, 15) * MINUTE
            score = round(min(1.0, max(0.0, self._rng.gauss(self._kind.score, self._kind.spread))), 2)
            self._topic = None if score >= _PASSED else course.modules[module]
            if self._topic is None:
                self._tell("quiz.passed", course=course.name, quiz=course.quiz(module), score=score)
                return True
            self._tell("quiz.failed", course=course.name, quiz=course.quiz(module), score=score, topic=self._topic)
        return False

    @property
    def _day(self) -> int:
        return int(self._second // DAY)

    def _tell(self, type: str, **data: Any) -> None:
        self._told.append(Happening(self._second - self._ahead, type, data))
        self._second += 1


def _weekday(day: int) -> int:
    """0 is Monday."""
    return (START.weekday() + day) % 7
