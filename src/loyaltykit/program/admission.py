"""The door for events: what comes in is either an event of the program, with typed values, or an EventError.

Typed values are what the inside computes with: text `str`, integer `int` within 64 bits, number and money `float`,
boolean `bool`, instant whole microseconds since 1970-01-01T00:00Z, date whole days since 1970-01-01, a list a tuple of
these; null is None. `number` takes an int, `money` takes text, int, float or Decimal of at most two decimals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import zone_names
from loyaltykit.errors import EventError
from loyaltykit.problems import described, echo, kind_of, nearest, size_of
from loyaltykit.program.convert import Converter, Unfit, converter, instant_of
from loyaltykit.program.reserved import MEMBER_UPDATED, event_types, settled
from loyaltykit.values import Event

if TYPE_CHECKING:
    from loyaltykit.program.document import Document
    from loyaltykit.program.fields import DeclaredType

_KEYS = frozenset({"id", "type", "member", "at", "data", "known_at"})
_NEEDED = ("id", "type", "member", "at")


def read_event(raw: Mapping[str, Any]) -> Event:
    """The event of a mapping with the keys id, type, member, at, and maybe data and known_at.

    Times are aware datetimes or ISO 8601 texts with an offset. Raises EventError (``event/...``) for anything else.
    """
    if not isinstance(raw, Mapping):
        raise EventError(f"an event is a mapping, not {type(raw).__name__}", code="event/kind")
    name = raw.get("id")
    shown = echo(name) if isinstance(name, str) else None
    for key in raw:
        if key not in _KEYS:
            near = nearest(key, _KEYS) if isinstance(key, str) else None
            hint = f"; did you mean {near}?" if near else ""
            text = f"unknown key {echo(key)}{hint}"
            raise _refused(shown, "event/unknown-key", echo(key), text, name=echo(key), nearest=near or "")
    for key in _NEEDED:
        if key not in raw:
            raise _refused(shown, "event/missing", key, f"the key {key} is missing")
    data = raw.get("data", {})
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise _refused(shown, "event/data", "data", "data must be a mapping of field names to values")
    known_at = raw.get("known_at")
    return Event(
        id=raw["id"],
        type=raw["type"],
        member=raw["member"],
        at=_moment(raw["at"], "at", shown),
        data=data,
        known_at=None if known_at is None else _moment(known_at, "known_at", shown),
    )


def _moment(value: Any, key: str, event: str | None) -> dt.datetime:
    moment = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if not isinstance(moment, dt.datetime):
        raise _refused(event, "event/time", key, f"{key} must be an ISO 8601 time, not {described(value)}")
    if moment.utcoffset() is None:
        raise _refused(event, "event/naive-time", key, f"{key} needs an offset, such as 2026-09-01T10:00:00+03:00")
    return moment


def _refused(event: str | None, code: str, field: str | None, reason: str, **details: Any) -> EventError:
    where = f"event {event}" if event else "event"
    return EventError(f"{where}: {reason}", code=code, event=event, field=field, details=details)


@attrs.frozen(slots=True)
class _Field:
    """A declared field of one event type."""

    name: str
    exact: type | None
    """A value of exactly this type needs no conversion; None when it always does."""
    optional: bool
    convert: Converter
    declared: str


class Admission:
    """Checks events against the declared types of a document. Made once for a program; cheap to call."""

    def __init__(self, document: Document) -> None:
        types = {**event_types(document), "fact.settled": settled()}
        self._fields = {kind: tuple(_fields(fields)) for kind, fields in types.items()}
        self._by_name = {kind: {field.name: field for field in fields} for kind, fields in self._fields.items()}
        self.token = f"admitted by {document.program} {document.version}"
        """Told apart by identity: an event that passed another admission is checked again."""

    def check(self, event: Event) -> dict[str, Any]:
        """The typed values of the declared fields; of ``member.updated`` also the other attributes, as they are.

        Raises EventError for an unknown type, a required field that is missing, or a value of another type.
        """
        fields = self._fields.get(event.type)
        if fields is None:
            raise self._unknown(event)
        data = event.data
        values: dict[str, Any] = {}
        for field in fields:
            name = field.name
            value = data.get(name)
            values[name] = value if type(value) is field.exact else self._converted(event, field, value)
        if event.type == MEMBER_UPDATED:
            self._zone(event, values["timezone"])
            return {**data, **{name: values[name] for name in values if name in data}}
        return values

    def admit(self, event: Event) -> None:
        """Check an event once: it remembers that it passed, and the fold does not ask again. Raises EventError."""
        self.check(event)
        object.__setattr__(event, "admitted", self.token)

    def convert(self, event: Event, field: str) -> Any:
        """The typed value of one declared field. Raises EventError."""
        declared = self._by_name[event.type][field]
        return self._converted(event, declared, event.data.get(field))

    def undeclared(self, event: Event) -> tuple[str, ...]:
        """The fields that the event carries and the program does not declare, in its order."""
        declared = self._by_name.get(event.type, {})
        return tuple(name for name in event.data if name not in declared)

    def same(self, first: Event, second: Event) -> bool:
        """Whether two events with one id are the same: type, member, instant and typed data (1 is 1.0 for a number).

        Fields that are not declared count as they are. Raises EventError when one is not an event of the program.
        """
        if (first.type, first.member, first.instant) != (second.type, second.member, second.instant):
            return False
        if self.check(first) != self.check(second):
            return False
        return _rest(first, self.undeclared(first)) == _rest(second, self.undeclared(second))

    def _converted(self, event: Event, field: _Field, value: Any) -> Any:
        if value is None:
            if field.optional:
                return None
            raise self._missing(event, field)
        try:
            return field.convert(value)
        except Unfit as unfit:
            reason = f"{field.name} must be {field.declared}, not {described(value)}"
            said = {"type": event.type, "declared": field.declared, "got": kind_of(value), "size": size_of(value)}
            raise _refused(echo(event.id), unfit.code, field.name, f"{event.type}: {reason}", **said) from None

    @staticmethod
    def _zone(event: Event, name: Any) -> None:
        if name is not None and name not in zone_names():
            raise _refused(echo(event.id), "event/zone", "timezone", "this is not the name of a time zone")

    @staticmethod
    def _missing(event: Event, field: _Field) -> EventError:
        code = "event/missing-field"
        text = f"{event.type}: the field {field.name} is missing"
        return _refused(echo(event.id), code, field.name, text, type=event.type)

    def _unknown(self, event: Event) -> EventError:
        near = nearest(event.type, self._fields)
        hint = f"; did you mean {near}?" if near else ""
        reason = f"unknown event type {echo(event.type)}{hint}"
        said = {"name": echo(event.type), "nearest": near or ""}
        return _refused(echo(event.id), "event/unknown-type", "type", reason, **said)


def _fields(declared: Mapping[str, DeclaredType]) -> list[_Field]:
    return [_Field(name, _exact(kind), kind.optional, converter(kind), str(kind)) for name, kind in declared.items()]


def _exact(kind: DeclaredType) -> type | None:
    """The type whose values are right as they are: a number may be infinite, an integer too big."""
    if kind.items:
        return None
    return {"text": str, "boolean": bool}.get(kind.kind)


def _rest(event: Event, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: event.data[name] for name in names}


__all__ = ["Admission", "instant_of", "read_event"]
