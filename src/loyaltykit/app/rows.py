"""Between the values that the engine speaks and the rows that a store keeps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import EventError
from loyaltykit.jsontext import encoder
from loyaltykit.rules.decisions import POSTED, SCORE, posted_id
from loyaltykit.rules.runtime.lots import MANY
from loyaltykit.store.rows import EventRow
from loyaltykit.values import Effect, Entry, Event, from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.store.rows import EffectRow, EffectValues, EntryRow, EntryValues, EventValues


def _text(value: object) -> str | dict[str, Any]:
    """What JSON does not know: exact decimals and times, as the text that a declared field reads back."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not JSON data: {type(value).__name__}")


_encode = encoder(_text)
CARRIED_OUT = frozenset(
    {"message", "survey", "outcome", "offer", "run", "task", "freed", "waiting", "hidden", "idea", "support", "told"}
)
"""Kinds of effects with which the shell does more than to append them."""
SEAT = "seat:"
"""How the ids of the events begin by which a waiting list gives what is free again."""


def to_json(data: Mapping[str, Any]) -> str:
    """A JSON object; empty text when there is nothing in it."""
    return _encode(data) if data else ""


def stored(event: Event) -> Event:
    """The event as it would come back from a store. EventError when a field cannot be stored."""
    return to_event(EventRow._make(event_row(event, 0, 0, late=False)), event.member)


_WHY = {ValueError: "a number is not finite or too long, or a text is no Unicode", RecursionError: "nested too deeply"}


def event_row(event: Event, seq: int, member: int, *, late: bool) -> EventValues:
    """An event to record; EventError when a field (declared or not) cannot be stored."""
    try:
        data = to_json(event.data)
        if not data.isascii():
            data.encode()
    except (TypeError, ValueError, RecursionError) as error:
        why = (
            error if isinstance(error, TypeError) else _WHY.get(type(error), type(error).__name__)
        )  # no value in words
        raise EventError(f"event {event.id!r} cannot be stored: {why}", code="event/data", event=event.id) from None
    known_at = None if event.known_at is None else to_instant(event.known_at)
    return (seq, event.id, member, event.type, event.instant, known_at, int(late), data)


def to_event(row: EventRow, member: str) -> Event:
    """A recorded event."""
    known_at = None if row.known_at is None else from_instant(row.known_at)
    return Event(row.id, row.type, member, from_instant(row.at), json.loads(row.data) if row.data else {}, known_at)


def claim_of(number: int, mechanic: str, occurrence: str, reward: str) -> str:
    """What a piece of stock is held by: the request that got it."""
    return f"{number}/{mechanic}/{occurrence}/stock/{reward}"


def add_rows(
    compact: Iterable[tuple[Any, ...]],
    member: int,
    recorded: int | None,
    entries: list[EntryValues],
    effects: list[EffectValues],
) -> bool:
    """Add the rows of a decision straight from its compact lines; whether it asks or sends something.

    They are what `entry_row` and `effect_row` make of `Decision.entries` and `Decision.effects`, at a third of the
    cost; a test holds the two together. The lines are those of `loyaltykit.rules.decisions`.
    """
    more = False
    for line in compact:
        what = line[0]
        if what == "accrual":
            _, at, event, source, occurrence, point, amount, wanted, ready, expires = line
            entries.append((
                member, recorded, point, what, amount, at, source, occurrence, event, wanted, ready, expires, None
            ))  # fmt: skip
        elif what == "effect":
            _, at, event, source, occurrence, kind, name, data = line
            text = _encode(data) if data else ""
            effects.append((member, recorded, kind, name, at, source, occurrence, event, text, 0))
            if kind in CARRIED_OUT:
                more = True
        elif what in ("expiry", "confirmation"):
            _, at, event, source, occurrence, point, amount = line
            entries.append((
                member, recorded, point, what, amount, at, source, occurrence, event, None, None, None, None
            ))  # fmt: skip
        elif what in POSTED:
            _, at, event, source, occurrence, point, amount, lot = line
            entries.append((
                member, recorded, point, what, amount, at, source, occurrence, event, None, None, None, lot
            ))  # fmt: skip
        elif what in ("request", SCORE):
            more = True
    return more


def to_carry_out(compact: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The lines of a decision with which the shell does more than to append them."""
    return [line for line in compact if line[0] == "request" or (line[0] == "effect" and line[5] in CARRIED_OUT)]


def entry_row(entry: Entry, *, member: int, recorded: int | None) -> EntryValues:
    """A ledger line to append."""
    return (
        member,
        recorded,
        entry.point,
        entry.kind,
        entry.amount,
        entry.at,
        entry.mechanic,
        entry.occurrence,
        entry.event,
        entry.wanted,
        entry.available_at,
        entry.expires_at,
        entry.lot if entry.kind in POSTED else None,
    )


def to_entry(row: EntryRow, member: str) -> Entry:
    """A ledger line that was appended."""
    lot = f"{row.mechanic}/{row.occurrence}/{row.point}"
    own = row.kind in {"confirmation", "expiry"}
    return Entry(
        id=lot if row.kind == "accrual" else posted_id(row.kind, row.mechanic, row.occurrence, row.point, row.lot),
        member=member,
        point=row.point,
        kind=row.kind,  # type: ignore[arg-type]  # only kinds of entries were ever written
        amount=row.amount,
        at=row.at,
        mechanic=row.mechanic,
        occurrence=row.occurrence,
        event=row.event,
        wanted=row.wanted,
        available_at=row.available_at,
        expires_at=row.expires_at,
        lot=lot if own and row.occurrence != MANY else row.lot,
    )


def effect_row(effect: Effect, *, member: int, recorded: int | None) -> EffectValues:
    """An effect to append."""
    return (
        member,
        recorded,
        effect.kind,
        effect.name,
        effect.at,
        effect.mechanic,
        effect.occurrence,
        effect.event,
        to_json(effect.data),
        0,
    )


def effect_text(effect: Effect | EffectRow) -> str:
    """What tells an effect from the others of its member."""
    return f"{effect.mechanic}/{effect.occurrence}/{effect.kind}/{effect.name}"


def to_effect(row: EffectRow, member: str) -> Effect:
    """An effect that was appended."""
    data = json.loads(row.data) if row.data else {}
    id = f"{member}/{effect_text(row)}"
    return Effect(id, member, row.kind, row.name, row.at, row.mechanic, row.occurrence, row.event, data)
