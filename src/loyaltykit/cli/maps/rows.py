"""Rows of a table -> events, by a mapping."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.cli.feed.items import Refusal
from loyaltykit.cli.maps.cells import BadCell, CellReader, tidy
from loyaltykit.cli.maps.model import Identity, Source
from loyaltykit.errors import EventError
from loyaltykit.program.reserved import event_types
from loyaltykit.values import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.calendars import Zone
    from loyaltykit.cli.maps.model import EventRule, Mapping, Test
    from loyaltykit.program.document import Document

_DIGEST = 12
"""Bytes of a derived id: a collision among a thousand million rows is less likely than one in a thousand million."""


class _SkipRow(Exception):
    """The rule makes no event of this row."""


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """A column's name as it is compared: spaces and capitals do not matter."""
    return tidy(name).casefold()


@attrs.define
class RowReader:
    """Makes events of rows. `header` has the columns' names; one reader reads one file."""

    mapping: Mapping
    document: Document
    header: Sequence[str]
    zone: Zone
    silent: int = 0
    """Rows that made no event."""
    cells: CellReader = attrs.field(init=False)
    _places: dict[str, int] = attrs.field(init=False)
    _empty: frozenset[str] = attrs.field(init=False)
    _repeats: Counter[bytes] = attrs.field(factory=Counter, init=False)
    _row: Sequence[str] = attrs.field(default=(), init=False)

    def __attrs_post_init__(self) -> None:
        self.cells = CellReader(self.zone, self.mapping.decimal, self.mapping.times)
        self._places = {}
        for number, name in enumerate(self.header):
            self._places.setdefault(key_of(name), number)
        self._empty = frozenset({"", *map(tidy, self.mapping.empty)})

    def missing(self) -> list[str]:
        """The columns that the mapping reads and the table has not."""
        return [name for name in self.mapping.columns() if key_of(name) not in self._places]

    def read(self, row: Sequence[str]) -> Iterator[Event | Refusal]:
        """The events of a row; what could not be made, as refusals."""
        self._row = row
        if any(self._holds(name, test) for name, test in self.mapping.skip.items()):
            self.silent += 1
            return
        made = 0
        for rule in self.mapping.events:
            try:
                event = self._event(rule)
            except _SkipRow:
                continue
            except BadCell as bad:
                yield Refusal(bad.code, {"wanted": bad.wanted}, column=bad.column, value=bad.text)
            except EventError as error:
                yield Refusal.of(error)
            else:
                yield event
            made += 1
        self.silent += made == 0

    def _event(self, rule: EventRule) -> Event:
        """The event that a rule makes of the row; _SkipRow when it makes none."""
        fits = all(self._holds(name, test) for name, test in rule.when.items())
        if not fits or any(self._holds(name, test) for name, test in rule.unless.items()):
            raise _SkipRow
        type = str(self._needed(rule.type, "type", "skip"))
        member = str(self._needed(rule.member or self.mapping.member, "member"))
        at_source = rule.at or self.mapping.at
        at = self.cells.moment(str(self._needed(at_source, "at")), _named(at_source))
        known = None if rule.known_at is None else self._value(rule.known_at)
        known_at = None if known is None else self.cells.moment(str(known), _named(rule.known_at))
        data = dict(self._data(rule, type))
        return Event(self._id(rule, type), type, member, at, data, known_at)

    def _data(self, rule: EventRule, type: str) -> Iterator[tuple[str, Any]]:
        """The fields that have a value."""
        declared = event_types(self.document).get(type, {})
        for field, source in rule.data.items():
            value = self._value(source)
            if isinstance(value, str) and (source.value is None or field in declared):
                value = self.cells.typed(value, declared.get(field), _named(source), source.divide)
            if value is not None:
                yield field, value

    def _needed(self, source: Source | None, name: str, otherwise: str = "reject") -> Any:
        value = None if source is None else self._value(source, otherwise)
        if value is None:
            if otherwise == "skip":
                raise _SkipRow
            raise BadCell("cell/empty", _named(source) or name, "", name)
        return value

    def _value(self, source: Source, otherwise: str = "reject") -> Any:
        """The value of a source in this row, before it gets its type; None for an empty cell."""
        if source.value is not None:
            return source.value
        text = self._joined(source.columns, source.join) if source.columns else self._text(source.column or "")
        if text is None:
            return None
        if source.lower:
            text = text.lower()
        if not source.values:
            return text
        for written, meaning in source.values.items():
            if key_of(written) == key_of(text):
                return meaning
        chosen = source.otherwise or otherwise
        if chosen == "skip":
            raise _SkipRow
        if chosen == "reject":
            raise BadCell("cell/value", _named(source), text, ", ".join(source.values))
        return text if chosen == "keep" else None

    def _text(self, column: str) -> str | None:
        """The text of a cell; None when it is empty."""
        place = self._places[key_of(column)]
        text = tidy(self._row[place]) if place < len(self._row) else ""
        return None if text in self._empty else text

    def _joined(self, columns: Sequence[str], join: str) -> str | None:
        texts = [text for column in columns if (text := self._text(column)) is not None]
        return join.join(texts) if texts else None

    def _holds(self, column: str, test: Test) -> bool:
        text = self._text(column)
        if test.filled is not None and test.filled != (text is not None):
            return False
        if test.contains and not any(part.casefold() in (text or "").casefold() for part in test.contains):
            return False
        if test.one_of is None:
            return True
        return any(text is None if one is None else key_of(str(one)) == key_of(text or "") for one in test.one_of)

    def _id(self, rule: EventRule, type: str) -> str:
        """The id of the row's event: a cell's text, or derived from the texts of columns."""
        if isinstance(rule.id, str):
            text = self._text(rule.id)
            if text is None:
                raise BadCell("cell/empty", rule.id, "", "id")
            return text
        columns = rule.id.columns if isinstance(rule.id, Identity) else self._read_by(rule)
        texts = [type, *((self._text(column) or "") for column in columns)]
        joined = "".join(f"{len(text)}:{text}" for text in texts).encode()
        digest = hashlib.blake2b(joined, digest_size=_DIGEST).digest()
        if isinstance(rule.id, Identity) and rule.id.repeats:
            self._repeats[digest] += 1
            if self._repeats[digest] > 1:
                return f"{self.mapping.map}-{digest.hex()}-{self._repeats[digest]}"
        return f"{self.mapping.map}-{digest.hex()}"

    def _read_by(self, rule: EventRule) -> list[str]:
        """The columns that an event is made of, when nothing says which ones name it."""
        sources = (rule.type, rule.member or self.mapping.member, rule.at or self.mapping.at, *rule.data.values())
        return list(dict.fromkeys(column for source in sources if source is not None for column in source.reads))


def _named(source: Source | None) -> str:
    """A source's columns, for messages."""
    return ", ".join(source.reads) if source is not None else ""
