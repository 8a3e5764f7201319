"""The simulated school at work: students study, time passes, messages go out and are read, hour by hour.

Whatever happens goes through the kit. A student reacts to nothing but what really arrived in their mailbox or chat.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs

from loyaltykit.cli.demo.student import DAY, HOUR, START, Happening, Heard, Student
from loyaltykit.cli.demo.words import say
from loyaltykit.values import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.app import Loyalty
    from loyaltykit.cli.demo.post import Letter, Post
    from loyaltykit.cli.words import Lang

APPLIED, DECLINED, SEAT, CURATOR = "stream.applied", "stream.declined", "advanced-seat", "curator"
_STEP = 3 * HOUR
_MORNING, _NOON = 6, 12
_REACTS = dt.timedelta(minutes=1)


@attrs.frozen(kw_only=True)
class Move:
    """Somebody went up in the waiting list at one stroke."""

    member: str
    at: dt.datetime
    before: int
    after: int
    of: int


@attrs.define
class Seen:
    """What can be seen only while it happens."""

    letters: list[tuple[str, Letter]] = attrs.field(factory=list)
    """To whom, and what; in the order of arrival. Letters to staff are not among them."""
    staff: list[Letter] = attrs.field(factory=list)
    """What arrived for staff."""
    moves: list[Move] = attrs.field(factory=list)
    deferred: dict[tuple[str, str, dt.datetime], str] = attrs.field(factory=dict)
    """Messages that had to wait, and the code of what they waited for first."""
    events: int = 0
    refused: int = 0
    """How many of them the program did not take."""


class Clock:
    """The simulated time."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        """What time it is."""
        return self.now


def end(days: int) -> dt.datetime:
    """The moment at which the simulation ends: everything happened before."""
    return START + dt.timedelta(days=days)


class School:
    """The students, the kit and the post; `live` runs it all."""

    def __init__(self, kit: Loyalty, post: Post, clock: Clock, students: list[Student], lang: Lang) -> None:
        self._kit, self._post, self._clock, self._lang = kit, post, clock, lang
        self._students = {student.person.id: student for student in students}
        addresses = ((one.person.email or one.person.telegram, one) for one in students)
        self._at_address = {address: one for address, one in addresses if address}
        self._staffed = CURATOR in kit.program.document.staff
        self._applied: set[str] = set()
        """Who may be in the queue, and who may go up in it because the school wrote to them."""
        self._written: set[str] = set()
        self._queued = SEAT in kit.program.document.rewards
        self._declining: list[tuple[float, str]] = []
        """When who will say that they cannot come."""
        self._happened: list[tuple[float, int, str, Happening]] = []
        """By when, in what order, to whom: what is still to be recorded."""
        self.seen = Seen()

    def live(self, days: int, passed: Callable[[int, int], None]) -> Seen:
        """Everything from the first day to the last; `passed` hears how many days are over, and of how many events."""
        for second in range(_STEP, days * DAY + 1, _STEP):
            self._study(second)
            self._clock.now = now = START + dt.timedelta(seconds=second)
            if now.hour == _MORNING:
                self._kit.watch_churn(now)
            self._kit.advance(now)
            self._send(now)
            if now.hour == _NOON:
                self._review(now)
                self._decline(now, second)
            passed(second // DAY, self.seen.events)
        return self.seen

    def _study(self, until: int) -> None:
        """Record what happened before an instant; who sits down before it may still be busy after it."""
        for id, student in self._students.items():
            while student.wake < until:
                self._happened += ((one.second, len(self._happened), id, one) for one in student.act())
        self._happened.sort(key=lambda one: one[:2])
        ready = [(member, one) for second, _, member, one in self._happened if second < until]
        del self._happened[: len(ready)]
        events = [self._event(member, one) for member, one in ready]
        if not events:
            return
        may_move = {event.member for event in events} & self._written & self._applied
        before = self._kit.waiting(SEAT) if may_move else []
        self.seen.refused += len(self._kit.record_many(events, chunk=len(events)).rejected)
        self._watch([(place, member) for place, member in enumerate(before, 1) if member in may_move])

    def _event(self, member: str, one: Happening) -> Event:
        self.seen.events += 1
        if one.type == APPLIED and self._queued:
            self._applied.add(member)
            after = self._students[member].declines_after
            if after is not None:
                self._declining.append((one.second + after, member))
        return Event(f"e{self.seen.events:07}", one.type, member, START + dt.timedelta(seconds=one.second), one.data)

    def _watch(self, before: list[tuple[int, str]]) -> None:
        """Who went up while some events were recorded."""
        after = self._kit.waiting(SEAT) if before else []
        for place, member in before:
            now = after.index(member) + 1 if member in after else place
            if now < place:
                at = self._kit.member(member, timeline=1).now or START
                self.seen.moves.append(Move(member=member, at=at, before=place, after=now, of=len(after)))

    def _send(self, now: dt.datetime) -> None:
        if self._kit.deliver(now).deferred:
            for one in self._kit.outbox(status="deferred", limit=1_000):
                self.seen.deferred.setdefault((one.member, one.message, one.at), one.reason or "")
        for letter in self._post.arrived():
            student = self._at_address.get(letter.to)
            if student is None:
                self.seen.staff.append(letter)
            else:
                self.seen.letters.append((student.person.id, letter))
                self._written.add(student.person.id)
                self._hear(student, letter, now)

    def _hear(self, student: Student, letter: Letter, now: dt.datetime) -> None:
        """A student reads a letter, and perhaps takes what it offers."""
        offers = [one for one in self._kit.member(student.person.id, timeline=1).offers if not one.taken]
        labels = letter.buttons or tuple(one.label for offer in offers for one in offer.options)
        heard = Heard(letter.channel, f"{letter.subject} {letter.text}", labels)
        pressed = student.hear(heard, (now - START).total_seconds())
        if pressed is None:
            return
        at = now + _REACTS
        if letter.buttons:
            chat, action = self._post.press(letter, pressed)
            self._kit.pressed(letter.channel, chat, action, at=at)
        elif offers:  # a letter has no buttons: the offer is taken on the platform
            offer = offers[0]
            self._kit.take(student.person.id, offer=offer.id, option=offer.options[pressed].id, at=at)

    def _review(self, now: dt.datetime) -> None:
        """The curator does what has waited for a day."""
        for task in self._kit.tasks(staff=CURATOR) if self._staffed else ():
            if now - task.since >= dt.timedelta(days=1):
                self._kit.fulfil(task.id, by=CURATOR, note=say(self._lang, "curator/note"), at=now)

    def _decline(self, now: dt.datetime, second: int) -> None:
        """Who cannot come says so, and the school frees their seat, or their place in the queue."""
        due = [member for when, member in self._declining if when <= second]
        self._declining = [one for one in self._declining if one[0] > second]
        for member in due:
            said = self._event(member, Happening(second + 1, DECLINED, {"stream": "advanced"}))
            self.seen.refused += len(self._kit.record_many([said]).rejected)
            if self._kit.entitled(member, SEAT):
                self._kit.revoke(member, SEAT, by=CURATOR, at=now + _REACTS)
            elif member in self._kit.waiting(SEAT):
                self._kit.leave(member, SEAT, at=now + _REACTS)
