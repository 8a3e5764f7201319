"""Reads what happened to members out of a store, as columns for a history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.app.stood import add_standings
from loyaltykit.churn.scoring import Columns, fact
from loyaltykit.program.churn_fields import readers
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.app.journal import Journal
    from loyaltykit.program.churn_fields import Reader
    from loyaltykit.program.churn_sense import Meaning
    from loyaltykit.store import Store
    from loyaltykit.store.rows import Happening

    Fields = dict[str, list[tuple[str, int, Reader]]]
    """By event type the fields that are read: the number of the type that each stands under, and how it is read."""

_PAGE = 2_000
"""Members whose events are read at once."""
MOST = 2_000_000
"""Rows that are kept in memory between readings, 40 bytes each."""
_NAN = float("nan")


def columns(store: Store, meaning: Meaning, ranges: Iterable[tuple[int, int]], *, before: int) -> Columns:
    """What the members in some ranges (after, to) of numbers did, and where they stood, as was known at an instant."""
    pages = [page for one in ranges for page in _pages(*one)]
    found = _events(store, meaning, pages, before=before)
    add_standings(found, store, meaning, pages, before=before)
    return found


def _events(store: Store, meaning: Meaning, pages: Iterable[tuple[int, int]], *, before: int) -> Columns:
    found = Columns()
    fields = _fields(meaning, found)
    for after, to in pages:
        rows = store.happenings(meaning.types, meaning.with_data, after=after, to=to, before=before)
        _add(found, rows, fields)
    return found


def _pages(after: int, to: int) -> Iterator[tuple[int, int]]:
    return ((page, min(page + _PAGE, to)) for page in range(after, to, _PAGE))


def columns_on(journal: Journal, meaning: Meaning, after: int, to: int, *, before: int) -> Columns:
    """The same of one range. Where that is everybody, what was read before is kept, and only what is new is read."""
    store = journal.store
    if after or to < store.last_member():
        return columns(store, meaning, [(after, to)], before=before)
    kept = journal.happened or Happened(meaning)
    journal.happened = None  # should reading fail half-way
    found = kept.columns(store, to, before=before)
    journal.happened = None if kept.full else kept
    if meaning.points is None and meaning.tier is None:
        return found
    whole = found.copy()  # where members stand is read anew: what was posted may have become known late
    add_standings(whole, store, meaning, _pages(after, to), before=before)
    return whole


class Happened:
    """The events of all members as they were read last: the next reading adds what was recorded since."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._found = Columns()
        self._fields = _fields(meaning, self._found)
        self._seq = 0
        self._newest = 0

    def columns(self, store: Store, to: int, *, before: int) -> Columns:
        """What was known before an instant of the members up to a number: all there are."""
        known = store.last_event()
        if known > self._seq:
            said = self._meaning
            for page, last in _pages(0, to):
                rows = store.happenings(said.types, said.with_data, after=page, to=last, before=NEVER, since=self._seq)
                _add(self._found, rows, self._fields)
                self._newest = max(self._newest, *(max(row[2], row[3] or 0) for row in rows), 0)
            self._seq = known
        if self._newest >= before:  # somebody looks back
            return _events(store, self._meaning, _pages(0, to), before=before)
        return self._found

    @property
    def full(self) -> bool:
        """Whether it is too much to be kept."""
        return len(self._found.member) > MOST


def _fields(meaning: Meaning, found: Columns) -> Fields:
    """By event type its fields that are read."""
    return {
        event: [(field, found.number(fact(event, field)), read) for field, read in fields]
        for event, fields in readers(meaning).items()
    }


def _add(found: Columns, rows: list[Happening], fields: Fields) -> None:
    """Append events, and beside those that carry facts a row for each fact."""
    if not rows:
        return
    member, type, at, known_at, data = zip(*rows, strict=True)
    found.member.extend(member)
    found.type.extend(map(found.number, type))
    found.at.extend(at)
    found.known_at.extend(map(_known, at, known_at))
    found.value.extend([_NAN] * len(rows))
    for number, text in enumerate(data):
        if text:
            held = json.loads(text)
            for field, code, read in fields[type[number]]:
                if (value := read(held.get(field), at[number])) is not None:
                    found.member.append(member[number])
                    found.type.append(code)
                    found.at.append(at[number])
                    found.known_at.append(_known(at[number], known_at[number]))
                    found.value.append(value)


def _known(at: int, known_at: int | None) -> int:
    return at if known_at is None else known_at
