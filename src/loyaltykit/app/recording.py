"""Records events: told apart from repetitions, folded in order, late ones by folding the history again."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.refold import refold
from loyaltykit.app.rows import SEAT, stored, to_effect, to_entry, to_event, to_json
from loyaltykit.errors import DuplicateConflict, EventError
from loyaltykit.problems import echo
from loyaltykit.program.reserved import TAKES_OUT, VOIDED, voidable
from loyaltykit.rules.decisions import expand
from loyaltykit.values import Decision, Expanded, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.app.work import Hand, Work
    from loyaltykit.store.rows import EventRow
    from loyaltykit.values import Event

_MEMBER = attrgetter("member")
_ORDER = attrgetter("member", "instant", "id")
_IN_TIME = attrgetter("instant", "id")
"""Where stock is limited for all members together, who came first gets it."""


@attrs.define
class Tally:
    """What recording came to so far. This one puts into quarantine what cannot be taken."""

    recorded: int = 0
    duplicates: int = 0
    late: int = 0
    rejected: list[Rejected] = attrs.field(factory=list)

    def refuse(self, event: Event, error: EventError | DuplicateConflict) -> None:
        """Hear of an event that cannot be taken."""
        self.rejected.append(Rejected(event.id, error.code, str(error), raw=event, details=error.details))


class Strict(Tally):
    """A tally that raises what cannot be taken."""

    def refuse(self, event: Event, error: EventError | DuplicateConflict) -> None:
        """Raise the error."""
        del event
        raise error


def record_new(work: Work, event: Event) -> Decision:
    """Record one event, taking it to be new. StoreError with the code of `TAKEN` when its id is there already."""
    before = len(work.decided)
    record_member(work, work.hand(event.member), (event,), Strict())
    decided = work.decided[before:]
    return decided[0] if len(decided) == 1 else merged(event.member, event.id, decided)


def record_one(work: Work, event: Event) -> Decision:
    """Record one event; the first decision again when it was recorded already. EventError, DuplicateConflict."""
    seen = work.store.seen((event.id,))
    if not seen:
        return record_new(work, event)
    hand = work.hand(event.member)
    if not _same(work, hand, seen[0], event):
        raise _conflict(event)
    return first_decision(work, hand, seen[0])


def record_all(work: Work, events: Iterable[Event], tally: Tally) -> None:
    """Record events of any members in any order; what cannot be taken is told to the tally, the rest goes on."""
    work.tells = False
    distinct = _distinct(work, events, tally)
    given = {id: distinct.pop(id) for id in list(distinct) if id.startswith(SEAT)}
    _record_distinct(work, distinct, tally)
    if given:
        work.write_rows()  # a waiting list has given the same again, if what caused it was among these events
        _record_distinct(work, given, tally)


def _record_distinct(work: Work, distinct: dict[str, Event], tally: Tally) -> None:
    _set_aside(work, distinct, tally)
    work.take({event.member: None for event in distinct.values()})
    order = _IN_TIME if work.engine.limited else _ORDER
    for member, own in groupby(sorted(distinct.values(), key=order), key=_MEMBER):
        record_member(work, work.hands[member], tuple(own), tally)


def _set_aside(work: Work, distinct: dict[str, Event], tally: Tally) -> None:
    """Take out the events whose ids were recorded already; the members of repetitions need not be loaded."""
    rows = work.store.seen(distinct)
    numbers = work.store.numbers({distinct[row.id].member for row in rows}) if rows else {}
    for row in rows:
        event = distinct.pop(row.id)
        same = (row.type, row.at, row.data) == (event.type, event.instant, _data(event))
        if row.member != numbers.get(event.member):
            tally.refuse(event, _conflict(event))
        elif same:
            tally.duplicates += 1
        else:
            _compare(work, to_event(row, event.member), event, tally)


def _compare(work: Work, first: Event, again: Event, tally: Tally) -> None:
    """Tell whether an event repeats another one of its id; it may not even be an event of the program."""
    try:
        alike = _alike(work, first, again)
    except EventError as error:
        tally.refuse(again, error)
        return
    if alike:
        tally.duplicates += 1
    else:
        tally.refuse(again, _conflict(again))


def _data(event: Event) -> str | None:
    """The event's data as they would be stored; None when they cannot."""
    try:
        return to_json(event.data)
    except (TypeError, ValueError, RecursionError):
        return None


def first_decision(work: Work, hand: Hand, row: EventRow) -> Decision:
    """What recording an event decided when it was recorded, from the ledger and the effects."""
    entries = tuple(to_entry(entry, hand.id) for entry in work.store.entries(hand.number, recorded=row.seq))
    effects = tuple(to_effect(effect, hand.id) for effect in work.store.effects(hand.number, recorded=row.seq))
    return _written_out(hand.id, row.id, Expanded(entries=entries, effects=effects))


def merged(member: str, event: str, decisions: Sequence[Decision]) -> Decision:
    """Several decisions about one event as one; still compact when all of them are."""
    if all(decision.compact for decision in decisions):
        return Decision(member, event, [line for decision in decisions for line in decision.compact], expand)
    return _written_out(
        member,
        event,
        Expanded(
            entries=tuple(entry for decision in decisions for entry in decision.entries),
            effects=tuple(effect for decision in decisions for effect in decision.effects),
            requests=tuple(request for decision in decisions for request in decision.requests),
            trace=tuple(fired for decision in decisions for fired in decision.trace),
        ),
    )


