"""What a case gives: events in short forms and time that passes, as steps that can be folded.

``{lesson.completed: {course: py}, at: 2026-09-01T10:00}`` and ``{type: lesson.completed, data: {...}}`` are events;
``{advance: 2026-10-01}`` and ``{wait: 14d}`` let time pass; ``{redeem: bonus-lesson}`` and
its kin are in `acts`, ideas in `voices`. What is not said is filled in: ids e1, e2, ..., the
member `student`, times one minute apart from 2026-01-01T12:00. Times without an offset are in the program's zone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import add, parse_duration, zone
from loyaltykit.errors import EventError
from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.places import Fault, Keys
from loyaltykit.program.reserved import event_types
from loyaltykit.rules.cases import voices
from loyaltykit.rules.cases.acts import ACTS, MORE, Act, ActReader
from loyaltykit.rules.cases.voices import VOICES, Voice, read_voice
from loyaltykit.values import Event, from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.calendars import Zone
    from loyaltykit.program.document import Case, Document

MEMBER = "student"
_START = dt.datetime(2026, 1, 1, 12)  # noqa: DTZ001  # a wall time in the program's zone
_APART = 60_000_000
_OWN = ("type", "id", "member", "at", "data", "known_at")
_PASSES = ("advance", "wait")


@attrs.frozen
class Happen:
    """An event, and its number in the list."""

    event: Event
    number: int


@attrs.frozen
class Pass:
    """Time passes up to an instant."""

    to: int


@attrs.frozen
class Given:
    """The steps of a case, and what was wrong with the way they are written."""

    steps: tuple[Happen | Pass | Act | Voice, ...]
    faults: tuple[Fault, ...]

    @property
    def member(self) -> str:
        """Whom the case is about: the member of its first event."""
        for step in self.steps:
            if not isinstance(step, Pass):
                return step.event.member if isinstance(step, Happen) else step.member
        return MEMBER


def read_given(case: Case, document: Document, keys: Keys) -> Given:
    """The steps of a case; `keys` is where it stands in the document."""
    reader = _Reader(document, zone(document.timezone), event_types(document), (*keys, "given"))
    for number, item in enumerate(case.given):
        reader.take(number, item)
    if case.at is not None:
        moment = reader.moment(case.at, (*keys, "at"))
        if moment is not None:
            reader.steps.append(Pass(moment))
    return Given(tuple(reader.steps), tuple(reader.faults))


@attrs.define
class _Reader:
    document: Document
    zone: Zone
    types: Mapping[str, Any]
    keys: Keys
    steps: list[Happen | Pass | Act | Voice] = attrs.field(factory=list)
    faults: list[Fault] = attrs.field(factory=list)
    now: int = 0
    fresh: bool = True
    """Whether nothing has happened at `now` yet, so that the next event may."""

    def __attrs_post_init__(self) -> None:
        self.now = self.zone.at_wall(_START)

    def take(self, number: int, item: Mapping[str, Any]) -> None:
        """One item of the list."""
        keys = (*self.keys, number)
        passing = next((key for key in _PASSES if key in item), None)
        if passing is not None:
            self._pass(passing, item, keys)
            return
        act = next((key for key in (*ACTS, *VOICES) if key in item and key not in self.types), None)
        if act is not None:
            self._act(number, act, item, keys)
            return
        short = [key for key in item if key not in _OWN]
        if "type" in item:
            for key in short:
                self._fault("case/unknown-key", (*keys, key), key, _OWN)
            self._happen(number, str(item["type"]), item.get("data"), (*keys, "type"), item)
        elif len(short) == 1:
            self._happen(number, short[0], item[short[0]], (*keys, short[0]), item)
        else:
            self.faults.append(Fault(Finding("case/no-type" if not short else "case/two-types"), keys))

    def _pass(self, key: str, item: Mapping[str, Any], keys: Keys) -> None:
        """Time goes on: to a moment, or by a duration."""
        for other in item:
            if other != key:
                self._fault("case/unknown-key", (*keys, other), other, ())
        place = (*keys, key)
        to = self.moment(item[key], place) if key == "advance" else self._later(item[key], place)
        if to is None:
            return
        if to < self.now:
            self.faults.append(Fault(Finding("case/back", {"name": echo(item[key])}), place))
            return
        self.now, self.fresh = to, True
        self.steps.append(Pass(to))

    def _act(self, number: int, verb: str, item: Mapping[str, Any], keys: Keys) -> None:
        """Something that a member does through the kit."""
        allowed = (verb, "id", "member", "at", *MORE.get(verb, ()), *voices.MORE.get(verb, ()))
        for other in item:
            if other not in allowed:
                self._fault("case/unknown-key", (*keys, other), other, allowed)
        at = self.moment(item["at"], (*keys, "at")) if "at" in item else self._next()
        if at is None:
            return
        if self.steps and at < self.now:
            self.faults.append(Fault(Finding("case/back", {"name": echo(item.get("at"))}), (*keys, "at")))
            return
        member = str(item.get("member", MEMBER))
        made: Act | Voice | None
        if verb in VOICES:
            made = read_voice(verb, item, member=member, at=at, number=number, keys=keys, faults=self.faults)
        else:
            reader = ActReader(self.document, self.zone, keys, at, self.faults)
            made = reader.read(verb, item, number=number, member=member)
        if made is not None:
            self.now, self.fresh = at, False
            self.steps.append(made)

    def _later(self, written: Any, keys: Keys) -> int | None:
        try:
            return add(self.now, parse_duration(written), self.zone)
        except ValueError as error:
            self.faults.append(Fault(Finding("case/duration", {"reason": str(error)}), keys))
            return None

    def _happen(self, number: int, type: str, data: Any, place: Keys, item: Mapping[str, Any]) -> None:
        """An event; a wrong type is found here, a wrong field when it is folded."""
        if type not in self.types:
            self._fault("case/unknown-type", place, type, self.types)
            return
        if data is not None and not hasattr(data, "items"):
            self.faults.append(Fault(Finding("case/data", {"name": echo(type)}), place))
            return
        keys = (*self.keys, number)
        instant = self.moment(item["at"], (*keys, "at")) if "at" in item else self._next()
        known_at = self.moment(item["known_at"], (*keys, "known_at")) if "known_at" in item else None
        if instant is None:
            return
        known = None if known_at is None else from_instant(known_at)
        id, member = str(item.get("id", f"e{number + 1}")), str(item.get("member", MEMBER))
        try:
            event = Event(id, type, member, from_instant(instant), dict(data or {}), known)
        except EventError as error:
            self.faults.append(Fault(Finding("case/event", {"reason": str(error)}), keys))
            return
        self.now, self.fresh = max(self.now, instant) if self.steps else instant, False
        self.steps.append(Happen(event, number))

    def _next(self) -> int:
        """When an event happens that does not say: a minute after the one before."""
        return self.now if self.fresh else self.now + _APART

    def moment(self, written: Any, keys: Keys) -> int | None:
        """The instant that a text means; None, and a fault, when it means none."""
        try:
            moment = dt.datetime.fromisoformat(str(written))
        except ValueError:
            self.faults.append(Fault(Finding("case/moment", {"name": echo(written)}), keys))
            return None
        if moment.utcoffset() is not None:
            return to_instant(moment)
        return self.zone.at_wall(moment)

    def _fault(self, code: str, keys: Keys, name: str, known: Iterable[str]) -> None:
        near = nearest(name, known)
        found = {"name": echo(name)} if near is None else {"name": echo(name), "nearest": near}
        self.faults.append(Fault(Finding(code, found, "" if near is None else "hint/nearest"), keys, at_key=True))
