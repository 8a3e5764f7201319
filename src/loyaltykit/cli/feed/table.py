"""Tables (CSV and its kin) -> events: by a mapping, or as they are when their columns are id, type, member and at."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import zone
from loyaltykit.cli.failing import Failure
from loyaltykit.cli.feed.items import Item, Refusal
from loyaltykit.cli.feed.opening import BROKEN, MAX_LINE, Opened
from loyaltykit.cli.feed.plain_rows import NEEDED, PlainRows
from loyaltykit.cli.maps.cells import tidy
from loyaltykit.cli.maps.rows import RowReader, key_of
from loyaltykit.cli.words import say
from loyaltykit.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.cli.maps.model import Mapping
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.document import Document
    from loyaltykit.values import Event

    Rows = RowReader | PlainRows

_SEPARATORS = (",", ";", "\t", "|")
_RAW = 4_000
_HEADER = 100
_GUESSED = "cp1251"


@attrs.define
class Table:
    """A table that is being read. `counts` says what was odd: guessed encodings, clock changes, rows of no event."""

    opened: Opened
    document: Document
    maps: Sequence[Mapping]
    lang: Lang
    counts: Counter[str] = attrs.field(factory=Counter)
    _line: int = 0
    _raw: list[str] = attrs.field(factory=list)
    _fault: Refusal | None = None

    def items(self) -> Iterator[Item]:
        """Every row's events and refusals."""
        try:
            source = self.opened.lines()
            first = list(islice(source, max((1, *(mapping.header for mapping in self.maps)))))
            if any(first):
                yield from self._items(first, chain(first, source))
        except BROKEN as error:
            refusal = Refusal("feed/damaged", {"reason": str(error) or type(error).__name__})
            yield Item(self.opened.name, self._line + 1, "", refusal)

    def _items(self, first: Sequence[bytes], source: Iterator[bytes]) -> Iterator[Item]:
        plan = self._plan(first)
        self._line = plan.above
        rows = csv.reader(self._decoded(source, plan), delimiter=plan.separator)
        while True:
            self._raw.clear()
            self._fault = None
            start = self._line + 1
            try:
                row = next(rows, None)
            except csv.Error as error:
                row, self._fault = [], Refusal("feed/row", {"reason": str(error)})
            if row is None:
                break
            raw = "".join(self._raw)[:_RAW].rstrip("\r\n")
            for what in self._made(plan, row):
                yield Item(self.opened.name, start, raw, what)
        self._note(plan.rows)

    def _made(self, plan: _Plan, row: Sequence[str]) -> Iterator[Event | Refusal]:
        """What one row makes."""
        if self._fault is not None:
            yield self._fault
        elif not any(cell and not cell.isspace() for cell in row):
            return
        elif len(row) < plan.width or any(cell.strip() for cell in row[plan.width :]):
            yield Refusal("feed/cells", {"found": len(row), "wanted": plan.width})
        else:
            yield from plan.rows.read(row)

    def _decoded(self, source: Iterator[bytes], plan: _Plan) -> Iterator[str]:
        """The lines below the header as text; what is wrong with one is remembered for its row."""
        for number, line in enumerate(source, 1):
            self._line = number
            if number <= plan.above:
                continue
            if len(line) > MAX_LINE:
                self._fault = Refusal("feed/too-long", {"limit": MAX_LINE})
            text = self._text(line, plan.encoding)
            self._raw.append(text)
            yield text if text.endswith(("\n", "\r")) else text + "\n"

    def _text(self, line: bytes, encoding: str | None) -> str:
        """A line's text. Without an encoding it is UTF-8, or else what Russian office programs write."""
        if encoding is None:
            try:
                return line.decode()
            except UnicodeDecodeError:
                self.counts[_GUESSED] += 1
        try:
            return line.decode(encoding or _GUESSED)
        except UnicodeDecodeError:
            self._fault = Refusal("feed/encoding")
            return line.decode(encoding or _GUESSED, "replace")

    def _plan(self, first: Sequence[bytes]) -> _Plan:
        """How to read the table: by the first mapping whose columns are all there. Failure when none fits."""
        if not self.maps:
            return self._unmapped(first)
        misfits = []
        for mapping in self.maps:
            encoding = None if mapping.encoding in ("utf-8-sig", "utf-16") else mapping.encoding
            header, separator = self._header(first, mapping.header, encoding, mapping.separator)
            rows = RowReader(mapping, self.document, header, zone(mapping.zone or self.document.timezone))
            missing = rows.missing()
            if not missing:
                return _Plan(separator, encoding, mapping.header, len(header), rows)
            misfits.append((len(missing), mapping.map, missing, header))
        _, name, missing, header = min(misfits, key=lambda misfit: misfit[0])
        raise self._misfit(name, missing, header)

    def _unmapped(self, first: Sequence[bytes]) -> _Plan:
        header, separator = self._header(first, 1, None, None)
        missing = [name for name in NEEDED if name not in header]
        if missing:
            names = {"name": self.opened.name, "missing": ", ".join(missing), "found": ", ".join(header)[:200]}
            raise Failure(say(self.lang, "feed/columns", **names), code="feed/columns")
        return _Plan(separator, None, 1, len(header), PlainRows(self.document, header))

    def _header(
        self, first: Sequence[bytes], number: int, encoding: str | None, separator: str | None
    ) -> tuple[list[str], str]:
        """The names of the columns, and what stands between them."""
        line = first[number - 1] if number <= len(first) else b""
        text = self._text(line.removeprefix(codecs.BOM_UTF8), encoding)
        chosen = separator or max(_SEPARATORS, key=text.count)
        names = next(csv.reader([text], delimiter=chosen), [])
        while names and not names[-1].strip():
            names.pop()
        return [tidy(name) for name in names], chosen

    def _misfit(self, name: str, missing: Sequence[str], header: Sequence[str]) -> Failure:
        """No mapping fits: say what the nearest one lacks."""
        lines = [say(self.lang, "feed/misfit", name=self.opened.name, map=name)]
        for column in missing:
            text = say(self.lang, "feed/no-column", column=column)
            near = nearest(key_of(column), header)
            lines.append("  " + (say(self.lang, "did-you-mean", text=text, nearest=near) if near else text))
        lines.append("  " + say(self.lang, "feed/has", found=" | ".join(header)[:500]))
        return Failure("\n".join(lines), code="feed/misfit")

    def _note(self, rows: Rows) -> None:
        self.counts["silent"] += rows.silent
        for kind, number in rows.cells.clock_changes.items():
            self.counts[kind] += number


@attrs.frozen
class _Plan:
    """How one table is read."""

    separator: str
    encoding: str | None
    above: int
    """Lines up to and with the header."""
    width: int
    rows: Rows
