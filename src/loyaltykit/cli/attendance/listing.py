"""A file with such a list -> the people in it, with their stays. Encoding, separator and kind are found out."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.attending import MOST, overlaps_merged
from loyaltykit.calendars import zone as zone_named
from loyaltykit.cli.attendance.kinds import KINDS, Kind
from loyaltykit.cli.attendance.reading import minutes, moment, tells_order
from loyaltykit.values import from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SEPARATORS = (",", ";", "\t", "|")
LARGEST = 64 * 1024 * 1024
_NO = frozenset({"no", "нет", "0", "false", "-"})


@attrs.define(kw_only=True)
class Person:
    """Somebody in a list."""

    id: str = ""
    name: str = attrs.field(default="", repr=False)
    email: str = attrs.field(default="", repr=False)
    stays: list[tuple[dt.datetime, dt.datetime]] = attrs.field(factory=list)
    minutes: float | None = None
    """In all, where the list has no stays."""

    @property
    def total(self) -> float:
        """Minutes, as they would be recorded: what overlaps counts once."""
        if self.stays:
            merged = overlaps_merged([(to_instant(start), to_instant(end)) for start, end in self.stays])
            return sum(end - start for start, end in merged) / 60_000_000
        return self.minutes or 0.0


@attrs.define
class Listing:
    """What a file says."""

    kind: str
    people: list[Person] = attrs.field(factory=list)
    rows: int = 0
    bad: list[int] = attrs.field(factory=list)
    """Lines that nothing could be made of."""


def text_of(raw: bytes) -> str:
    """The text of a file: by its mark, as UTF-16 when every other byte is 0, as UTF-8, else as cp1251."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    sample = raw[:2_000]
    if sample[1::2].count(0) > len(sample) // 4:
        return raw.decode("utf-16-le", "replace")
    if sample[::2].count(0) > len(sample) // 4:
        return raw.decode("utf-16-be", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace")


def read_listing(text: str, *, kinds: Sequence[Kind] = KINDS, zone: str, day: dt.date | None) -> Listing | None:
    """The people of a list; None when no line in it is a header of any of the kinds.

    A header is looked for in every line, as reports have blocks: a summary first, then one list or several. Wall times
    are of `zone`, clock times alone of `day`. Where a report has single stays these count, else first and last with the
    minutes in between.
    """
    tables = [list(csv.reader(StringIO(text), delimiter=separator)) for separator in _SEPARATORS]
    best: tuple[int, Kind, list[list[str]]] | None = None
    for rows in tables:
        for kind in kinds:
            score = max((len(kind.found(row)) for row in rows[:500]), default=0)
            if score and (best is None or score > best[0]):
                best = (score, kind, rows)
    if best is None:
        return None
    _, kind, rows = best
    return _Reader(kind, zone, day, tells_order([cell for row in rows for cell in row])).read(rows)


class _Reader:
    def __init__(self, kind: Kind, zone: str, day: dt.date | None, day_first: bool | None) -> None:  # noqa: FBT001  # what the dates say
        self._kind = kind
        self._zone = zone_named(zone)
        self._day = day
        self._day_first = kind.day_first if day_first is None else day_first

    def read(self, rows: Sequence[Sequence[str]]) -> Listing:
        found = Listing(self._kind.name)
        single: list[Person] = []
        whole: list[Person] = []
        for line, fields in self._rows(rows):
            found.rows += 1
            person = self._person(fields)
            if person is None:
                found.bad.append(line)
            elif "joined" in fields and person.stays:
                single.append(person)
            else:
                whole.append(person)
        found.people = _together(single) if single else _together(whole)
        if single:
            known = {_key(one) for one in found.people}
            found.people += [one for one in _together(whole) if _key(one) not in known]
        return found

    def _rows(self, rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows below a header, as fields; a line with next to nothing in it ends the list."""
        places: dict[str, int] = {}
        for line, row in enumerate(rows, 1):
            header = self._kind.found(row)
            if header:
                places = header
            elif sum(bool(cell.strip()) for cell in row) < 2:
                places = {}
            elif places:
                fields = {name: row[place].strip() for name, place in places.items() if place < len(row)}
                if fields.get("present", "").casefold() not in _NO or "present" not in fields:
                    yield line, fields

    def _person(self, fields: dict[str, str]) -> Person | None:
        name = fields.get("name") or " ".join(filter(None, (fields.get("given"), fields.get("family"))))
        email = fields.get("email", "")
        one = Person(id=fields.get("id", ""), name=name, email=email if "@" in email else "")
        if not (one.id or one.name or one.email):
            return None
        start, end = self._moment(fields.get("joined", "")), self._moment(fields.get("left", ""))
        if start is not None and end is not None:
            if end < start and end + dt.timedelta(days=1) - start < dt.timedelta(hours=18) and self._day is not None:
                end += dt.timedelta(days=1)  # clock times over midnight
            if not dt.timedelta(0) <= end - start <= dt.timedelta(minutes=MOST):
                return None
            one.stays.append((start, end))
            return one
        told = minutes(fields.get("minutes", ""))
        start, end = self._moment(fields.get("first", "")), self._moment(fields.get("last", ""))
        if told is None and start is not None and end is not None and end >= start:
            one.stays.append((start, end))
        elif told is None or told > MOST:
            return None
        one.minutes = told
        return one

    def _moment(self, text: str) -> dt.datetime | None:
        wall = moment(text, day_first=self._day_first, day=self._day) if text else None
        if wall is None or wall.utcoffset() is not None:
            return wall
        return from_instant(self._zone.instant_of(to_instant(wall.replace(tzinfo=dt.UTC))))


def _key(one: Person) -> str:
    return one.id or one.email.casefold() or one.name.casefold()


def _together(people: Sequence[Person]) -> list[Person]:
    found: dict[str, Person] = {}
    for one in people:
        first = found.setdefault(_key(one), one)
        if first is not one:
            first.stays += one.stays
            if one.minutes is not None:
                first.minutes = (first.minutes or 0.0) + one.minutes
            first.name = first.name or one.name
    return list(found.values())
