"""Who was at a session, and for how long: several joins add up, a corrected list replaces an earlier one.

Of each member and session one event counts, ``session.attended`` with all its minutes. When the minutes change, that
event is taken out and another one is recorded: nothing is edited, and a replay of the log gives the same.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.acting import Acting, instant_of
from loyaltykit.app.recording import Strict, first_decision, record_one
from loyaltykit.app.rows import stored
from loyaltykit.errors import EventError, LoyaltyError
from loyaltykit.program.reserved import VOIDED
from loyaltykit.rules.lowering.grants import ATTENDED
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.store.rows import WITHDRAWN
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from loyaltykit.app.work import Work
    from loyaltykit.store.rows import EventRow
    from loyaltykit.values import Decision

    Stays = list[list[int]]

PAGE = 500
"""So many members are recorded in one transaction."""
MOST = 7 * 1440
"""Minutes: no session is longer."""
_MINUTE = 60_000_000
_STAYS = "stays"


@attrs.frozen(slots=True, kw_only=True)
class Attendance:
    """That a member was at a session: `stays` from when to when, or the `minutes` in all."""

    member: str
    stays: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    """They may overlap."""
    minutes: float | None = None
    at: dt.datetime | None = None
    """When it happened, where `stays` do not say."""


@attrs.frozen(slots=True, kw_only=True)
class Attended:
    """What a list of attendance came to, in members."""

    new: int = 0
    corrected: int = 0
    """Of whom other minutes were known."""
    same: int = 0
    late: int = 0
    """Of the new and corrected ones those that came too late to be rewarded."""


class Attending(Acting):
    """What can be done about attendance. The program declares ``session.attended`` with `session` and `minutes`."""

    def attended(
        self,
        member: str,
        *,
        session: str,
        minutes: float | None = None,
        joined: dt.datetime | None = None,
        left: dt.datetime | None = None,
        at: dt.datetime | None = None,
    ) -> Decision:
        """The member was at a session: `minutes` in all, or from `joined` to `left`. What that decided.

        Stays add up, and what overlaps counts once; `minutes` replaces whatever was known. The same again changes
        nothing and returns the first decision. It happens `at`, else when they left, else at the clock's time or the
        member's now; a past instant is fine, within the program's `late` it is rewarded. Raises LoyaltyError,
        ``session/no-attendance``, where the program does not declare ``session.attended``; EventError for minutes or
        times that cannot be.
        """
        stays = () if joined is None or left is None else ((joined, left),)
        if (minutes is None) != bool(stays) or ((joined is None) != (left is None)):
            raise EventError("say either `minutes`, or `joined` and `left`", code="session/attendance", field="minutes")
        one = Attendance(member=member, stays=stays, minutes=minutes, at=at)
        kind = self._declared()
        with self._lock, self._journal.writing() as work:
            return self._attend(work, session, one, kind, adding=True)[0]

    def record_attendance(self, session: str, people: Iterable[Attendance], *, rehearse: bool = False) -> Attended:
        """Record who was at a session, as a whole list says: of each member it replaces what was known.

        The same list again changes nothing; a corrected one changes what it corrects. Who is not in it stays as they
        were. Several rows of a member add up. With `rehearse` nothing is written. Raises as `attended` does; the
        members before that are recorded.
        """
        kind = self._declared()
        rows = _by_member(people)
        counts = {"new": 0, "corrected": 0, "same": 0, "late": 0}
        for first in range(0, len(rows), PAGE):
            with self._lock:
                work = self._journal.begin()
                try:
                    for one in rows[first : first + PAGE]:
                        _, what, late = self._attend(work, session, one, kind, adding=False)
                        counts[what] += 1
                        counts["late"] += late
                except BaseException:
                    self._journal.roll_back()
                    raise
                if rehearse:
                    self._journal.roll_back()
                else:
                    self._journal.commit(work)
        return Attended(**counts)

    def session_over(self, session: str) -> int | None:
        """The instant at which a session of the program is over; None when the program has no session of that id."""
        grant = self._journal.engine.right(session)
        return None if grant is None or grant.session is None else grant.session.until

    def attributes(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The ids of all members with their attributes, in the order in which they came."""
        with self._lock, self._journal.reading() as store:
            found: list[tuple[str, Mapping[str, Any]]] = []
            after = 0
            while page := store.members(after=after, limit=PAGE):
                hands = {hand.id: hand for hand in self._journal.look_all(id for _, id in page)}
                found += [(id, dict(hands[id].state[ATTRIBUTES])) for _, id in page]
                after = page[-1][0]
            return found

    def _declared(self) -> str:
        """The kind of number that the minutes are, empty when the program does not look at them."""
        fields = self._journal.engine.program.document.events.get(ATTENDED, {})
        if "session" not in fields:
            text = "declare `session.attended: {session: text, minutes: number}` under events"
            raise LoyaltyError(text, code="session/no-attendance")
        return fields["minutes"].kind if "minutes" in fields else ""

    def _attend(
        self, work: Work, session: str, one: Attendance, kind: str, *, adding: bool
    ) -> tuple[Decision, str, bool]:
        """Record one member's attendance: the decision, what it is (`new`, `corrected`, `same`), whether it is late."""
        number, known = _known(work, session, one.member)
        data: dict[str, Any] = json.loads(known.data) if known is not None else {}
        stays = _merged(one.stays, data.get(_STAYS, []) if adding and one.stays else [])
        minutes = _minutes(one, stays, kind)
        if known is not None and data.get("minutes") == minutes and (not stays or data.get(_STAYS) == stays):
            return first_decision(work, work.hand(one.member), known), "same", False
        said: dict[str, Any] = {"session": session, "minutes": minutes}
        if stays:
            said[_STAYS] = stays
        if known is not None:
            self._take_out(work, one.member, known)
        at = self._when(work, one, stays)
        event = stored(Event(_id(session, one.member, number), ATTENDED, one.member, from_instant(at), said))
        self._ahead(event, Strict())
        before = work.last_event
        decision = record_one(work, event)
        work.write_rows()
        late = any(row.late == 1 for row in work.store.seen((event.id,))) and work.last_event > before
        return decision, "new" if known is None else "corrected", late

    def _attend_unknown(self, work: Work, session: str, one: Attendance) -> None:
        """Record somebody's attendance where none is known yet."""
        if _known(work, session, one.member)[1] is None:
            self._attend(work, session, one, self._declared(), adding=False)

    def _take_out(self, work: Work, member: str, known: EventRow) -> None:
        """Take an earlier list's event out, at the first instant at which that may be said."""
        now = self._journal.now(work.hand(member).state)
        at = max(known.at + 1, known.at if now is None else now)
        data = {"event": known.id, "reason": "corrected"}
        record_one(work, stored(Event(f"void:{_digest(known.id)}", VOIDED, member, from_instant(at), data)))
        work.write_rows()

    def _when(self, work: Work, one: Attendance, stays: Stays) -> int:
        if one.at is not None:
            return instant_of(one.at)
        if stays:
            return stays[-1][1]
        return self._moment(work.hand(one.member), None, "", again=False)


