"""Parquet -> events: the columns id, type, member and at; all others are data fields, as is what `data` holds."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from loyaltykit.cli.failing import Failure
from loyaltykit.cli.feed.items import Item, Refusal
from loyaltykit.cli.feed.plain_rows import NEEDED
from loyaltykit.cli.words import say
from loyaltykit.errors import EventError, MissingExtra
from loyaltykit.program.admission import read_event
from loyaltykit.program.reserved import event_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.cli.feed.opening import Opened
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.document import Document
    from loyaltykit.program.fields import DeclaredType
    from loyaltykit.values import Event

    Types = Mapping[str, Mapping[str, DeclaredType]]

_OWN = (*NEEDED, "known_at")
_NAMES = ("id", "type", "member")
_BATCH = 10_000
_RAW = 4_000
_WHOLE = 2**53
"""Up to here a float that is whole is the number that was meant."""


def read_parquet(opened: Opened, document: Document, lang: Lang) -> Iterator[Item]:
    """Every row as an event or a refusal; `line` is the row's number. MissingExtra without pyarrow."""
    try:
        arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    except ModuleNotFoundError:
        raise MissingExtra("parquet", "reading Parquet files") from None
    number, types = 0, event_types(document)
    try:
        file = parquet.ParquetFile(opened.stream)
        _look(file.schema_arrow.names, opened, lang)
        for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
            for row in _rows(batch, arrow):
                number += 1
                if isinstance(row, Refusal):
                    yield Item(opened.name, number, "", row)
                else:
                    yield Item(opened.name, number, str(row)[:_RAW], _event(row, types))
    except (ValueError, OSError, arrow.ArrowException) as error:  # what pyarrow raises for a damaged file
        yield Item(opened.name, number + 1, "", Refusal("feed/damaged", {"reason": str(error)[:200]}))


def _look(names: list[str], opened: Opened, lang: Lang) -> None:
    """Failure for a file that lacks a column, or has one twice."""
    missing = [name for name in NEEDED if names.count(name) != 1]
    if missing and names:
        said = {"name": opened.name, "missing": ", ".join(missing), "found": ", ".join(names)[:200]}
        raise Failure(say(lang, "feed/columns", **said), code="feed/columns")


def _rows(batch: Any, arrow: Any) -> Iterator[dict[str, Any] | Refusal]:
    """The rows of a batch as plain values; one that has none is refused alone."""
    plain = _in_microseconds(batch, arrow)
    try:
        return iter(plain.to_pylist())
    except (ValueError, ArithmeticError, arrow.ArrowException):
        return (_row(plain.slice(number, 1), arrow) for number in range(plain.num_rows))


def _row(batch: Any, arrow: Any) -> dict[str, Any] | Refusal:
    try:
        return dict(batch.to_pylist()[0])
    except (ValueError, ArithmeticError, arrow.ArrowException) as error:
        return Refusal("feed/row", {"reason": str(error)[:200]})


def _in_microseconds(batch: Any, arrow: Any) -> Any:
    """Instants of nanoseconds, as pandas writes them, cut to microseconds: a finer one is no Python value."""
    columns = [
        column.cast(arrow.timestamp("us", tz=column.type.tz), safe=False)
        if arrow.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return arrow.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _event(row: Mapping[str, Any], types: Types) -> Event | Refusal:
    """Nulls are no values; what stands in a struct named `data` are data fields, too."""
    raw = {name: _text(row[name]) for name in _OWN if row.get(name) is not None}
    raw.update({name: str(raw[name]) for name in _NAMES if type(raw.get(name)) is int})
    inside = row.get("data")
    data = dict(inside) if isinstance(inside, dict) else {}
    data.update({name: value for name, value in row.items() if name not in _OWN and name != "data"})
    declared = types.get(str(raw.get("type")), {})
    found = {name: _value(value, declared.get(name)) for name, value in data.items() if value is not None}
    try:
        return read_event({**raw, "data": found})
    except EventError as error:
        return Refusal.of(error)


def _value(value: Any, declared: DeclaredType | None) -> Any:
    """A cell; a whole float where an integer is declared is one: a column with gaps has no integers in pandas."""
    if isinstance(value, float) and declared is not None and declared.kind == "integer" and not declared.items:
        return int(value) if value.is_integer() and abs(value) <= _WHOLE else value
    return _text(value)


def _text(value: Any) -> Any:
    """Bytes as the text that they are, where they are one: some write every text so."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