def _written_out(member: str, event: str, expanded: Expanded) -> Decision:
    revised = None if expanded == Expanded() else expanded
    return Decision(member, event, (), lambda _: Expanded(), revised=revised)


def _distinct(work: Work, events: Iterable[Event], tally: Tally) -> dict[str, Event]:
    """Events by id; of several with one id the first that can be taken stands."""
    found: dict[str, Event] = {}
    for event in events:
        first = found.get(event.id)
        if first is None:
            found[event.id] = event
            continue
        try:
            work.engine.admission.check(first)
        except EventError as error:
            tally.refuse(first, error)
            found[event.id] = event
            continue
        _compare(work, first, event, tally)
    return found


def record_member(work: Work, hand: Hand, events: Sequence[Event], tally: Tally) -> None:
    """Record new events of one member, given in order.

    When some are older than what is folded, these and all up to the member's now go in by one refold; the others are
    folded on.
    """
    engine, advanced = work.engine, work.journal.advanced
    folded = now = engine.now(hand.state)
    if advanced is not None and advanced > folded:
        now = advanced
    horizon = now - engine.program.document.late.micros
    since = work.journal.timeline.since
    if events[0].instant <= folded or events[0].instant < since:
        last = engine.last_id(hand.state)
        if (events[0].instant, events[0].id) <= (folded, last) or events[0].instant < since:
            past = sum((event.instant, event.id) <= (now, last) for event in events)
            _record_past(work, hand, events[:past], tally, horizon=horizon, now=now)
            events = events[past:]
    for event in events:
        if event.type in TAKES_OUT:
            now = max(now, event.instant, engine.now(hand.state))
            _record_past(work, hand, (event,), tally, horizon=horizon, now=now)
            continue
        try:
            _fold_on(work, hand, event, too_late=event.instant < horizon)
        except EventError as error:
            tally.refuse(event, error)
        else:
            tally.recorded += 1
            tally.late += event.instant < horizon
    if hand.recorded is not None:
        work.catch_up(hand, hand.recorded, advanced)


def _fold_on(work: Work, hand: Hand, event: Event, *, too_late: bool) -> None:
    """Record one event that is newer than the state. EventError with nothing changed when it cannot be taken."""
    engine = work.engine
    timers = engine.due_by(hand.state, event.instant)
    if timers or too_late:
        engine.admission.check(event)  # else `fold` does, before it changes anything
    row = work.event_row(hand, event, late=too_late)
    if timers:
        hand.recorded = work.record(hand, row)
        work.catch_up(hand, hand.recorded, event.instant)
        hand.state, decision = engine.fold(hand.state, event, history_only=too_late)
    else:
        hand.state, decision = engine.fold(hand.state, event, history_only=too_late)
        hand.recorded = work.record(hand, row)
    if decision.compact:
        work.post(hand, hand.recorded, decision)


def _record_past(work: Work, hand: Hand, events: Sequence[Event], tally: Tally, *, horizon: int, now: int) -> None:
    """Record events of the past, or a void, and fold the history again up to the member's now, once for all."""
    last = ""
    for event in events:
        try:
            work.journal.timeline.at(event.instant).admission.check(event)
            if event.type == VOIDED:
                check_void(work, hand, event)
            row = work.event_row(hand, event, late=event.instant < horizon)
        except EventError as error:
            tally.refuse(event, error)
            continue
        hand.recorded = work.record(hand, row)
        last = event.id
        tally.recorded += 1
        tally.late += event.instant < horizon
    if last and hand.recorded is not None:
        changed = refold(work, hand, hand.recorded, last, now)
        if work.tells:
            work.decided.append(_written_out(hand.id, last, changed))


def check_void(work: Work, hand: Hand, void: Event) -> None:
    """Raise EventError when a void names an event that cannot be taken out.

    One that nobody knows yet is fine: it may still come, and is out then.
    """
    work.write_rows()
    target = void.data["event"]
    for row in work.store.seen((target,)):
        if row.member != hand.number:
            said = {"name": echo(target), "member": void.member}
            text = f"{echo(void.member)} has no event {echo(target)}"
            raise EventError(text, code="event/unknown", event=void.id, field="event", details=said)
        if not voidable(row.type) or (row.at, row.id) >= (void.instant, void.id):
            why = "it happened later" if voidable(row.type) else f"events of type {row.type} stay"
            text = f"the event {echo(target)} cannot be taken out: {why}"
            details = {"name": echo(target)}
            raise EventError(text, code="event/not-voidable", event=void.id, field="event", details=details)


def _same(work: Work, hand: Hand, row: EventRow, event: Event) -> bool:
    """Whether an event repeats a recorded one."""
    return row.member == hand.number and _alike(work, to_event(row, hand.id), event)


def _alike(work: Work, first: Event, second: Event) -> bool:
    """Whether two events with one id are the same, compared as they would be stored."""
    return work.engine.admission.same(stored(first), stored(second))


def _conflict(event: Event) -> DuplicateConflict:
    text = f"the event id {event.id!r} was recorded already, with other content"
    return DuplicateConflict(text, details={"event": event.id})
