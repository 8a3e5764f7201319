"""A history: what happened to members, in columns, sorted once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.calendars import zone as named_zone
from loyaltykit.churn.columns import codes, instant, instants, local_days, order, shown
from loyaltykit.values import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from loyaltykit.churn.columns import Moment
    from loyaltykit.churn.panel import Floats, Ints

    Row = tuple[Any, ...]


@attrs.frozen(slots=True, eq=False, kw_only=True)
class History:
    """Events in columns, by member and time: make one with `from_events` or `from_columns`.

    `member` and `type` hold places in `members` and `types`; `at` and `known_at` instants in microseconds since
    1970-01-01T00:00Z; `value` one number an event, NaN where it has none. Rows are sorted by (member, at, known_at),
    equal ones as they came. Members and types rise, by number where they were numbers.
    """

    member: npt.NDArray[np.int32]
    type: npt.NDArray[np.int32]
    at: Ints
    known_at: Ints
    """When it was learned of. Never before `at`: an earlier one is taken as `at`."""
    value: Floats
    members: tuple[str, ...]
    types: tuple[str, ...]
    until: int
    """How far the history was observed, as an instant: nothing from then on is known, not even silence."""
    zone: str = "UTC"
    """The zone whose calendar days count."""

    def __len__(self) -> int:
        """How many events."""
        return len(self.member)

    @classmethod
    def from_columns(
        cls,
        *,
        member: Any,
        type: Any,
        at: Any,
        known_at: Any = None,
        value: Any = None,
        until: Moment | None = None,
        zone: str = "UTC",
    ) -> History:
        """A history from columns of the same length.

        `member` and `type` are text or whole numbers; `type` may be one text for all. Times are whole microseconds
        since 1970-01-01T00:00Z, numpy.datetime64 in UTC, aware datetimes or ISO text. `known_at` is `at` unless given,
        and never earlier. `until` is how far the history was observed, the newest `at` (that instant included) unless
        given; later events are left out. Raises ValueError where columns do not fit.
        """
        members, member_codes = codes(member, "member")
        happened = instants(at, "at")
        types, type_codes = codes([type] * len(happened) if isinstance(type, str) else type, "type")
        known = happened if known_at is None else instants(known_at, "known_at")
        values = np.full(len(happened), np.nan) if value is None else _numbers(value)
        columns: dict[str, npt.NDArray[Any]] = {"type": type_codes, "at": happened, "known_at": known, "value": values}
        for name, column in columns.items():
            if len(column) != len(member_codes):
                raise ValueError(f"{name} has {len(column)} rows, member {len(member_codes)}")
        end = _end(happened) if until is None else instant(until, "until")
        named_zone(zone)
        made = cls(
            member=member_codes,
            type=type_codes,
            at=happened,
            known_at=np.maximum(happened, known) if known_at is not None else happened,
            value=values,
            members=members,
            types=types,
            until=end,
            zone=zone,
        )
        return _sorted(made if (happened < end).all() else made.take(happened < end))

    @classmethod
    def from_events(
        cls,
        events: Iterable[Event | Mapping[str, Any] | Row],
        *,
        value: str | Mapping[str, str] | None = None,
        until: Moment | None = None,
        zone: str = "UTC",
    ) -> History:
        """A history from events, dicts with ISO times (`member`, `type`, `at`, perhaps `known_at`, `data`), or tuples.

        A tuple is (member, type, at), perhaps with known_at and a value. `value` says which field of `data` is the
        event's value: one for all types, or by type; what is missing or no number is NaN. Raises ValueError as
        `from_columns` does, and for an event without a member, a type or a time.
        """
        rows = [_row(event, value) for event in events]
        member, type, at, known_at, values = zip(*rows, strict=True) if rows else ((),) * 5
        return cls.from_columns(
            member=member,
            type=type,
            at=at,
            known_at=[happened if known is None else known for happened, known in zip(at, known_at, strict=True)],
            value=values,
            until=until,
            zone=zone,
        )

    def of(self, types: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Which events are of these types. Types that the history does not have are none."""
        wanted = set(types)
        return np.array([name in wanted for name in self.types], dtype=bool)[self.type]

    def local_days(self, moments: Ints) -> npt.NDArray[np.int32]:
        """The calendar day of each instant in the history's zone, in days since 1970-01-01."""
        return local_days(named_zone(self.zone), moments)

    def take(self, rows: npt.NDArray[Any]) -> History:
        """Some of the events, by a mask or by rising numbers; the same members and types."""
        columns = {name: getattr(self, name)[rows] for name in ("member", "type", "at", "known_at", "value")}
        return attrs.evolve(self, **columns)

    def __repr__(self) -> str:
        return (
            f"History({len(self):,} events of {len(self.members):,} members, {len(self.types)} types, "
            f"until {shown(self.until)}, {self.zone})"
        )


def _sorted(made: History) -> History:
    member, at, known_at = made.member, made.at, made.known_at
    later = (at[1:] > at[:-1]) | ((at[1:] == at[:-1]) & (known_at[1:] >= known_at[:-1]))
    if ((member[1:] > member[:-1]) | ((member[1:] == member[:-1]) & later)).all():
        return made
    return made.take(order(member, at, known_at))


def _end(at: Ints) -> int:
    """One microsecond after the newest event: that one was observed."""
    return int(at.max()) + 1 if len(at) else 0


def _numbers(values: Any) -> Floats:
    column = np.asarray(values if hasattr(values, "__array__") else list(values))
    if column.dtype.kind in "OU":
        return np.array([_number(one) for one in column.tolist()], dtype=np.float64)
    if column.dtype.kind not in "iufb":
        raise ValueError(f"value needs numbers, not {column.dtype}")
    return column.astype(np.float64)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _row(event: Event | Mapping[str, Any] | Row, value: str | Mapping[str, str] | None) -> Row:
    if isinstance(event, Event):
        return event.member, event.type, event.at, event.known_at, _field(event.type, event.data, value)
    if isinstance(event, Mapping):
        missing = [name for name in ("member", "type", "at") if name not in event]
        if missing:
            raise ValueError(f"an event has no {missing[0]}: {_shown(event)}")
        found = event["value"] if "value" in event else _field(event["type"], event.get("data") or {}, value)
        return event["member"], event["type"], event["at"], event.get("known_at"), found
    if not 3 <= len(event) <= 5:
        raise ValueError(f"a tuple is (member, type, at), perhaps with known_at and value, not {len(event)} things")
    return (*event, *(None,) * (5 - len(event)))


def _field(type: str, data: Mapping[str, Any], value: str | Mapping[str, str] | None) -> Any:
    name = value if value is None or isinstance(value, str) else value.get(type)
    return None if name is None else data.get(name)


def _shown(event: Mapping[str, Any]) -> str:
    """Names of fields only: what stands in them may be personal."""
    names: Sequence[str] = [str(name) for name in event]
    return f"it has {', '.join(names[:10]) or 'nothing'}"
