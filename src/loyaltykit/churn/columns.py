"""What people hold events in, as columns: instants, lengths of time, and names as numbers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from loyaltykit.calendars import DAY, parse_duration
from loyaltykit.calendars.days import first_day
from loyaltykit.values import MICROSECOND, from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from loyaltykit.calendars import Zone
    from loyaltykit.churn.panel import Ints

    Moment = dt.datetime | np.datetime64 | int | str
    Length = str | dt.timedelta

_SPARSE = 8
"""How many times wider than its number of rows a column of whole numbers may spread."""
_EARLIEST, _LATEST = first_day("year", 2) * DAY, first_day("year", 9_998) * DAY


def instants(values: Any, name: str) -> Ints:
    """Microseconds since 1970 of whole numbers (as they are), numpy.datetime64 (UTC), aware datetimes or ISO text.

    Raises ValueError for a time without an offset, NaT, a fraction, or one outside the years 2 to 9997.
    """
    if isinstance(values, dt.datetime | str | np.datetime64 | int):
        raise ValueError(f"{name} needs a column of times, not one: write [{values!r}]")
    found = np.asarray(values if hasattr(values, "__array__") else list(values))
    if found.size == 0:
        return np.empty(0, dtype=np.int64)
    if found.ndim != 1:
        raise ValueError(f"{name} needs one dimension, not {found.ndim}")
    if found.dtype.kind == "M":
        if np.isnat(found).any():
            raise ValueError(f"{name} has a time that is missing (NaT)")
        found = found.astype("datetime64[us]").astype(np.int64)
    elif found.dtype.kind in "OU":
        found = np.fromiter((_instant(one, name) for one in found.tolist()), dtype=np.int64, count=len(found))
    elif found.dtype.kind not in "iu":
        raise ValueError(f"{name} needs aware datetimes, numpy.datetime64 or whole microseconds, not {found.dtype}")
    found = found.astype(np.int64, copy=False)
    if found.min() < _EARLIEST or found.max() >= _LATEST:
        raise ValueError(f"{name} has a time outside the years 2 to 9997; whole numbers are microseconds since 1970")
    return found


def instant(value: Any, name: str) -> int:
    """One time, as `instants` takes them."""
    return int(instants([value], name)[0])


def _instant(value: Any, name: str) -> int:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{name}: {value!r} is no time; write 2026-09-01T10:00:00+03:00") from None
    if isinstance(value, dt.datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{name}: {value} needs an offset, such as 2026-09-01T10:00:00+03:00")
        return to_instant(value)
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return int(value)
    raise ValueError(f"{name}: {value!r} is no time")


def length(value: Length, name: str) -> dt.timedelta:
    """A length of time from a timedelta or a text such as ``28d``.

    Raises ValueError for months, which have no fixed length, and for what is not longer than zero.
    """
    if isinstance(value, dt.timedelta):
        found = value
    else:
        try:
            duration = parse_duration(value)
        except ValueError as fault:
            raise ValueError(f"{name}: {fault}") from None
        if duration.months:
            raise ValueError(f"{name}: months differ in length; write days, such as 28d")
        found = dt.timedelta(microseconds=duration.micros)
    if found <= dt.timedelta(0):
        raise ValueError(f"{name} is longer than zero")
    return found


def micros(value: dt.timedelta) -> int:
    """Whole microseconds of a length of time."""
    return value // MICROSECOND


def codes(values: Any, name: str) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """The different names, rising, and for each row the place of its own. Whole numbers rise as numbers.

    Raises ValueError for what is neither text nor a whole number, and for empty text.
    """
    column = np.asarray(values if hasattr(values, "__array__") else list(values))
    if column.ndim != 1:
        raise ValueError(f"{name} needs one dimension, not {column.ndim}")
    if column.dtype.kind in "iu" and column.size:
        return _numbered(column.astype(np.int64))
    texts: list[Any] = column.tolist()
    names = dict.fromkeys(texts)
    wrong = [one for one in names if not isinstance(one, str) or not one]
    if wrong:
        raise ValueError(f"{name} has {wrong[0]!r}: text or whole numbers are wanted")
    return _coded(names, texts)


def _numbered(column: Ints) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    low, high = int(column.min()), int(column.max())
    if high - low > _SPARSE * len(column):
        different, places = np.unique(column, return_inverse=True)
        return tuple(map(str, different.tolist())), places.astype(np.int32)
    there = np.zeros(high - low + 1, dtype=bool)  # no sorting where numbers lie close together
    there[column - low] = True
    ranks = there.cumsum(dtype=np.int32) - np.int32(1)
    return tuple(map(str, (np.flatnonzero(there) + low).tolist())), ranks[column - low]


def order(member: npt.NDArray[np.int32], at: Ints, known_at: Ints) -> Ints:
    """The order by (member, at, known_at), equal rows as they came.

    By time first, then by member in two halves of 16 bits, which NumPy sorts in linear time.
    """
    found = np.argsort(at, kind="stable") if known_at is at else np.lexsort((known_at, at))
    for half in (member & 0xFFFF, member >> 16):
        found = found[np.argsort(half[found].astype(np.uint16), kind="stable")]
    return found


def _coded(names: Iterable[str], texts: list[str]) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    ordered = tuple(sorted(names))
    place = {one: number for number, one in enumerate(ordered)}
    return ordered, np.fromiter(map(place.__getitem__, texts), dtype=np.int32, count=len(texts))


def local_days(zone: Zone, at: Ints) -> npt.NDArray[np.int32]:
    """The number of the zone's calendar day of each instant, as `Zone.local_day` gives it."""
    if not len(at):
        return np.empty(0, dtype=np.int32)
    starts, shifts = _shifts(zone, int(at.min()), int(at.max()))
    if len(starts) == 1:
        return ((at + shifts[0]) // DAY).astype(np.int32)
    shift = np.array(shifts, dtype=np.int64)[np.searchsorted(np.array(starts), at, side="right") - 1]
    return ((at + shift) // DAY).astype(np.int32)


def _shifts(zone: Zone, first: int, last: int) -> tuple[list[int], list[int]]:
    """From when on what has to be added to an instant for its day to begin at a multiple of DAY."""
    starts: list[int] = []
    shifts: list[int] = []
    moment = first
    while moment <= last:
        start, end, shift = zone.day_interval(moment)
        if not shifts or shift != shifts[-1]:
            starts.append(start)
            shifts.append(shift)
        moment = end
    return starts, shifts


def shown(moment: int) -> str:
    """An instant for a message."""
    return from_instant(moment).isoformat()
