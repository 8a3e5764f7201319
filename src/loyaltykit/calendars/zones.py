"""Time zones from the pinned `tzdata` package, as spans of constant offset and as local days."""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import zoneinfo
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars.days import DAY, first_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Span = tuple[int, int, int]
"""Start and end (exclusive) of a time with one constant offset, and that offset; all in microseconds."""

_SECOND = 1_000_000
_CHUNK = 366 * DAY
_CHUNKS = 512
_SLACK = DAY + DAY // 12
"""More than any UTC offset, and more than any stretch of time that a clock ever showed twice."""
_YEAR = 365 * DAY
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  # naive on purpose: `fromutc` wants UTC without saying so
_MICROSECOND = dt.timedelta(microseconds=1)
_LOWEST = first_day("year", 2) * DAY
_HIGHEST = first_day("year", 9_998) * DAY
_EARLIEST_SKIP = first_day("year", 1840) * DAY
_LATEST_SKIP = first_day("year", 2038) * DAY
"""Dates were skipped by law inside these years; the rules that zone files give for later years cannot skip one."""


@attrs.frozen(slots=True)
class Zone:
    """A time zone; get one with `zone(name)`. Equal when the name is equal, and can be pickled.

    Before the year 2 and from the year 9998 on the offset stays as it is at that bound, so that every integer is an
    instant. Where clocks go back over midnight a date would come, go and come again; here the later date has begun for
    good at its first midnight, so local days never run backwards.
    """

    name: str
    skipped: tuple[int, ...] = attrs.field(eq=False, repr=False)
    """The day numbers that never were in this zone (Apia, 2011-12-30), ascending."""
    _offset_at: Callable[[int], int] = attrs.field(eq=False, repr=False)
    _chunks: dict[int, tuple[Span, ...]] = attrs.field(factory=dict, eq=False, repr=False, init=False)

    def interval(self, instant: int) -> Span:
        """A span around an instant with one constant UTC offset: (start, end, offset), start <= instant < end.

        Not always the longest such span.
        """
        number = instant // _CHUNK
        for span in self._chunks.get(number) or self._fill(number):
            if instant < span[1]:
                return span
        raise AssertionError("a chunk reaches to its end")

    def offset(self, instant: int) -> int:
        """What the local clock shows more than UTC at an instant, in microseconds."""
        return self.interval(instant)[2]

    def local_day(self, instant: int) -> int:
        """The number of the local day of an instant; never less than that of an earlier instant."""
        start, _, offset = self.interval(instant)
        if instant - start > _SLACK:
            return (instant + offset) // DAY
        return self._latest_shown(instant) // DAY

    def day_interval(self, instant: int) -> Span:
        """A span (start, end, shift) around an instant in which ``(t + shift) // DAY`` is `local_day(t)` for every t.

        For callers that keep the span: `shift` is the UTC offset, but where clocks went back over midnight.
        """
        start, end, offset = self.interval(instant)
        day = self._latest_shown(start) // DAY
        turn = min(end, max(start, day * DAY - offset))
        return (turn, end, offset) if instant >= turn else (start, turn, day * DAY - start)

    def day_start(self, day: int) -> int:
        """The first instant whose local day is `day` or later.

        When midnight does not exist, the first instant after the gap; when it comes twice, the first; of a skipped
        date, the start of the next that exists.
        """
        return self.instant_of(day * DAY)

    def day_exists(self, day: int) -> bool:
        """Whether the date was ever shown in this zone."""
        return day not in self.skipped

    def at_wall(self, wall: dt.datetime) -> int:
        """The instant of a time on this zone's wall clock, given without an offset; as `instant_of` says it."""
        return self.instant_of((wall - _EPOCH) // _MICROSECOND)

    def instant_of(self, local: int) -> int:
        """The first instant at which the local clock shows `local` or more.

        `local` is the wall time as microseconds since 1970-01-01T00:00 on that wall.
        """
        for start, end, offset in self._spans_from(local - _SLACK):
            instant = max(start, local - offset)
            if instant < end:
                return instant
        raise AssertionError("spans do not end")

    def _latest_shown(self, instant: int) -> int:
        """The most that the local clock has shown up to an instant: more than it shows now while an hour repeats."""
        latest = instant - _SLACK
        for start, end, offset in self._spans_from(instant - _SLACK):
            if start > instant:
                break
            latest = max(latest, min(instant, end - 1) + offset)
        return latest

    def _spans_from(self, instant: int) -> Iterator[Span]:
        while True:
            span = self.interval(instant)
            yield span
            instant = span[1]

    def _fill(self, number: int) -> tuple[Span, ...]:
        if len(self._chunks) >= _CHUNKS:
            self._chunks.clear()
        spans = self._chunks[number] = _scan(self._offset_at, number * _CHUNK, (number + 1) * _CHUNK)
        return spans

    def __reduce__(self) -> tuple[Callable[[str], Zone], tuple[str]]:
        return zone, (self.name,)


@lru_cache(maxsize=1024)
def zone(name: str) -> Zone:
    """The zone of an IANA name such as ``Europe/Moscow``. Raises ValueError when `tzdata` does not list the name."""
    if name not in zone_names():
        raise ValueError("unknown time zone; write an IANA name such as Europe/Moscow")
    with resources.files("tzdata").joinpath(f"zoneinfo/{name}").open("rb") as file:
        info = zoneinfo.ZoneInfo.from_file(file, key=name)

    def offset_at(instant: int) -> int:
        moment = _EPOCH + dt.timedelta(microseconds=min(max(instant, _LOWEST), _HIGHEST))
        ahead = info.fromutc(moment.replace(tzinfo=info)).replace(tzinfo=None) - moment
        return (ahead.days * 86_400 + ahead.seconds) * _SECOND

    return Zone(name, _skipped_days(offset_at), offset_at)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone name that `tzdata` lists, links included."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def tzdata_version() -> str:
    """The IANA version of the zone data in use, such as ``2026a``."""
    return str(importlib.import_module("tzdata").IANA_VERSION)  # it has no type stubs


def _scan(offset_at: Callable[[int], int], start: int, end: int) -> tuple[Span, ...]:
    """The spans of constant offset from start to end, both at UTC midnights: by daily looks, then by bisection."""
    spans: list[Span] = []
    offset, seen = offset_at(start), start
    for look in (*range(start + DAY, end, DAY), end - _SECOND):
        while offset_at(look) != offset:
            seen = _turn(offset_at, seen, look)
            spans.append((start, seen, offset))
            start, offset = seen, offset_at(seen)
        seen = look
    spans.append((start, end, offset))
    return tuple(spans)


def _turn(offset_at: Callable[[int], int], low: int, high: int) -> int:
    """The second between two instants at which the offset is no longer that of the first."""
    offset = offset_at(low)
    while high - low > _SECOND:
        middle = (low + high) // 2 // _SECOND * _SECOND
        if offset_at(middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _skipped_days(offset_at: Callable[[int], int]) -> tuple[int, ...]:
    """The dates that a zone jumped over as it crossed the date line: found by a rise that lasts for years."""
    skipped: list[int] = []
    before = offset_at(_EARLIEST_SKIP)
    for instant in range(_EARLIEST_SKIP + _YEAR, _LATEST_SKIP, _YEAR):
        offset = offset_at(instant)
        if offset - before > DAY * 3 // 4:
            spans = _scan(offset_at, instant - _YEAR, instant + DAY)
            for (_, turn, old), (_, _, new) in itertools.pairwise(spans):
                skipped.extend(range((turn - 1 + old) // DAY + 1, (turn + new) // DAY))
        before = offset
    return tuple(skipped)