def overlaps_merged(stays: Iterable[Sequence[int]]) -> Stays:
    """Stays, in order and apart from one another: what overlaps or touches is one."""
    found: Stays = []
    for start, end in sorted((start, end) for start, end in stays):
        if found and start <= found[-1][1]:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return found


def _merged(stays: Iterable[tuple[dt.datetime, dt.datetime]], known: Iterable[Sequence[int]]) -> Stays:
    new = [(instant_of(start), instant_of(end)) for start, end in stays]
    if any(end < start for start, end in new):
        raise EventError("they left before they came", code="session/attendance", field="left")
    return overlaps_merged([*new, *known])


def _minutes(one: Attendance, stays: Stays, kind: str) -> float | int:
    exact = one.minutes if one.minutes is not None else sum(end - start for start, end in stays) / _MINUTE
    if isinstance(exact, bool) or not 0 <= exact <= MOST:
        raise EventError(f"minutes are a number from 0 to {MOST}", code="session/attendance", field="minutes")
    rounded = int(exact + 0.5) if kind == "integer" else round(exact, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _by_member(people: Iterable[Attendance]) -> list[Attendance]:
    """One row a member: stays together, minutes in sum."""
    found: dict[str, Attendance] = {}
    for one in people:
        first = found.get(one.member)
        if first is None:
            found[one.member] = one
            continue
        told = [minutes for minutes in (first.minutes, one.minutes) if minutes is not None]
        latest = max((at for at in (first.at, one.at) if at is not None), default=None)
        found[one.member] = Attendance(
            member=one.member, stays=first.stays + one.stays, minutes=sum(told) if told else None, at=latest
        )
    return list(found.values())


def _known(work: Work, session: str, member: str) -> tuple[int, EventRow | None]:
    """How many events there are of a member's attendance, and the one that counts."""
    number, last = 0, None
    while seen := work.store.seen((_id(session, member, number),)):
        number, last = number + 1, seen[0]
    return number, None if last is None or last.late == WITHDRAWN else last


def _id(session: str, member: str, number: int) -> str:
    """The id of a member's attendance: it names nobody. A corrected one has a number."""
    name = f"attended:{_digest(chr(0).join((session, member)))}"
    return name if number == 0 else f"{name}:{number}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
