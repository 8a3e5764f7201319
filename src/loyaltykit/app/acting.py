"""What every verb stands on: the journal, its lock, and actions recorded as events of our own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from loyaltykit.app.recording import record_one
from loyaltykit.app.rows import stored
from loyaltykit.calendars import DAY
from loyaltykit.errors import EventError
from loyaltykit.problems import echo
from loyaltykit.values import Event, from_instant, to_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.recording import Tally
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.values import Decision

    Clock = Callable[[], dt.datetime]

_APART = 1_000
"""Actions of one instant are put a microsecond apart: so many microseconds later is still that instant."""


class Acting:
    """A journal to act on. Each verb takes the lock and is one transaction."""

    def __init__(self, journal: Journal, clock: Clock | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._lock = threading.RLock()

    def _act(
        self,
        member: str,
        type: str,
        data: Mapping[str, Any],
        *,
        at: dt.datetime | None = None,
        id: str | None = None,
    ) -> Decision:
        """Record an action as an event of our own, in one transaction; what it decided. See `_acted`."""
        with self._lock, self._journal.writing() as work:
            return self._acted(work, member, type, data, at=at, id=id)

    def _acted(
        self,
        work: Work,
        member: str,
        type: str,
        data: Mapping[str, Any],
        *,
        at: dt.datetime | None = None,
        id: str | None = None,
    ) -> Decision:
        """Record an action inside a transaction.

        `id` makes it idempotent: the same action under it again changes nothing and returns the first decision. Without
        `at` and a clock it happens at the member's now. Raises EventError when it is before that, or a field is not of
        its type; DuplicateConflict when `id` was used for something else.
        """
        hand = work.hand(member)
        seen = work.store.seen((id,)) if id else []
        name = id or free_id(work, type)
        first = seen[0].at if seen else None
        moment = first if first is not None and at is None else self._moment(hand, at, name, again=first is not None)
        if first is not None and 0 < first - moment < _APART:
            moment = first  # it was put after what had been folded at that instant
        return record_one(work, stored(Event(name, type, member, from_instant(moment), dict(data))))

    def _moment(self, hand: Hand, at: dt.datetime | None, id: str, *, again: bool) -> int:
        """When an action happens: as told, else the clock's time, else the member's now. Never before that now."""
        engine, now = self._journal.engine, self._journal.now(hand.state)
        if at is not None and not again and self._beyond(instant_of(at), now or 0):
            raise _future(id)
        if at is None and self._clock is not None:
            at = self._clock()
        if at is not None:
            moment = instant_of(at)
            if now is not None and 0 < now - moment < _APART:
                moment = now
            if now is not None and moment < now and not again:
                raise EventError(
                    f"{from_instant(moment).isoformat()} is before the member's now, {from_instant(now).isoformat()}",
                    code="event/past",
                    field="at",
                )
        else:
            moment = 0 if now is None else now
        same = moment == engine.now(hand.state) and id <= engine.last_id(hand.state) and not again
        return moment + 1 if same else moment  # so that it comes after what was folded at that instant

    def _ahead(self, event: Event, tally: Tally) -> bool:
        """Whether an event is too far ahead of the clock, which the tally hears of then."""
        if not self._beyond(event.instant):
            return False
        tally.refuse(event, _future(event.id))
        return True

    def _beyond(self, moment: int, now: int = 0) -> bool:
        """Whether an instant is more than a day ahead of the clock, and of a member's now."""
        return self._clock is not None and moment > max(instant_of(self._clock()) + DAY, now + _APART)

    def _reading_at(self, at: dt.datetime | None) -> int | None:
        if at is None and self._clock is not None:
            at = self._clock()
        return None if at is None else instant_of(at)


def _future(id: str) -> EventError:
    text = f"event {echo(id)}: is more than a day ahead of the clock"
    return EventError(text, code="event/future", event=id, field="at")


def free_id(work: Work, type: str) -> str:
    """An id for an event of our own that nobody has used."""
    number = work.last_event + 1
    while work.store.seen((f"{type}:{number}",)):
        number += 1
    return f"{type}:{number}"


def instant_of(moment: dt.datetime) -> int:
    """The instant of an aware time. EventError for a naive one."""
    if moment.utcoffset() is None:
        raise EventError(
            "a time must have an offset, such as 2026-09-01T10:00:00+03:00", code="event/naive-time", field="at"
        )
    return to_instant(moment)
