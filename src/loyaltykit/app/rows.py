"""Between the values that the engine speaks and the rows that a store keeps."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import EventError
from loyaltykit.store.rows import EffectRow, EntryRow, EventRow
from loyaltykit.values import Effect, Entry, Event, from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Mapping


def _text(value: object) -> str:
    """What JSON does not know: exact decimals and times, as the text that a declared field reads back."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not JSON data: {type(value).__name__}")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_text).encode


def to_json(data: Mapping[str, Any]) -> str:
    """A JSON object; empty text when there is nothing in it."""
    return _encode(data) if data else ""


def stored(event: Event) -> Event:
    """The event as it would come back from a store. EventError when a field cannot be stored."""
    return to_event(event_row(event, seq=0, member=0, late=False), event.member)


def event_row(event: Event, *, seq: int, member: int, late: bool) -> EventRow:
    """An event to record; EventError when a field (declared or not) cannot be stored."""
    try:
        data = to_json(event.data)
        data.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise EventError(f"event {event.id!r} cannot be stored: {error}", code="event/data", event=event.id) from error
    known_at = None if event.known_at is None else to_instant(event.known_at)
    return EventRow(seq, event.id, member, event.type, event.instant, known_at, int(late), data)


def to_event(row: EventRow, member: str) -> Event:
    """A recorded event."""
    known_at = None if row.known_at is None else from_instant(row.known_at)
    return Event(row.id, row.type, member, from_instant(row.at), json.loads(row.data) if row.data else {}, known_at)


def entry_row(entry: Entry, *, member: int, recorded: int | None) -> EntryRow:
    """A ledger line to append."""
    return EntryRow(
        member,
        recorded,
        entry.id,
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
        entry.lot,
    )


def to_entry(row: EntryRow, member: str) -> Entry:
    """A ledger line that was appended."""
    return Entry(
        id=row.id,
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
        lot=row.lot,
    )


def effect_row(effect: Effect, *, member: int, recorded: int | None) -> EffectRow:
    """An effect to append."""
    return EffectRow(
        member,
        recorded,
        effect.id,
        effect.kind,
        effect.name,
        effect.at,
        effect.mechanic,
        effect.occurrence,
        effect.event,
        to_json(effect.data),
        0,
    )


def to_effect(row: EffectRow, member: str) -> Effect:
    """An effect that was appended."""
    data = json.loads(row.data) if row.data else {}
    return Effect(row.id, member, row.kind, row.name, row.at, row.mechanic, row.occurrence, row.event, data)
