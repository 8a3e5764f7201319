"""Texts of cells -> values of the declared types. What cannot be read raises BadCell with its column and text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.cli.maps.times import DEFAULT_TIMES
from loyaltykit.values import from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.calendars import Zone
    from loyaltykit.cli.maps.times import TimeFormat
    from loyaltykit.program.fields import DeclaredType

_SPACES = re.compile(r"\s+")
_APART = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
_CURRENCY = re.compile(r"^[$€₽]\s*|\s*(?:руб\.?|р\.|₽|RUB|RUR|EUR|USD|€|\$)$", re.IGNORECASE)
_GROUPED = {
    ",": re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"),
    ".": re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"),
}
"""Numbers whose thousands are set apart by the other mark, by the decimal mark."""
_NUMBER = re.compile(r"[-+]?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_YES = frozenset({"да", "yes", "true", "1", "+", "истина", "y"})
_NO = frozenset({"нет", "no", "false", "0", "ложь", "n"})


class BadCell(Exception):
    """A cell that cannot be read: a code of `words`, the column and the text."""

    def __init__(self, code: str, column: str, text: str, wanted: str = "") -> None:
        self.code = code
        self.column = column
        self.text = text
        self.wanted = wanted
        super().__init__(code)


def tidy(text: str) -> str:
    """A cell without the spaces around it and with one kind of space and of composed letters inside."""
    if text.isascii():
        return text.strip()
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


@attrs.define
class CellReader:
    """Reads cells by the conventions of one table. `clock_changes` counts wall times that came twice or never."""

    zone: Zone | None
    decimal: str = "."
    times: Sequence[TimeFormat] = DEFAULT_TIMES
    clock_changes: Counter[str] = attrs.field(factory=Counter)

    def typed(self, text: str, declared: DeclaredType | None, column: str, divide: float | None = None) -> Any:
        """The value of a text by the declared type of its field; text as it is when nothing is declared."""
        if declared is not None and declared.items:
            one = declared.model_copy(update={"items": False})
            return [self.typed(part.strip(), one, column) for part in text.split(",") if part.strip()]
        kind = "text" if declared is None else declared.kind
        if divide is not None and kind in ("text", "number"):
            return float(self._decimal(text, column) / Decimal(str(divide)))
        convert: Callable[[CellReader, str, str], Any] | None = _KINDS.get(kind)
        return text if convert is None else convert(self, text, column)

    def moment(self, text: str, column: str) -> dt.datetime:
        """The moment that a text means. A wall time that comes twice is the first, one that does not exist the next."""
        for form in self.times:
            written = form.read(text)
            if written is None:
                continue
            if written.utcoffset() is not None:
                return written
            return from_instant(self._instant(written, text, column))
        raise BadCell("cell/time", column, text, ", ".join(form.text for form in self.times))

    def _instant(self, written: dt.datetime, text: str, column: str) -> int:
        if self.zone is None:
            raise BadCell("cell/no-zone", column, text)
        local = to_instant(written.replace(tzinfo=dt.UTC))
        instant = self.zone.instant_of(local)
        _, end, offset = self.zone.interval(instant)
        if instant + offset != local:
            self.clock_changes["missing"] += 1
        elif local - self.zone.offset(end) >= end:
            self.clock_changes["twice"] += 1
        return instant

    def _decimal(self, text: str, column: str) -> Decimal:
        """An exact number: spaces between thousands, a currency and a percent sign are understood."""
        bare = _CURRENCY.sub("", text)
        percent = bare.endswith("%")
        bare = _APART.sub("", bare.removesuffix("%").strip().replace("\N{MINUS SIGN}", "-"))
        if _GROUPED[self.decimal].fullmatch(bare):
            bare = bare.replace("." if self.decimal == "," else ",", "")
        bare = bare.replace(self.decimal, ".")
        try:
            if not _NUMBER.fullmatch(bare):
                raise InvalidOperation
            return Decimal(bare) / 100 if percent else Decimal(bare)
        except InvalidOperation:
            raise BadCell("cell/number", column, text) from None

    def integer(self, text: str, column: str) -> int:
        """A whole number."""
        exact = self._decimal(text, column)
        if exact != exact.to_integral_value():
            raise BadCell("cell/whole", column, text)
        return int(exact)

    def number(self, text: str, column: str) -> float | int:
        """A number, whole when it can be."""
        exact = self._decimal(text, column)
        return int(exact) if exact == exact.to_integral_value() else float(exact)

    def money(self, text: str, column: str) -> str:
        """An exact amount as text."""
        return format(self._decimal(text, column), "f")

    def boolean(self, text: str, column: str) -> bool:
        """Yes or no, in words or signs of either language."""
        if text.casefold() in _YES:
            return True
        if text.casefold() in _NO:
            return False
        raise BadCell("cell/boolean", column, text)

    def moment_text(self, text: str, column: str) -> str:
        """A moment as ISO 8601."""
        return self.moment(text, column).isoformat()

    def date(self, text: str, column: str) -> str:
        """A date as ISO 8601."""
        for form in self.times:
            written = form.read(text)
            if written is not None:
                return written.date().isoformat()
        raise BadCell("cell/date", column, text)


_KINDS: dict[str, Callable[[CellReader, str, str], Any]] = {
    "integer": CellReader.integer,
    "number": CellReader.number,
    "money": CellReader.money,
    "boolean": CellReader.boolean,
    "instant": CellReader.moment_text,
    "date": CellReader.date,
}
